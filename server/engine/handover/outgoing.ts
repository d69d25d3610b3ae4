/**
 * KHO in a kernel that runs: the calls of drivers, with the errors of the generation, and what the kernel passes on at the jump. The bytes are made by the encoders
 * of formats/.
 */
import type { TreeNode } from '../../formats/khoRoot';
import { rootForms } from '../../formats/khoRoot';
import type { RootForm, Subtree } from '../../formats/khoRoot';
import { decode } from '../../formats/layoutTable';
import type { PlacedPage } from '../../formats/physicalMemory';
import { splitRange } from '../../formats/rangeSplit';
import type { KhoVmalloc } from '../../formats/vmalloc';
import { encodeVmalloc, khoVmalloc } from '../../formats/vmalloc';
import type { ErrnoName } from '../../model/scenario/scenario';
import { KHO_ROOT_OWNER, encodeMem, vmallocFlags } from '../kho/handoverImage';
import type { HandoverTarget, KhoMachine, VmallocOwners } from '../kho/handoverImage';
import { getOrder } from '../memory/folios';
import type { Behaviour } from './behaviour';
import { messages, negative } from './messages';
import { OutgoingTree } from './outgoingTree';
import type { Recorder } from './recorder';
import { CallFailed, KernelStops, pagesOf, pagesOfBlocks } from './recorder';
import { TrackedPages } from './trackedPages';
import type { Claim } from './trackedPages';

/** What a kernel gives to its KHO. */
export interface OutgoingHost {
  readonly behaviour: Behaviour;
  readonly recorder: Recorder;
  /** Pages for the kernel's own use, zeroed; undefined: none left. */
  allocate(order: number): number | undefined;
  free(pfn: number, order: number): void;
  /** A structure in memory. */
  write(page: PlacedPage): void;
  nodeOf(pfn: number): number;
  /** The first scratch area that a range lies in. */
  scratchAt(pfn: number, pages: number): boolean;
  /** CONFIG_KEXEC_HANDOVER_DEBUG. */
  readonly debug: boolean;
  /** The root's string where this kernel has another. */
  readonly rootCompatible: string | undefined;
}

export class Outgoing implements HandoverTarget {
  readonly pageBytes: number;
  readonly form: RootForm;
  /** Who calls. */
  who = 'KHO';
  private readonly tracked: TrackedPages;
  private readonly tree: OutgoingTree;
  private readonly rootPfn: number;
  private readonly radixRootPfn: number | undefined;
  /** Kernels that finalize once: whether they have. */
  private finalized = false;
  private inNotifier = false;
  private undo: (() => void)[] | undefined;

  /** kho_init(). Throws CallFailed when there is no memory. */
  constructor(readonly machine: KhoMachine, private readonly host: OutgoingHost) {
    this.pageBytes = 1 << machine.pageShift;
    const form = rootForms[machine.generation.root.id];
    this.form = host.rootCompatible === undefined ? form : { ...form, compatible: host.rootCompatible };
    this.tracked = new TrackedPages(machine, host.behaviour.finalizing === 'again');
    this.rootPfn = this.take(0, 'kho_init');
    this.radixRootPfn = this.tracked.hasRoot ? this.take(0, 'kho_init') : undefined;
    this.tree = new OutgoingTree(this.form, machine, this.radixRootPfn === undefined ? 0n : this.physOf(this.radixRootPfn));
    if (form.writer === 'edited') this.markAll([this.rootPfn], 0, KHO_ROOT_OWNER);
  }

  physOf(pfn: number): bigint {
    return BigInt(pfn) << BigInt(this.machine.pageShift);
  }

  /** Where the root FDT is, made or not. */
  get rootPhys(): bigint {
    return this.physOf(this.rootPfn);
  }

  pfnOf(phys: bigint): number {
    return Number(phys >> BigInt(this.machine.pageShift));
  }

  orderOf(sizeBytes: number): number {
    return getOrder(sizeBytes, this.pageBytes);
  }

  /** Runs what a caller does; when one of its calls fails, what it did here is undone in reverse, as its error path would. Gives the error. */
  attempt(who: string, run: () => void): CallFailed | undefined {
    const before = { who: this.who, undo: this.undo };
    this.who = who;
    this.undo = [];
    let failed = false;
    try {
      run();
      return undefined;
    } catch (problem) {
      failed = true;
      if (!(problem instanceof CallFailed)) throw problem;
      for (const step of this.undo.reverse()) step();
      return problem;
    } finally {
      this.who = before.who;
      const kept = this.undo;
      this.undo = before.undo;
      if (!failed) this.undo?.push(...kept);
    }
  }

