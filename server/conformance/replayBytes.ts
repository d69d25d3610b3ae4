/** Bytes that the engine made beside those that a kernel left in memory, page by page, with the few that need not be the same named one by one. */
import { hexBytes } from '../formats/text';
import type { PhysicalMemory, PlacedPage } from '../formats/physicalMemory';
import { hex } from '../formats/problem';
import type { Difference } from './imageCompare';
import type { Replay } from './replayTruth';

interface Exception {
  readonly page: string;
  /** Bytes from the area's start that the kernel defines. */
  readonly definedBytes: (replay: Replay, pageBytes: number) => number;
  /** Whether an image may lack the pages behind them. */
  readonly mayLack: boolean;
  readonly reason: string;
}

/**
 * Everything else is compared to the last byte of its page, and must be in the image: kho_alloc_preserve() and get_zeroed_page() give zeros, fdt_create() clears its
 * buffer, memfd's array is zeroed, and what libfdt leaves behind a tree is made by the encoders, too (KHO facts 1.2, 2.2, 2.4, 7.2).
 */
const EXCEPTIONS: readonly Exception[] = [
  {
    page: 'kho_test vmalloc page', definedBytes: ({ testKho }) => (testKho?.folios.length ?? 0) * 8, mayLack: false,
    reason: 'lib/test_kho fills its array word by word and nothing says that the rest of the last page was cleared',
  },
  {
    page: 'kho_test FDT', definedBytes: (_replay, pageBytes) => pageBytes, mayLack: true,
    reason: 'the folio is larger than the tree in it: what lies behind the tree\'s page is the writer\'s scratch space, which nobody reads',
  },
];

export interface BytesCompared {
  /** Pages that are the same. */
  readonly passed: number;
  readonly differences: readonly Difference[];
  /** Parts that were left out, each with its reason. */
  readonly leftOut: readonly string[];
}

/** @param nameOf what lies at the start of an area that was handed out */
export function compareBytes(pages: readonly PlacedPage[], nameOf: (phys: bigint) => string, memory: PhysicalMemory, replay: Replay): BytesCompared {
  const pageBytes = 2 ** replay.pageShift;
  const differences: Difference[] = [];
  const leftOut: string[] = [];
  const seenBytes = new Map<string, number>();
  let passed = 0;
  for (const { phys, bytes } of pages) {
    const name = nameOf(phys);
    const exception = EXCEPTIONS.find((one) => one.page === name);
    const before = seenBytes.get(name) ?? 0;
    seenBytes.set(name, before + bytes.length);
    for (let at = 0; at < bytes.length; at += pageBytes) {
      const place = `${name} at ${hex(phys + BigInt(at))}`;
      const ours = bytes.subarray(at, at + pageBytes);
      const defined = exception === undefined ? ours.length : Math.min(ours.length, Math.max(0, exception.definedBytes(replay, pageBytes) - before - at));
      const real = memory.read(phys + BigInt(at), ours.length);
      if (exception !== undefined && defined < ours.length) leftOut.push(`${place}: ${String(ours.length - defined)} bytes: ${exception.reason}`);
      const difference = real === undefined ? (exception?.mayLack === true && defined === 0 ? undefined : { key: place, expected: 'the page in the image', found: 'none' }) : firstDifference(place, real.subarray(0, defined), ours);
      if (difference === undefined) passed++;
      else differences.push(difference);
    }
  }
  return { passed, differences, leftOut };
}

const SHOWN_BYTES = 16;

function firstDifference(place: string, real: Uint8Array, ours: Uint8Array): Difference | undefined {
  let at = 0;
  while (at < real.length && real[at] === ours[at]) at++;
  if (at === real.length) return undefined;
  const from = at - at % 8;
  return { key: `${place} byte ${hex(from)}`, expected: hexBytes(real.subarray(from, from + SHOWN_BYTES), ' '), found: hexBytes(ours.subarray(from, from + SHOWN_BYTES), ' ') };
}
