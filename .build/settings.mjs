// Holds package.json's `contributes.configuration` to server/shared/settings.ts: compares, or with `--write` makes it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';

process.chdir(path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..'));
const { outputFiles: [bundle] } = await build({ entryPoints: ['server/shared/settings.ts'], bundle: true, format: 'esm', write: false });
const { configurationContribution } = await import(`data:text/javascript;base64,${Buffer.from(bundle.text).toString('base64')}`);
const wanted = configurationContribution();
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
if (JSON.stringify(manifest.contributes.configuration) === JSON.stringify(wanted)) process.exit(0);
if (!process.argv.includes('--write')) {
  console.error('package.json differs from server/shared/settings.ts; run: node .build/settings.mjs --write');
  process.exit(1);
}
manifest.contributes.configuration = wanted;
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