  /** Pages that are free again when the caller's attempt fails. */
  private own(order: number, call: string): number {
    const pfn = this.take(order, call);
    this.undo?.push(() => { this.host.free(pfn, order); });
    return pfn;
  }

  private take(order: number, call: string): number {
    const pfn = this.host.allocate(order);
    if (pfn === undefined) throw new CallFailed('ENOMEM', call, `no free block of order ${String(order)}`);
    return pfn;
  }

  /** kho_preserve_folio(). */
  mark(pfn: number, order: number, owner: string): void {
    this.preserveAll([pfn], order, owner, 'kho_preserve_folio');
  }

  markAll(pfns: ArrayLike<number>, order: number, owner: string): void {
    this.preserveAll(pfns, order, owner, 'kho_preserve_folio');
  }

  /** The checks that every preserving call makes, then the mark. The list is kept, not copied. Throws CallFailed. */
  preserveAll(pfns: ArrayLike<number>, order: number, owner: string, call: string): void {
    this.mayPreserve(call);
    if (pfns.length === 0) return;
    if (this.checksScratch) for (let i = 0; i < pfns.length; i++) this.scratchCheck(pfns[i] ?? 0, 2 ** order, call);
    this.claim(pfns, order, owner);
    this.host.recorder.event(this.who, call, owner, { pages: pagesOf('preserved', pfns, order) });
  }

  private claim(pfns: ArrayLike<number>, order: number, owner: string): void {
    const claim = { pfns, order, owner, who: this.who };
    this.tracked.add(claim);
    this.undo?.push(() => { this.tracked.drop(claim); });
  }

  private mayPreserve(call: string): void {
    const { behaviour, recorder } = this.host;
    if (this.finalized && !this.inNotifier && behaviour.afterFinalize === 'EBUSY') {
      recorder.event(this.who, call, 'refused: the kernel is finalized', { error: 'EBUSY' });
      throw new CallFailed('EBUSY', call, 'the handover is finalized already');
    }
  }

  private get checksScratch(): boolean {
    return this.host.behaviour.scratchCheck && this.host.debug;
  }

  /** kho_scratch_overlap(). */
  private scratchCheck(pfn: number, pages: number, call: string): void {
    if (!this.host.scratchAt(pfn, pages)) return;
    const { recorder } = this.host;
    recorder.lineOnce('warn', messages.preservesScratch(call));
    recorder.event(this.who, call, 'refused: lies in scratch', { error: 'EINVAL' });
    throw new CallFailed('EINVAL', call, `of ${String(pages)} pages from frame ${String(pfn)} on some lie in a scratch area`);
  }

  /** kho_preserve_pages(), kho_preserve_phys(): a range of whole pages, as blocks. */
  markRange(phys: bigint, sizeBytes: bigint, owner: string): void {
    const [pfn, pages] = [this.pfnOf(phys), this.pfnOf(sizeBytes)];
    const { behaviour, recorder } = this.host;
    const call = behaviour.rangeCall;
    this.mayPreserve(call);
    if (this.checksScratch) this.scratchCheck(pfn, pages, call);
    const blocks = splitRange(pfn, pfn + pages, behaviour.split, behaviour.splitsAtNodes ? (at) => this.host.nodeOf(at) : undefined);
    // v5 loses the low bits of a start that is not aligned to the block's order: it marks other frames.
    for (const block of blocks) this.claim([Math.floor(block.pfn / 2 ** block.order) * 2 ** block.order], block.order, owner);
    recorder.event(this.who, call, owner, { pages: pagesOfBlocks('preserved', blocks) });
  }

