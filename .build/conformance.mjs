// npm run conformance:KIND -- ARGS: bundles server/conformance/KIND.ts and runs its main.
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { nodeBundle } from './assembly.mjs';
import { root } from './run.mjs';

const [kind = '', ...words] = process.argv.slice(2);
const entry = path.join(root, 'server', 'conformance', `${kind}.ts`);
const outfile = path.join(root, 'out', 'conformance', `${kind}.cjs`);
if (!/^\w+$/.test(kind) || !existsSync(entry)) {
  console.error(`conformance: no such kind "${kind}"`);
  process.exit(2);
}
await build({ ...nodeBundle, entryPoints: [entry], outfile });
/** @type {{ main: (words: readonly string[]) => number }} */
const { main } = (await import(pathToFileURL(outfile).href)).default;
try {
  process.exitCode = main(words);
} catch (error) {
  // A fault of ours; what the input can do wrong has its own message.
  console.error(`conformance:${kind} failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
