/**
 * Objects that C source describes with KSTATE. A kernel that has KSTATE puts them into its one stream (kstateOut.ts). No merged kernel has: there a stream of the participant's own stands
 * in, made as the v3 series makes it, and the page that names it is a subtree of the participant's name, so that every generation can carry it.
 */
import { openUnit } from '../../../c/unit';
import { encodeU64, u64In } from '../../../formats/fdtValues';
import { STREAM_PROPERTY } from '../../../formats/kstateLocator';
import { builtinHeaders } from '../../../model/builtinHeaders';
import type { KstateModel } from '../../../model/kstate';
import { readKstate } from '../../../model/kstateModel';
import type { Fate, KstateParticipant, State } from '../../../model/scenario/scenario';
import type { FoundMemory, HandedOver } from '../../memory/kho';
import { preservedRange } from '../../kstate/preservedList';
import { prepareKernel } from '../../kstate/prepare';
import type { PreparedKernel } from '../../kstate/prepare';
import { restoreAll } from '../../kstate/run';
import { register, saveAll, saveRegistered } from '../../kstate/save';
import type { SaveRun } from '../../kstate/save';
import type { Verdict } from '../../types';
import type { SimKernel } from '../kernel';
import { machineMemory } from '../kstateMemory';
import type { StreamUser } from '../kstateOut';
import type { LoggedLine } from '../result';
import { CallFailed, KernelStops } from '../recorder';
import type { Actor, FatePart, Judgement } from './actor';
import { judgePages, refusalOf, words } from './actor';
import { ValueTrail } from './kstateTrail';

/** The text of a C file that a scenario names; undefined: it is not there. */
export type ScenarioSources = (path: string) => string | undefined;

const OBJECT_FOLIO = 'object folio';
/** v2. */
const LISTED_PAGE = 'preserved page';

interface Block { readonly phys: bigint; readonly order: number; readonly what: string }

/** What a kernel saved; but for `list` the kernel behind the jump uses nothing of it: it is judged by it. */
interface Saved {
  readonly from: string;
  readonly prepared: PreparedKernel;
  readonly run: SaveRun;
  readonly blocks: readonly Block[];
  /** v1 and v2 in a kernel without KSTATE, whose command line is not simulated: what the segment of the new image has. */
  readonly list?: HandedOver | undefined;
}

const fates: Readonly<Record<Verdict, Fate>> = { loads: 'kept', warns: 'kept', loses: 'lost', refused: 'refused', corrupts: 'lost', crashes: 'lost' };

