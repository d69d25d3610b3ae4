/**
 * The folders that are still to be scanned, shared by all workers through one SharedArrayBuffer: a worker that finds
 * subfolders puts them there, and whoever is idle takes them. The main thread only looks at the counters.
 *
 * A stack of records (text in UTF-8, then its length), guarded by a lock that is held for the copy of one record.
 */
const LOCK = 0;
/** Bytes in use. */
const TOP = 1;
/** Tasks that were put and are not done, those in hand included. 0: the scan is complete. */
const PENDING = 2;
/** Changes with every put; idle workers wait on it. */
const SIGNAL = 3;
const STOP = 4;
const FILES = 5;
const FOLDERS = 6;
const KIB = 7;
const HEADER_INTS = 16;
const LENGTH_BYTES = 4;

export interface ScanCounters {
  readonly files: number;
  readonly folders: number;
  /** Folders that are known and not done. */
  readonly pending: number;
  /** Read so far, in KiB: an Int32 of bytes would overflow. */
  readonly kib: number;
}

/** Room for some ten thousand waiting folders; what does not fit waits in the worker that found it. */
export const defaultWorkListBytes = 1024 * 1024;

export function makeWorkListMemory(capacityBytes = defaultWorkListBytes): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_INTS * 4 + capacityBytes);
}

export class WorkList {
  private readonly ints: Int32Array;
  private readonly bytes: Buffer;
  /** Tasks that did not fit, for this worker alone. */
  private readonly own: string[] = [];

  constructor(memory: SharedArrayBuffer) {
    this.ints = new Int32Array(memory, 0, HEADER_INTS);
    this.bytes = Buffer.from(memory, HEADER_INTS * 4);
  }

  put(task: string): void {
    const { ints, bytes } = this;
    Atomics.add(ints, PENDING, 1);
    const length = Buffer.byteLength(task);
    this.lock();
    const top = Atomics.load(ints, TOP);
    const fits = top + length + LENGTH_BYTES <= bytes.length;
    if (fits) {
      bytes.write(task, top);
      bytes.writeUInt32LE(length, top + length);
      Atomics.store(ints, TOP, top + length + LENGTH_BYTES);
    }
    this.unlock();
    if (!fits) {
      this.own.push(task);
      return;
    }
    Atomics.add(ints, SIGNAL, 1);
    Atomics.notify(ints, SIGNAL, 1);
  }

  /** The next task; waits for one. Undefined: all are done, or the scan was stopped. Every task taken needs a `done`. */
  take(): string | undefined {
    const { ints } = this;
    for (;;) {
      if (this.stopped) return undefined;
      const signal = Atomics.load(ints, SIGNAL);
      const task = this.own.pop() ?? this.tryPop();
      if (task !== undefined) return task;
      if (Atomics.load(ints, PENDING) === 0) return undefined;
      Atomics.wait(ints, SIGNAL, signal, 100);
    }
  }

  /** Like `take` for a caller who may not wait; alone on the list, undefined means that all is done. */
  takeNow(): string | undefined {
    return this.stopped ? undefined : this.own.pop() ?? this.tryPop();
  }

  done(files: number, kib: number): void {
    const { ints } = this;
    Atomics.add(ints, FILES, files);
    Atomics.add(ints, KIB, kib);
    Atomics.add(ints, FOLDERS, 1);
    if (Atomics.sub(ints, PENDING, 1) === 1) this.wakeAll();
  }

  stop(): void {
    Atomics.store(this.ints, STOP, 1);
    this.wakeAll();
  }

  get stopped(): boolean {
    return Atomics.load(this.ints, STOP) !== 0;
  }

  counters(): ScanCounters {
    const { ints } = this;
    return { files: Atomics.load(ints, FILES), folders: Atomics.load(ints, FOLDERS), pending: Atomics.load(ints, PENDING), kib: Atomics.load(ints, KIB) };
  }

  private wakeAll(): void {
    Atomics.add(this.ints, SIGNAL, 1);
    Atomics.notify(this.ints, SIGNAL);
  }

  private tryPop(): string | undefined {
    const { ints, bytes } = this;
    if (Atomics.load(ints, TOP) === 0) return undefined;
    this.lock();
    let task: string | undefined;
    const top = Atomics.load(ints, TOP);
    if (top > 0) {
      const length = bytes.readUInt32LE(top - LENGTH_BYTES);
      const start = top - LENGTH_BYTES - length;
      task = bytes.toString('utf8', start, start + length);
      Atomics.store(ints, TOP, start);
    }
    this.unlock();
    return task;
  }

  /**
   * The holder copies a few dozen bytes, so trying again mostly gets it; where the holder lost its core, sleep. Only
   * workers ever meet a taken lock: the main thread puts the first task before they start.
   */
  private lock(): void {
    for (let tries = 1; Atomics.compareExchange(this.ints, LOCK, 0, 1) !== 0; tries++) {
      if (tries % 1000 === 0) Atomics.wait(this.ints, LOCK, 1, 1);
    }
  }

  private unlock(): void {
    Atomics.store(this.ints, LOCK, 0);
  }
}
