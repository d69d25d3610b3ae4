/** One kernel of a scenario, from its boot to the jump out of it: memory, KHO both ways, LUO both ways. It shares nothing but physical memory with the kernels before and after it. */
import type { Generation } from '../../formats/generations';
import { generations } from '../../formats/generations';
import { memfdV1, memfdV2 } from '../../formats/memfd';
import { encodeU64 } from '../../formats/fdtValues';
import { fieldOf } from '../../formats/layoutTable';
import { firstAbove } from '../../formats/search';
import type { KhoScratch } from '../../formats/scratch';
import type { KernelSpec, State, UserspaceSpec } from '../../model/scenario/scenario';
import type { EarlyMemory } from '../machine/earlyMemory';
import type { BulkRequest } from '../machine/pageAllocator';
import { PageAllocator, cmaFrames } from '../machine/pageAllocator';
import type { Spans } from '../machine/spans';
import type { Behaviour } from './behaviour';
import { behaviours, kstateBehaviours } from './behaviour';
import type { BootedBy, Region, World } from './earlyBoot';
import { EarlyBoot } from './earlyBoot';
import type { FileHandler } from './incoming/fileHandler';
import { folioHandler } from './incoming/fileHandler';
import { readPreviousKernel } from './incoming/kexecMetadata';
import type { PreviousKernel } from './incoming/kexecMetadata';
import { KstateIn } from './incoming/kstateIn';
import { memfdHandler } from './incoming/memfd';
import type { IncomingSessions } from './incoming/sessions';
import { Successor } from './incoming/successor';
import { machineMemory } from './kstateMemory';
import { KstateOut, KstateSegment } from './kstateOut';
import { LuoOutgoing } from './luo';
import { Outgoing } from './outgoing';
import { CallFailed, firstOf, pagesOf } from './recorder';
import type { Recorder } from './recorder';

/** Page frames: 64 GiB in pages of 4 KiB. */
const MOST_SCATTERED_OVER = 1 << 24;
/** All over memory means in that many places at least. */
const LEAST_PLACES = 8;

export class SimKernel {
  readonly generation: Generation;
  readonly behaviour: Behaviour;
  readonly pageBytes: number;
  readonly recorder: Recorder;
  readonly early: EarlyMemory;
  /** KHO is on and has its scratch areas. */
  khoOn: boolean;
  readonly scratch: readonly KhoScratch[];
  readonly regions: readonly Region[];
  outgoing: Outgoing | undefined;
  luo: LuoOutgoing | undefined;
  /** What reads the memory that was handed over; in a kernel that booted cold it says that there was nothing. */
  readonly successor: Successor;
  /** Why the tree was not taken; undefined: it was, or there was none. */
  readonly refusal: string | undefined;
  readonly allocator: PageAllocator;
  /** The stream that this kernel was handed, by its own KSTATE. */
  readonly stream: KstateIn | undefined;
  /** Those that have KSTATE: the stream that it makes. */
  kstate: KstateOut | KstateSegment | undefined;
  previous: PreviousKernel | undefined;
  /** LUO of the old kernel, as far as this one reads it. */
  sessions: IncomingSessions | undefined;
  /** Handlers that the scenario's own files bring. */
  scenarioHandlers: readonly string[] = [];
  /** What userspace does behind the jump into this kernel. */
  userspace: UserspaceSpec = { retrieve: 'all', finish: 'all', opensPlain: [], preservesAgain: true };
  /** Memory that booting takes out of scratch, and the image: whatever was there is gone. */
  private readonly bootSpans: Spans;
  private readonly incomingSpans: Spans | undefined;
  private readonly scratchFrames: readonly { readonly start: number; readonly end: number }[];
  private readonly revivedNames = new Set<string>();

