// Holds schemas/handover.schema.json to server/model/scenario/schema.ts: compares, or with `--write` makes it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';
import { nodeBundle } from './assembly.mjs';

process.chdir(path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..'));
const file = 'schemas/handover.schema.json';
const { outputFiles: [bundle] } = await build({ ...nodeBundle, format: 'esm', entryPoints: ['server/model/scenario/schema.ts'], write: false });
const { scenarioSchema } = await import(`data:text/javascript;base64,${Buffer.from(bundle.text).toString('base64')}`);
const wanted = `${JSON.stringify(scenarioSchema, null, 2)}\n`;
if (process.argv.includes('--write')) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, wanted);
} else if (readFileSync(file, 'utf8') !== wanted) {
  console.error(`${file} differs from server/model/scenario/schema.ts; run: node .build/schema.mjs --write`);
  process.exit(1);
}
