/** The table of commands: id to handler. Each handler is a file of its own; errors are shown here, once for all. */
import * as vscode from 'vscode';
import type { Client } from './client';
import { ServerDown, textOf } from './client';
import type { CommandId } from './commandIds';
import { commandIds } from './commandIds';
import { copyFromDump } from './commands/copyFromDump';
import { openDump } from './commands/openDump';
import { restartServer } from './commands/restartServer';
import { runScenario } from './commands/runScenario';
import { showLayout } from './commands/showLayout';
import { showOutput } from './commands/showOutput';
import { simulate } from './commands/simulate';
import { simulateAgainst } from './commands/simulateAgainst';
import type { Panels } from './panels';
import type { ScenarioTests } from './scenarioTests';

/** What a handler may use. */
export interface Tools {
  readonly client: Client;
  readonly panels: Panels;
  readonly tests: ScenarioTests;
}

export type Handler = (tools: Tools, args: readonly unknown[]) => Promise<void>;

const handlers: Readonly<Record<CommandId, Handler>> = {
  'kexecHandover.copyDumpAddress': copyFromDump('kexecHandoverAddress'),
  'kexecHandover.copyDumpBytes': copyFromDump('kexecHandoverBytes'),
  'kexecHandover.copyDumpValue': copyFromDump('kexecHandoverValue'),
  'kexecHandover.openDump': openDump,
  'kexecHandover.restartServer': restartServer,
  'kexecHandover.runScenario': runScenario,
  'kexecHandover.showLayout': showLayout,
  'kexecHandover.showOutput': showOutput,
  'kexecHandover.simulate': simulate,
  'kexecHandover.simulateAgainst': simulateAgainst,
};

export function registerCommands(tools: Tools): vscode.Disposable {
  return vscode.Disposable.from(...commandIds.map((id) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        await handlers[id](tools, args);
      } catch (error) {
        await explain(tools, error);
      }
    })));
}

async function explain(tools: Tools, error: unknown): Promise<void> {
  const restart = 'Restart Server';
  const output = 'Show Output';
  const isDown = error instanceof ServerDown;
  tools.client.output.error(textOf(error));
  const choice = await vscode.window.showErrorMessage(textOf(error), ...(isDown ? [restart, output] : [output]));
  if (choice === restart) await restartServer(tools);
  else if (choice === output) await showOutput(tools);
}
