// Holds the pictures of docs/kho.md to what the simulator prints of the scenarios: compares, or with `--write` makes them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';
import { nodeBundle } from './assembly.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const bundle = path.join(root, 'out', 'pictures.cjs');
mkdirSync(path.dirname(bundle), { recursive: true });
await build({ ...nodeBundle, entryPoints: ['test/golden/scenarios/run.ts'], outfile: bundle });
const { documentWithPictures, PICTURED } = (await import(bundle)).default;
const there = readFileSync(PICTURED, 'utf8');
const wanted = documentWithPictures();
if (there === wanted) process.exit(0);
if (!process.argv.includes('--write')) {
  console.error(`${PICTURED} has other pictures than the simulator prints; run: node .build/pictures.mjs --write`);
  process.exit(1);
}
writeFileSync(PICTURED, wanted);