  /** Boots, up to where drivers start. Throws KernelStops when the kernel dies on the way. */
  constructor(readonly world: World, readonly spec: KernelSpec, readonly index: number, readonly by: BootedBy | undefined) {
    const { machine, recorder, geometry } = world;
    const generation = generations.find((one) => one.id === spec.generation);
    if (generation === undefined) throw new RangeError(`there is no generation ${spec.generation}`);
    this.generation = generation;
    this.behaviour = behaviours[generation.id];
    this.pageBytes = machine.pageBytes;
    this.recorder = recorder;
    const { kho, compatible, bitmapBytes, depthFix } = spec;
    this.successor = new Successor({ generation, pageShift: geometry.pageShift, order: machine.order, ram: machine.ram, kho, compatible, bitmapBytes, depthFix, kstate: this.streamReader() }, world.ram, (level, text) => { recorder.line(level, text); });
    const boot = new EarlyBoot(world, spec, by, this.successor);
    this.early = boot.early;
    this.khoOn = boot.khoOn;
    this.scratch = boot.scratch;
    this.regions = boot.regions;
    this.refusal = boot.refusal;
    this.bootSpans = boot.taken();
    this.incomingSpans = boot.incomingSpans;
    this.stream = this.successor.stream ?? boot.stream;
    this.scratchFrames = this.scratch.filter(({ size }) => size > 0n).map(({ addr, size }) => ({ start: this.pfnOf(addr), end: this.pfnOf(addr + size) }));
    this.allocator = new PageAllocator(geometry, machine.ram.map(({ start, sizeBytes, node }) => ({ pfn: this.pfnOf(start), end: this.pfnOf(start + sizeBytes), node })), this.early.freeRanges(), cmaFrames(this.scratch, geometry));
    this.ownPages();
  }

  get pageShift(): number {
    return this.world.geometry.pageShift;
  }

  pfnOf(phys: bigint): number {
    return Number(phys >> BigInt(this.pageShift));
  }

  physOf(pfn: number): bigint {
    return BigInt(pfn) << BigInt(this.pageShift);
  }

  /** is_kho_boot(). */
  get revived(): boolean {
    return this.successor.isKhoBoot;
  }

  /** Whether anything that was handed over is in use: KHO's tree, or the stream of a KSTATE that does without. */
  get tookOver(): boolean {
    const { spec: { kstate }, stream } = this;
    return this.revived || (kstate !== undefined && kstateBehaviours[kstate].foundBy === 'command line' && stream !== undefined);
  }

  get isBehindJump(): boolean {
    return this.by !== undefined && ['RESUME', 'POST-RESUME', 'CONCLUDE'].includes(this.recorder.state);
  }

  /** What a kernel takes for itself as it runs: in one that was booted by kexec, all over its memory, unless that is so large that a few pages more or less say nothing. */
  private ownPages(): void {
    const { freePages } = this.allocator;
    const count = Math.min(Number(this.spec.bootBytes / BigInt(this.pageBytes)), Math.floor(freePages / 4));
    const scattered = this.by !== undefined && freePages <= MOST_SCATTERED_OVER;
    // Unmovable pages keep together in pageblocks: what lies between stays whole, and large blocks are found there.
    let order = scattered ? this.world.geometry.pageblockOrder : 0;
    while (order > 0 && count < LEAST_PLACES * 2 ** order) order--;
    this.allocator.allocMany(order, Math.floor(count / 2 ** order), { migrate: 'unmovable', placement: scattered ? 'scattered' : 'packed' });
  }

  /** kho_init() and LUO's start; `metadata` adds the first subtree. KHO is off where they fail. */
  startKho(metadata: () => void): void {
    const { recorder, generation, spec } = this;
    this.previous = readPreviousKernel(this.successor);
    if (!this.khoOn) return;
    try {
      if (!this.revived) this.releaseScratch();
      this.outgoing = new Outgoing({ generation, order: this.world.machine.order, pageShift: this.pageShift, ...(spec.bitmapBytes === undefined ? {} : { bitmapBytes: spec.bitmapBytes }), ...(spec.depthFix === undefined ? {} : { depthFix: spec.depthFix }) }, this.host());
      metadata();
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      recorder.event('KHO', 'kho_init', `KHO is off: ${problem.why}`, { error: problem.errno });
      this.outgoing = undefined;
      this.khoOn = false;
    }
  }

