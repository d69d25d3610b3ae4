/** A memfd of a session: its folios, what its handler saves, and what arrives. KHO facts 7.2, 12. */
import type { MemfdFolios } from '../../../formats/memfd';
import { sealMask, sealsIn, sealsText } from '../../../formats/memfd';
import { memfdLayout } from '../../../model/scenario/memfdLayout';
import type { FolioRun, PageRange } from '../../../model/scenario/memfdLayout';
import { hex } from '../../../formats/problem';
import type { MemfdFile } from '../../../model/scenario/scenario';
import { addMemfdRecord, memfdOwner } from '../../kho/luoImage';
import type { SimKernel } from '../kernel';
import type { LuoFile } from '../luo';
import { CallFailed } from '../recorder';
import type { Judgement, Outcome } from './actor';
import { judgeGroups, refusalOf, takenOver } from './actor';

/** MEMFD_LUO_FOLIO_DIRTY and _UPTODATE. */
const UPTODATE = 2;
const DIRTY_UPTODATE = 3;

/** Folios of one order, in the order of the file. */
interface Part {
  readonly order: number;
  readonly pfns: Float64Array<ArrayBuffer>;
  /** PG_dirty: of those that filled a hole it is not set. */
  readonly dirty: boolean;
}

/** The file as the memfd handler of the new kernel made it. */
export interface ArrivedMemfd { readonly sizeBytes: bigint; readonly pos: bigint; readonly seals: number }

const hasPages = (parts: readonly Part[]): boolean => parts.some((part) => part.pfns.length > 0);

interface Handed {
  readonly parts: readonly Part[];
  readonly seals: number;
  readonly pos: bigint;
  readonly preserved: boolean;
}

export class MemfdOf implements LuoFile {
  readonly token: bigint;
  compatible = '';
  private readonly label: string;
  /** As the scenario lists them, and behind them what filled the holes. */
  private parts: readonly Part[] = [];
  /** Where the parts lie in the file, ascending; `group` is an index into them. */
  private runs: readonly FolioRun[] = [];
  /** Not filled yet. */
  private holes: readonly PageRange[] = [];
  private populated = false;
  /** Whose seals are those that it was made with, or those that it arrived with. */
  private seals: number;
  private record = 0n;
  private preserved: readonly Part[] | undefined;
  private handed: Handed | undefined;
  outcome: Outcome = { kind: 'nobody', why: 'nobody asked for it' };
  private arrived: ArrivedMemfd | undefined;
  /** Why the old kernel did not preserve it. */
  failure: string | undefined;
  /** Behind the jump: where the new kernel's file is. */
  retrieved = false;

  constructor(private readonly session: string, private readonly spec: MemfdFile, private kernel: SimKernel) {
    this.token = spec.token;
    this.label = `${session}/${hex(spec.token)}`;
    this.seals = sealMask(spec.seals);
  }

  get name(): string {
    return this.label;
  }

  /** The process writes to the file: folios wherever the kernel has room, in scratch, too. */
  populate(kernel: SimKernel): void {
    this.kernel = kernel;
    this.compatible = kernel.spec.compatible.memfd ?? kernel.generation.memfd?.id ?? 'memfd';
    if (this.populated) return;
    const { groups, runs, holes } = memfdLayout(this.spec, kernel.pageBytes).layout;
    const parts: Part[] = [];
    try {
      for (const { order, count, placement } of groups) parts.push({ order, dirty: true, pfns: kernel.allocMany(this.label, order, count, { migrate: 'movable', placement }) });
    } catch (problem) {
      // The process does not come to its end; what it had is free again.
      for (const { pfns, order } of parts) kernel.freeMany(this.label, pfns, order);
      throw problem;
    }
    this.parts = parts;
    this.runs = runs;
    this.holes = holes;
    this.populated = true;
  }

  /** memfd_luo_preserve(): freezes the size, fills holes, pins the folios (moving them out of scratch), preserves them and their list. */
  preserve(): bigint {
    const { kernel, spec } = this;
    const { outgoing } = kernel;
    if (outgoing === undefined) throw new CallFailed('EOPNOTSUPP', 'memfd_luo_preserve', 'KHO is off');
    kernel.failIfAsked(this.session, this.label);
    if (!this.populated) throw new CallFailed('ENOMEM', 'memfd_pin_folios', 'its process found no memory for the file');
    this.fillHoles();
    for (const [i, part] of this.parts.entries()) {
      const pfns = kernel.moveOutOfScratch(this.label, part.pfns, part.order);
      this.parts = this.parts.with(i, { ...part, pfns });
    }
    const { parts } = this;
    for (const { pfns, order } of parts) outgoing.markAll(pfns, order, 'memfd folio');
    this.record = addMemfdRecord(outgoing, { pos: spec.pos, size: spec.sizeBytes, seals: this.seals }, this.array(), memfdOwner(this.session, this.token));
    this.preserved = parts;
    return this.record;
  }

