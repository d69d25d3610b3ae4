/** What VS Code's extension host calls: runs the bundled tests of this folder with mocha and rejects when one fails. */
import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

interface Options {
  readonly root: string;
  readonly counts: string;
  readonly grep?: string;
}

export async function run(): Promise<void> {
  // Written by .build/mocha-host.mjs just before, so its shape is known.
  const options = JSON.parse(fs.readFileSync(path.join(__dirname, 'options.json'), 'utf8')) as Options;
  // The workbench logs to the same console: mocha's lines are marked, so that the runner can tell them apart.
  Mocha.reporters.Base.consoleLog = (format = '', ...values: unknown[]) => { console.log(`mocha|${String(format)}`, ...values); };
  const mocha = new Mocha({
    ui: 'bdd', timeout: 20_000, color: false,
    reporter: path.join(options.root, '.build', 'reporter.mjs'), reporterOptions: { base: 'spec', counts: options.counts },
    ...(options.grep === undefined ? {} : { grep: options.grep }),
  });
  for (const file of fs.readdirSync(__dirname).filter((f) => f.endsWith('.test.js')).sort()) mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>((resolve) => { mocha.run(resolve); });
  if (failures > 0) throw new Error(`${failures} failed`);
}
