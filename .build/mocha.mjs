// Bundles the tests of one layer (test/LAYER/**/*.test.ts) and runs them with mocha: `node .build/mocha.mjs unit [mocha options]`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';
import { nodeBundle } from './assembly.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const [layer, ...rest] = process.argv.slice(2);
if (layer === undefined) { console.error('usage: node .build/mocha.mjs LAYER [mocha options]'); process.exit(2); }
const files = readdirSync(`test/${layer}`, { recursive: true }).map(String).filter((f) => f.endsWith('.test.ts')).sort();
const outdir = `out/test/${layer}`;
await build({
  ...nodeBundle, entryPoints: files.map((f) => `test/${layer}/${f}`), outdir, outbase: `test/${layer}`, sourcemap: true, packages: 'external',
});
const mocha = path.join('node_modules', 'mocha', 'bin', 'mocha.js');
const run = spawnSync(process.execPath, ['--enable-source-maps', mocha, '--timeout', '60000', ...rest, `${outdir}/**/*.test.js`], { stdio: 'inherit' });
process.exit(run.status ?? 1);