  /**
   * A page for each that is in no folio. memfd_alloc_folio() (mm/memfd.c) asks shmem for the folio at one index, for no VMA and no write: shmem_enabled at `never` and
   * `advise` gives a single page then, whatever the rest of the file is made of. They stay in the file, whatever comes of preserving it.
   */
  private fillHoles(): void {
    const count = this.holes.reduce((sum, hole) => sum + hole.pages, 0);
    if (count === 0) return;
    const group = this.parts.length;
    const pfns = this.kernel.allocMany(this.label, 0, count, { migrate: 'unmovable', placement: 'packed' });
    this.parts = [...this.parts, { order: 0, dirty: false, pfns }];
    this.runs = [...this.runs, ...this.holes.map(({ index, pages }) => ({ group, order: 0, index, count: pages }))].sort((a, b) => a.index - b.index);
    this.holes = [];
  }

  /** Whether the kernel says of every folio that it is dirty: 6.19 says of each what it is. */
  private get callsAllDirty(): boolean {
    return this.kernel.generation.memfd?.id !== 'memfd-v1';
  }

  /** All folios in the order of the file. */
  private array(): MemfdFolios {
    const count = this.parts.reduce((sum, part) => sum + part.pfns.length, 0);
    const out = { pfns: new Float64Array(count), indexes: new Float64Array(count), flags: new Uint16Array(count) };
    const taken = this.parts.map(() => 0);
    let at = 0;
    for (const { group, order, index, count: folios } of this.runs) {
      const part = this.parts[group];
      const from = taken[group] ?? 0;
      if (part === undefined) continue;
      out.pfns.set(part.pfns.subarray(from, from + folios), at);
      out.flags.fill(part.dirty || this.callsAllDirty ? DIRTY_UPTODATE : UPTODATE, at, at + folios);
      for (let i = 0; i < folios; i++) out.indexes[at + i] = index + i * 2 ** order;
      taken[group] = from + folios;
      at += folios;
    }
    return out;
  }

  unpreserve(): void {
    const { outgoing } = this.kernel;
    if (outgoing === undefined || this.preserved === undefined) return;
    for (const { pfns, order } of this.preserved) if (pfns.length > 0) outgoing.unpreserve(pfns, order);
    outgoing.unpreserveFree(this.record, 0);
    outgoing.dropOwned((owner) => owner === memfdOwner(this.session, this.token));
    this.preserved = undefined;
  }

  /** The position moves on until the reboot. */
  freeze(): void {
    const { kernel } = this;
    kernel.failIfAsked(this.session, this.label);
    kernel.writePos(this.record, this.spec.posAtFreeze);
  }

  unfreeze(): void {
    this.kernel.recorder.event(this.label, 'unfreeze', 'may be written to again');
  }

  jump(): void {
    const { parts, preserved, seals } = this;
    this.handed = !hasPages(parts) && preserved === undefined ? undefined : { parts, seals, pos: this.spec.posAtFreeze, preserved: preserved !== undefined };
    this.outcome = preserved === undefined ? { kind: 'dropped', why: this.failure ?? 'it was not preserved' } : { kind: 'nobody', why: 'nobody asked for it' };
    // What the old kernel called dirty is dirty in the new one.
    if (this.callsAllDirty) this.parts = parts.map((part) => ({ ...part, dirty: true }));
    this.preserved = undefined;
    this.retrieved = false;
    this.arrived = undefined;
  }

  /** What memfd_luo_retrieve() gave the new kernel. */
  arrive(kernel: SimKernel, arrived: ArrivedMemfd): void {
    this.kernel = kernel;
    this.outcome = takenOver(kernel, this.handed?.parts ?? [], 'retrieved with its folios');
    this.arrived = arrived;
    this.seals = arrived.seals;
    this.retrieved = true;
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const { handed, arrived } = this;
    if (handed === undefined) return this.failure === undefined ? undefined : { parts: [], notes: [{ fate: 'lost', reason: this.failure }], changed: [] };
    const outcome = handed.preserved && !kernel.revived ? refusalOf(kernel) : this.outcome;
    const empty = hasPages(handed.parts) ? [] : [this.emptyNote(outcome)];
    const judged = { parts: judgeGroups(kernel, handed.parts, outcome), notes: empty };
    if (arrived === undefined) return { ...judged, changed: [] };
    const { sizeBytes, pos, seals } = arrived;
    const changed: string[] = [];
    if (seals !== handed.seals) changed.push(`seals ${sealsText(handed.seals)} arrive as ${sealsText(seals)}`);
    if (pos !== handed.pos) changed.push(`position ${String(handed.pos)} arrives as ${String(pos)}`);
    if (sizeBytes !== this.spec.sizeBytes) changed.push(`size ${String(this.spec.sizeBytes)} arrives as ${String(sizeBytes)}`);
    return { ...judged, changed, arrived: { sizeBytes: String(sizeBytes), pos: String(pos), seals: sealsIn(seals) } };
  }

  /** A file without a page: its record is all there is. */
  private emptyNote(outcome: Outcome): Judgement['notes'][number] {
    if (this.retrieved) return { fate: 'kept', reason: 'retrieved, empty' };
    const fates = { 'took over': 'kept', judged: 'kept', nobody: 'leaked', refused: 'refused', dropped: 'lost' } as const;
    return { fate: fates[outcome.kind], reason: 'why' in outcome ? outcome.why : 'retrieved, empty' };
  }
}
