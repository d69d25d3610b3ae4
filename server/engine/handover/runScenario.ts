/** Runs a scenario: kernels one after the other, each handed over to the next, through the states of a live update. KHO facts 6.7. */
import { BlockList } from '../../formats/blockList';
import type { HandoverSpec, KernelSpec, Participant, Scenario, State } from '../../model/scenario/scenario';
import { parseReserveMemList } from '../../formats/cmdline';
import { reservedBytesOf } from '../../formats/trackerWalk';
import type { PlacedSegment } from '../machine/scratch';
import type { Actor } from './actors/actor';
import { DriverActor } from './actors/driver';
import { FlbActor } from './actors/flb';
import { KexecMetadataActor } from './actors/kexecMetadata';
import type { ScenarioSources } from './actors/kstate';
import { KstateActor } from './actors/kstate';
import { ReserveMemActor, handOverRegions } from './actors/reserveMem';
import { SessionActor } from './actors/session';
import { TestKhoActor } from './actors/testKho';
import { loadImage, writeBootRecord } from './bootParameters';
import { checkExpectations } from './expectations';
import { IncomingFlbs } from './incoming/flbs';
import { startLuo } from './incoming/luo';
import { IncomingSessions } from './incoming/sessions';
import type { BootedBy, World } from './earlyBoot';
import { worldOf } from './earlyBoot';
import { SimKernel } from './kernel';
import type { StreamUser } from './kstateOut';
import { KstateOut, KstateSegment } from './kstateOut';
import { messages } from './messages';
import type { Outgoing } from './outgoing';
import { CallFailed, KernelStops, Recorder } from './recorder';
import { reportOf, summaryOf, verdictOf } from './report';
import type { HopReport, JumpMemory, ParticipantReport, ScenarioResult } from './result';

const noSources: ScenarioSources = () => undefined;

/**
 * Same scenario and sources, same result. Never throws on what a scenario says that reading it let pass.
 * @param mostEvents how many events are kept, the first ones
 */
export function runScenario(scenario: Scenario, sources: ScenarioSources = noSources, mostEvents?: number): ScenarioResult {
  return new Run(scenario, sources, new Recorder(mostEvents)).all();
}

class Run {
  private readonly world: World;
  private readonly actors: readonly Actor[];
  private readonly metadata = new KexecMetadataActor();
  private readonly flbs: readonly FlbActor[];
  private readonly hops: HopReport[] = [];
  private readonly jumps: JumpMemory[] = [];

  constructor(private readonly scenario: Scenario, sources: ScenarioSources, private readonly recorder: Recorder) {
    this.world = worldOf(scenario.machine, this.recorder, scenario.faults);
    const regions = new Set(scenario.kernels.flatMap((kernel) => parseReserveMemList(kernel.reserveMem).flatMap((one) => (one.ok ? [one.value.name] : []))));
    const given = scenario.participants.map((one) => actorOf(one, sources));
    this.flbs = given.filter((one) => one instanceof FlbActor);
    this.actors = [...[...regions].map((name) => new ReserveMemActor(name)), this.metadata, ...given];
  }

  all(): ScenarioResult {
    const { scenario, recorder, hops, jumps } = this;
    let kernel = this.boot(0, undefined);
    kernel?.fill(kernel.spec.pressure);
    let index = 0;
    for (const [i, attempt] of scenario.handovers.entries()) {
      recorder.handover = i + 1;
      if (kernel === undefined) break;
      const next = scenario.kernels[index + 1];
      const loaded = this.before(kernel, attempt, next);
      if (loaded === undefined || next === undefined) continue;
      kernel = this.jump(kernel, attempt, ++index, loaded);
    }
    const expectations = checkExpectations(scenario.expect, hops, recorder.log, jumps);
    return { name: scenario.name, passed: expectations.every((one) => one.passed), expectations, hops, events: recorder.events, eventsLeftOut: recorder.eventsLeftOut, log: recorder.log, jumps };
  }

  /** Boots a kernel and starts its drivers. Undefined, with what was said in the log, when it dies. */
  private boot(index: number, by: BootedBy | undefined, attempt?: HandoverSpec): SimKernel | undefined {
    const { recorder, scenario } = this;
    const spec = scenario.kernels[index];
    if (spec === undefined) return undefined;
    recorder.kernel = index;
    recorder.state = by === undefined ? 'RUNNING' : 'RESUME';
    try {
      const kernel = new SimKernel(this.world, spec, index, by);
      if (attempt !== undefined) kernel.userspace = attempt.userspace;
      kernel.scenarioHandlers = [...new Set(scenario.participants.flatMap((one) => (one.kind === 'session' ? one.files.flatMap((file) => (file.kind === 'file' ? [file.compatible] : [])) : [])))];
      this.start(kernel, spec);
      return kernel;
    } catch (problem) {
      if (!(problem instanceof KernelStops)) throw problem;
      recorder.event('KHO', 'boot', `${spec.release} dies: ${problem.why}`);
      this.death = problem.why;
      return undefined;
    }
  }

