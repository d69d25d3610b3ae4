// Bundles and runs the fuzzer (test/fuzz): `npm run fuzz -- KIND --seconds N [--seed S] [--case I]`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';
import { nodeBundle } from './assembly.mjs';

process.chdir(path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..'));
const outdir = 'out/fuzz';
// Named files stay in place between runs; what a run finds lies beside them.
await build({
  ...nodeBundle, entryPoints: { main: 'test/fuzz/main.ts', child: 'test/fuzz/child.ts' }, outdir, sourcemap: true, packages: 'external',
});
const run = spawnSync(process.execPath, ['--enable-source-maps', `${outdir}/main.js`, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(run.status ?? 1);
