/** One scan in a process of its own: `node scanOnce.js TREE [CACHE-DIR]`. Prints figures as JSON. */
import { peakMemoryMb } from './run';
import { scanTree } from '../../server/workspace/treeScan/scanTree';

async function main(): Promise<void> {
  const [tree = '.', cacheDir] = process.argv.slice(2);
  const result = await scanTree(tree, { callerHelps: true, ...(cacheDir === undefined ? {} : { cacheDir }) });
  if (!result.ok) {
    console.error(result.message);
    process.exitCode = 2;
    return;
  }
  const paths = result.files.map((file) => file.path.slice(result.root.length + 1));
  console.log(JSON.stringify({ callMs: result.stats.durationMs, peakMb: peakMemoryMb(process.pid), files: result.stats.files, paths }));
}

void main();
