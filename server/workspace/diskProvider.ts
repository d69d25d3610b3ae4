/**
 * Reads source text from the disk for the core. Texts are cached by modification time and size; nothing here throws.
 *
 * Kernel sources hold a few files that are not UTF-8: those are read as Latin-1, where every byte is a character, so that offsets stay usable.
 */
import { isAscii } from 'node:buffer';
import { closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import type { Stats } from 'node:fs';
import type { SourceProvider, SourceResult } from '../c/source';
import { reasonOf } from './openRegular';

/** Larger files are no C source that a person wrote. */
export const MAX_SOURCE_BYTES = 64 * 1024 * 1024;
const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;

const MISSING: SourceResult = { ok: false, reason: 'missing' };

interface CachedText {
  readonly mtimeMs: number;
  readonly sizeBytes: number;
  readonly ino: number;
  /** Statistics were read in this epoch; within one epoch the disk is not asked again. */
  epoch: number;
  readonly result: SourceResult;
}

export interface DiskProviderOptions {
  readonly maxFileBytes?: number;
  readonly maxCacheBytes?: number;
}

export class DiskProvider implements SourceProvider {
  private readonly cache = new Map<string, CachedText>();
  /** Folders asked for in this epoch because a file in them is missing: whether they are missing, too. */
  private readonly folderMissing = new Map<string, boolean>();
  private cachedBytes = 0;
  private epoch = 0;
  private readonly maxFileBytes: number;
  private readonly maxCacheBytes: number;
  /** Files that were not valid UTF-8 and were read as Latin-1. */
  readonly latin1 = new Set<string>();

  constructor(options: DiskProviderOptions = {}) {
    this.maxFileBytes = options.maxFileBytes ?? MAX_SOURCE_BYTES;
    this.maxCacheBytes = options.maxCacheBytes ?? DEFAULT_CACHE_BYTES;
  }

  /**
   * From here on the disk is asked again (once per file) whether it changed. Call it when an edit, a save or a file event may have
   * changed something; between two calls every file has one text, so that a unit never sees two states of it.
   */
  refresh(): void {
    this.epoch++;
    this.folderMissing.clear();
  }

  revision(): string {
    return String(this.epoch);
  }

  read(path: string): SourceResult {
    const known = this.cache.get(path);
    if (known !== undefined && known.epoch === this.epoch) return known.result;
    let stats: Stats | undefined;
    let result: SourceResult | undefined;
    // Most questions are for headers that stand in another include folder: many have no such folder at all.
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (this.folderMissing.get(folder) === true) return MISSING;
    try {
      // An exception for each would cost more than the answer.
      stats = statSync(path, { throwIfNoEntry: false });
      if (stats === undefined) {
        result = MISSING;
        if (folder !== '' && !this.folderMissing.has(folder)) this.folderMissing.set(folder, statSync(folder, { throwIfNoEntry: false }) === undefined);
      }
    } catch (error) {
      result = failure(error);
    }
    if (stats !== undefined && known !== undefined && known.mtimeMs === stats.mtimeMs && known.sizeBytes === stats.size && known.ino === stats.ino) {
      known.epoch = this.epoch;
      return known.result;
    }
    result ??= stats === undefined ? { ok: false, reason: 'unreadable' } : this.load(path, stats);
    this.remember(path, {
      mtimeMs: stats?.mtimeMs ?? -1, sizeBytes: stats?.size ?? -1, ino: stats?.ino ?? -1, epoch: this.epoch, result,
    });
    return result;
  }

  /** The identity that `read` would give, or the reason why there is no text, without reading the text. */
  stateOf(path: string): string {
    const known = this.cache.get(path);
    if (known !== undefined && known.epoch === this.epoch) return known.result.ok ? known.result.identity : known.result.reason;
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined ? 'missing' : stats.isFile() ? identityOf(stats) : stats.isDirectory() ? 'folder' : 'unreadable';
    } catch (error) {
      const failed = failure(error);
      return failed.ok ? failed.identity : failed.reason;
    }
  }

  private load(path: string, stats: Stats): SourceResult {
    if (stats.isDirectory()) return { ok: false, reason: 'folder' };
    // A FIFO or device would block or never end.
    if (!stats.isFile()) return { ok: false, reason: 'unreadable', detail: 'not a regular file' };
    if (stats.size > this.maxFileBytes) {
      return { ok: false, reason: 'unreadable', detail: `${stats.size} bytes, more than the limit of ${this.maxFileBytes}` };
    }
    let bytes: Buffer;
    try {
      bytes = readBytes(path, stats.size);
    } catch (error) {
      return failure(error);
    }
    const decoded = decodeSource(bytes);
    if (decoded.encoding === 'latin1') this.latin1.add(path);
    else this.latin1.delete(path);
    return { ok: true, text: decoded.text, identity: identityOf(stats) };
  }

  private remember(path: string, entry: CachedText): void {
    const before = this.cache.get(path);
    if (before !== undefined) {
      this.cachedBytes -= costOf(before);
      this.cache.delete(path);
    }
    this.cache.set(path, entry);
    this.cachedBytes += costOf(entry);
    for (const [oldest, old] of this.cache) {
      if (this.cachedBytes <= this.maxCacheBytes || oldest === path) break;
      this.cache.delete(oldest);
      this.cachedBytes -= costOf(old);
    }
  }
}

function identityOf(stats: Stats): string {
  return `disk:${stats.mtimeMs}:${stats.size}:${stats.ino}`;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** UTF-8 (a byte order mark is dropped), else Latin-1. */
export function decodeSource(bytes: Uint8Array): { readonly text: string; readonly encoding: 'utf8' | 'latin1' } {
  const latin1 = (): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  // ASCII is both, and this the quicker way.
  if (isAscii(bytes)) return { text: latin1(), encoding: 'utf8' };
  try {
    return { text: utf8.decode(bytes), encoding: 'utf8' };
  } catch {
    return { text: latin1(), encoding: 'latin1' };
  }
}

/** Kept from file to file. */
let scratch = Buffer.allocUnsafeSlow(1 << 18);
const MAX_KEPT_BYTES = 4 << 20;

/**
 * The first `sizeBytes` bytes of what was a regular file a moment ago, or all of it: they are good until the next call. Should another have
 * taken its place meanwhile, a FIFO does not block, and of a device no more is read than that.
 */
function readBytes(path: string, sizeBytes: number): Buffer {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    let buffer = scratch;
    if (buffer.length < sizeBytes) {
      buffer = Buffer.allocUnsafeSlow(sizeBytes);
      if (sizeBytes <= MAX_KEPT_BYTES) scratch = buffer;
    }
    let filled = 0;
    while (filled < sizeBytes) {
      const got = readSync(fd, buffer, filled, sizeBytes - filled, filled);
      if (got === 0) break;
      filled += got;
    }
    return buffer.subarray(0, filled);
  } finally {
    closeSync(fd);
  }
}

function costOf(entry: CachedText): number {
  return 200 + (entry.result.ok ? entry.result.text.length : 0);
}

function failure(error: unknown): SourceResult {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: false, reason: 'missing' };
  if (code === 'EISDIR') return { ok: false, reason: 'folder' };
  return { ok: false, reason: 'unreadable', detail: reasonOf(error) };
}

function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