  /** v3: what reads the stream that the boot record leads to. */
  private streamReader(): ConstructorParameters<typeof Successor>[0]['kstate'] {
    const { spec, world: { machine, ram } } = this;
    if (spec.kstate === undefined || kstateBehaviours[spec.kstate].foundBy !== 'boot record') return undefined;
    const memory = machineMemory(machine, this.index, (pfn) => ram.read(this.physOf(pfn), this.pageBytes));
    return (kstateOutPhys) => new KstateIn('v3', memory, { kstateOutPhys, streamPhys: undefined }, (level, text) => { this.recorder.line(level, text); });
  }

  /** kstate_init(), a late initcall. */
  startKstate(): void {
    const { spec: { kstate }, outgoing, allocator, recorder, pageBytes, regions, world: { machine, ram } } = this;
    if (kstate === undefined) return;
    const host = {
      memory: machineMemory(machine, this.index, (pfn) => this.pageNow(pfn)), allocator, recorder, ram, pageBytes, regions: regions.map(({ name, start, size }) => ({ name, start, size })),
      physOf: (pfn: number) => this.physOf(pfn), pfnOf: (phys: bigint) => this.pfnOf(phys),
    };
    if (kstateBehaviours[kstate].foundBy === 'command line') this.kstate = new KstateSegment(host);
    else if (outgoing !== undefined) this.kstate = new KstateOut(host, outgoing);
  }

  /** The areas of a cold boot are CMA from here on: memory for whatever can be moved away again. */
  private releaseScratch(): void {
    for (const { start, end } of this.scratchFrames) this.allocator.release(start, end);
  }

  /** late_initcall of LUO: the outgoing blob. */
  startLuo(liveupdateNumber: bigint): void {
    const { outgoing, generation, spec, recorder, behaviour } = this;
    if (outgoing === undefined || generation.luo === undefined || !spec.liveupdate) return;
    try {
      this.luo = new LuoOutgoing(outgoing, recorder, { filePreservedTwice: behaviour.filePreservedTwice, refusesNames: behaviour.filePreservedTwice === 'EBUSY' }, liveupdateNumber, spec.compatible.luo);
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      recorder.event('LUO', 'liveupdate_late_init', `LUO is off: ${problem.why}`, { error: problem.errno });
    }
  }

  private host(): ConstructorParameters<typeof Outgoing>[1] {
    const { allocator, world: { ram, recorder }, behaviour, spec } = this;
    return {
      behaviour, recorder, debug: spec.debug, rootCompatible: spec.compatible.root,
      allocate: (order) => allocator.alloc(order, { migrate: 'unmovable' }),
      free: (pfn, order) => { allocator.free(pfn, order); },
      write: (page) => { ram.place(page); },
      nodeOf: (pfn) => this.early.nodeOf(this.physOf(pfn)),
      scratchAt: (pfn, pages) => this.inScratch(pfn, pages),
    };
  }

  // Memory.

  inScratch(pfn: number, pages = 1): boolean {
    for (const { start, end } of this.scratchFrames) if (pfn < end && pfn + pages > start) return true;
    return false;
  }

  /** Pages for a participant. Throws CallFailed when there are not enough. */
  allocMany(who: string, order: number, count: number, request: BulkRequest): Float64Array<ArrayBuffer> {
    const pfns = this.allocator.allocMany(order, count, request);
    if (pfns === undefined) throw new CallFailed('ENOMEM', 'alloc_pages', `${who} wants ${String(count)} blocks of order ${String(order)}, and ${String(this.allocator.freePages)} pages are free`);
    if (count > 0) this.recorder.event(who, 'alloc_pages', `${String(count)} blocks of order ${String(order)}`, { pages: pagesOf('allocated', pfns, order) });
    return pfns as Float64Array<ArrayBuffer>;
  }

