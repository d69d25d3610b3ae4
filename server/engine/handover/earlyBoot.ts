/**
 * A kernel before its page allocator runs: where it lies, what it makes of the tree that it is given, and what it reserves. KHO facts 1.9, 3, 7.1.
 */
import { blocksByOrder } from '../../formats/blockRuns';
import type { KhoData } from '../../formats/bootRecord';
import { DEFAULT_SCRATCH, parseKhoScratch, parseReserveMemList } from '../../formats/cmdline';
import type { ScratchSpec } from '../../formats/cmdline';
import type { ReservedRegion } from '../../formats/memblock';
import type { KhoScratch } from '../../formats/scratch';
import type { Fault, KernelSpec, MachineSpec } from '../../model/scenario/scenario';
import { blockSpans } from '../machine/blockSpans';
import { EarlyMemory } from '../machine/earlyMemory';
import type { Geometry } from '../machine/geometry';
import { geometryOf } from '../machine/geometry';
import { Ram } from '../machine/ram';
import type { PlacedSegment } from '../machine/scratch';
import { reserveScratch } from '../machine/scratch';
import { Spans } from '../machine/spans';
import { streamOnCommandLine } from '../../formats/kstateLocator';
import { KstateIn } from './incoming/kstateIn';
import type { NotRevived } from './incoming/reserveMem';
import { reviveReserveMem } from './incoming/reserveMem';
import type { Successor } from './incoming/successor';
import { messages } from './messages';
import { KernelStops, firstOf } from './recorder';
import { machineMemory } from './kstateMemory';
import type { Recorder } from './recorder';

/** What outlives a kernel. */
export interface World {
  readonly machine: MachineSpec;
  readonly geometry: Geometry;
  readonly ram: Ram;
  readonly recorder: Recorder;
  readonly faults: readonly Fault[];
}

export function worldOf(machine: MachineSpec, recorder: Recorder, faults: readonly Fault[]): World {
  const geometry = geometryOf(machine.arch, machine.pageBytes);
  if (geometry === undefined) throw new RangeError(`no ${machine.arch} kernel has pages of ${String(machine.pageBytes)} bytes`);
  return { machine, geometry, recorder, faults, ram: new Ram(machine.ram, machine.pageBytes) };
}

/** How a kernel came up: cold, or by kexec with what the old kernel put into its boot parameters. */
export interface BootedBy {
  readonly data: KhoData | undefined;
  readonly segments: readonly PlacedSegment[];
  /** What kexec adds to the new kernel's command line. */
  readonly commandLine?: string | undefined;
}

/** A region of `reserve_mem=` in this kernel. */
export interface Region extends ReservedRegion {
  readonly revived: boolean;
  /** Why it was not, where somebody said no. */
  readonly refusal: string | undefined;
}

/** struct page. */
const PAGE_STRUCT_BYTES = 64n;
const MIB = 1n << 20n;
const refusals: Readonly<Record<NotRevived, string | undefined>> = {
  'no handover': undefined, 'no subtree': 'the subtree memblock is not there, or not compatible', 'no region': undefined, 'no object': 'the stream has no object of its name', incompatible: 'its node has another compatible string',
  'no address': 'its node has no start or size of 8 bytes', alignment: 'it does not lie at the alignment that the new command line asks for', size: 'the new command line asks for another size',
};

export class EarlyBoot {
  readonly early: EarlyMemory;
  /** KHO is on and has its scratch areas. */
  khoOn: boolean;
  scratch: readonly KhoScratch[] = [];
  regions: readonly Region[] = [];
  /** Why the tree was not taken; undefined: it was, or there was none. */
  refusal: string | undefined;
  /** KSTATE v2: the stream that the command line names. */
  stream: KstateIn | undefined;
  /** What was handed over, in page frames. */
  incomingSpans: Spans | undefined;
  private readonly booted: { start: number; end: number }[] = [];
  private readonly pageBytes: number;
  private readonly recorder: Recorder;

  /** Throws KernelStops when the kernel dies on the way. */
  constructor(private readonly world: World, private readonly spec: KernelSpec, private readonly by: BootedBy | undefined, private readonly successor: Successor) {
    const { machine, recorder } = world;
    this.pageBytes = machine.pageBytes;
    this.recorder = recorder;
    this.khoOn = spec.kho;
    this.early = new EarlyMemory(machine.ram, machine.pageBytes);
    this.placeImage();
    this.populate();
    const scratch = this.scratchAsked();
    this.reserveMemoryMap();
    this.reserveRegions();
    this.ownScratch(scratch);
    this.reserveIncoming();
    this.early.setScratchOnly(false);
  }

