/**
 * Objects that C source describes with KSTATE, handed over as the v3 series does: at finalize (or inside reboot(2)) their stream is made in folios of this kernel, KHO
 * preserves it, the object folios and the page that names it. No merged kernel has KSTATE: here the page is a subtree of the participant's name, so that every
 * generation can carry it. v1 and v2 do without KHO: their stream travels as a segment of the new image.
 */
import { openUnit } from '../../../c/unit';
import { encodeU64 } from '../../../formats/fdtValues';
import { builtinHeaders } from '../../../model/builtinHeaders';
import type { KstateModel } from '../../../model/kstate';
import { readKstate } from '../../../model/kstateModel';
import type { Fate, KstateParticipant, State } from '../../../model/scenario/scenario';
import { archOf } from '../../memory/arch';
import type { HandedOver } from '../../memory/kho';
import { prepareKernel } from '../../kstate/prepare';
import type { PreparedKernel } from '../../kstate/prepare';
import { restoreAll } from '../../kstate/run';
import { saveAll } from '../../kstate/save';
import type { SaveRun } from '../../kstate/save';
import type { Verdict } from '../../types';
import type { SimKernel } from '../kernel';
import type { LoggedLine } from '../result';
import { CallFailed, KernelStops } from '../recorder';
import type { Actor, FatePart, Judgement } from './actor';
import { judgePages, refusalOf } from './actor';

/** The text of a C file that a scenario names; undefined: it is not there. */
export type ScenarioSources = (path: string) => string | undefined;

interface Block { readonly phys: bigint; readonly order: number; readonly what: string }

const fates: Readonly<Record<Verdict, Fate>> = { loads: 'kept', warns: 'kept', loses: 'lost', refused: 'refused', corrupts: 'lost', crashes: 'lost' };

export class KstateActor implements Actor {
  readonly kind = 'kstate';
  readonly name: string;
  private saved: { readonly prepared: PreparedKernel; readonly run: SaveRun; readonly blocks: readonly Block[]; readonly throughKho: boolean } | undefined;
  private handed: KstateActor['saved'];
  private failure: string | undefined;
  private outcome: { readonly fate: Fate; readonly reason: string; readonly corrupts: boolean; readonly changed: readonly string[]; readonly parts: readonly FatePart[] } | undefined;

  constructor(private readonly spec: KstateParticipant, private readonly sources: ScenarioSources) {
    this.name = spec.name;
  }

  /** The description as the kernel with that number has it. */
  private modelIn(kernel: SimKernel): KstateModel {
    const { sources } = this.spec;
    const path = sources[Math.min(kernel.index, sources.length - 1)] ?? '';
    const text = this.sources(path);
    if (text === undefined) throw new CallFailed('ENOENT', this.name, `${path} is not there`);
    const read = this.sources;
    const unit = openUnit({
      source: { read: (asked) => answer(asked === path ? text : read(asked)) }, path, target: kernel.world.machine.arch, includePaths: [], defines: [], forcedIncludes: [], builtinHeaders: builtinHeaders('v3'),
    });
    return readKstate(unit);
  }

  private prepared(kernel: SimKernel, restoring: boolean): PreparedKernel {
    const { world: { machine }, allocator } = kernel;
    const arch = archOf(machine.arch);
    const ramBytes = machine.ram.reduce((end, range) => (range.start + range.sizeBytes > end ? range.start + range.sizeBytes : end), MOST_KSTATE_BYTES);
    return prepareKernel(this.modelIn(kernel), {
      arch: { ...arch, pageBytes: kernel.pageBytes }, bases: kernel.index === 0 ? arch.bases : arch.randomisedBases, seed: `${this.name} ${String(kernel.index)}`, restoring,
      kernel: {
        ramBytes,
        place: (order) => {
          const pfn = allocator.alloc(order, { migrate: 'unmovable' });
          return pfn === undefined ? undefined : kernel.physOf(pfn);
        },
      },
    });
  }

  turn(state: State, kernel: SimKernel): void {
    if (kernel.lacks(this.name)) return;
    if (state === 'STOP' && kernel.behaviour.subtrees === 'any time') this.save(kernel);
    if (state === 'RESUME') this.restore(kernel);
  }

  notified(kernel: SimKernel): void {
    if (!kernel.lacks(this.name)) this.save(kernel);
  }