  /** kho_unpreserve_folio(), kho_unpreserve_pages(): takes back what a caller preserved. Throws KernelStops for 6.16 and 6.17, which never come back from a page that was not. */
  unpreserve(pfns: ArrayLike<number>, order: number, call = 'kho_unpreserve_folio'): void {
    const { behaviour, recorder } = this.host;
    if (behaviour.unpreserve === 'none') throw new CallFailed('EOPNOTSUPP', call, 'this kernel has no such call');
    const { owner, missed } = this.tracked.takeBack(pfns, order);
    recorder.event(this.who, call, owner ?? 'pages that nobody preserved', { pages: pagesOf('unpreserved', pfns, order) });
    if (missed === 0 || behaviour.unpreserve === 'silent') return;
    if (behaviour.unpreserve === 'endless loop') throw new KernelStops(`${call} of a page that was not preserved goes round for ever`);
    recorder.lineOnce('warn', messages.unpreservesNothing());
  }

  /** kho_unpreserve_free(): of a folio that preserve() made. */
  unpreserveFree(phys: bigint, order: number): void {
    const pfn = this.pfnOf(phys);
    this.unpreserve([pfn], order, 'kho_unpreserve_free');
    this.host.free(pfn, order);
  }

  /** Takes back everything of an owner (lists, chunks), and its pages are free again. */
  dropOwned(of: (owner: string) => boolean): void {
    for (const claim of this.tracked.ownedBy(of)) {
      this.tracked.drop(claim);
      for (let i = 0; i < claim.pfns.length; i++) this.host.free(claim.pfns[i] ?? 0, claim.order);
      this.host.recorder.event(this.who, 'kho_unpreserve_free', claim.owner, { pages: pagesOf('unpreserved', claim.pfns, claim.order) });
    }
  }

  /** Whether a block is in the tracker now. v4 has none: whatever somebody claims is. */
  isPreserved(pfn: number, order: number): boolean {
    return this.tracked.has(pfn, order);
  }

  /** kho_alloc_preserve(), or alloc_pages() and kho_preserve_folio(): a zeroed folio that holds the bytes. */
  preserve(bytes: Uint8Array, owner: string, order = this.orderOf(bytes.length)): bigint {
    const pfn = this.own(order, 'kho_alloc_preserve');
    this.preserveAll([pfn], order, owner, 'kho_preserve_folio');
    this.write(this.physOf(pfn), bytes);
    return this.physOf(pfn);
  }

  /** Puts bytes into memory, from the start of a page on. The rest of the last page is zero. */
  write(phys: bigint, bytes: Uint8Array): void {
    const padded = bytes.length % this.pageBytes === 0 ? bytes : new Uint8Array(Math.ceil(bytes.length / this.pageBytes) * this.pageBytes);
    if (padded !== bytes) padded.set(bytes);
    this.host.write({ phys, bytes: padded });
  }

