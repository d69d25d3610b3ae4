/**
 * The memory that a kernel hands over, in any generation: preserved pages, tracker and root FDT, made by the encoders of formats/. What is put into it are the
 * calls that a kernel makes; what comes out is physical memory as the successor finds it, and the list of preserved blocks with the owner of each.
 */
import { BitmapTracker } from '../../formats/bitmapChunks';
import type { FdtAnswer } from '../../formats/fdt/layout';
import type { Generation } from '../../formats/generations';
import type { TreeNode } from '../../formats/khoRoot';
import { RootPage, finalizedRoot, hashTreeRoot, notifierRoot, rootForms } from '../../formats/khoRoot';
import type { RootForm, Subtree } from '../../formats/khoRoot';
import { memRange } from '../../formats/khoRootRead';
import { decode, encodeInto } from '../../formats/layoutTable';
import type { ByteOrder } from '../../formats/layoutTable';
import type { AllocatePage, PlacedPage } from '../../formats/physicalMemory';
import { radixGeometry } from '../../formats/radixKey';
import { RadixTracker } from '../../formats/radixTree';
import { splitRange } from '../../formats/rangeSplit';
import type { KhoVmalloc } from '../../formats/vmalloc';
import { encodeVmalloc, khoVmalloc } from '../../formats/vmalloc';
import { getOrder } from '../memory/folios';

export interface KhoMachine {
  readonly generation: Generation;
  readonly order: ByteOrder;
  readonly pageShift: number;
  /** Where a generation's kernels differ: bytes of a bitmap (6.17.y after the backport), levels of a radix tree of 16K pages. */
  readonly bitmapBytes?: number;
  readonly depthFix?: boolean;
}

export interface OwnedBlock { readonly pfn: number; readonly order: number; readonly owner: string }

export const KHO_ROOT_OWNER = 'KHO root FDT';

/** The calls that consumers make: to an image that is only written, or to a kernel that runs. */
export interface HandoverTarget {
  readonly machine: KhoMachine;
  readonly pageBytes: number;
  readonly form: RootForm;
  /** The order of the smallest block that holds that many bytes: get_order(). */
  orderOf(sizeBytes: number): number;
  mark(pfn: number, order: number, owner: string): void;
  markAll(pfns: ArrayLike<number>, order: number, owner: string): void;
  markRange(phys: bigint, sizeBytes: bigint, owner: string): void;
  preserve(bytes: Uint8Array, owner: string, order?: number): bigint;
  preserveVmalloc(bytes: Uint8Array, owners: VmallocOwners, order?: number): KhoVmalloc;
  addSubtree(subtree: Subtree): void;
  addNode(node: TreeNode): void;
}

export interface VmallocOwners { readonly chunk: string; readonly page: string }

export class HandoverImage implements HandoverTarget {
  readonly pageBytes: number;
  readonly form: RootForm;
  private readonly marked: { readonly pfns: ArrayLike<number>; readonly order: number; readonly owner: string }[] = [];
  readonly pages: PlacedPage[] = [];
  private readonly tracker: BitmapTracker | RadixTracker | undefined;
  private readonly subtrees: Subtree[] = [];
  private readonly inPlace: TreeNode[] = [];

  /** @param allocate physical memory, aligned to the size that is asked for; outside of scratch */
  constructor(readonly machine: KhoMachine, readonly allocate: AllocatePage) {
    this.pageBytes = 1 << machine.pageShift;
    this.form = rootForms[machine.generation.root.id];
    this.tracker = trackerOf(machine);
  }

  pfnOf(phys: bigint): number {
    return Number(phys >> BigInt(this.machine.pageShift));
  }

  /** The order of the smallest block that holds that many bytes: get_order(). */
  orderOf(sizeBytes: number): number {
    return getOrder(sizeBytes, this.pageBytes);
  }

  /** What is preserved, in the order of the calls. */
  get blocks(): readonly OwnedBlock[] {
    return this.marked.flatMap(({ pfns, order, owner }) => Array.from(pfns, (pfn) => ({ pfn, order, owner })));
  }

  /** kho_preserve_folio(): one block. */
  mark(pfn: number, order: number, owner: string): void {
    this.markAll([pfn], order, owner);
  }

  /** Many blocks of one order; the list is kept, not copied. */
  markAll(pfns: ArrayLike<number>, order: number, owner: string): void {
    this.tracker?.markAll(pfns, order);
    this.marked.push({ pfns, order, owner });
  }

  /** kho_preserve_pages(), kho_preserve_phys(): a range of whole pages, as blocks. */
  markRange(phys: bigint, sizeBytes: bigint, owner: string): void {
    const pfn = this.pfnOf(phys);
    // v5 splits by length alone and so marks frames outside of the range: not made here, because then nobody can tell the owners.
    for (const block of splitRange(pfn, pfn + this.pfnOf(sizeBytes))) this.mark(block.pfn, block.order, owner);
  }

  /** Memory that the image carries and nobody preserves. */
  place(bytes: Uint8Array, what: string): bigint {
    const phys = this.allocate(Math.ceil(bytes.length / this.pageBytes) * this.pageBytes, what);
    this.pages.push({ phys, bytes: this.padded(bytes) });
    return phys;
  }

