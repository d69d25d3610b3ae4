/** A memfd of a session: its folios, what its handler saves, and what arrives. KHO facts 7.2, 12. */
import type { MemfdFolios } from '../../../formats/memfd';
import { sealBits, sealMask } from '../../../formats/memfd';
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

export class MemfdOf implements LuoFile {
  readonly token: bigint;
  compatible = '';
  private readonly label: string;
  /** Heads of the folios, in the order of the file, and where each lies in it (in pages). */
  private pfns: Float64Array<ArrayBuffer> = new Float64Array(0);
  private indexes: Float64Array<ArrayBuffer> = new Float64Array(0);
  private holes: Float64Array<ArrayBuffer> = new Float64Array(0);
  private record = 0n;
  private preservedPfns: Float64Array | undefined;
  private handed: { readonly pfns: Float64Array; readonly seals: number; readonly pos: bigint; readonly preserved: boolean } | undefined;
  outcome: Outcome = { kind: 'nobody', why: 'nobody asked for it' };
  private arrived: { readonly seals: number | undefined; readonly pos: bigint } | undefined;
  /** Why the old kernel did not preserve it. */
  failure: string | undefined;
  /** Behind the jump: where the new kernel's file is. */
  retrieved = false;

  constructor(private readonly session: string, private readonly spec: MemfdFile, private kernel: SimKernel) {
    this.token = spec.token;
    this.label = `${session}/${hex(spec.token)}`;
  }

  get name(): string {
    return this.label;
  }

  private get pagesPerFolio(): number {
    return 2 ** this.spec.folioOrder;
  }

  private get folioCount(): number {
    return Math.ceil(Number(this.spec.sizeBytes) / (this.kernel.pageBytes * this.pagesPerFolio));
  }

  /** The process writes to the file: folios wherever the kernel has room, in scratch, too. */
  populate(kernel: SimKernel): void {
    this.kernel = kernel;
    this.compatible = kernel.spec.compatible.memfd ?? kernel.generation.memfd?.id ?? 'memfd';
    if (this.pfns.length > 0) return;
    const count = this.folioCount;
    const isHole = this.holeTest();
    const indexes: number[] | undefined = this.spec.holes.length === 0 ? undefined : [];
    const holes: number[] = [];
    if (indexes !== undefined) for (let i = 0; i < count; i++) (isHole(i) ? holes : indexes).push(i * this.pagesPerFolio);
    this.indexes = indexes === undefined ? Float64Array.from({ length: count }, (_, i) => i * this.pagesPerFolio) : Float64Array.from(indexes);
    this.holes = Float64Array.from(holes);
    this.pfns = kernel.allocMany(this.label, this.spec.folioOrder, this.indexes.length, { migrate: 'movable', placement: this.spec.placement });
  }

  private holeTest(): (folio: number) => boolean {
    const folioBytes = BigInt(this.kernel.pageBytes * this.pagesPerFolio);
    const { holes } = this.spec;
    return (folio) => {
      const from = BigInt(folio) * folioBytes;
      return holes.some(({ at, sizeBytes }) => from >= at && from + folioBytes <= at + sizeBytes);
    };
  }

  /** memfd_luo_preserve(): freezes the size, fills holes, pins the folios (moving them out of scratch), preserves them and their list. */
  preserve(): bigint {
    const { kernel, spec } = this;
    const { outgoing } = kernel;
    if (outgoing === undefined) throw new CallFailed('EOPNOTSUPP', 'memfd_luo_preserve', 'KHO is off');
    kernel.failIfAsked(this.session, this.label);
    if (this.pfns.length < this.indexes.length) throw new CallFailed('ENOMEM', 'memfd_pin_folios', 'its process found no memory for the file');
    const filled = this.holes.length === 0 ? new Float64Array(0) : kernel.allocMany(this.label, spec.folioOrder, this.holes.length, { migrate: 'unmovable', placement: 'packed' });
    this.pfns = kernel.moveOutOfScratch(this.label, this.pfns, spec.folioOrder);
    const { pfns, indexes, flags } = this.merged(filled);
    const array: MemfdFolios = { pfns, flags, indexes };
    outgoing.markAll(pfns, spec.folioOrder, 'memfd folio');
    this.record = addMemfdRecord(outgoing, { pos: spec.pos, size: spec.sizeBytes, seals: sealMask(spec.seals) }, array, memfdOwner(this.session, this.token));
    this.preservedPfns = pfns;
    this.pfns = pfns;
    this.indexes = indexes;
    this.holes = new Float64Array(0);
    return this.record;
  }