  preserveVmalloc(bytes: Uint8Array, owners: VmallocOwners, order = 0): KhoVmalloc {
    const pieces = Math.ceil(bytes.length / (this.pageBytes * 2 ** order));
    const pfns = Float64Array.from({ length: pieces }, () => this.own(order, 'vmalloc'));
    const pieceBytes = this.pageBytes * 2 ** order;
    pfns.forEach((pfn, i) => { this.write(this.physOf(pfn), bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes)); });
    return this.preserveArea(pfns, order, owners);
  }

  /** kho_preserve_vmalloc() of an area whose pieces lie where they lie. */
  preserveArea(pfns: Float64Array, order: number, owners: VmallocOwners): KhoVmalloc {
    this.mayPreserve('kho_preserve_vmalloc');
    this.preserveAll(pfns, order, owners.page, 'kho_preserve_pages');
    const entries = Array.from(pfns, (pfn) => this.physOf(pfn));
    const taken: number[] = [];
    const allocate = (): bigint => {
      const pfn = this.own(0, 'kho_preserve_vmalloc');
      taken.push(pfn);
      return this.physOf(pfn);
    };
    const { head, chunks } = encodeVmalloc(entries, order, vmallocFlags(order), this.pageBytes, this.machine.order, allocate);
    this.preserveAll(Float64Array.from(taken), 0, owners.chunk, 'kho_preserve_folio');
    for (const chunk of chunks) this.write(chunk.phys, chunk.bytes);
    const read = decode(khoVmalloc, head, 0, this.machine.order);
    if (!read.ok) throw new RangeError(read.problem.found);
    return read.value;
  }

  /** kho_add_subtree(). Throws CallFailed. */
  addSubtree(subtree: Subtree): void {
    const { behaviour, recorder } = this.host;
    const fails = (errno: ErrnoName, why: string): never => {
      recorder.event(this.who, 'kho_add_subtree', why, { error: errno, tree: subtree.name });
      throw new CallFailed(errno, 'kho_add_subtree', why);
    };
    if (behaviour.subtrees === 'in the notifier' && !this.inNotifier) fails('EINVAL', 'the tree is only open while the kernel finalizes');
    const refused = this.tree.add(subtree);
    if (refused !== undefined) fails(refused.errno, refused.why);
    this.undo?.push(() => { this.removeSubtree(subtree.phys); });
    recorder.event(this.who, 'kho_add_subtree', `${subtree.name} in the tree`, { tree: subtree.name });
  }

  /** kho_remove_subtree(): silent when there is none. */
  removeSubtree(phys: bigint): void {
    const gone = this.tree.remove(phys);
    if (gone !== undefined) this.host.recorder.event(this.who, 'kho_remove_subtree', `${gone.name} out of the tree`, { tree: gone.name });
  }

  addNode(node: TreeNode): void {
    this.tree.addNode(node);
    this.undo?.push(() => { this.tree.removeNode(node); });
    this.host.recorder.event(this.who, 'kho_add_node', `${node.name} in the tree`, { tree: node.name });
  }

  addRanges(name: string, compatible: readonly (readonly [string, Uint8Array])[], ranges: readonly { readonly addr: bigint; readonly size: bigint }[], nodes: readonly TreeNode[] = []): void {
    for (const range of ranges) this.markRange(range.addr, range.size, `mem of /${name}`);
    this.addNode({ name, properties: [...compatible, ['mem', encodeMem(ranges, this.machine.order)]], nodes });
  }

  /**
   * A request to finalize (debugfs, `active` in v4), and LUO's in 6.19. Throws CallFailed; what the notifiers did is undone then.
   * @param notifiers what consumers do in it
   */
  finalize(notifiers: () => void, before?: () => void): void {
    const { behaviour, recorder } = this.host;
    if (behaviour.finalizing === 'none') throw new CallFailed('ENOENT', 'kho/out/finalize', 'this kernel has no such file');
    if (behaviour.finalizing === 'again') {
      this.tracked.list();
      recorder.event('KHO', 'kho_finalize', 'the map of preserved memory is made');
      return;
    }
    if (this.finalized) throw new CallFailed('EEXIST', 'kho/out/finalize', 'the handover is finalized already');
    before?.();
    this.inNotifier = true;
    const failed = this.attempt('KHO', () => {
      if (this.form.preserved) this.preserveAll([this.rootPfn], 0, KHO_ROOT_OWNER, 'kho_preserve_folio');
      notifiers();
    });
    this.inNotifier = false;
    if (failed !== undefined) {
      recorder.line('err', messages.finalizeFailed(negative(failed.errno)));
      recorder.event('KHO', 'kho_finalize', `given up: ${failed.call} failed`, { error: failed.errno });
      throw failed;
    }
    // The tree is complete; the address of the map is filled in when its pages are placed.
    this.finalized = true;
    recorder.event('KHO', 'kho_finalize', 'the tree and the map of preserved memory are made');
  }

  /** kho_abort() of the kernels with notifiers. */
  abort(): void {
    if (!this.finalized) return;
    this.finalized = false;
    this.tree.clear();
    // The tracker is freed as a whole: what was preserved before finalizing goes, too.
    for (const claim of this.tracked.ownedBy(() => true)) this.tracked.drop(claim);
    this.host.recorder.event('KHO', 'kho_abort', 'tree and map are dropped');
  }

  /** What the jump passes on: the address of the root; undefined when this kernel has nothing. Writes tracker and root into memory. */
  passOn(): bigint | undefined {
    if (this.host.behaviour.finalizing === 'once' && !this.finalized) return undefined;
    const { rootPhys } = this;
    const map = this.tracked.encode(this.radixRootPfn === undefined ? undefined : this.physOf(this.radixRootPfn), (call) => this.physOf(this.take(0, call)), (page) => { this.host.write(page); });
    this.write(rootPhys, this.tree.bytes(map));
    return rootPhys;
  }

  /** Blocks that the map lists which is passed on, with the owner of each, in the order of the calls. */
  preservedBlocks(): readonly Claim[] {
    return this.tracked.blocks();
  }
}