  /** kho_alloc_preserve(): a folio that holds the bytes. */
  preserve(bytes: Uint8Array, owner: string, order = this.orderOf(bytes.length)): bigint {
    const phys = this.allocate(this.pageBytes * 2 ** order, owner);
    this.mark(this.pfnOf(phys), order, owner);
    this.pages.push({ phys, bytes: this.padded(bytes) });
    return phys;
  }

  private padded(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(Math.ceil(bytes.length / this.pageBytes) * this.pageBytes);
    out.set(bytes);
    return out;
  }

  /** kho_preserve_vmalloc(): an area with these bytes, in pieces of 2^order pages. */
  preserveVmalloc(bytes: Uint8Array, owners: VmallocOwners, order = 0): KhoVmalloc {
    const entryBytes = this.pageBytes * 2 ** order;
    const entries: bigint[] = [];
    for (let at = 0; at < bytes.length; at += entryBytes) {
      const phys = this.allocate(entryBytes, owners.page);
      this.markRange(phys, BigInt(entryBytes), owners.page);
      this.pages.push({ phys, bytes: this.padded(bytes.subarray(at, at + entryBytes)) });
      entries.push(phys);
    }
    const { head, chunks } = encodeVmalloc(entries, order, vmallocFlags(order), this.pageBytes, this.machine.order, (sizeBytes, _what, place) => this.allocate(sizeBytes, owners.chunk, place));
    for (const chunk of chunks) {
      this.mark(this.pfnOf(chunk.phys), 0, owners.chunk);
      this.pages.push(chunk);
    }
    const read = decode(khoVmalloc, head, 0, this.machine.order);
    if (!read.ok) throw new RangeError(read.problem.found);
    return read.value;
  }

  /** kho_add_subtree(): the blob must be preserved. */
  addSubtree(subtree: Subtree): void {
    this.subtrees.push(subtree);
  }

  /** v5: a node of kho_add_node(). */
  addNode(node: TreeNode): void {
    this.inPlace.push(node);
  }

  /** What FINALIZE, or each kho_add_subtree(), leaves; gives the root's address. Throws RangeError when a tree does not fit into its page, as the kernel fails then. */
  finish(): bigint {
    const rootPhys = this.allocate(this.pageBytes, KHO_ROOT_OWNER);
    if (this.form.preserved) this.mark(this.pfnOf(rootPhys), 0, KHO_ROOT_OWNER);
    const map = this.encodeTracker();
    const bytes = this.rootBytes(map);
    this.pages.push({ phys: rootPhys, bytes: this.padded(bytes) });
    return rootPhys;
  }

  private encodeTracker(): bigint {
    const { tracker, machine } = this;
    if (tracker === undefined) return 0n;
    if (tracker instanceof RadixTracker) {
      const { rootPhys, pages } = tracker.encode(this.allocate, machine.order);
      for (const page of pages) this.pages.push(page);
      return rootPhys;
    }
    const { firstPhys, pages } = tracker.encode(this.allocate, machine.order);
    for (const page of pages) this.pages.push(page);
    return firstPhys;
  }

  private rootBytes(map: bigint): Uint8Array {
    const { form, pageBytes, machine: { order }, subtrees, inPlace } = this;
    if (form.map === undefined) return buffer(notifierRoot(inPlace, pageBytes));
    if (form.map.node !== undefined) return buffer(hashTreeRoot(map, inPlace, pageBytes, order));
    if (form.writer === 'sequential') return buffer(finalizedRoot(form, map, subtrees, pageBytes, order));
    // Chunks are made by kho_finalize(), when the subtrees are there already.
    const late = form.map.of === 'chunks';
    const page = value(RootPage.create(form, late ? 0n : map, pageBytes, order));
    for (const one of subtrees) value(page.addSubtree(one));
    if (late) value(page.setMap(map));
    return page.page;
  }
}

/** What a generation tracks preserved pages with; v4 does without. */
export function trackerOf({ generation, pageShift, bitmapBytes, depthFix }: KhoMachine): BitmapTracker | RadixTracker | undefined {
  const { map } = rootForms[generation.root.id];
  if (map === undefined) return undefined;
  if (map.of === 'radix') return new RadixTracker(radixGeometry(pageShift, depthFix ?? generation.depthFix));
  return new BitmapTracker({ pageShift, bitmapBytes: bitmapBytes ?? (generation.tracker.id === 'bitmaps of 512 bytes' ? 512 : 1 << pageShift) });
}

/** The value of a `mem` property (v4). */
export function encodeMem(ranges: readonly { readonly addr: bigint; readonly size: bigint }[], order: ByteOrder): Uint8Array {
  const mem = new Uint8Array(ranges.length * memRange.sizeBytes);
  ranges.forEach((range, i) => { encodeInto(memRange, range, mem, i * memRange.sizeBytes, order); });
  return mem;
}

/** Flags of an area in pieces of an order, as `struct kho_vmalloc` has them. */
export const vmallocFlags = (order: number): number => (order === 0 ? VM_ALLOC : VM_ALLOC | VM_ALLOW_HUGE);

const VM_ALLOC = 1;
const VM_ALLOW_HUGE = 2;

function value<T>(answer: FdtAnswer<T>): T {
  if (!answer.ok) throw new RangeError(`the tree does not fit: ${answer.error}`);
  return answer.value;
}

function buffer(answer: FdtAnswer<{ readonly buffer: Uint8Array }>): Uint8Array {
  return value(answer).buffer;
}
