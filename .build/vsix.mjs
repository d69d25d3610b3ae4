// Packages what `npm run build` made into out/kexec-handover.vsix. What goes in stands in package.json under `files`.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { root, run } from './run.mjs';

fs.mkdirSync(path.join(root, 'out'), { recursive: true });
const result = await run(process.execPath, [path.join('node_modules', '@vscode', 'vsce', 'vsce'), 'package', '--no-dependencies', '--allow-missing-repository',
  '--skip-license', '--no-rewrite-relative-links', '--out', path.join('out', 'kexec-handover.vsix')]);
process.exitCode = result.ok ? 0 : 1;