  private death = '';

  /** Init calls in their order: LUO's reader, kho_init, devices, then the late ones. */
  private start(kernel: SimKernel, spec: KernelSpec): void {
    const { recorder } = this;
    const state: State = kernel.by === undefined ? 'RUNNING' : 'RESUME';
    const luo = kernel.by === undefined ? undefined : startLuo(kernel.successor, spec.liveupdate);
    if (luo?.state === 'panic') throw new KernelStops(`LUO panics: -${luo.error}`);
    const present = luo?.state === 'present' ? luo.luo : undefined;
    kernel.startKho(() => { this.metadata.init(kernel); });
    for (const actor of this.actors) {
      try {
        actor.turn(state, kernel);
      } catch (problem) {
        if (!(problem instanceof CallFailed)) throw problem;
        recorder.event(actor.name, problem.call, problem.why, { error: problem.errno });
      }
    }
    this.quietly('KSTATE', () => { kernel.startKstate(); });
    kernel.startLuo((present?.liveupdateNumber ?? 0n) + 1n);
    const hasFlbs = kernel.generation.luo !== undefined && kernel.generation.luo.id !== 'FDT';
    const flbs = hasFlbs && spec.liveupdate && kernel.outgoing !== undefined ? this.flbs.filter((one) => !kernel.lacks(one.name)) : [];
    if (kernel.by !== undefined && spec.liveupdate && kernel.generation.luo !== undefined) {
      const incoming = new IncomingFlbs(kernel.successor, present, flbs.map((one) => one.specIn(kernel)));
      kernel.sessions = new IncomingSessions(kernel.successor, present, kernel.incomingHandlers(), incoming);
      for (const flb of flbs) {
        const got = incoming.get(flb.name);
        if (!got.ok) continue;
        flb.arrive(kernel, got.value);
        incoming.put(flb.name);
      }
    }
    for (const flb of flbs) kernel.luo?.register(flb.outgoingIn(kernel));
    const handler = flbs[0]?.handlerIn(kernel);
    if (handler !== undefined) recorder.line('info', messages.flbsRegistered(flbs.length, handler));
    if (kernel.behaviour.consumers === 'at start') this.quietly('reserve_mem', () => { handOverRegions(kernel); });
  }

  private quietly(who: string, run: () => void): void {
    try {
      run();
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      this.recorder.event(who, problem.call, problem.why, { error: problem.errno });
    }
  }

  /** The states up to the jump. Undefined: the attempt was given up; its report says why. */
  private before(kernel: SimKernel, attempt: HandoverSpec, next: KernelSpec | undefined): readonly PlacedSegment[] | undefined {
    let segments: readonly PlacedSegment[] | undefined;
    const load = (): void => {
      if (next === undefined) throw new CallFailed('ENOENT', 'kexec_file_load', 'the scenario has no further kernel');
      segments = this.load(kernel, next);
    };
    const notified = kernel.behaviour.finalizing === 'once';
    try {
      if (kernel.by !== undefined) this.turn('RUNNING', kernel);
      this.turn('PREPARE', kernel);
      if (!notified) load();
      if (attempt.abortAfter === 'PREPARE' || attempt.abortAfter === 'RUNNING') return this.giveUp(kernel, 'PREPARE', 'the attempt is given up after PREPARE');
      this.turn('PRE-STOP', kernel);
      for (let i = 0; i < attempt.finalize; i++) this.finalize(kernel);
      if (notified) load();
      if (attempt.abortAfter === 'PRE-STOP') return this.giveUp(kernel, 'PRE-STOP', 'the attempt is given up after PRE-STOP');
      this.turn('STOP', kernel);
      kernel.luo?.serialize();
      if (kernel.kstate instanceof KstateSegment) kernel.kstate.take(this.streamUsers(kernel));
      if (kernel.luo !== undefined && kernel.behaviour.finalizing === 'again') this.finalize(kernel);
      if (attempt.abortAfter === 'STOP') {
        kernel.luo?.thaw();
        return this.giveUp(kernel, 'STOP', 'reboot(2) comes back: the attempt is given up after STOP');
      }
      return segments;
    } catch (problem) {
      if (problem instanceof KernelStops) {
        this.recorder.event('KHO', 'old kernel', `stops: ${problem.why}`);
        this.hops.push(this.aborted(kernel, 'crashes', problem.why));
        return undefined;
      }
      if (!(problem instanceof CallFailed)) throw problem;
      return this.giveUp(kernel, this.recorder.state, `${problem.call} fails with -${problem.errno}: ${problem.why}`);
    }
  }

