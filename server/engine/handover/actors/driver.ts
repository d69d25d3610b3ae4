/**
 * A driver as a scenario tells it, and the driver of one vmalloc area: areas of memory, and in each state what is done with them. What it hands over is a tree of
 * its own name in the layout of formats/areas.ts.
 */
import { readAreas } from '../../../formats/areas';
import type { AreaState } from '../../../formats/areas';
import type { FdtNode } from '../../../formats/fdt/read';
import { checkCompatible, childOf } from '../../../formats/fdtValues';
import type { DriverAction, DriverParticipant, State, VmallocParticipant } from '../../../model/scenario/scenario';
import type { SimKernel } from '../kernel';
import { CallFailed } from '../recorder';
import type { Actor, Judgement, Outcome } from './actor';
import { judgeGroups, refusalOf, takenOver, words } from './actor';
import type { Area } from './driverAreas';
import { DriverAreas, ZEROS } from './driverAreas';
import type { DriverBlob } from './driverTree';
import { addAreasTree, restoreState } from './driverTree';

/** An area as it should arrive. */
interface HandedArea { readonly area: Area; readonly name: string; outcome: Outcome; /** Why its bytes are not those that the driver had last. */ readonly missing: readonly string[] }

export class DriverActor implements Actor {
  readonly kind: string;
  readonly name: string;
  private readonly compatible: string;
  private readonly statesIn: (pageBytes: number) => DriverParticipant['states'];
  private readonly areas: DriverAreas;
  private handed: HandedArea[] = [];
  /** Where its tree lies, while it is registered. */
  private blob: DriverBlob | undefined;
  /** Area by the pages that the successor's tree names. */
  private found: readonly AreaState[] | undefined;
  private adopted = new Set<string>();
  private wrecked: string | undefined;
  /** Before the jump, and behind it: the first of each. */
  private failure: string | undefined;
  private handedFailure: string | undefined;
  private failedBehind: string | undefined;
  private readonly adopts: boolean;

  constructor(spec: DriverParticipant | VmallocParticipant) {
    this.kind = spec.kind;
    this.name = spec.name;
    this.areas = new DriverAreas(spec.name);
    this.compatible = spec.kind === 'driver' ? spec.compatible : `${spec.name}-v1`;
    this.statesIn = (pageBytes) => (spec.kind === 'driver' ? spec.states : vmallocStates(spec, pageBytes));
    this.adopts = Object.values(this.statesIn(4096)).some((actions) => actions.some((action) => action.do === 'adopt'));
  }

  turn(state: State, kernel: SimKernel): void {
    if (kernel.lacks(this.name)) return;
    const actions = this.statesIn(kernel.pageBytes)[state] ?? [];
    if (kernel.isBehindJump && kernel.userspace.opensPlain.includes(this.name) && state !== 'RUNNING') {
      this.openPlain(state, kernel);
      return;
    }
    this.run(state, actions, kernel);
  }

  /** Userspace opens the plain device: it is set up anew, as after a cold boot; nobody looks at what was preserved, and the hardware still runs on it. */
  private openPlain(state: State, kernel: SimKernel): void {
    if (state !== 'POST-RESUME') return;
    this.wrecked = 'userspace opened the plain device in place of the preserved one';
    kernel.recorder.event('userspace', 'open', `${this.name}: the plain device is opened and set up anew; what was preserved is not looked at`);
  }

  private run(state: State, actions: readonly DriverAction[], kernel: SimKernel): void {
    const { outgoing } = kernel;
    const restoreAreas = this.areas.snapshot();
    const { blob } = this;
    const body = (): void => {
      kernel.failIfAsked(this.name);
      for (const action of actions) if (!inNotifier(action, kernel)) this.act(action, state, kernel);
    };
    const failed = outgoing === undefined ? attempt(body) : outgoing.attempt(this.name, body);
    if (failed === undefined) return;
    restoreAreas();
    this.blob = blob;
    const failure = `${state}: ${failed.message}`;
    if (kernel.isBehindJump) this.failedBehind ??= failure;
    else this.failure ??= failure;
    kernel.recorder.event(this.name, failed.call, failed.why, { error: failed.errno });
    if (state === 'STOP') throw failed;
  }

  /** Drivers of the kernels with notifiers register their tree in them; what they preserve they may have preserved before. */
  notified(kernel: SimKernel): void {
    if (kernel.lacks(this.name) || this.failure !== undefined) return;
    const wants = Object.values(this.statesIn(kernel.pageBytes)).some((actions) => actions.some((action) => action.do === 'add subtree'));
    if (wants) this.act({ do: 'add subtree' }, 'STOP', kernel);
  }

