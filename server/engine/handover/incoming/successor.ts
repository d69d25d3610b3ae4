/**
 * What a kernel does with the memory that it is booted into: it looks at the root FDT (kho_populate), reserves what the tracker lists (kho_memory_init), and
 * gives out subtrees and pages. It parses physical memory and the boot record; nothing else comes from the kernel before it. KHO facts 1.9, 2, 3, 12.
 */
import { BlockList } from '../../../formats/blockList';
import type { BlockRun } from '../../../formats/blockRuns';
import { blockRuns } from '../../../formats/blockRuns';
import type { KhoData } from '../../../formats/bootRecord';
import { checkHeaderAsLibfdt } from '../../../formats/fdt/header';
import type { FdtNode, FdtTree } from '../../../formats/fdt/read';
import { isFdtTree, readFdt } from '../../../formats/fdt/read';
import { checkCompatible, childOf, u64In } from '../../../formats/fdtValues';
import type { Generation } from '../../../formats/generations';
import { rootForms } from '../../../formats/khoRoot';
import type { RootForm } from '../../../formats/khoRoot';
import { memRangesOf } from '../../../formats/khoRootRead';
import { viewOf } from '../../../formats/layoutTable';
import type { ByteOrder } from '../../../formats/layoutTable';
import type { PhysicalMemory } from '../../../formats/physicalMemory';
import { Problems } from '../../../formats/problem';
import { radixGeometry } from '../../../formats/radixKey';
import { splitRange } from '../../../formats/rangeSplit';
import type { KhoScratch } from '../../../formats/scratch';
import { decodeScratch } from '../../../formats/scratch';
import type { TrackerWalk, WalkEnd } from '../../../formats/trackerWalk';
import { reservedBytesOf, walkChunks, walkRadixTree } from '../../../formats/trackerWalk';
import type { CompatibleOf, ErrnoName, RamRange } from '../../../model/scenario/scenario';
import type { Print } from '../messages';
import { messages } from '../messages';
import { maxOrderOf } from '../../machine/geometry';
import { KernelMemory } from './kernelMemory';
import type { KstateIn } from './kstateIn';
import type { NotRestored } from './preservedPages';
import { PreservedPages } from './preservedPages';
import type { IncomingRules } from './rules';
import { incomingRules } from './rules';

export interface SuccessorSpec {
  readonly generation: Generation;
  readonly pageShift: number;
  readonly order: ByteOrder;
  readonly ram: readonly RamRange[];
  /** `kho=on`. Without it a kernel takes what it is given and reserves it all the same; only consumers ask (LUO, kexec-metadata, test_kho). */
  readonly kho: boolean;
  /** Strings that this kernel wants in place of its generation's. */
  readonly compatible?: Partial<Readonly<Record<CompatibleOf, string>>>;
  /** Where a generation's kernels differ: bytes of a bitmap, depth of a radix tree of 16K pages. */
  readonly bitmapBytes?: number | undefined;
  readonly depthFix?: boolean | undefined;
  /** Kernels whose boot record leads to a stream of KSTATE: reads it. */
  readonly kstate?: ((kstateOutPhys: bigint) => KstateIn) | undefined;
}

/** Memory that is reserved though no block of that size was meant: `1 << (order + PAGE_SHIFT)` as an int. */
export interface OddReservation { readonly pfn: number; readonly order: number; readonly sizeBytes: bigint }

export interface Reserved {
  /** In the order of the walk. */
  readonly blocks: BlockList;
  /** The same as runs of one order. */
  readonly runs: readonly BlockRun[];
  /** Blocks whose reserved size is not theirs; all others are reserved as they are. */
  readonly odd: readonly OddReservation[];
  /** v5 reserves the chunks, too. */
  readonly trackerPages: readonly bigint[];
  /** v4: ranges, which nobody divides into blocks, and the node that keeps each. */
  readonly ranges: readonly { readonly path: string; readonly addr: bigint; readonly size: bigint }[];
  /** The walk did not come to its end: the kernel dies or hangs in early boot. */
  readonly end: WalkEnd | undefined;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrnoName };
