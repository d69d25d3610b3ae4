/** One run of the tracker in a process of its own: `trackerOnce bitmap|radix PAGES GIB`. Prints JSON: milliseconds, memory, what was read back. */
import process from 'node:process';
import { BitmapTracker } from '../../server/formats/bitmapChunks';
import { readChunks } from '../../server/formats/bitmapChunksRead';
import type { BlockList } from '../../server/formats/blockList';
import { memoryOfPages } from '../../server/formats/physicalMemory';
import { radixGeometry } from '../../server/formats/radixKey';
import { RadixTracker } from '../../server/formats/radixTree';
import { readRadixTree } from '../../server/formats/radixTreeRead';
import { checksum, scatteredPages } from './trackerPages';

const [kind = 'bitmap', count = '4000000', gib = '1024'] = process.argv.slice(2);
const began = performance.now();
const pages = scatteredPages(Number(count), Number(gib) << 18);
let next = 1n << 41n;
const allocate = (sizeBytes: number): bigint => {
  const phys = next;
  next += BigInt(sizeBytes);
  return phys;
};

const t0 = performance.now();
let t1: number;
let t2: number;
let blocks: BlockList;
if (kind === 'radix') {
  const geometry = radixGeometry(12);
  const tracker = new RadixTracker(geometry);
  tracker.markAll(pages, 0);
  t1 = performance.now();
  const { rootPhys, pages: made } = tracker.encode(allocate, 'little');
  t2 = performance.now();
  ({ blocks } = readRadixTree(memoryOfPages(made), rootPhys, geometry, 'little'));
} else {
  const geometry = { pageShift: 12, bitmapBytes: 4096 };
  const tracker = new BitmapTracker(geometry);
  tracker.markAll(pages, 0);
  t1 = performance.now();
  const { firstPhys, pages: made } = tracker.encode(allocate, 'little');
  t2 = performance.now();
  ({ blocks } = readChunks(memoryOfPages(made), firstPhys, geometry, 'little'));
}
const t3 = performance.now();
const sum = checksum(blocks.pfns.subarray(0, blocks.count));
process.stdout.write(JSON.stringify({
  listMs: t0 - began, markMs: t1 - t0, encodeMs: t2 - t1, decodeMs: t3 - t2, totalMs: t3 - t0, distinct: blocks.count, sum: sum.toString(16).padStart(16, '0'), peakMb: process.resourceUsage().maxRSS / 1024,
}));