  private act(action: DriverAction, state: State, kernel: SimKernel): void {
    switch (action.do) {
      case 'alloc': this.alloc(action, state, kernel); break;
      case 'write': this.areas.write(action.area, state); break;
      case 'copy': this.copy(action.area, action.to, state, kernel); break;
      case 'preserve': this.preserve(action.area, kernel); break;
      case 'unpreserve': this.unpreserve(action.area, kernel); break;
      case 'restore': this.restore(action.area, state, kernel); break;
      case 'free': this.free(action.area, kernel); break;
      case 'adopt': this.adopt(action.area, kernel); break;
      case 'add subtree': this.addSubtree(kernel); break;
      case 'remove subtree': this.removeSubtree(kernel); break;
      case 'retrieve subtree': this.retrieve(kernel); break;
      case 'fail': throw new CallFailed(action.error, this.name, 'it fails here, as the scenario asks');
    }
  }

  private alloc({ area, folios, migrate, write }: Extract<DriverAction, { readonly do: 'alloc' }>, state: State, kernel: SimKernel): void {
    // What came out of the last handover is still there.
    if (this.areas.has(area)) return;
    const groups = folios.map(({ order, count, placement }) => ({ order, pfns: kernel.allocMany(this.name, order, count, { migrate, placement }) }));
    this.areas.add(area, groups, area === VMALLOC_AREA && this.kind === 'vmalloc', state, write ? {} : ZEROS);
  }

  private copy(from: string, to: string, state: State, kernel: SimKernel): void {
    const pages = this.areas.copy(from, to, state);
    kernel.recorder.event(this.name, 'memcpy', `${from} copied into ${to}: ${words(pages, 'page')}`);
  }

  private preserve(name: string, kernel: SimKernel): void {
    const area = this.areas.get(name);
    if (kernel.outgoing === undefined) throw new CallFailed('EOPNOTSUPP', 'kho_preserve_folio', 'KHO is off');
    if (area.vmalloc) return;
    // v4 has no such call: ranges are kept because the driver's node names them.
    if (kernel.outgoing.form.map !== undefined) for (const { pfns, order } of area.groups) kernel.outgoing.markAll(pfns, order, `${this.name} ${name} folio`);
    area.preserved = true;
  }

  private unpreserve(name: string, kernel: SimKernel): void {
    const area = this.areas.get(name);
    for (const { pfns, order } of area.groups) kernel.outgoing?.unpreserve(pfns, order);
    area.preserved = false;
  }

  private free(name: string, kernel: SimKernel): void {
    const area = this.areas.get(name);
    for (const { pfns, order } of area.groups) kernel.freeMany(this.name, pfns, order);
    this.areas.remove(name);
  }

  private adopt(name: string, kernel: SimKernel): void {
    this.areas.get(name);
    this.adopted.add(name);
    kernel.recorder.event(this.name, 'adopt', `the device goes on with ${name}`);
  }

  private addSubtree(kernel: SimKernel): void {
    const { outgoing } = kernel;
    if (outgoing === undefined) throw new CallFailed('EOPNOTSUPP', 'kho_add_subtree', 'KHO is off');
    this.blob = addAreasTree(outgoing, this.name, this.compatible, this.areas.entries());
  }

  private removeSubtree(kernel: SimKernel): void {
    const { blob } = this;
    if (blob === undefined) throw new CallFailed('ENOENT', 'kho_remove_subtree', 'it has no subtree');
    kernel.outgoing?.removeSubtree(blob.phys);
    kernel.outgoing?.unpreserveFree(blob.phys, blob.order);
    this.blob = undefined;
  }

  abort(kernel: SimKernel): void {
    const { outgoing } = kernel;
    if (outgoing === undefined) return;
    if (this.blob !== undefined && kernel.behaviour.subtrees === 'any time') this.removeSubtree(kernel);
    this.blob = undefined;
    for (const [name, area] of this.areas.entries()) {
      if (area.preserved && kernel.behaviour.unpreserve !== 'none' && outgoing.isPreserved(area.groups[0]?.pfns[0] ?? 0, area.groups[0]?.order ?? 0)) this.unpreserve(name, kernel);
      area.preserved = false;
    }
    outgoing.dropOwned((owner) => owner.startsWith(`${this.name} `));
  }

  jump(): void {
    // Areas that were never preserved are plain memory, unless its tree was meant to name them.
    this.handed = this.areas.entries().map(([name, area]) => ({ name, area, missing: area.preserved ? this.areas.missingIn(name) : [], outcome: area.preserved ? { kind: 'nobody' as const, why: 'nobody looked for it' } : { kind: 'dropped' as const, why: this.failure ?? 'it was not preserved' } }));
    this.areas.clear();
    this.handedFailure = this.failure;
    this.failure = undefined;
    this.failedBehind = undefined;
    this.found = undefined;
    this.adopted = new Set();
    this.wrecked = undefined;
    this.blob = undefined;
  }

