// Bundles and runs the fuzzer (test/fuzz): `npm run fuzz -- KIND --seconds N [--seed S] [--case I]`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';
import { assembly } from './assembly.mjs';

process.chdir(path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..'));
const outdir = 'out/fuzz';
// Named files stay in place between runs; what a run finds lies beside them.
await build({
  entryPoints: { main: 'test/fuzz/main.ts', child: 'test/fuzz/child.ts' },
  outdir, bundle: true, platform: 'node', target: 'node20', format: 'esm', outExtension: { '.js': '.mjs' },
  banner: { js: "import { createRequire as require_ } from 'node:module'; import { dirname as dirname_ } from 'node:path'; import { fileURLToPath as path_ } from 'node:url';\nconst require = require_(import.meta.url); const __filename = path_(import.meta.url); const __dirname = dirname_(__filename);" }, sourcemap: true, packages: 'external', logLevel: 'warning', plugins: [assembly],
});
const run = spawnSync(process.execPath, ['--enable-source-maps', `${outdir}/main.mjs`, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(run.status ?? 1);
