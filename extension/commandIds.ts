/** Ids of all commands; a test holds package.json to this list. Free of `vscode`, so that tests can import it. */
export const commandIds = [
  'kexecHandover.copyDumpAddress',
  'kexecHandover.copyDumpBytes',
  'kexecHandover.copyDumpValue',
  'kexecHandover.openDump',
  'kexecHandover.restartServer',
  'kexecHandover.runScenario',
  'kexecHandover.showLayout',
  'kexecHandover.showOutput',
  'kexecHandover.simulate',
  'kexecHandover.simulateAgainst',
] as const;

export type CommandId = (typeof commandIds)[number];