  private get revived(): boolean {
    return this.successor.isKhoBoot;
  }

  private pfnOf(phys: bigint): number {
    return this.successor.memory.pfnOf(phys);
  }

  private physOf(pfn: number): bigint {
    return this.successor.memory.physOf(pfn);
  }

  /** Memory that booting takes: image, boot parameters, early allocations. Whatever was there is gone. */
  taken(): Spans {
    const spans = new Spans();
    for (const { start, end } of [...this.booted].sort((a, b) => a.start - b.start)) spans.append(start, end);
    return spans;
  }

  private took(phys: bigint, sizeBytes: bigint): void {
    this.booted.push({ start: this.pfnOf(phys), end: this.pfnOf(phys + sizeBytes + BigInt(this.pageBytes - 1)) });
  }

  /** Where the kernel itself lies: where kexec put it, or at the bottom of memory. */
  private placeImage(): void {
    const { early, by, world: { machine, recorder, geometry } } = this;
    // x86 keeps the first MiB for the firmware and real mode.
    early.reserve(0n, BigInt(geometry.lowReservedBytes));
    recorder.event('kexec', by === undefined ? 'boot' : 'machine_kexec', `${this.spec.release} boots ${by === undefined ? 'cold' : 'by kexec'}`);
    if (by !== undefined && by.segments.length > 0) {
      for (const { phys, sizeBytes } of by.segments) {
        early.reserve(phys, sizeBytes, { kern: true });
        this.took(phys, sizeBytes);
      }
      return;
    }
    const [first] = machine.ram;
    if (first === undefined) throw new KernelStops('there is no memory');
    // Below 1 MiB there is a range of its own (a PC's), and no room for a kernel.
    const rooms = machine.ram.filter((range) => range.node === first.node).map((range) => {
      const start = range.start > MIB ? range.start : MIB;
      return { start, sizeBytes: range.start + range.sizeBytes - start };
    });
    const place = rooms.find((room) => room.sizeBytes >= machine.kernelBytes) ?? rooms.reduce((most, room) => (room.sizeBytes > most.sizeBytes ? room : most));
    const { start } = place;
    const sizeBytes = machine.kernelBytes < place.sizeBytes ? machine.kernelBytes : place.sizeBytes;
    if (sizeBytes <= 0n) return;
    early.reserve(start, sizeBytes, { kern: true });
    this.took(start, sizeBytes);
  }

  private populate(): void {
    const { by, successor, early, recorder } = this;
    if (by === undefined) return;
    if (this.streamNamed(by)) return;
    if (by.data === undefined) {
      this.refusal = 'the old kernel passed nothing on';
      return;
    }
    const before = recorder.log.length;
    if (!successor.populate(by.data)) {
      this.refusal = recorder.log.slice(before).map((line) => line.text)[0] ?? 'the tree was not taken';
      recorder.event('KHO', 'kho_populate', `the tree is refused: ${this.refusal}`);
      return;
    }
    recorder.event('KHO', 'kho_populate', 'the tree is taken; only scratch is used from now on');
    for (const { addr, size } of successor.scratch ?? []) if (size > 0n) early.markScratch(addr, size);
    this.scratch = successor.scratch ?? [];
    early.setScratchOnly(true);
  }

  /** KSTATE v2: the stream and the pages of its list are reserved before anything is allocated. */
  private streamNamed({ commandLine }: BootedBy): boolean {
    const { spec, early, recorder, world: { machine }, successor: { memory, print } } = this;
    const place = spec.kstate === 'v2' && commandLine !== undefined ? streamOnCommandLine(commandLine) : undefined;
    if (place === undefined) return false;
    early.reserve(place.phys, place.sizeBytes);
    this.stream = new KstateIn('v2', machineMemory(machine, 1, (pfn) => memory.read(memory.physOf(pfn), this.pageBytes)), { kstateOutPhys: undefined, streamPhys: place.phys }, print);
    const pages = this.stream.pages().map(({ phys, order }) => ({ phys, sizeBytes: BigInt(this.pageBytes * 2 ** order) }));
    for (const { phys, sizeBytes } of pages) early.reserve(phys, sizeBytes);
    const spans = new Spans();
    for (const { phys, sizeBytes } of [...pages, place].sort((a, b) => (a.phys < b.phys ? -1 : 1))) spans.append(this.pfnOf(phys), this.pfnOf(phys + sizeBytes));
    this.incomingSpans = spans;
    recorder.event('KSTATE', 'kstate_stream=', `the stream of ${String(place.sizeBytes)} bytes is taken, and ${String(pages.length)} pages of its list reserved`);
    return true;
  }

