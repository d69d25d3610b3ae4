/**
 * What the last scan found, so that the next one only asks for each file's stamp. One binary file per root:
 *
 *   header  8 u32: magic, version, hash of the word table (2), number of records, checksum of the records, 0, 0
 *   record  48 bytes: path hash (2 u32), f64 size, f64 mtime in ms, f64 ctime in ms, f64 inode, u32 word set, u32 0
 *
 * in the byte order of the machine (the magic tells another one). No path is stored: a record counts only when the
 * 64-bit hash of the path and the whole stamp agree. Whatever is odd about the file makes it count as absent.
 */
import type { FileStamp } from './scanFs';
import { wordTableKey, type WordFamily, type WordSet } from './words';

const magic = 0x4b485453;
const version = 1;
const headerBytes = 32;
export const recordBytes = 48;

export interface PathHash {
  a: number;
  b: number;
}

/** FNV-1a with two offset bases, continued from `from`: hash a folder once, then each of its names. */
export function hashText(text: string, from: PathHash = { a: 0x811c9dc5, b: 0x9747b28c }): PathHash {
  let { a, b } = from;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + (i << 16)), 0x01000193);
    b ^= b >>> 15;
  }
  return { a: a >>> 0, b: b >>> 0 };
}

function checksum(words: Uint32Array): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) {
    sum = Math.imul(sum ^ (words[i] ?? 0), 0x01000193);
    sum ^= sum >>> 17;
  }
  return sum >>> 0;
}

/** Records in shared memory, with an index that every worker can use. */
export interface CacheMemory {
  readonly records: SharedArrayBuffer;
  /** Open addressing by the first hash: record number + 1, or 0. Its length is a power of two. */
  readonly index: SharedArrayBuffer;
}

export type CacheReading = { readonly ok: true; readonly memory: CacheMemory; readonly count: number } | { readonly ok: false; readonly why: string };

/** Reads a cache file's bytes. `why` says what is wrong with it, in words for a person. */
export function readCache(file: Uint8Array, families: readonly WordFamily[]): CacheReading {
  if (file.length < headerBytes) return { ok: false, why: 'is too short' };
  // A copy, because a Buffer's own slice is a view into a larger pool.
  const header = new Uint32Array(new Uint8Array(file.subarray(0, headerBytes)).buffer);
  const [fileMagic, fileVersion, tableA, tableB, count = 0, sum] = header;
  if (fileMagic !== magic) return { ok: false, why: 'is no tree scan cache of this machine' };
  if (fileVersion !== version) return { ok: false, why: `has version ${String(fileVersion)}, this program writes ${String(version)}` };
  const table = hashText(wordTableKey(families));
  if (tableA !== table.a || tableB !== table.b) return { ok: false, why: 'was made for other words' };
  if (file.length !== headerBytes + count * recordBytes) return { ok: false, why: 'has lost its end' };
  const records = new SharedArrayBuffer(count * recordBytes);
  new Uint8Array(records).set(file.subarray(headerBytes));
  const words = new Uint32Array(records);
  if (checksum(words) !== sum) return { ok: false, why: 'is damaged' };
  let slots = 16;
  while (slots < count * 2) slots *= 2;
  const index = new SharedArrayBuffer(slots * 4);
  const table32 = new Int32Array(index);
  for (let record = 0; record < count; record++) {
    let slot = (words[record * (recordBytes / 4)] ?? 0) & (slots - 1);
    while (table32[slot] !== 0) slot = (slot + 1) & (slots - 1);
    table32[slot] = record + 1;
  }
  return { ok: true, memory: { records, index }, count };
}

export class CacheLookup {
  private readonly ints: Uint32Array;
  private readonly floats: Float64Array;
  private readonly index: Int32Array;

  constructor(memory: CacheMemory) {
    this.ints = new Uint32Array(memory.records);
    this.floats = new Float64Array(memory.records);
    this.index = new Int32Array(memory.index);
  }

  /** The words of that file as it stands; undefined when it is not known or has changed. */
  find(hash: PathHash, stamp: FileStamp): WordSet | undefined {
    const { ints, floats, index } = this;
    const mask = index.length - 1;
    for (let slot = hash.a & mask, left = index.length; left > 0; slot = (slot + 1) & mask, left--) {
      const entry = index[slot] ?? 0;
      if (entry === 0) return undefined;
      const int = (entry - 1) * (recordBytes / 4);
      if (ints[int] !== hash.a || ints[int + 1] !== hash.b) continue;
      const float = (entry - 1) * (recordBytes / 8) + 1;
      if (floats[float] !== stamp.size || floats[float + 1] !== stamp.mtimeMs) return undefined;
      return floats[float + 2] === stamp.ctimeMs && floats[float + 3] === stamp.ino ? ints[int + 10] : undefined;
    }
    return undefined;
  }
}

/** Collects the records of one worker. */
export class CacheRecords {
  private bytes = new ArrayBuffer(1024 * recordBytes);
  private ints = new Uint32Array(this.bytes);
  private floats = new Float64Array(this.bytes);
  private count = 0;

  add(hash: PathHash, stamp: FileStamp, words: WordSet): void {
    if ((this.count + 1) * recordBytes > this.bytes.byteLength) {
      const bigger = new ArrayBuffer(this.bytes.byteLength * 2);
      new Uint8Array(bigger).set(new Uint8Array(this.bytes));
      this.bytes = bigger;
      this.ints = new Uint32Array(bigger);
      this.floats = new Float64Array(bigger);
    }
    const int = this.count * (recordBytes / 4);
    const float = this.count * (recordBytes / 8) + 1;
    this.ints[int] = hash.a;
    this.ints[int + 1] = hash.b;
    this.floats[float] = stamp.size;
    this.floats[float + 1] = stamp.mtimeMs;
    this.floats[float + 2] = stamp.ctimeMs;
    this.floats[float + 3] = stamp.ino;
    this.ints[int + 10] = words;
    this.count++;
  }

  /** Its records, cut to size. */
  finish(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes, 0, this.count * recordBytes).slice();
  }
}

/** The bytes of a cache file with the records of all workers. */
export function writeCache(parts: readonly Uint8Array[], families: readonly WordFamily[]): Uint8Array {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const file = new Uint8Array(headerBytes + total);
  let at = headerBytes;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  const table = hashText(wordTableKey(families));
  new Uint32Array(file.buffer, 0, headerBytes / 4)
    .set([magic, version, table.a, table.b, total / recordBytes, checksum(new Uint32Array(file.buffer, headerBytes)), 0, 0]);
  return file;
}
