// npm run conformance:KIND -- ARGS: bundles server/conformance/KIND.ts and runs its main.
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './run.mjs';

const [kind = '', ...words] = process.argv.slice(2);
const outfile = path.join(root, 'out', 'conformance', `${kind}.cjs`);
await build({ entryPoints: [path.join(root, 'server', 'conformance', `${kind}.ts`)], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' });
/** @type {{ main: (words: readonly string[]) => number }} */
const { main } = (await import(pathToFileURL(outfile).href)).default;
process.exitCode = main(words);
