// Bundles and runs the benches (test/bench): `npm run bench [-- NAME…] [--tree DIR] [--build DIR] [--pairs N] [--tracker FILE.c]`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';
import { nodeBundle } from './assembly.mjs';

process.chdir(path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..'));
const outdir = 'out/bench';
await build({
  entryPoints: { main: 'test/bench/main.ts', scanOnce: 'test/bench/scanOnce.ts', trackerOnce: 'test/bench/trackerOnce.ts', decodeOnce: 'test/bench/decodeOnce.ts', simulateOnce: 'test/bench/simulateOnce.ts', treeScanWorker: 'server/treeScanWorker.ts' },
  ...nodeBundle, outdir, sourcemap: true, minifySyntax: true,
});
const run = spawnSync(process.execPath, [`${outdir}/main.js`, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(run.status ?? 1);