  /** Pages given back: what was allocated here, and what came out of the handover. */
  freeMany(who: string, pfns: ArrayLike<number>, order: number): void {
    const list = pfns instanceof Float64Array ? pfns : Float64Array.from(pfns);
    if (list.length === 0) return;
    if (!this.allocator.isTaken(list[0] ?? 0)) this.allocator.adopt(list, order);
    this.allocator.freeMany(list, order);
    this.recorder.event(who, 'free_pages', `${String(list.length)} blocks of order ${String(order)}`, { pages: pagesOf('free', list, order) });
  }

  /** Pages that came out of the handover are free again. */
  giveBack(pfns: ArrayLike<number>, order: number): void {
    const list = Float64Array.from(pfns);
    if (this.allocator.adopt(list, order) === undefined) this.allocator.freeMany(list, order);
  }

  /** memfd_pin_folios(): what lies in CMA is moved out of it. */
  moveOutOfScratch(who: string, pfns: Float64Array<ArrayBuffer>, order: number): Float64Array<ArrayBuffer> {
    let inside = 0;
    const pages = 2 ** order;
    for (const pfn of pfns) if (this.inScratch(pfn, pages)) inside++;
    if (inside === 0) return pfns;
    const others = this.allocMany(who, order, inside, { migrate: 'unmovable', placement: 'packed' });
    let next = 0;
    const left: number[] = [];
    const moved = pfns.map((pfn) => {
      if (!this.inScratch(pfn, pages)) return pfn;
      left.push(pfn);
      return others[next++] ?? pfn;
    });
    this.freeMany(who, Float64Array.from(left), order);
    this.recorder.event(who, 'memfd_pin_folios', `${String(inside)} folios moved out of scratch`);
    return moved;
  }

  /** Whether none of ascending blocks lies where booting wrote. */
  private untouchedByBoot(pfns: ArrayLike<number>, order: number): boolean {
    const { bootSpans } = this;
    for (let i = 1; i < pfns.length; i++) if ((pfns[i] ?? 0) < (pfns[i - 1] ?? 0)) return false;
    for (let span = 0; span < bootSpans.count; span++) {
      // The first block that ends behind the start of the span.
      const first = firstAbove(pfns, bootSpans.start(span) - 2 ** order);
      if (first < pfns.length && (pfns[first] ?? 0) < bootSpans.end(span)) return false;
    }
    return true;
  }

  /** Blocks by what became of them in this kernel. @param proven each of them was restored by its mark just now, so it was reserved */
  sort(pfns: ArrayLike<number>, order: number, proven = false): { readonly inScratch: number[]; readonly taken: number[]; readonly reserved: ArrayLike<number>; readonly free: number[] } {
    const out = { inScratch: [] as number[], taken: [] as number[], reserved: [] as number[], free: [] as number[] };
    if (proven && this.generation.magic && this.untouchedByBoot(pfns, order)) return { ...out, reserved: pfns };
    const pages = 2 ** order;
    const spans = this.incomingSpans;
    let span = 0;
    // So that the first is looked up, too.
    let last = Infinity;
    let plain = true;
    for (let i = 0; i < pfns.length; i++) {
      const pfn = pfns[i] ?? 0;
      let fate: 'inScratch' | 'taken' | 'reserved' | 'free';
      if (this.usedByBoot(pfn, pages)) fate = 'inScratch';
      else if (spans === undefined) fate = this.allocator.isTaken(pfn) ? 'taken' : 'free';
      else {
        // Ascending lists walk along with the spans; a step back looks the place up.
        if (pfn < last) span = spans.firstEndingAfter(pfn);
        while (span < spans.count && spans.end(span) <= pfn) span++;
        last = pfn;
        fate = span < spans.count && spans.start(span) <= pfn && pfn + pages <= spans.end(span) ? 'reserved' : this.allocator.isTaken(pfn) ? 'taken' : 'free';
      }
      if (fate === 'reserved' && plain) continue;
      if (plain) {
        // The first that is not: from here on lists are kept.
        plain = false;
        for (let before = 0; before < i; before++) out.reserved.push(pfns[before] ?? 0);
      }
      out[fate].push(pfn);
    }
    return plain ? { ...out, reserved: pfns } : out;
  }

