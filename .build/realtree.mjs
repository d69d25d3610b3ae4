// `npm run realtree -- DIR`: lists the KSTATE descriptions of a folder. Builds the command line when it is missing or older than its sources.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const cli = path.join(root, 'dist', 'cli.js');
const newest = (folder) => Math.max(0, ...readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => statSync(path.join(entry.parentPath ?? entry.path, entry.name)).mtimeMs));
if (!existsSync(cli) || statSync(cli).mtimeMs < newest(path.join(root, 'server'))) {
  const built = spawnSync(process.execPath, [path.join(root, '.build', 'build.mjs')], { stdio: ['ignore', 2, 2] });
  if (built.status !== 0) process.exit(built.status ?? 2);
}
const run = spawnSync(process.execPath, [cli, 'realtree', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(run.status ?? 2);