  /** All folios in the order of the file; 6.19 says of each what it is, later kernels call all of them dirty. */
  private merged(filled: Float64Array): { pfns: Float64Array<ArrayBuffer>; indexes: Float64Array<ArrayBuffer>; flags: Uint16Array } {
    const always = this.kernel.generation.memfd?.id !== 'memfd-v1';
    const count = this.pfns.length + filled.length;
    if (filled.length === 0) return { pfns: this.pfns, indexes: this.indexes, flags: new Uint16Array(count).fill(DIRTY_UPTODATE) };
    const pfns = new Float64Array(count);
    const indexes = new Float64Array(count);
    const flags = new Uint16Array(count);
    for (let i = 0, a = 0, b = 0; i < count; i++) {
      const written = b >= this.holes.length || (a < this.indexes.length && (this.indexes[a] ?? 0) < (this.holes[b] ?? 0));
      pfns[i] = (written ? this.pfns[a] : filled[b]) ?? 0;
      indexes[i] = (written ? this.indexes[a] : this.holes[b]) ?? 0;
      flags[i] = written || always ? DIRTY_UPTODATE : UPTODATE;
      if (written) a++;
      else b++;
    }
    return { pfns, indexes, flags };
  }

  unpreserve(): void {
    const { outgoing } = this.kernel;
    if (outgoing === undefined || this.preservedPfns === undefined) return;
    outgoing.unpreserve(this.preservedPfns, this.spec.folioOrder);
    outgoing.unpreserveFree(this.record, 0);
    outgoing.dropOwned((owner) => owner === memfdOwner(this.session, this.token));
    this.preservedPfns = undefined;
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
    const { spec } = this;
    this.handed = this.pfns.length === 0 && this.preservedPfns === undefined ? undefined : { pfns: this.pfns, seals: sealMask(spec.seals), pos: spec.posAtFreeze, preserved: this.preservedPfns !== undefined };
    this.outcome = this.preservedPfns === undefined ? { kind: 'dropped', why: this.failure ?? 'it was not preserved' } : { kind: 'nobody', why: 'nobody asked for it' };
    this.preservedPfns = undefined;
    this.retrieved = false;
    this.arrived = undefined;
  }

  /** What memfd_luo_retrieve() gave the new kernel. */
  arrive(kernel: SimKernel, arrived: { readonly seals: number | undefined; readonly pos: bigint }): void {
    this.kernel = kernel;
    this.outcome = takenOver(kernel, this.handed === undefined ? [] : [{ pfns: this.handed.pfns, order: this.spec.folioOrder }], 'retrieved with its folios');
    this.arrived = arrived;
    this.retrieved = true;
  }

  /** Lost: the process of the new kernel has no such file. */
  forget(): void {
    this.pfns = new Float64Array(0);
    this.indexes = new Float64Array(0);
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const { handed, arrived } = this;
    if (handed === undefined) return this.failure === undefined ? undefined : { parts: [], notes: [{ fate: 'lost', reason: this.failure }], changed: [] };
    const outcome = handed.preserved && !kernel.revived ? refusalOf(kernel) : this.outcome;
    const changed: string[] = [];
    const seals = arrived?.seals ?? sealBits.SEAL;
    if (arrived !== undefined && seals !== handed.seals) changed.push(`seals ${hex(handed.seals)} arrive as ${hex(seals)}`);
    if (arrived !== undefined && arrived.pos !== handed.pos) changed.push(`position ${String(handed.pos)} arrives as ${String(arrived.pos)}`);
    const empty = handed.pfns.length > 0 ? [] : [this.emptyNote(outcome)];
    return { parts: judgeGroups(kernel, [{ pfns: handed.pfns, order: this.spec.folioOrder }], outcome), notes: empty, changed };
  }

  /** A file without a page: its record is all there is. */
  private emptyNote(outcome: Outcome): Judgement['notes'][number] {
    if (this.retrieved) return { fate: 'kept', reason: 'retrieved, empty' };
    const fates = { 'took over': 'kept', judged: 'kept', nobody: 'leaked', refused: 'refused', dropped: 'lost' } as const;
    return { fate: fates[outcome.kind], reason: 'why' in outcome ? outcome.why : 'retrieved, empty' };
  }
}
