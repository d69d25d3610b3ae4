// npm test: installs what is missing, runs every part in order and counts. `npm test -- --only unit,golden` runs some parts.
// The last line is always `N passed, N failed`; a part that cannot run is named and counts as failed.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureHost } from './host.mjs';
import { npm, root, run } from './run.mjs';
import { ensurePackages, ensurePrograms, nodeProblem } from './setup.mjs';

/**
 * @typedef {{ name: string, passed: number, failed: number, seconds: number, notes: readonly string[] }} Row
 * @typedef {{ passed: number, failed: number, notes: readonly string[] }} Counts
 * @typedef {{ name: string, run: () => Promise<Counts | readonly Counts[]> }} Part
 */

/** All of it, in seconds; what has not begun by then counts as failed. */
const limitSeconds = 24 * 60;
const begun = Date.now();
const secondsLeft = () => Math.max(1, limitSeconds - (Date.now() - begun) / 1000);

/**
 * One thing that either works or does not.
 * @param {string | undefined} problem
 * @returns {Counts}
 */
const single = (problem) => (problem === undefined ? { passed: 1, failed: 0, notes: [] } : { passed: 0, failed: 1, notes: [problem] });

/**
 * @param {string} name of a script in package.json
 * @param {number} seconds
 */
const script = async (name, seconds) => {
  const result = await npm(['run', '--silent', name], { timeoutSeconds: Math.min(seconds, secondsLeft()) });
  return single(result.ok ? undefined : `npm run ${name}: ${result.why}`);
};

/**
 * Runs a script that runs mocha, and reads what our reporter counted. Mocha's exit code is the second witness.
 * @param {readonly string[]} args of node
 * @param {string} counts file the reporter writes
 * @param {number} seconds
 * @returns {Promise<Counts>}
 */
async function mocha(args, counts, seconds) {
  fs.rmSync(path.join(root, counts), { force: true });
  const result = await run(process.execPath, args, { timeoutSeconds: Math.min(seconds, secondsLeft()) });
  if (!fs.existsSync(path.join(root, counts))) return single(`no test ran: ${result.why || 'no count was written'}`);
  /** @type {{ passed: number, pending: number, failures: readonly { title: string, message: string }[] }} */
  const { passed, pending, failures } = JSON.parse(fs.readFileSync(path.join(root, counts), 'utf8'));
  const notes = failures.map((f) => f.title);
  if (pending > 0) notes.push(`${pending} did not run`);
  let failed = failures.length + pending;
  if (!result.ok && failed === 0) { failed = 1; notes.push(result.why); }
  if (passed + failed === 0) return single('it has no tests');
  return { passed, failed, notes };
}

/**
 * @param {string} name
 * @param {string} layer folder under test/
 * @param {number} seconds
 * @param {'dot' | 'spec'} [base]
 * @returns {Part}
 */
const layer = (name, layer, seconds, base = 'dot') => ({
  name,
  run: () => mocha(['.build/mocha.mjs', layer, '--reporter', '.build/reporter.mjs', '--reporter-option', `base=${base},counts=out/counts/${name}.json`],
    `out/counts/${name}.json`, seconds),
});

/** @type {readonly Part[]} */
const parts = [
  { name: 'node', run: async () => single(nodeProblem()) },
  { name: 'packages', run: async () => single(await ensurePackages()) },
  { name: 'programs', run: async () => (await ensurePrograms()).map(({ what, missing }) => single(missing === undefined ? undefined : `${what} is missing: ${missing}`)) },
  { name: 'lint', run: () => script('lint', 180) },
  { name: 'typecheck', run: () => script('typecheck', 180) },
  { name: 'build', run: () => script('build', 120) },
  layer('unit', 'unit', 240),
  layer('golden', 'golden', 240),
  layer('contract', 'contract', 240),
  layer('differential', 'differential', 240),
  { name: 'vsix', run: () => script('vsix', 120) },
  { name: 'host', run: async () => single(await ensureHost()) },
  { name: 'grammar', run: () => script('grammar', 120) },
  layer('setup', 'e2e/setup', 120),
  { name: 'in-host', run: () => mocha(['.build/mocha-host.mjs'], 'out/test/host/counts.json', 240) },
  layer('ui', 'e2e/ui', 300, 'spec'),
];

// Some hundreds of generated pairs, the same ones each time; `npm run test:differential` takes thousands of others.
process.env['COUNT'] ??= '400';
process.env['SEED'] ??= '1';
process.exitCode = await main(process.argv.slice(2));

/** @param {readonly string[]} args */
async function main(args) {
  const only = args[0] === '--only' ? (args[1] ?? '').split(',').filter((name) => name !== '') : undefined;
  const unknown = only?.filter((name) => !parts.some((p) => p.name === name)) ?? [];
  if ((args.length > 0 && only === undefined) || only?.length === 0 || unknown.length > 0) {
    console.error(`${unknown.length > 0 ? `no such part: ${unknown.join(', ')}\n` : ''}usage: npm test [-- --only PART,PART]\nparts: ${parts.map((p) => p.name).join(' ')}`);
    return 2;
  }
  /** @type {Row[]} */
  const rows = [];
  for (const part of parts) {
    if (only !== undefined && !only.includes(part.name)) continue;
    console.log(`\n== ${part.name}`);
    const start = Date.now();
    const counts = await runPart(part);
    rows.push({
      name: part.name, seconds: (Date.now() - start) / 1000, notes: counts.flatMap((c) => c.notes),
      passed: counts.reduce((sum, c) => sum + c.passed, 0), failed: counts.reduce((sum, c) => sum + c.failed, 0),
    });
  }
  return summarise(rows, only !== undefined);
}

/**
 * @param {Part} part
 * @returns {Promise<readonly Counts[]>}
 */
async function runPart(part) {
  if (secondsLeft() <= 1) return [single(`not begun: ${limitSeconds / 60} minutes are over`)];
  try {
    return [await part.run()].flat();
  } catch (error) {
    return [single(error instanceof Error ? error.stack ?? error.message : String(error))];
  }
}

/**
 * @param {readonly Row[]} rows
 * @param {boolean} partial
 * @returns {number} exit code
 */
function summarise(rows, partial) {
  const passed = rows.reduce((sum, row) => sum + row.passed, 0);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  const lines = ['', `${'part'.padEnd(14)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'seconds'.padStart(9)}`];
  for (const row of rows) {
    lines.push(`${row.name.padEnd(14)}${String(row.passed).padStart(8)}${String(row.failed).padStart(8)}${row.seconds.toFixed(1).padStart(9)}`);
    for (const note of row.notes.slice(0, 20)) lines.push(`  failed: ${note.split('\n')[0]}`);
    if (row.notes.length > 20) lines.push(`  failed: ${row.notes.length - 20} more`);
  }
  lines.push(`${''.padEnd(30)}${((Date.now() - begun) / 1000).toFixed(1).padStart(9)}`);
  if (partial) lines.push('', 'A partial run: only the parts above.');
  fs.writeSync(1, `${lines.join('\n')}\n\n${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}
