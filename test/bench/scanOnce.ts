/** One index of a tree in a process of its own: `node scanOnce.js TREE [CACHE-DIR]`. Prints figures as JSON. */
import { peakMemoryMb } from './run';
import { buildIndex } from '../../server/workspace/treeIndex/treeIndex';

async function main(): Promise<void> {
  const [tree = '.', cacheDir] = process.argv.slice(2);
  const result = await buildIndex(tree, { callerHelps: true, ...(cacheDir === undefined ? {} : { cacheDir }) });
  if (!result.ok) {
    console.error(result.message);
    process.exitCode = 2;
    return;
  }
  const { index, stats } = result;
  const paths = index.table.paths().map((file) => file.slice(index.root.length + 1));
  console.log(JSON.stringify({
    callMs: stats.durationMs, entriesMs: stats.entriesMs, peakMb: peakMemoryMb(process.pid), files: stats.files, paths, counts: index.table.counts(),
  }));
}

void main();
