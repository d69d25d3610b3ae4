// Bundles the command line, the language server, its workers, the extension and its panels into dist/. What is run as a program
// loads its bundle with compiled code kept from an earlier run (server/start/bundle.ts). `--watch` rebuilds on change.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build, context } from 'esbuild';
import { assembly, nodeBundle } from './assembly.mjs';
import { makeCodeCaches } from './codeCaches.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const watch = process.argv.includes('--watch');
if (!watch) rmSync('dist', { recursive: true, force: true });

const node = { ...nodeBundle, sourcemap: true, minifySyntax: true, minifyWhitespace: true, charset: 'ascii' };
const browser = { bundle: true, platform: 'browser', target: 'es2022', format: 'esm', sourcemap: true, logLevel: 'warning', plugins: [assembly], minify: true, loader: { '.css': 'css' } };
const targets = [
  { ...node, entryPoints: ['server/start/cli.ts'], outfile: 'dist/cli.js', banner: { js: '#!/usr/bin/env node' } },
  { ...node, entryPoints: ['server/start/server.ts'], outfile: 'dist/server.js' },
  { ...node, entryPoints: ['server/cliMain.ts'], outfile: 'dist/cliMain.js' },
  { ...node, entryPoints: ['server/serverMain.ts'], outfile: 'dist/serverMain.js' },
  { ...node, entryPoints: ['server/dumpWorker.ts'], outfile: 'dist/dumpWorker.js' },
  { ...node, entryPoints: ['server/otherFilesWorker.ts'], outfile: 'dist/otherFilesWorker.js' },
  { ...node, entryPoints: ['server/scenarioWorker.ts'], outfile: 'dist/scenarioWorker.js' },
  { ...node, entryPoints: ['server/treeIndexWorker.ts'], outfile: 'dist/treeIndexWorker.js' },
  { ...node, entryPoints: ['server/treeScanWorker.ts'], outfile: 'dist/treeScanWorker.js' },
  { ...node, entryPoints: ['extension/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
  { ...browser, entryPoints: ['webview/main.ts'], outfile: 'dist/webview.js' },
  { ...browser, entryPoints: ['webview/layoutMain.ts'], outfile: 'dist/layout.js' },
  { ...browser, entryPoints: ['webview/dumpMain.ts'], outfile: 'dist/dump.js' },
];
for (const target of targets) {
  if (watch) await (await context(target)).watch();
  else await build(target);
}
if (!watch) await makeCodeCaches();