  private save(kernel: SimKernel): void {
    const { outgoing, recorder } = kernel;
    this.failure = undefined;
    if (outgoing === undefined) {
      this.failure = 'KHO is off';
      return;
    }
    kernel.failIfAsked(this.name);
    const prepared = this.prepared(kernel, false);
    const run = saveAll(prepared.kernel, prepared.calls);
    log(kernel, run.messages);
    if (run.crash !== undefined) throw new KernelStops(run.crash.why);
    if (run.rc !== 0) throw new CallFailed('ENOMEM', 'kstate_save', `the stream is not made: ${String(run.rc)}`);
    recorder.event(this.name, 'kstate_finalize', `${String(run.entries.length)} entries, ${String(run.stream.length)} bytes of stream`);
    const throughKho = run.handed.kstateOutPhys !== undefined;
    const blocks = throughKho ? run.preserved.filter((block) => block.sizeBytes === undefined).map(({ phys, order, what }) => ({ phys, order, what })) : [];
    const failed = outgoing.attempt(this.name, () => {
      for (const { phys, order, what } of blocks) outgoing.mark(outgoing.pfnOf(phys), order, what === 'kstate_out page' ? this.outOwner(kernel) : `${this.name} ${what}`);
      for (const { phys, bytes } of run.handed.blocks) outgoing.write(phys, bytes);
      if (run.handed.kstateOutPhys === undefined) return;
      if (outgoing.form.subtree === 'in place') outgoing.addNode({ name: this.name, properties: [['stream', encodeU64(run.handed.kstateOutPhys, outgoing.machine.order)]], nodes: [] });
      else outgoing.addSubtree({ name: this.name, phys: run.handed.kstateOutPhys, sizeBytes: 8n });
    });
    if (failed !== undefined) throw failed;
    this.saved = { prepared, run, blocks, throughKho };
  }

  /** What `decode` calls the owner of a blob that is no tree. */
  private outOwner(kernel: SimKernel): string {
    return kernel.outgoing?.form.subtree !== 'in place' && kernel.outgoing?.form.subtree.size === undefined ? `${this.name} FDT` : this.name;
  }

  abort(): void {
    this.saved = undefined;
  }

  jump(): void {
    this.handed = this.saved;
    this.saved = undefined;
    this.outcome = undefined;
  }

  /** kstate_restore() of every object, from the memory that the successor found preserved. */
  private restore(kernel: SimKernel): void {
    const { handed } = this;
    if (handed === undefined) return;
    try {
      kernel.failIfAsked(this.name);
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      this.outcome = { fate: 'lost', reason: problem.message, corrupts: false, changed: [], parts: [] };
      return;
    }
    const arrived = handed.throughKho ? this.arrived(kernel, handed.blocks) : handed.run.handed;
    if (arrived === undefined) return;
    const parts = handed.blocks.filter((block) => block.what === 'object folio').flatMap(({ phys, order }) => judgePages(kernel, [kernel.pfnOf(phys)], order, { kind: 'took over', how: 'restored' }));
    const prepared = this.prepared(kernel, true);
    const run = restoreAll(prepared.kernel, prepared.calls, handed.prepared.kernel, handed.run, arrived);
    log(kernel, run.messages);
    for (const { phys } of handed.blocks) kernel.successor.restoreFolio(phys);
    kernel.recorder.event(this.name, 'kstate_restore', run.summary);
    if (run.verdict === 'crashes') throw new KernelStops(run.summary);
    this.outcome = { fate: fates[run.verdict], reason: run.summary, corrupts: run.verdict === 'corrupts', changed: run.verdict === 'warns' ? [run.summary] : [], parts };
  }

  /** The page that names the stream is found through the tree; of the rest the successor knows the pages that are preserved, and what stands in them. */
  private arrived(kernel: SimKernel, blocks: readonly Block[]): HandedOver | undefined {
    const { successor, world: { ram } } = kernel;
    if (!kernel.revived) return undefined;
    const inPlace = successor.form.subtree === 'in place';
    const found = successor.retrieveSubtree(this.name);
    const out = blocks.find((block) => block.what === 'kstate_out page')?.phys;
    if (!inPlace && !found.ok) return undefined;
    const held = blocks.flatMap(({ phys, order }) => {
      const bytes = successor.preserved.orderAt(kernel.pfnOf(phys)) === order ? ram.read(phys, kernel.pageBytes * 2 ** order) : undefined;
      return bytes === undefined ? [] : [{ phys, order, bytes }];
    });
    return { blocks: held, kstateOutPhys: found.ok ? found.value.phys : out, streamPhys: undefined };
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const { handed, outcome, failure } = this;
    if (handed === undefined) return failure === undefined ? undefined : { parts: [], notes: [{ fate: 'lost', reason: failure }], changed: [] };
    if (outcome !== undefined) return { parts: outcome.parts, notes: [{ fate: outcome.fate, reason: outcome.reason }], changed: outcome.changed, corrupts: outcome.corrupts };
    const refusal = kernel.revived ? { kind: 'nobody' as const, why: kernel.lacks(this.name) ? `${kernel.spec.release} does not describe it` : `the subtree ${this.name} was not found` } : refusalOf(kernel);
    const parts = handed.blocks.filter((block) => block.what === 'object folio').flatMap(({ phys, order }) => (refusal.kind === 'judged' ? [] : judgePages(kernel, [kernel.pfnOf(phys)], order, refusal)));
    return { parts, notes: [{ fate: refusal.kind === 'refused' ? 'refused' : 'lost', reason: 'why' in refusal ? refusal.why : '' }], changed: [] };
  }
}

/** The KSTATE engine keeps objects and pointees at addresses of its own below that. */
const MOST_KSTATE_BYTES = 1n << 36n;

const answer = (text: string | undefined) => (text === undefined ? { ok: false as const, reason: 'missing' as const } : { ok: true as const, text, identity: text });

function log(kernel: SimKernel, messages: readonly { readonly level: 'warn' | 'err' | 'info'; readonly text: string }[]): void {
  for (const { level, text } of messages) kernel.recorder.line(level satisfies LoggedLine['level'], text);
}