export class KstateActor implements Actor {
  readonly kind = 'kstate';
  readonly name: string;
  private saved: Saved | undefined;
  private handed: Saved | undefined;
  private failure: string | undefined;
  /** Objects of the kernel that runs, once it restored or saved: it goes on with what they hold. */
  private live: { readonly index: number; readonly prepared: PreparedKernel } | undefined;
  private readonly trail = new ValueTrail();
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
      source: { read: (asked) => answer(asked === path ? text : read(asked)) }, path, target: kernel.world.machine.arch, includePaths: [], defines: [], forcedIncludes: [], builtinHeaders: builtinHeaders(kernel.spec.kstate ?? 'v3'),
    });
    return readKstate(unit);
  }

  private prepared(kernel: SimKernel, restoring: boolean): PreparedKernel {
    const memory = machineMemory(kernel.world.machine, kernel.index, (pfn) => kernel.pageNow(pfn));
    const model = this.modelIn(kernel);
    const { kstate } = kernel.spec;
    if (kstate !== undefined && !model.dialect.startsWith(kstate)) throw new CallFailed('EINVAL', this.name, `its source has KSTATE ${model.dialect}, and the kernel ${kstate}`);
    return prepareKernel(model, {
      arch: memory.arch, bases: memory.bases, seed: `${this.name} ${String(kernel.index)}`, restoring,
      kernel: {
        ...memory.kernel,
        place: (order) => {
          const pfn = kernel.allocator.alloc(order, { migrate: 'unmovable' });
          return pfn === undefined ? undefined : kernel.physOf(pfn);
        },
      },
    });
  }

  turn(state: State, kernel: SimKernel): void {
    if (kernel.lacks(this.name)) return;
    if (state === 'STOP' && kernel.behaviour.subtrees === 'any time' && kernel.spec.kstate === undefined) this.save(kernel);
    if (state === 'RESUME') this.restore(kernel);
  }

  notified(kernel: SimKernel): void {
    if (!kernel.lacks(this.name) && kernel.spec.kstate === undefined) this.save(kernel);
  }

  /** Its objects, for the stream of a kernel that has one. Undefined: it registers none. Throws CallFailed. */
  streamUser(kernel: SimKernel): StreamUser | undefined {
    if (kernel.lacks(this.name)) return undefined;
    kernel.failIfAsked(this.name);
    const { prepared, fresh } = this.objects(kernel);
    if (fresh) register(prepared.kernel, prepared.calls);
    // The list of pages is the kernel's own object; restoring has put one here, too.
    const { states } = prepared.kernel;
    states.splice(0, states.length, ...states.filter(({ description }) => description !== preservedRange));
    return {
      name: this.name, kernel: prepared.kernel,
      saved: (run) => { this.savedAs({ from: nameOf(kernel), prepared, run, blocks: blocksOf(run) }); },
    };
  }

  private save(kernel: SimKernel): void {
    const { outgoing, recorder } = kernel;
    this.failure = undefined;
    if (outgoing === undefined) {
      this.failure = 'KHO is off';
      return;
    }
    kernel.failIfAsked(this.name);
    const { prepared, run } = this.saveObjects(kernel);
    log(kernel, run.messages);
    if (run.crash !== undefined) throw new KernelStops(run.crash.why);
    if (run.rc !== 0) throw new CallFailed('ENOMEM', 'kstate_save', `the stream is not made: ${String(run.rc)}`);
    recorder.event(this.name, 'kstate_finalize', `${words(run.entries.length, 'entry', 'entries')}, ${String(run.stream.length)} bytes of stream`);
    const { kstateOutPhys } = run.handed;
    const blocks = kstateOutPhys === undefined ? [] : blocksOf(run);
    const failed = outgoing.attempt(this.name, () => {
      for (const { phys, order, what } of blocks) outgoing.mark(outgoing.pfnOf(phys), order, `${this.name} ${what === 'kstate_out page' ? 'kstate_out' : what}`);
      for (const { phys, bytes } of run.handed.blocks) outgoing.write(phys, bytes);
      if (kstateOutPhys === undefined) return;
      if (outgoing.form.subtree === 'in place') outgoing.addNode({ name: this.name, properties: [[STREAM_PROPERTY, encodeU64(kstateOutPhys, outgoing.machine.order)]], nodes: [] });
      else outgoing.addSubtree({ name: this.name, phys: kstateOutPhys, sizeBytes: 8n });
    });
    if (failed !== undefined) throw failed;
    this.savedAs({ from: nameOf(kernel), prepared, run, blocks, list: kstateOutPhys === undefined ? run.handed : undefined });
  }

  private savedAs(saved: Saved): void {
    this.saved = saved;
    this.trail.saved(saved.from, saved.run.entries);
  }

  private saveObjects(kernel: SimKernel): { readonly prepared: PreparedKernel; readonly run: SaveRun } {
    const { prepared, fresh } = this.objects(kernel);
    return { prepared, run: fresh ? saveAll(prepared.kernel, prepared.calls) : saveRegistered(prepared.kernel) };
  }

  /** A kernel that took its objects over hands on what they hold now; what it did not get it has made itself. */
  private objects(kernel: SimKernel): { readonly prepared: PreparedKernel; readonly fresh: boolean } {
    const { live } = this;
    if (live?.index === kernel.index) {
      const { prepared } = live;
      prepared.kernel.startSaving();
      prepared.complete();
      return { prepared, fresh: false };
    }
    const prepared = this.prepared(kernel, false);
    this.live = { index: kernel.index, prepared };
    return { prepared, fresh: true };
  }

  /** The subtree goes out of the tree again, and what this save preserved. Where finalizing is a request of its own KHO drops all of it as a whole. */
  abort(kernel: SimKernel): void {
    const { saved } = this;
    const { outgoing, behaviour } = kernel;
    this.saved = undefined;
    if (saved === undefined || outgoing === undefined || behaviour.finalizing === 'once' || kernel.spec.kstate !== undefined) return;
    outgoing.attempt(this.name, () => {
      outgoing.removeSubtree(saved.run.handed.kstateOutPhys ?? 0n);
      for (const { phys, order } of saved.blocks) outgoing.unpreserve([outgoing.pfnOf(phys)], order);
    });
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
    const restored = new Set<number>();
    const arrived = handed.list ?? this.arrived(kernel, restored);
    if (arrived === undefined) return;
    const prepared = this.prepared(kernel, true);
    const run = restoreAll(prepared.kernel, prepared.calls, handed.prepared.kernel, handed.run, arrived);
    log(kernel, run.messages);
    kernel.recorder.event(this.name, 'kstate_restore', run.summary);
    if (run.verdict === 'crashes') throw new KernelStops(run.summary);
    this.live = { index: kernel.index, prepared };
    const changed = [...(run.verdict === 'warns' ? run.messages.filter(({ level }) => level === 'warn').map(({ text }) => `the new kernel warns: ${text}`) : []), ...this.trail.arrived(handed.from, nameOf(kernel), run)];
    this.outcome = { fate: fates[run.verdict], reason: run.summary, corrupts: run.verdict === 'corrupts', changed, parts: folioParts(kernel, handed.blocks, restored) };
  }

  /** Where this kernel begins to look: where its KSTATE says, or at the page that the tree leads to. All else it finds in memory as it goes. `restored`: told of the folios that it is given. */
  private arrived(kernel: SimKernel, restored: Set<number>): FoundMemory | undefined {
    const { successor } = kernel;
    if (kernel.spec.kstate !== undefined) return kernel.stream === undefined ? undefined : foundMemory(kernel, kernel.stream.start, restored);
    if (!kernel.revived) return undefined;
    const node = successor.nodeOf(this.name);
    const found = successor.retrieveSubtree(this.name);
    const kstateOutPhys = found.ok ? found.value.phys : node === undefined ? undefined : u64In(node, STREAM_PROPERTY, successor.spec.order);
    return kstateOutPhys === undefined ? undefined : foundMemory(kernel, { kstateOutPhys, streamPhys: undefined }, restored);
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const { handed, outcome, failure } = this;
    if (handed === undefined) return failure === undefined ? undefined : { parts: [], notes: [{ fate: 'lost', reason: failure }], changed: [] };
    if (outcome !== undefined) return { parts: outcome.parts, notes: [{ fate: outcome.fate, reason: outcome.reason }], changed: outcome.changed, corrupts: outcome.corrupts };
    const refusal = kernel.tookOver ? { kind: 'nobody' as const, why: kernel.lacks(this.name) ? `${kernel.spec.release} does not describe it` : `the subtree ${this.name} was not found` } : refusalOf(kernel);
    const parts = handed.blocks.filter(({ what }) => what === OBJECT_FOLIO || what === LISTED_PAGE).flatMap(({ phys, order }) => (refusal.kind === 'judged' ? [] : judgePages(kernel, [kernel.pfnOf(phys)], order, refusal)));
    this.trail.refused(handed.from, nameOf(kernel), 'why' in refusal ? refusal.why : 'nothing was restored');
    return { parts, notes: [{ fate: refusal.kind === 'refused' ? 'refused' : 'lost', reason: 'why' in refusal ? refusal.why : '' }], changed: [] };
  }
}