export const answer = <T>(value: T): Answer<T> => ({ ok: true, value });
export const refused = (error: ErrnoName): { readonly ok: false; readonly error: ErrnoName } => ({ ok: false, error });

const nothingReserved: Reserved = { blocks: new BlockList(1), runs: [], odd: [], trackerPages: [], ranges: [], end: undefined };

export class Successor {
  readonly memory: KernelMemory;
  readonly rules: IncomingRules;
  readonly form: RootForm;
  readonly preserved: PreservedPages;
  /** As the array that was handed over says; undefined: this kernel places its own. */
  scratch: readonly KhoScratch[] | undefined;
  reserved: Reserved = nothingReserved;
  /** The stream that was handed over, in a kernel that has KSTATE and found its own object in it. It stays known when KHO is given up after that. */
  stream: KstateIn | undefined;
  private fdtPhys = 0n;
  private tree: FdtTree | undefined;
  private warned = false;

  constructor(readonly spec: SuccessorSpec, memory: PhysicalMemory, readonly print: Print) {
    const { generation, pageShift, ram } = spec;
    this.memory = new KernelMemory(memory, ram, pageShift);
    this.rules = incomingRules[generation.id];
    this.form = rootForms[generation.root.id];
    this.preserved = new PreservedPages({ magic: generation.magic, largeBlocks: this.rules.largeBlocks, maxOrder: maxOrderOf(this.pageBytes), online: (pfn) => this.memory.online(pfn) });
  }

  get pageBytes(): number {
    return 1 << this.spec.pageShift;
  }

  /** The string that this kernel wants to read. */
  wants(of: CompatibleOf, own: string): string {
    return this.spec.compatible?.[of] ?? own;
  }

  /** is_kho_boot(). */
  get isKhoBoot(): boolean {
    return this.fdtPhys !== 0n;
  }

  get rootPhys(): bigint | undefined {
    return this.isKhoBoot ? this.fdtPhys : undefined;
  }

  /** kho_populate(): whether what was handed over is taken. The scratch areas are then the only memory of early boot. */
  populate(data: KhoData | undefined): boolean {
    if (data === undefined) return false;
    const error = this.accept(data);
    const { revival } = this.rules;
    if (error !== undefined && revival !== 'silent') this.print('warn', messages.disabled(revival, error));
    if (error === undefined) this.print('info', messages.found(this.rules.found));
    return error === undefined;
  }

  private accept(data: KhoData): ErrnoName | 'EFAULT' | undefined {
    const { print, rules, form, memory } = this;
    const found = this.spec.kstate === undefined ? data : this.locate(data, this.spec.kstate);
    if (typeof found === 'string') return found;
    const { fdt_addr, fdt_size, scratch_addr, scratch_size } = found;
    const bytes = fdt_size > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : memory.read(fdt_addr, Number(fdt_size));
    if (bytes === undefined) {
      print('warn', messages.noFdt(rules.refusal, fdt_addr));
      return 'EFAULT';
    }
    const header = checkHeaderAsLibfdt(bytes);
    if (header !== 0) {
      print('warn', messages.invalid(rules.refusal, fdt_addr, header));
      return 'EINVAL';
    }
    const tree = readFdt(bytes);
    this.tree = isFdtTree(tree) ? tree : undefined;
    const wanted = this.wants('root', form.compatible);
    const compatible = checkCompatible(this.root, wanted);
    if (compatible !== 0 && rules.checksRoot) {
      print('warn', messages.incompatible(fdt_addr, wanted, compatible));
      return 'EINVAL';
    }
    if (rules.map === 'when accepted' && (this.mapPhys() ?? 0n) === 0n) {
      if (this.mapPhys() === undefined) print('err', messages.noMap(rules.noMap));
      return 'ENOENT';
    }
    const array = scratch_size > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : memory.read(scratch_addr, Number(scratch_size));
    if (array === undefined) {
      print('warn', messages.noScratch(rules.refusal, scratch_addr, scratch_size));
      return 'EFAULT';
    }
    this.scratch = decodeScratch(array, this.spec.order);
    this.fdtPhys = fdt_addr;
    return undefined;
  }

