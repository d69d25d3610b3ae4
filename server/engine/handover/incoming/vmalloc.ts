/** kho_restore_vmalloc(): an area whose pages were preserved, and what is read through it. KHO facts 2.4. */
import { decode, viewOf } from '../../../formats/layoutTable';
import type { KhoVmalloc } from '../../../formats/vmalloc';
import { vmallocCapacity, vmallocChunkHeader, vmallocEntry } from '../../../formats/vmalloc';
import type { Successor } from './successor';

export interface VmallocRestore {
  /** Frame of each page of the area, in its order; undefined: NULL was given, and what was restored until then is leaked. */
  readonly pages: Float64Array | undefined;
  /** Chunks, whose pages are free again. */
  readonly chunks: readonly bigint[];
  /** Pages of the area that were restored. */
  readonly restoredPages: number;
}

/** Room for frames that grows with what is found, not with what `total_pages` promises. */
class Frames {
  private frames = new Float64Array(512);
  count = 0;

  push(pfn: number): void {
    if (this.count === this.frames.length) {
      const frames = new Float64Array(this.count * 2);
      frames.set(this.frames);
      this.frames = frames;
    }
    this.frames[this.count++] = pfn;
  }

  get all(): Float64Array {
    return this.frames.subarray(0, this.count);
  }
}

export function restoreVmalloc(kernel: Successor, head: KhoVmalloc): VmallocRestore {
  const { memory, rules, pageBytes, spec: { order: byteOrder } } = kernel;
  const capacity = vmallocCapacity(pageBytes);
  // C shifts an int: from 31 on the entry is larger than any area.
  const entryPages = head.order < 31 ? 1 << head.order : Infinity;
  const frames = new Frames();
  const chunks: bigint[] = [];
  const failed = (): VmallocRestore => ({ pages: undefined, chunks, restoredPages: frames.count });
  for (let phys = head.first; phys !== 0n;) {
    const bytes = memory.read(phys, pageBytes);
    const header = bytes === undefined ? undefined : decode(vmallocChunkHeader, bytes, 0, byteOrder);
    if (bytes === undefined || header?.ok !== true) return failed();
    const view = viewOf(bytes);
    for (let i = 0; i < capacity; i++) {
      const entry = view.getBigUint64(vmallocChunkHeader.sizeBytes + i * vmallocEntry.sizeBytes, byteOrder === 'little');
      if (entry === 0n) break;
      if (frames.count + entryPages > head.total_pages) return failed();
      if (!kernel.restorePages(entry, entryPages)) return failed();
      const pfn = memory.pfnOf(entry);
      for (let page = 0; page < entryPages; page++) frames.push(rules.vmallocPages === 'own' ? pfn + page : pfn);
    }
    // A chunk is restored after it was read and before the next one is: a list that leads back into itself ends here.
    if (!kernel.restorePages(phys, 1)) return failed();
    chunks.push(phys);
    phys = header.value.next;
  }
  return frames.count === head.total_pages ? { pages: frames.all, chunks, restoredPages: frames.count } : failed();
}

/** The first bytes of an area; undefined when it is shorter: a kernel that reads on dies of the guard page behind it. */
export function readArea(kernel: Successor, pages: Float64Array, sizeBytes: number): Uint8Array | undefined {
  const { memory, pageBytes } = kernel;
  if (sizeBytes > pages.length * pageBytes) return undefined;
  const out = new Uint8Array(sizeBytes);
  for (let at = 0, i = 0; at < sizeBytes; i++) {
    // Frames that follow each other are read in one go.
    const first = pages[i] ?? 0;
    let run = 1;
    while (at + run * pageBytes < sizeBytes && pages[i + run] === first + run && run < 4096) run++;
    const part = memory.read(memory.physOf(first), Math.min(run * pageBytes, sizeBytes - at));
    if (part !== undefined) out.set(part, at);
    at += run * pageBytes;
    i += run - 1;
  }
  return out;
}
