// Tests the injection grammar against VS Code's own C grammar, which lies in the installed host: assertions in test/golden/grammar/*.c.
// `node .build/grammar.mjs`; installs the host when it is not there.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureHost, host } from './host.mjs';
import { root, run } from './run.mjs';

const problem = await ensureHost();
if (problem !== undefined) {
  console.error(`grammar: VS Code's C grammar is not there: ${problem}`);
  process.exit(1);
}
const syntaxes = path.join(host.extensions, 'cpp', 'syntaxes');
const grammars = ['c.tmLanguage.json', 'platform.tmLanguage.json'].flatMap((name) => ['-g', path.join(syntaxes, name)]);
const tests = fs.readdirSync(path.join(root, 'test/golden/grammar')).filter((name) => name.endsWith('.c'));
if (tests.length === 0) {
  console.error('grammar: no tests in test/golden/grammar');
  process.exit(1);
}
const tool = path.join(root, 'node_modules', 'vscode-tmgrammar-test', 'dist', 'unit.js');
const result = await run(process.execPath, [tool, ...grammars, ...tests.map((name) => `test/golden/grammar/${name}`)], { quiet: true, timeoutSeconds: 60 });
// The C grammar can embed assembler, whose grammars VS Code does not ship either.
console.log(result.output.split('\n').filter((line) => !line.startsWith('grammar not found for "source.')).join('\n').trim());
if (!result.ok) {
  console.error(`grammar: ${result.why}`);
  process.exit(1);
}