  /** kho_populate() of KSTATE v3: scratch first, then the stream, and what it says of the root. Throws KernelStops. */
  private locate(data: KhoData, open: (kstateOutPhys: bigint) => KstateIn): KhoData | ErrnoName | 'EFAULT' {
    const { fdt_addr, fdt_size, scratch_addr, scratch_size } = data;
    const { memory, print } = this;
    const readable = (phys: bigint, sizeBytes: bigint): boolean => sizeBytes <= BigInt(Number.MAX_SAFE_INTEGER) && memory.read(phys, Number(sizeBytes)) !== undefined;
    if (!readable(scratch_addr, scratch_size)) {
      print('warn', messages.noScratch(this.rules.refusal, scratch_addr, scratch_size));
      return 'EFAULT';
    }
    if (!readable(fdt_addr, fdt_size)) {
      print('err', messages.noKstate());
      return 'ENOMEM';
    }
    const stream = open(fdt_addr);
    const root = stream.locator();
    if (root === undefined) return 'ENOENT';
    this.stream = stream;
    return { ...data, fdt_addr: root.address, fdt_size: root.length };
  }

  private get root(): FdtNode | undefined {
    return this.tree?.root;
  }

  /** The value of the map property; undefined when it is not there or not of 8 bytes. */
  private mapPhys(): bigint | undefined {
    const { map } = this.form;
    const node = map === undefined || this.root === undefined ? undefined : map.node === undefined ? this.root : childOf(this.root, map.node);
    return node === undefined || map === undefined ? undefined : this.u64(node, map.property);
  }

  private u64(node: FdtNode, name: string): bigint | undefined {
    return u64In(node, name, this.spec.order);
  }

  /** kho_memory_init() of a kernel that has taken the tree: reserves what is preserved. False: early boot ends here (see `reserved.end`). */
  memoryInit(): boolean {
    if (!this.isKhoBoot) return true;
    const { form, rules, print } = this;
    if (form.map === undefined) this.reserveRanges();
    else {
      const map = this.mapPhys();
      if (form.map.node !== undefined && (this.root === undefined || childOf(this.root, form.map.node) === undefined)) print('err', messages.noMapNode('ENOENT'));
      else if (map === undefined) print('err', messages.noMap(form.map.of === 'radix' ? 'tree' : rules.noMap));
      else this.reserve(this.walk(map, form.map.of), form.map.node !== undefined);
      // kho_mem_retrieve() fails: the tree is given up, though its scratch areas stay.
      if (form.map.of === 'radix' && (map ?? 0n) === 0n) this.fdtPhys = 0n;
    }
    if (this.reserved.end !== undefined) return false;
    if (rules.restoresRoot && this.restorePage(this.memory.pfnOf(this.fdtPhys)) === undefined) print('warn', messages.rootNotRestored());
    return true;
  }

  private walk(map: bigint, of: 'chunks' | 'radix'): TrackerWalk {
    const { memory, spec: { generation, pageShift, order, bitmapBytes, depthFix } } = this;
    if (of === 'radix') {
      return map === 0n ? { blocks: new BlockList(1), end: undefined, ownPages: [] } : walkRadixTree(memory, map, radixGeometry(pageShift, depthFix ?? generation.depthFix), order);
    }
    const small = generation.tracker.id === 'bitmaps of 512 bytes';
    return walkChunks(memory, map, { pageShift, bitmapBytes: bitmapBytes ?? (small ? 512 : 1 << pageShift) }, order);
  }

