// Bundles one program for a test: `node .build/bundle.mjs ENTRY OUTFILE [ENTRY OUTFILE ...]`.
import { build } from 'esbuild';
import { nodeBundle } from './assembly.mjs';

const [, , ...words] = process.argv;
for (let i = 0; i + 1 < words.length; i += 2) {
  await build({ ...nodeBundle, entryPoints: [words[i]], outfile: words[i + 1] });
}