  /** The memory map of each node: of all that early boot takes, what grows with the machine. */
  private reserveMemoryMap(): void {
    const { early, world: { machine } } = this;
    for (const node of early.nodes) {
      const bytes = machine.ram.filter((range) => range.node === node).reduce((sum, range) => sum + range.sizeBytes, 0n);
      const sizeBytes = (bytes / BigInt(this.pageBytes)) * PAGE_STRUCT_BYTES;
      const phys = early.alloc({ sizeBytes, alignBytes: BigInt(this.pageBytes), node });
      if (phys === undefined) {
        const what = `the memory map of node ${String(node)} takes ${String(sizeBytes)} bytes, and ${this.revived ? 'scratch' : 'memory'} has no room for it`;
        this.recorder.line('panic', messages.noMemoryMap(sizeBytes, node));
        throw new KernelStops(what);
      }
      this.took(phys, sizeBytes);
    }
  }

  private reserveRegions(): void {
    const { early, successor, spec, world: { geometry } } = this;
    const wanted = parseReserveMemList(spec.reserveMem, geometry.cacheLineBytes).flatMap((one) => (one.ok ? [one.value] : []));
    const answers = reviveReserveMem(successor, wanted.map(({ name, sizeBytes, alignBytes }) => ({ name, size: sizeBytes, align: alignBytes })));
    this.regions = wanted.flatMap(({ name, sizeBytes, alignBytes }, i): Region[] => {
      const answer = answers[i];
      if (answer !== undefined && 'revived' in answer) return [{ ...answer.revived, revived: true, refusal: undefined }];
      const start = early.alloc({ sizeBytes, alignBytes });
      if (start === undefined) {
        this.recorder.event('reserve_mem', 'memblock_alloc', `no room for ${name}`, { error: 'ENOMEM' });
        return [];
      }
      this.took(start, sizeBytes);
      return [{ name, start, size: sizeBytes, revived: false, refusal: answer === undefined ? undefined : refusals[answer.why] }];
    });
  }

  /** An early parameter: read before any region is looked for. */
  private scratchAsked(): ScratchSpec {
    const { spec, recorder, successor: { spec: { generation } } } = this;
    const parsed = spec.khoScratch === undefined ? undefined : parseKhoScratch(spec.khoScratch, generation.scratch);
    if (parsed?.ok !== true) return DEFAULT_SCRATCH;
    recorder.line('info', messages.scratchAsked(parsed.value, generation.scratch));
    return parsed.value;
  }

  /** A cold boot places its scratch areas; a kernel that took a tree goes on with those of the old one. */
  private ownScratch(wanted: ScratchSpec): void {
    const { spec, recorder, successor: { spec: { generation } }, world: { geometry } } = this;
    if (!spec.kho || this.revived) return;
    const placed = reserveScratch(this.early, wanted, generation.scratch, geometry);
    if (placed.ok) {
      this.scratch = placed.value.areas;
      return;
    }
    const why = messages.scratchFailed(placed.failed);
    for (const text of [why, messages.scratchDisabled()]) recorder.line('err', text);
    recorder.event('KHO', 'kho_reserve_scratch', why, { error: 'ENOMEM' });
    this.khoOn = false;
  }

  /** kho_memory_init(): what was handed over is reserved before the page allocator gets the rest. */
  private reserveIncoming(): void {
    const { successor, early, recorder } = this;
    if (!this.revived) return;
    if (!successor.memoryInit()) throw new KernelStops(`reading the map of preserved memory does not come to its end: ${successor.reserved.end?.what ?? 'unknown'}`);
    const { blocks, runs, odd, ranges, trackerPages } = successor.reserved;
    this.incomingSpans = blockSpans(blocks, runs);
    const pages = early.reserveFrames(this.incomingSpans);
    for (const { pfn, sizeBytes } of odd) if (sizeBytes > 0n) early.reserve(this.physOf(pfn), sizeBytes);
    early.reservePages(trackerPages);
    if (ranges.length > 0) {
      const sorted = [...ranges].sort((a, b) => (a.addr < b.addr ? -1 : 1));
      const spans = new Spans(sorted.length);
      for (const { addr, size } of sorted) {
        early.reserve(addr, size);
        spans.append(this.pfnOf(addr), this.pfnOf(addr + size));
      }
      this.incomingSpans = spans;
    }
    recorder.event('KHO', 'kho_memory_init', `${String(blocks.count)} blocks reserved`, { pages: { became: 'reserved', blocks: blocks.count, pages, byOrder: blocksByOrder(runs), ...firstOf(blocks.count === 0 ? undefined : blocks.pfns[0]) } });
  }
}