  private reserve({ blocks, end, ownPages }: TrackerWalk, reservesTracker: boolean): void {
    const { pageShift } = this.spec;
    const runs = blockRuns(blocks);
    const odd = runs.filter(({ order }) => order + pageShift >= 31).flatMap(({ order, pfns }): OddReservation[] => Array.from(pfns, (pfn) => ({ pfn, order, sizeBytes: reservedBytesOf(order, pageShift) })));
    this.preserved.mark(runs);
    this.reserved = { blocks, runs, odd, trackerPages: reservesTracker ? ownPages : [], ranges: [], end };
  }

  /** v4: the `mem` properties of the tree; pages carry no mark. */
  private reserveRanges(): void {
    const { root } = this;
    this.reserved = { ...nothingReserved, ranges: root === undefined ? [] : memRangesOf(root, this.spec.order, new Problems()) };
  }

  /** kho_retrieve_subtree(): where the blob of that name lies, and how long `blob-size` says that it is. */
  retrieveSubtree(name: string): Answer<{ readonly phys: bigint; readonly sizeBytes: bigint | undefined }> {
    if (!this.isKhoBoot || this.root === undefined) return refused('ENOENT');
    const { subtree } = this.form;
    const node = childOf(this.root, name);
    if (node === undefined) return refused('ENOENT');
    // v4 and v5 have no blobs: their consumers read the node itself (`nodeOf`).
    if (subtree === 'in place') return refused('ENOENT');
    const phys = this.u64(node, subtree.address);
    if (phys === undefined) return refused('EINVAL');
    const sizeBytes = subtree.size === undefined ? undefined : this.u64(node, subtree.size);
    if (subtree.size !== undefined && sizeBytes === undefined) return refused('EINVAL');
    return answer({ phys, sizeBytes });
  }

  /** kho_get_node() of v5: a consumer's node in the root itself. */
  nodeOf(name: string): FdtNode | undefined {
    return this.form.subtree === 'in place' && this.isKhoBoot && this.root !== undefined ? childOf(this.root, name) : undefined;
  }

  /** The tree of a blob that is one, as consumers read it: with libfdt, which looks at nothing but its bytes. */
  treeAt(phys: bigint): FdtNode | undefined {
    const header = this.memory.read(phys, 40);
    const totalsize = header === undefined || checkHeaderAsLibfdt(header) !== 0 ? 0 : viewOf(header).getUint32(4);
    const bytes = totalsize === 0 ? undefined : this.memory.read(phys, totalsize);
    const tree = bytes === undefined ? undefined : readFdt(bytes);
    return tree !== undefined && isFdtTree(tree) ? tree.root : undefined;
  }

  /** Prints the WARN of kho_restore_page(), once in a boot. */
  warn(why: NotRestored): void {
    const said = why === 'not preserved' || (why === 'too large' && this.rules.largeBlocks === 'warns');
    if (!said || this.warned) return;
    this.warned = true;
    this.print('warn', messages.restoreWarning(this.rules.warning));
  }

  /** kho_restore_page() of a frame: the order of its block; undefined for NULL. */
  restorePage(pfn: number): number | undefined {
    const order = this.preserved.restore(pfn);
    if (typeof order === 'number') return order;
    this.warn(order);
    return undefined;
  }

  /** kho_restore_folio(), given an address. */
  restoreFolio(phys: bigint): number | undefined {
    return this.restorePage(this.memory.pfnOf(phys));
  }

  /** kho_restore_pages(): every block of the range, as it divides it; on failure those before stay restored. */
  restorePages(phys: bigint, pages: number): boolean {
    const start = this.memory.pfnOf(phys);
    return splitRange(start, start + pages).every(({ pfn }) => this.restorePage(pfn) !== undefined);
  }

  /** kho_restore_free(): whether it was there to be freed; otherwise it warns, each time. */
  restoreFree(phys: bigint): boolean {
    const restored = this.restoreFolio(phys) !== undefined;
    if (!restored) this.print('warn', messages.restoreFreeWarning());
    return restored;
  }
}