  /** The driver of the new kernel looks for its tree and checks the string. */
  private retrieve(kernel: SimKernel): void {
    const all = (kind: 'refused' | 'nobody', why: string): never => {
      for (const one of this.handed) one.outcome = one.area.preserved ? { kind, why } : one.outcome;
      throw new CallFailed(kind === 'refused' ? 'EINVAL' : 'ENOENT', 'kho_retrieve_subtree', why);
    };
    const { successor } = kernel;
    if (!kernel.revived) return all('refused', kernel.refusal ?? 'no handover');
    const inPlace = successor.form.subtree === 'in place';
    const found = inPlace ? undefined : successor.retrieveSubtree(this.name);
    const node: FdtNode | undefined = found?.ok === true ? successor.treeAt(found.value.phys) : inPlace && successor.rootPhys !== undefined ? childOf(successor.treeAt(successor.rootPhys) ?? nothing, this.name) : undefined;
    if (node === undefined) return all('nobody', `the subtree ${this.name} was not found`);
    if (checkCompatible(node, this.compatible) !== 0) return all('refused', `its tree is not compatible with ${this.compatible}`);
    const read = readAreas(node, successor.spec.order);
    this.found = read?.areas ?? [];
    kernel.recorder.event(this.name, 'kho_retrieve_subtree', `found: ${this.found.map((one) => one.name).join(', ') || 'no areas'}`, { tree: this.name });
  }

  private restore(name: string, state: State, kernel: SimKernel): void {
    const found = this.found?.find((one) => one.name === name);
    const handed = this.handed.find((one) => one.name === name);
    if (found === undefined || handed === undefined) throw new CallFailed('ENOENT', 'kho_restore_folio', `no area ${name} was handed over`);
    const groups = restoreState(found, this.name, kernel);
    if (groups === undefined) {
      handed.outcome = { kind: 'nobody', why: 'restoring its pages failed' };
      throw new CallFailed('ENOENT', 'kho_restore_folio', `pages of ${name} could not be restored`);
    }
    this.areas.add(name, groups, handed.area.vmalloc, state, handed.area.contents);
    handed.outcome = takenOver(kernel, groups, 'restored');
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const inTree = this.handed.filter((one) => one.area.preserved);
    const { handedFailure } = this;
    if (this.handed.length === 0) return handedFailure === undefined ? undefined : { parts: [], notes: [{ fate: 'lost', reason: handedFailure }], changed: [] };
    const parts = this.handed.flatMap(({ area, outcome, name }) => {
      const now: Outcome = this.wrecked !== undefined && outcome.kind === 'nobody' && area.preserved ? { kind: 'nobody', why: this.wrecked }
        : !kernel.revived && area.preserved ? refusalOf(kernel) : outcome;
      // Memory of its own that it gave no reason to keep is no loss.
      if (!area.preserved && inTree.length > 0) return [];
      return judgeGroups(kernel, area.groups, now).map((part) => ({ ...part, reason: `${name}: ${part.reason}` }));
    });
    const changed: readonly string[] = [
      ...this.handed.flatMap(({ outcome, missing }) => (outcome.kind === 'judged' ? missing : [])),
      ...(this.adopts && kernel.revived && inTree.length > 0 && this.adopted.size === 0 ? ['the device does not go on with what it left: nobody adopted it'] : []),
      ...(this.wrecked === undefined ? [] : [`${this.wrecked}: the device was reset under its users`]),
      ...(handedFailure === undefined ? [] : [handedFailure]),
      // Behind a jump that was refused everything fails; that says nothing more.
      ...(this.failedBehind === undefined || !kernel.revived ? [] : [this.failedBehind]),
    ];
    return { parts, notes: parts.length > 0 || handedFailure === undefined ? [] : [{ fate: 'lost', reason: handedFailure }], changed };
  }
}

const nothing: FdtNode = { name: '', offsetBytes: 0, properties: [], children: [] } as unknown as FdtNode;

/** Subtrees of kernels with notifiers are added in them, not when the driver's turn comes. */
const inNotifier = (action: DriverAction, kernel: SimKernel): boolean => action.do === 'add subtree' && kernel.behaviour.subtrees === 'in the notifier' && !kernel.isBehindJump;

function attempt(run: () => void): CallFailed | undefined {
  try {
    run();
    return undefined;
  } catch (problem) {
    if (problem instanceof CallFailed) return problem;
    throw problem;
  }
}

const VMALLOC_AREA = 'area';

/** A vmalloc area: there from the start, handed over at STOP, mapped again at RESUME. */
function vmallocStates(spec: VmallocParticipant, pageBytes: number): DriverParticipant['states'] {
  const area = VMALLOC_AREA;
  const count = Math.ceil(Number(spec.sizeBytes) / (pageBytes * 2 ** spec.pieceOrder));
  return {
    RUNNING: [{ do: 'alloc', area, folios: [{ order: spec.pieceOrder, count, placement: 'packed' }], migrate: 'unmovable', write: true }],
    PREPARE: [{ do: 'add subtree' }],
    RESUME: [{ do: 'retrieve subtree' }, { do: 'restore', area }],
  };
}