/** kho_restore_folio() as the kernel that runs does it. `restored`: told of the folios that it gives. */
function foundMemory(kernel: SimKernel, from: Pick<FoundMemory, 'kstateOutPhys' | 'streamPhys'>, restored: Set<number>): FoundMemory {
  const { successor } = kernel;
  return {
    ...from,
    restoreFolio: (phys) => {
      const pfn = kernel.pfnOf(phys);
      const preserved = successor.preserved.orderAt(pfn) !== undefined;
      const order = successor.restoreFolio(phys);
      if (order === undefined) return undefined;
      restored.add(pfn);
      return { order, preserved };
    },
  };
}

/** What became of the folios of the old kernel's objects. */
function folioParts(kernel: SimKernel, blocks: readonly Block[], restored: ReadonlySet<number>): readonly FatePart[] {
  return blocks.flatMap(({ phys, order, what }) => {
    const pfn = kernel.pfnOf(phys);
    if (what === LISTED_PAGE) return judgePages(kernel, [pfn], order, { kind: 'took over', how: 'reserved, as it is on the list of pages' });
    return what !== OBJECT_FOLIO ? [] : judgePages(kernel, [pfn], order, restored.has(pfn) ? { kind: 'took over', how: 'restored' } : { kind: 'nobody', why: 'no field of the new kernel asked for the folio' });
  });
}

/** Blocks that were preserved; ranges are their owner's affair. */
const blocksOf = (run: SaveRun): readonly Block[] => run.preserved.filter(({ sizeBytes }) => sizeBytes === undefined).map(({ phys, order, what }) => ({ phys, order, what }));

/** How a kernel is called where several are spoken of. */
const nameOf = ({ index, spec: { release } }: SimKernel): string => `kernel ${String(index)} (${release})`;

const answer = (text: string | undefined) => (text === undefined ? { ok: false as const, reason: 'missing' as const } : { ok: true as const, text, identity: text });

function log(kernel: SimKernel, messages: readonly { readonly level: 'warn' | 'err' | 'info'; readonly text: string }[]): void {
  for (const { level, text } of messages) kernel.recorder.line(level satisfies LoggedLine['level'], text);
}
