/** A preserved vmalloc area: `struct kho_vmalloc` and its list of chunks (6.18 to the newest). KHO facts 2.4. */
import { decode, encode, encodeInto, pointer, table, u16, u32, viewOf } from './layoutTable';
import type { ByteOrder, Values } from './layoutTable';
import type { AllocatePage, PhysicalMemory, PlacedPage } from './physicalMemory';
import type { FormatProblem } from './problem';
import { Problems, hex } from './problem';

export const khoVmalloc = table('kho_vmalloc', {
  first: pointer('first chunk; 0: none'),
  total_pages: u32('pages of the area', 'pages'),
  flags: u16('1: VM_ALLOC, 2: VM_ALLOW_HUGE_VMAP', 'hex'),
  order: u16('page order of each entry', 'order'),
});

export const vmallocChunkHeader = table('kho_vmalloc_chunk', { next: pointer('next chunk; 0 ends the list') });
export const vmallocEntry = table('kho_vmalloc_chunk entry', { phys: pointer('first byte of 2^order pages; 0 ends a chunk that is not full') });

export type KhoVmalloc = Values<typeof khoVmalloc['specs']>;

export function vmallocCapacity(pageBytes: number): number {
  return (pageBytes - vmallocChunkHeader.sizeBytes) / vmallocEntry.sizeBytes;
}

/** Makes the chunks. A chunk that becomes full is followed by a new one at once, even when nothing is left to go there. */
export function encodeVmalloc(entries: readonly bigint[], order: number, flags: number, pageBytes: number, byteOrder: ByteOrder, allocate: AllocatePage): { readonly head: Uint8Array; readonly chunks: readonly PlacedPage[] } {
  const capacity = vmallocCapacity(pageBytes);
  const count = Math.floor(entries.length / capacity) + 1;
  const placed = Array.from({ length: count }, () => ({ phys: allocate(pageBytes, 'vmalloc chunk', { of: 'vmalloc chunk' }), bytes: new Uint8Array(pageBytes) }));
  placed.forEach(({ bytes }, i) => {
    encodeInto(vmallocChunkHeader, { next: placed[i + 1]?.phys ?? 0n }, bytes, 0, byteOrder);
    entries.slice(i * capacity, (i + 1) * capacity).forEach((phys, at) => {
      encodeInto(vmallocEntry, { phys }, bytes, vmallocChunkHeader.sizeBytes + at * vmallocEntry.sizeBytes, byteOrder);
    });
  });
  const head = encode(khoVmalloc, { first: placed[0]?.phys ?? 0n, total_pages: entries.length * 2 ** order, flags, order }, byteOrder);
  return { head, chunks: placed };
}

export interface ReadVmalloc {
  readonly chunks: readonly { readonly phys: bigint; readonly next: bigint; readonly entries: number }[];
  /** First byte of each entry's pages, in the order of the area. */
  readonly entries: readonly bigint[];
  readonly problems: readonly FormatProblem[];
}

/** Walks the chunks; each is read once, entries beyond `total_pages` are a problem and left out. */
export function readVmalloc(memory: PhysicalMemory, head: KhoVmalloc, pageBytes: number, order: ByteOrder): ReadVmalloc {
  const problems = new Problems();
  const chunks: { phys: bigint; next: bigint; entries: number }[] = [];
  const entries: bigint[] = [];
  const seen = new Set<bigint>();
  const wanted = Math.ceil(head.total_pages / 2 ** Math.min(head.order, 31));
  const capacity = vmallocCapacity(pageBytes);
  let from = 0n;
  const wrong = (structure: string, phys: bigint, offsetBytes: number, field: string, expected: string, found: string): void => { problems.add({ structure, phys, offsetBytes, field, expected, found }); };
  if (head.order > 31) wrong(khoVmalloc.structure, 0n, 14, 'order', 'at most 31', String(head.order));
  if ((head.flags & ~3) !== 0) wrong(khoVmalloc.structure, 0n, 12, 'flags', 'bits 0 and 1 only', hex(head.flags));
  for (let phys = head.first; phys !== 0n;) {
    const bytes = seen.has(phys) || phys % BigInt(pageBytes) !== 0n ? undefined : memory.read(phys, pageBytes);
    if (bytes === undefined) {
      wrong(vmallocChunkHeader.structure, from, 0, 'next', seen.has(phys) ? 'a chunk that was not read before' : 'the address of a page in the image', hex(phys));
      break;
    }
    seen.add(phys);
    const view = viewOf(bytes);
    let count = 0;
    for (; count < capacity; count++) {
      const at = vmallocChunkHeader.sizeBytes + count * vmallocEntry.sizeBytes;
      const entry = view.getBigUint64(at, order === 'little');
      if (entry === 0n) break;
      if (entries.length >= wanted) {
        wrong(vmallocChunkHeader.structure, phys, at, `phys[${String(count)}]`, `0 after ${String(head.total_pages)} pages`, hex(entry));
        break;
      }
      entries.push(entry);
    }
    const header = decode(vmallocChunkHeader, bytes, 0, order);
    const next = header.ok ? header.value.next : 0n;
    chunks.push({ phys, next, entries: count });
    from = phys;
    phys = next;
  }
  if (entries.length < wanted && problems.list.length === 0) wrong(khoVmalloc.structure, 0n, 8, 'total_pages', `${String(entries.length * 2 ** head.order)}, what the chunks hold`, String(head.total_pages));
  return { chunks, entries, problems: problems.list };
}
