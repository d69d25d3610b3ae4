/**
 * Finds the stems of the word table in bytes. The caller fills `bytes` and asks `scan`; nothing is decoded to text.
 */
import type { WordFamily, WordSet } from './words';
import { anchorModule, readAheadBytes, type AnchorTables } from './simdModule';

interface Stem {
  readonly bytes: Uint8Array;
  /** Offset of the three bytes that are searched for. */
  readonly anchorOffset: number;
  readonly bit: number;
}

export interface Matcher {
  /** Where text goes; `capacityBytes` of it may be filled. */
  readonly bytes: Uint8Array;
  readonly capacityBytes: number;
  /** A chunk that is not the last must overlap the next one by this much. */
  readonly overlapBytes: number;
  readonly kind: 'simd' | 'plain';
  /**
   * Families found in bytes[start, end). bytes[start - 1], when start > 0, counts as what stands before. `last`: the text
   * ends at `end`; else a stem that could go on behind `end` is left for the next chunk.
   */
  scan(start: number, end: number, last: boolean): WordSet;
}

function makeStems(families: readonly WordFamily[]): Stem[] {
  return families.flatMap(({ stems, anchor }, index) => stems.map((text) => ({
    bytes: Uint8Array.from(text, (c) => c.charCodeAt(0)),
    anchorOffset: anchor === undefined ? 0 : Math.max(0, text.toLowerCase().indexOf(anchor.toLowerCase())),
    bit: 1 << index,
  })));
}

const anchorOf = (stem: Stem): string => String.fromCharCode(...stem.bytes.subarray(stem.anchorOffset, stem.anchorOffset + 3));

/** Anchors that are alike but for case share a group, so that a group mixes few bytes. */
function makeTables(stems: readonly Stem[]): AnchorTables {
  const low = [0, 1, 2].map(() => new Uint8Array(16));
  const high = [0, 1, 2].map(() => new Uint8Array(16));
  const groups = new Map<string, number>();
  for (const stem of stems) {
    const key = anchorOf(stem).toLowerCase();
    const group = groups.get(key) ?? groups.size % 8;
    groups.set(key, group);
    for (let k = 0; k < 3; k++) {
      const byte = stem.bytes[stem.anchorOffset + k] ?? 0;
      const lowTable = low[k];
      const highTable = high[k];
      if (lowTable === undefined || highTable === undefined) continue;
      lowTable[byte & 15] = (lowTable[byte & 15] ?? 0) | (1 << group);
      highTable[byte >> 4] = (highTable[byte >> 4] ?? 0) | (1 << group);
    }
  }
  return { low, high };
}

/** 1 for ASCII letters and digits: the bytes that make a stem part of a longer segment. */
const joins = new Uint8Array(256);
for (const c of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') joins[c.charCodeAt(0)] = 1;

type Next = (from: number, end: number) => number;

/**
 * The same search without SIMD, for hosts that have none. Looks at the last byte of a window of three and steps on by as
 * much as that byte allows (Boyer-Moore-Horspool over a set; Wu and Manber).
 */
function plainNext(bytes: Uint8Array, stems: readonly Stem[]): Next {
  const step = new Uint8Array(256).fill(3);
  const starts = new Uint8Array(256);
  const seconds = new Uint8Array(256);
  for (const stem of stems) {
    for (let k = 0; k < 3; k++) {
      const byte = stem.bytes[stem.anchorOffset + k] ?? 0;
      step[byte] = Math.min(step[byte] ?? 3, 2 - k);
    }
    starts[stem.bytes[stem.anchorOffset] ?? 0] = 1;
    seconds[stem.bytes[stem.anchorOffset + 1] ?? 0] = 1;
  }
  return (from, end) => {
    for (let at = from + 2; at < end + 2;) {
      const by = step[bytes[at] ?? 0] ?? 1;
      if (by !== 0) at += by;
      else if (starts[bytes[at - 2] ?? 0] === 1 && seconds[bytes[at - 1] ?? 0] === 1) return at - 2;
      else at++;
    }
    return end;
  };
}

/** The compiled search for these words, to be shared among threads; undefined on a host without SIMD. */
export function compileSearch(families: readonly WordFamily[]): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(anchorModule(makeTables(makeStems(families))));
  } catch {
    return undefined;
  }
}

function simdNext(module: WebAssembly.Module | undefined, memory: WebAssembly.Memory): Next | undefined {
  if (module === undefined) return undefined;
  const { next } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  // The module is ours and exports exactly this function (simdModule.ts).
  return typeof next === 'function' ? (next as Next) : undefined;
}

export interface MatcherOptions {
  /** Room for text; default 256 KiB, which stays in the second-level cache between reading and looking. */
  readonly capacityBytes?: number;
  /** From `compileSearch` for the same words; without it the plain search is used. */
  readonly module?: WebAssembly.Module | undefined;
}

export function makeMatcher(families: readonly WordFamily[], options: MatcherOptions = {}): Matcher {
  const stems = makeStems(families);
  const capacityBytes = options.capacityBytes ?? 256 * 1024;
  const pages = Math.ceil((capacityBytes + readAheadBytes) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages });
  const bytes = new Uint8Array(memory.buffer);
  const simd = simdNext(options.module, memory);
  const next = simd ?? plainNext(bytes, stems);
  const longest = Math.max(...stems.map((stem) => stem.bytes.length));
  const all = stems.reduce((bits, stem) => bits | stem.bit, 0);

  /** Stems by first byte of their anchor. */
  const byAnchor: (readonly Stem[] | undefined)[] = new Array<readonly Stem[] | undefined>(256).fill(undefined);
  for (const stem of stems) {
    const first = stem.bytes[stem.anchorOffset] ?? 0;
    byAnchor[first] = [...(byAnchor[first] ?? []), stem];
  }

  function holds(stem: Stem, at: number, start: number, end: number, last: boolean): boolean {
    const length = stem.bytes.length;
    if (at < start || at + length > end) return false;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== stem.bytes[i]) return false;
    if (at > 0 && joins[bytes[at - 1] ?? 0] === 1) return false;
    return at + length < end ? joins[bytes[at + length] ?? 0] === 0 : last;
  }

  return {
    bytes,
    capacityBytes,
    overlapBytes: longest + 1,
    kind: simd === undefined ? 'plain' : 'simd',
    scan(start, end, last) {
      let found = 0;
      for (let at = next(start, end); at < end; at = next(at + 1, end)) {
        const candidates = byAnchor[bytes[at] ?? 0];
        if (candidates === undefined) continue;
        for (const stem of candidates) {
          if ((found & stem.bit) === 0 && holds(stem, at - stem.anchorOffset, start, end, last)) found |= stem.bit;
        }
        if (found === all) break;
      }
      return found;
    },
  };
}
