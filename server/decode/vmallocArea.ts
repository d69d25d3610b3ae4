/** The bytes of a preserved vmalloc area, and its blocks given to their owner. */
import type { KhoVmalloc, ReadVmalloc } from '../formats/vmalloc';
import { khoVmalloc, readVmalloc, vmallocChunkHeader, vmallocEntry } from '../formats/vmalloc';
import { overlay } from '../formats/layoutTable';
import type { Context } from './context';
import type { Structure } from './structure';

export interface VmallocArea {
  readonly head: KhoVmalloc;
  readonly chunks: ReadVmalloc['chunks'];
  /** First byte of each entry's pages. */
  readonly pages: readonly bigint[];
  /** From the start of the area, `wanted` bytes; pages that the image lacks read as zeros, what is behind the last entry is cut off. */
  readonly bytes: Uint8Array;
  readonly structures: readonly Structure[];
}

/**
 * @param headPhys where the kho_vmalloc itself lies
 * @param wantedBytes what the owner says it needs of the area
 */
export function readArea(context: Context, head: KhoVmalloc, headPhys: bigint, wantedBytes: bigint, owners: { readonly chunk: string; readonly page: string }, where: string): VmallocArea {
  const { memory, machine, pageBytes, findings } = context;
  const nothing = { head, chunks: [], pages: [], bytes: new Uint8Array(0), structures: [] };
  if (head.first === 0n) {
    if (head.total_pages > 0 || wantedBytes > 0n) context.wrong('vmalloc', khoVmalloc.structure, headPhys, 0, 'first', 'the address of a chunk', '0');
    return nothing;
  }
  if (!context.once(head.first, `the vmalloc area of ${where}`, 'first')) return nothing;
  const read = readVmalloc(memory, head, pageBytes, machine.order);
  findings.addAll('vmalloc', read.problems.map((problem) => (problem.phys === undefined || problem.phys === 0n ? { ...problem, phys: headPhys } : problem)), where);
  for (const chunk of read.chunks) context.claim(chunk.phys, owners.chunk, vmallocChunkHeader.structure);
  const entryPages = 2 ** Math.min(head.order, 31);
  for (const page of read.entries) {
    if (entryPages === 1) context.claim(page, owners.page);
    else context.claimRange(page, BigInt(entryPages) * BigInt(pageBytes), owners.page);
  }
  const held = BigInt(read.entries.length) * BigInt(entryPages) * BigInt(pageBytes);
  if (wantedBytes > held) context.wrong('vmalloc', khoVmalloc.structure, headPhys, 8, 'total_pages', `pages for ${String(wantedBytes)} bytes`, String(head.total_pages));
  const size = Number(wantedBytes < held ? wantedBytes : held);
  const bytes = gather(context, read.entries, entryPages * pageBytes, size, headPhys, where);
  return { head, chunks: read.chunks, pages: read.entries, bytes, structures: structuresOf(context, read, entryPages * pageBytes) };
}

function gather(context: Context, entries: readonly bigint[], entryBytes: number, size: number, headPhys: bigint, where: string): Uint8Array {
  // No more than the image carries: entries that point to the same page do not make it larger.
  const bytes = new Uint8Array(Math.min(size, context.imageBytes));
  for (let i = 0, at = 0; at < bytes.length; i++, at += entryBytes) {
    const length = Math.min(entryBytes, bytes.length - at);
    const phys = entries[i] ?? 0n;
    const part = context.memory.read(phys, length);
    if (part === undefined) context.wrong('outside', `vmalloc area of ${where}`, headPhys, at, `entry ${String(i)}`, 'pages in the image', `0x${phys.toString(16)}`);
    else bytes.set(part, at);
  }
  return bytes;
}

function structuresOf(context: Context, read: ReadVmalloc, entryBytes: number): readonly Structure[] {
  const chunks: Structure[] = read.chunks.map((chunk, i) => ({
    kind: 'record', label: `vmalloc chunk ${String(i)}`, detail: `${String(chunk.entries)} entries`, phys: chunk.phys, sizeBytes: context.pageBytes, children: [],
    fields: () => [...overlay(vmallocChunkHeader, 0), ...Array.from({ length: chunk.entries }, (_, n) => overlay(vmallocEntry, vmallocChunkHeader.sizeBytes + n * vmallocEntry.sizeBytes, `[${String(n)}].`)).flat()],
  }));
  const pages: Structure[] = read.entries.map((phys, i) => ({ kind: 'pages', label: `pages of entry ${String(i)}`, detail: `${String(entryBytes)} bytes`, phys, sizeBytes: entryBytes, children: [] }));
  return [...chunks, ...pages];
}
