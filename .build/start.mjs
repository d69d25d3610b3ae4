// npm start: installs, builds, and opens the sample workspace with the extension in VS Code: the `code` on PATH, else one in the browser.
// npm start -- --headless: the same check and simulation, in the terminal.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { startCodeServer } from './codeServer.mjs';
import { ensureHost, hostProblem } from './host.mjs';
import { holdSignals, npm, onPath, root, run } from './run.mjs';
import { makeSampleWorkspace, sampleDrivers, sampleNew, sampleOld } from './sample.mjs';
import { ensurePackages, nodeProblem } from './setup.mjs';

const usage = `usage: npm start [-- --headless | --browser]
  --headless   print the findings and the simulated handover of the sample workspace, open nothing
  --browser    VS Code in the browser even when there is a \`code\` on PATH`;

process.exitCode = await main(process.argv.slice(2));

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
async function main(args) {
  const unknown = args.find((arg) => arg !== '--headless' && arg !== '--browser');
  if (unknown !== undefined) return fail(args.includes('--help') ? usage : `unknown option ${unknown}\n${usage}`, 2);
  const problem = nodeProblem() ?? (onPath('git') === undefined ? 'git is not on PATH: the sample workspace needs it' : undefined) ?? await ensurePackages();
  if (problem !== undefined) return fail(problem);
  const build = await npm(['run', '--silent', 'build']);
  if (!build.ok) return fail(`npm run build: ${build.why}`);

  const { folder } = await makeSampleWorkspace(path.join(root, 'out', 'sample-workspace'));
  if (args.includes('--headless')) return headless(folder);
  const code = onPath('code');
  if (code !== undefined && !args.includes('--browser')) return desktop(code, folder);
  return browser(folder);
}

/** @param {string} folder */
async function headless(folder) {
  const cli = path.join(root, 'dist', 'cli.js');
  console.log('# Findings in the sample workspace\n');
  const check = await run(process.execPath, [cli, 'check', path.relative(root, folder)]);
  let worst = check.code ?? 2;
  for (const driver of sampleDrivers()) {
    const [before, after] = [sampleOld, sampleNew].map((kernel) => path.relative(root, path.join(kernel, driver)));
    console.log(`\n# Handover of ${driver}: the old kernel saves, the new one restores\n`);
    const simulation = await run(process.execPath, [cli, 'simulate', '--old', before ?? '', '--new', after ?? '']);
    worst = Math.max(worst, simulation.code ?? 2);
  }
  return worst < 2 ? 0 : fail('the command line did not run to its end');
}

/**
 * @param {string} code
 * @param {string} folder
 */
async function desktop(code, folder) {
  const first = sampleDrivers()[0];
  const open = await run(code, [`--extensionDevelopmentPath=${root}`, '--new-window', folder, ...(first === undefined ? [] : ['--goto', path.join(folder, first)])]);
  if (!open.ok) return fail(`${code}: ${open.why}. \`npm start -- --browser\` opens VS Code in the browser instead.`);
  console.log(`VS Code has ${path.relative(root, folder)} open, with the extension loaded from here.`);
  return 0;
}

/** @param {string} folder */
async function browser(folder) {
  const problem = hostProblem();
  if (problem !== undefined) {
    return fail(`There is no \`code\` on PATH, and ${problem}.\nInstall Visual Studio Code and its \`code\` command, or run \`npm start -- --headless\`.`);
  }
  const failed = await ensureHost();
  if (failed !== undefined) return fail(failed);
  fs.mkdirSync(path.join(root, 'out'), { recursive: true });
  const packed = await npm(['run', '--silent', 'vsix'], { quiet: true });
  if (!packed.ok) return fail(`npm run vsix: ${packed.why}`);

  const server = await startCodeServer({ vsix: [path.join(root, 'out', 'kexec-handover.vsix')] });
  const first = sampleDrivers()[0];
  const payload = first === undefined ? undefined : /** @type {const} */ ([['openFile', server.remote(path.join(folder, first))]]);
  console.log(`\nVS Code with the extension and the sample workspace:\n\n  ${server.url(folder, payload)}\n\nCtrl-C stops it.`);
  holdSignals();
  const asked = new Promise((/** @type {(value: 'asked') => void} */ resolve) => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, () => resolve('asked'));
  });
  const why = await Promise.race([asked, server.exited.then(() => 'ended')]);
  const log = server.log();
  await server.stop();
  return why === 'asked' ? 0 : fail(`VS Code ended by itself:\n${log}`);
}

/**
 * @param {string} message
 * @param {number} [code]
 */
function fail(message, code = 1) {
  console.error(message);
  return code;
}
