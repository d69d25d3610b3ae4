// `npm run test:differential`: the tests against compilers with the counts of a long run. `npm test` runs the same with small ones.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { root } from './run.mjs';

const env = { COUNT: '10000', COUNT_CROSS: '1000', ...process.env };
console.log(`${env.COUNT} of each kind for x86_64, ${env.COUNT_CROSS} for each other target (COUNT, COUNT_CROSS)`);
const run = spawnSync(process.execPath, ['.build/mocha.mjs', 'differential', '--timeout', '3600000', ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' });
process.exitCode = run.status ?? 1;