  private load(kernel: SimKernel, next: KernelSpec): readonly PlacedSegment[] {
    const { recorder } = this;
    if (!kernel.khoOn) {
      recorder.event('kexec', 'kexec_file_load', 'KHO is off: the image goes wherever there is room');
      return [];
    }
    const placed = loadImage(kernel, next.imageBytes);
    if (!placed.ok) {
      recorder.event('kexec', 'kexec_file_load', placed.what, { error: placed.error });
      throw new CallFailed(placed.error, 'kexec_file_load', placed.what);
    }
    recorder.event('kexec', 'kexec_file_load', `${String(placed.value.length)} segments in scratch`);
    return placed.value;
  }

  private turn(state: State, kernel: SimKernel): void {
    kernel.enter(state);
    for (const actor of this.actors) actor.turn(state, kernel);
  }

  /** debugfs kho/out/finalize, or `active` of the first posting. What it answers is userspace's to see. */
  private finalize(kernel: SimKernel): void {
    const { outgoing, recorder } = kernel;
    if (outgoing === undefined) return;
    try {
      outgoing.finalize(() => {
        for (const actor of this.actors) if (!(actor instanceof ReserveMemActor)) actor.notified?.(kernel);
        if (!(kernel.kstate instanceof KstateOut)) handOverRegions(kernel);
      }, () => {
        if (kernel.kstate instanceof KstateOut) kernel.kstate.finalize(this.streamUsers(kernel));
      });
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      // Userspace reads the error and goes on; without a tree there will be no handover.
      recorder.event('userspace', 'kho/out/finalize', `-${problem.errno}: ${problem.why}`, { error: problem.errno });
    }
  }

  /** Who registers objects, in the order of their init calls. */
  private streamUsers(kernel: SimKernel): readonly StreamUser[] {
    return this.actors.flatMap((actor) => (actor instanceof KstateActor ? actor.streamUser(kernel) ?? [] : []));
  }

  private giveUp(kernel: SimKernel, state: State, why: string): undefined {
    const { recorder } = this;
    recorder.state = state;
    recorder.event('userspace', 'abort', why);
    kernel.outgoing?.abort();
    kernel.kstate?.abort();
    for (const actor of [...this.actors].reverse()) this.quietly(actor.name, () => { actor.abort?.(kernel); });
    this.hops.push(this.aborted(kernel, 'aborted', why));
    return undefined;
  }

  private aborted(kernel: SimKernel, verdict: 'aborted' | 'crashes', why: string): HopReport {
    return { handover: this.recorder.handover, from: kernel.index, to: undefined, verdict, handedOver: false, revived: false, corruption: false, summary: why, participants: [], leakedPages: 0 };
  }

  /** The jump, and the states behind it. */
  private jump(old: SimKernel, attempt: HandoverSpec, index: number, segments: readonly PlacedSegment[]): SimKernel | undefined {
    const { recorder } = this;
    old.enter('KEXEC');
    const passed = segments.length === 0 ? undefined : this.passOn(old);
    const { kstate } = old;
    const data = passed === undefined ? undefined : writeBootRecord(old, segments, kstate instanceof KstateOut ? kstate.outPhys : passed);
    const commandLine = kstate instanceof KstateSegment ? kstate.jump() : undefined;
    this.jumps.push(jumpMemory(old, recorder.handover, passed));
    for (const actor of this.actors) actor.jump(old);
    recorder.event('kexec', 'machine_kexec', commandLine ?? (data === undefined ? 'nothing is passed on' : kstate instanceof KstateOut ? 'the boot record names the page of KSTATE' : 'the boot record names the root tree'));
    const kernel = this.boot(index, { data, segments, commandLine }, attempt);
    const handedOver = data !== undefined || commandLine !== undefined;
    if (kernel === undefined) {
      this.hops.push({ handover: recorder.handover, from: old.index, to: index, verdict: 'crashes', handedOver, revived: false, corruption: false, summary: this.death, participants: [], leakedPages: 0 });
      return undefined;
    }
    try {
      kernel.enter('POST-RESUME');
      kernel.fill(kernel.spec.pressure);
      this.behind('POST-RESUME', kernel);
      this.behind('CONCLUDE', kernel);
    } catch (problem) {
      if (!(problem instanceof KernelStops)) throw problem;
      this.hops.push({ handover: recorder.handover, from: old.index, to: index, verdict: 'crashes', handedOver, revived: kernel.tookOver, corruption: false, summary: problem.why, participants: [], leakedPages: 0 });
      return undefined;
    }
    this.hops.push(this.judge(old, kernel, handedOver));
    return kernel;
  }