  /** Whether booting wrote there: image, boot parameters, early allocations. */
  private usedByBoot(pfn: number, pages: number): boolean {
    const { bootSpans } = this;
    if (bootSpans.count === 0 || pfn >= bootSpans.end(bootSpans.count - 1) || pfn + pages <= bootSpans.start(0)) return false;
    const at = bootSpans.firstEndingAfter(pfn);
    return at < bootSpans.count && bootSpans.start(at) < pfn + pages;
  }

  /** What a page of memory holds now, for who comes upon it without having put anything there. Undefined: no memory, or somebody else's by now. */
  pageNow(pfn: number): Uint8Array | undefined {
    const { reserved, free } = this.sort([pfn], 0);
    return reserved.length + free.length === 0 ? undefined : this.world.ram.read(this.physOf(pfn), this.pageBytes);
  }

  /** Userspace fills that share of free memory, all over it. */
  fill(share: number): void {
    if (share <= 0) return;
    const { allocator, world: { geometry } } = this;
    const blocks = Math.floor((allocator.freePages * share) / 2 ** geometry.pageblockOrder);
    // What is too broken for whole pageblocks is taken in single pages.
    const whole = allocator.allocMany(geometry.pageblockOrder, blocks, { migrate: 'movable', placement: 'scattered' });
    if (whole === undefined) allocator.takeShare(share);
    this.recorder.event('userspace', 'mmap', `fills ${String(Math.round(share * 100))} % of free memory`);
  }

  // Participants.

  get memfdCompatible(): string {
    return this.spec.compatible.memfd ?? this.generation.memfd?.id ?? 'memfd';
  }

  /** Strings of the file handlers that are registered here. */
  handlers(): readonly string[] {
    return [...(this.generation.memfd === undefined || this.lacks('memfd') ? [] : [this.memfdCompatible]), ...this.scenarioHandlers.filter((one) => !this.lacks(one))];
  }

  incomingHandlers(): readonly FileHandler[] {
    const form = this.generation.memfd?.id === 'memfd-v1' ? 'memfd-v1' : 'memfd-v2';
    return this.handlers().map((one) => (one === this.memfdCompatible ? memfdHandler(one, form) : folioHandler(one)));
  }

  lacks(name: string): boolean {
    return this.spec.without.includes(name);
  }

  /** A fault of the scenario at this turn. Throws CallFailed. */
  failIfAsked(...names: readonly string[]): void {
    const { recorder, world: { faults } } = this;
    const fault = faults.find((one) => one.handover === recorder.handover && one.state === recorder.state && names.includes(one.participant));
    if (fault !== undefined) throw new CallFailed(fault.error, fault.participant, `it fails in ${fault.state}, as the scenario asks`);
  }

  /** The position in a memfd's record. */
  writePos(recordPhys: bigint, pos: bigint): void {
    const table = this.generation.memfd?.id === 'memfd-v1' ? memfdV1 : memfdV2;
    this.world.ram.write(recordPhys + BigInt(fieldOf(table, 'pos').offsetBytes), encodeU64(pos, this.world.machine.order));
  }

  /** @param firstPfn of the first block that came back; undefined: none did */
  restoredEvent(who: string, call: string, byOrder: readonly number[], firstPfn: number | undefined): void {
    const counted = Object.fromEntries(byOrder.flatMap((blocks, order) => (blocks > 0 ? [[String(order), blocks]] : [])));
    const pages = byOrder.reduce((sum, blocks, order) => sum + blocks * 2 ** order, 0);
    this.recorder.event(who, call, `${String(pages)} pages restored`, { pages: { became: 'restored', blocks: byOrder.reduce((sum, blocks) => sum + blocks, 0), pages, byOrder: counted, ...firstOf(firstPfn) } });
  }

  /** A test that found its data does not make new ones in this kernel. */
  markRevived(name: string): void {
    this.revivedNames.add(name);
  }

  revivedOnce(name: string): boolean {
    return this.revivedNames.has(name);
  }

  /** The state that events belong to. */
  enter(state: State): void {
    this.recorder.state = state;
    this.recorder.kernel = this.index;
  }
}