  private passOn(old: SimKernel): ReturnType<Outgoing['passOn']> {
    try {
      return old.outgoing?.passOn();
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      this.recorder.event('KHO', problem.call, problem.why, { error: problem.errno });
      return undefined;
    }
  }

  private behind(state: State, kernel: SimKernel): void {
    kernel.enter(state);
    for (const actor of this.actors) this.quietly(actor.name, () => { actor.turn(state, kernel); });
  }

  private judge(old: SimKernel, kernel: SimKernel, handedOver: boolean): HopReport {
    let corrupts = false;
    const participants = this.actors.flatMap((actor): ParticipantReport[] => {
      const judgement = actor.judge(kernel);
      if (judgement === undefined) return [];
      if (judgement.corrupts === true) corrupts = true;
      return [reportOf(actor.name, actor.kind, judgement), ...(actor.judgeParts?.(kernel) ?? []).map((part) => reportOf(part.name, part.kind, part.judgement))];
    });
    const verdict = verdictOf(kernel.tookOver, participants);
    const corruption = corrupts || participants.some((report) => report.fate === 'overwritten');
    return {
      handover: this.recorder.handover, from: old.index, to: kernel.index, verdict, handedOver, revived: kernel.tookOver, corruption, summary: summaryOf(verdict, participants, kernel.refusal), participants,
      leakedPages: leaked(old, kernel), scratch: old.scratch.map(({ addr, size }) => ({ phys: addr, sizeBytes: size })),
    };
  }
}

function actorOf(participant: Participant, sources: ScenarioSources): Actor {
  switch (participant.kind) {
    case 'test_kho': return new TestKhoActor(participant);
    case 'session': return new SessionActor(participant);
    case 'flb': return new FlbActor(participant);
    case 'kstate': return new KstateActor(participant, sources);
    default: return new DriverActor(participant);
  }
}

/** Trees that their readers leave where they are: nobody ever restores them. */
const luoResidue = ['LUO FDT', 'luo_ser', 'LUO FLB header'];
/** Nor does a kernel with KSTATE ever give back the page that names the stream, and the stream (KSTATE facts 3.5). */
const KSTATE_RESIDUE = /kstate stream$|kstate_out$/;
const isResidue = (owner: string, withLuo: boolean): boolean => (luoResidue.includes(owner) ? withLuo : owner === 'kexec-metadata' || owner.endsWith(' FDT') || KSTATE_RESIDUE.test(owner));

/** Pages that the new kernel found preserved and that nobody took over. */
function leaked(old: SimKernel, kernel: SimKernel): number {
  const { preserved } = kernel.successor;
  if (!kernel.revived) return 0;
  const { pageBytes, world: { ram } } = kernel;
  // Orders that no memory is large enough for come out of trees that are misread: reserved is what the shifted int makes of them, as far as there is memory.
  const most = ram.sizePages;
  let pages = Math.min(most, preserved.pagesOf((order) => Math.min(most, Math.ceil(Number(reservedBytesOf(order, kernel.pageShift)) / pageBytes))));
  const revived = kernel.regions.filter((region) => region.revived);
  const inRegion = (pfn: number): boolean => revived.some(({ start, size }) => pfn >= kernel.pfnOf(start) && pfn < kernel.pfnOf(start + size));
  for (const { pfns, order, owner } of old.outgoing?.preservedBlocks() ?? []) {
    if (owner !== 'reserve_mem' && !isResidue(owner, kernel.sessions !== undefined)) continue;
    for (let i = 0; i < pfns.length; i++) {
      const pfn = pfns[i] ?? 0;
      if ((owner !== 'reserve_mem' || inRegion(pfn)) && preserved.orderAt(pfn) === order) pages -= 2 ** order;
    }
  }
  return pages;
}

function jumpMemory(kernel: SimKernel, handover: number, rootPhys: bigint | undefined): JumpMemory {
  const claims = rootPhys === undefined ? [] : kernel.outgoing?.preservedBlocks() ?? [];
  const counts = new Map<string, { owner: string; order: number; blocks: number }>();
  for (const { pfns, order, owner } of claims) {
    const key = `${String(order)} ${owner}`;
    const one = counts.get(key);
    if (one === undefined) counts.set(key, { owner, order, blocks: pfns.length });
    else one.blocks += pfns.length;
  }
  let blocks: BlockList | undefined;
  return {
    handover, rootPhys, pages: kernel.world.ram.snapshot(), owners: [...counts.values()],
    // Made when somebody asks: of millions of blocks most runs need no list.
    get blocks() {
      if (blocks === undefined) {
        blocks = new BlockList();
        for (const { pfns, order } of claims) for (let i = 0; i < pfns.length; i++) blocks.push(pfns[i] ?? 0, order);
      }
      return blocks;
    },
  };
}
