/**
 * A driver as a scenario tells it, and the driver of one vmalloc area: areas of memory, and in each state what is done with them. What it hands over is a tree of
 * its own name in the layout of formats/areas.ts.
 */
import { areasTree, readAreas } from '../../../formats/areas';
import type { AreaState } from '../../../formats/areas';
import { FOLIO_WORD_BYTES, decodeFolioWords, encodeFolioWords } from '../../../formats/folioWords';
import type { FdtNode } from '../../../formats/fdt/read';
import { checkCompatible, childOf } from '../../../formats/fdtValues';
import { writeTree } from '../../../formats/khoRoot';
import type { DriverAction, DriverParticipant, State, VmallocParticipant } from '../../../model/scenario/scenario';
import { addBlob, blobOf } from '../../kho/consumers';
import { readArea, restoreVmalloc } from '../incoming/vmalloc';
import type { SimKernel } from '../kernel';
import { CallFailed } from '../recorder';
import type { Actor, Judgement, Outcome } from './actor';
import { judgeGroups, refusalOf, takenOver, words } from './actor';

interface Group { readonly pfns: Float64Array; readonly order: number }

/** An area of the driver in the kernel that runs. */
interface Area {
  readonly groups: readonly Group[];
  /** vmalloc: handed over as an area of its own. */
  readonly vmalloc: boolean;
  /** What is in it: equal tags are equal bytes. */
  tag: string;
  preserved: boolean;
}

/** An area as it should arrive. */
interface HandedArea { readonly area: Area; readonly name: string; outcome: Outcome; read: boolean }

export class DriverActor implements Actor {
  readonly kind: string;
  readonly name: string;
  private readonly compatible: string;
  private readonly statesIn: (pageBytes: number) => DriverParticipant['states'];
  private areas = new Map<string, Area>();
  private handed: HandedArea[] = [];
  /** Where its tree lies, while it is registered. */
  private blobPhys: bigint | undefined;
  private blobPages: { readonly pfn: number; readonly order: number } | undefined;
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
    const before = { areas: new Map([...this.areas].map(([name, area]) => [name, { ...area }])), blobPhys: this.blobPhys };
    const body = (): void => {
      kernel.failIfAsked(this.name);
      for (const action of actions) if (!inNotifier(action, kernel)) this.act(action, state, kernel);
    };
    const failed = outgoing === undefined ? attempt(body) : outgoing.attempt(this.name, body);
    if (failed === undefined) return;
    this.areas = before.areas;
    this.blobPhys = before.blobPhys;
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
      case 'alloc': this.alloc(action, kernel); break;
      case 'write': this.area(action.area).tag = `${this.name}/${action.area} as written in ${state} of kernel ${String(kernel.index)}`; break;
      case 'copy': this.copy(action.area, action.to, kernel); break;
      case 'preserve': this.preserve(action.area, kernel); break;
      case 'unpreserve': this.unpreserve(action.area, kernel); break;
      case 'restore': this.restore(action.area, kernel); break;
      case 'free': this.free(action.area, kernel); break;
      case 'adopt': this.adopt(action.area, kernel); break;
      case 'add subtree': this.addSubtree(kernel); break;
      case 'remove subtree': this.removeSubtree(kernel); break;
      case 'retrieve subtree': this.retrieve(kernel); break;
      case 'fail': throw new CallFailed(action.error, this.name, 'it fails here, as the scenario asks');
    }
  }

  private area(name: string): Area {
    const area = this.areas.get(name);
    if (area === undefined) throw new CallFailed('ENOENT', this.name, `there is no area ${name} now`);
    return area;
  }

  private alloc({ area, folios, migrate, write }: Extract<DriverAction, { readonly do: 'alloc' }>, kernel: SimKernel): void {
    // What came out of the last handover is still there.
    if (this.areas.has(area)) return;
    const groups = folios.map(({ order, count, placement }) => ({ order, pfns: kernel.allocMany(this.name, order, count, { migrate, placement }) }));
    this.areas.set(area, { groups, vmalloc: area === VMALLOC_AREA && this.kind === 'vmalloc', tag: write ? `${this.name}/${area} of kernel ${String(kernel.index)}` : 'zeros', preserved: false });
  }

  private copy(from: string, to: string, kernel: SimKernel): void {
    const source = this.area(from);
    const target = this.area(to);
    const [have, need] = [pagesIn(target), pagesIn(source)];
    if (have < need) throw new CallFailed('ENOSPC', this.name, `${to} has ${words(have, 'page')}, ${from} needs ${String(need)}`);
    target.tag = source.tag;
    kernel.recorder.event(this.name, 'memcpy', `${from} copied into ${to}: ${words(need, 'page')}`);
  }

  private preserve(name: string, kernel: SimKernel): void {
    const area = this.area(name);
    if (kernel.outgoing === undefined) throw new CallFailed('EOPNOTSUPP', 'kho_preserve_folio', 'KHO is off');
    if (area.vmalloc) return;
    // v4 has no such call: ranges are kept because the driver's node names them.
    if (kernel.outgoing.form.map !== undefined) for (const { pfns, order } of area.groups) kernel.outgoing.markAll(pfns, order, `${this.name} ${name} folio`);
    area.preserved = true;
  }

  private unpreserve(name: string, kernel: SimKernel): void {
    const area = this.area(name);
    for (const { pfns, order } of area.groups) kernel.outgoing?.unpreserve(pfns, order);
    area.preserved = false;
  }

  private free(name: string, kernel: SimKernel): void {
    const area = this.area(name);
    for (const { pfns, order } of area.groups) kernel.freeMany(this.name, pfns, order);
    this.areas.delete(name);
    const handed = this.handed.find((one) => one.name === name);
    // Given back by its owner at the end of its way: it has arrived.
    if (handed !== undefined) handed.read = true;
  }

  private adopt(name: string, kernel: SimKernel): void {
    this.area(name);
    this.adopted.add(name);
    kernel.recorder.event(this.name, 'adopt', `the device goes on with ${name}`);
  }

  private addSubtree(kernel: SimKernel): void {
    const { outgoing } = kernel;
    if (outgoing === undefined) throw new CallFailed('EOPNOTSUPP', 'kho_add_subtree', 'KHO is off');
    const { machine: { order, pageShift, generation } } = outgoing;
    const areas = [...this.areas].filter(([, area]) => area.preserved || area.vmalloc).map(([name, area]): AreaState => {
      const [first] = area.groups;
      if (area.vmalloc && first !== undefined) {
        area.preserved = true;
        return { name, area: outgoing.preserveArea(first.pfns, first.order, { chunk: `${this.name} ${name} chunk`, page: `${this.name} ${name} page` }) };
      }
      const list = encodeFolioWords(area.groups, pageShift, order);
      const owners = { chunk: `${this.name} ${name} list chunk`, page: `${this.name} ${name} list page` };
      return { name, count: list.length / FOLIO_WORD_BYTES, list: generation.vmalloc === undefined ? list : outgoing.preserveVmalloc(list, owners) };
    });
    const tree = areasTree(this.name, this.compatible, areas, order);
    if (outgoing.form.map === undefined) {
      const kept = [...this.areas.values()].filter((area) => area.preserved).flatMap((area) => area.groups);
      outgoing.addRanges(this.name, tree.properties, kept.flatMap((group) => rangesOf(group, BigInt(outgoing.pageBytes))), tree.nodes);
      return;
    }
    if (outgoing.form.subtree === 'in place') {
      outgoing.addNode(tree);
      return;
    }
    const size = areas.reduce((sum, one) => sum + 256 + ('list' in one && one.list instanceof Uint8Array ? one.list.length : 0), 512);
    const blob = blobOf(writeTree({ ...tree, name: '' }, Math.max(outgoing.pageBytes, size)));
    const folioOrder = outgoing.orderOf(blob.length);
    this.blobPhys = addBlob(outgoing, this.name, blob, `${this.name} FDT`, folioOrder);
    this.blobPages = { pfn: outgoing.pfnOf(this.blobPhys), order: folioOrder };
  }

  private removeSubtree(kernel: SimKernel): void {
    if (this.blobPhys === undefined || this.blobPages === undefined) throw new CallFailed('ENOENT', 'kho_remove_subtree', 'it has no subtree');
    kernel.outgoing?.removeSubtree(this.blobPhys);
    kernel.outgoing?.unpreserveFree(kernel.outgoing.physOf(this.blobPages.pfn), this.blobPages.order);
    this.blobPhys = undefined;
  }

  abort(kernel: SimKernel): void {
    const { outgoing } = kernel;
    if (outgoing === undefined) return;
    if (this.blobPhys !== undefined && kernel.behaviour.subtrees === 'any time') this.removeSubtree(kernel);
    this.blobPhys = undefined;
    for (const [name, area] of this.areas) {
      if (area.preserved && kernel.behaviour.unpreserve !== 'none' && outgoing.isPreserved(area.groups[0]?.pfns[0] ?? 0, area.groups[0]?.order ?? 0)) this.unpreserve(name, kernel);
      area.preserved = false;
    }
    outgoing.dropOwned((owner) => owner.startsWith(`${this.name} `));
  }

  jump(kernel: SimKernel): void {
    void kernel;
    // Areas that were never preserved are plain memory, unless its tree was meant to name them.
    this.handed = [...this.areas].map(([name, area]) => ({ name, area, read: false, outcome: area.preserved ? { kind: 'nobody' as const, why: 'nobody looked for it' } : { kind: 'dropped' as const, why: this.failure ?? 'it was not preserved' } }));
    this.areas = new Map();
    this.handedFailure = this.failure;
    this.failure = undefined;
    this.failedBehind = undefined;
    this.found = undefined;
    this.adopted = new Set();
    this.wrecked = undefined;
    this.blobPhys = undefined;
  }

  /** The driver of the new kernel looks for its tree and checks the string. */
  private retrieve(kernel: SimKernel): void {
    const all = (kind: 'refused' | 'nobody', why: string): never => {
      for (const one of this.handed) one.outcome = one.area.preserved ? { kind, why } : one.outcome;
      throw new CallFailed(kind === 'refused' ? 'EINVAL' : 'ENOENT', 'kho_retrieve_subtree', why);
    };
    const { successor } = kernel;
    if (!kernel.revived || successor === undefined) return all('refused', kernel.refusal ?? 'no handover');
    const inPlace = successor.form.subtree === 'in place';
    const found = inPlace ? undefined : successor.retrieveSubtree(this.name);
    const node: FdtNode | undefined = found?.ok === true ? successor.treeAt(found.value.phys) : inPlace && successor.rootPhys !== undefined ? childOf(successor.treeAt(successor.rootPhys) ?? nothing, this.name) : undefined;
    if (node === undefined) return all('nobody', `the subtree ${this.name} was not found`);
    if (checkCompatible(node, this.compatible) !== 0) return all('refused', `its tree is not compatible with ${this.compatible}`);
    const read = readAreas(node, successor.spec.order);
    this.found = read?.areas ?? [];
    kernel.recorder.event(this.name, 'kho_retrieve_subtree', `found: ${this.found.map((one) => one.name).join(', ') || 'no areas'}`, { tree: this.name });
  }

  private restore(name: string, kernel: SimKernel): void {
    const { successor } = kernel;
    const found = this.found?.find((one) => one.name === name);
    const handed = this.handed.find((one) => one.name === name);
    if (found === undefined || handed === undefined || successor === undefined) throw new CallFailed('ENOENT', 'kho_restore_folio', `no area ${name} was handed over`);
    const groups = 'area' in found ? this.restoreArea(found.area, kernel) : this.restoreList(found, kernel);
    if (groups === undefined) {
      handed.outcome = { kind: 'nobody', why: 'restoring its pages failed' };
      throw new CallFailed('ENOENT', 'kho_restore_folio', `pages of ${name} could not be restored`);
    }
    this.areas.set(name, { groups, vmalloc: handed.area.vmalloc, tag: handed.area.tag, preserved: false });
    handed.outcome = takenOver(kernel, groups, 'restored');
    handed.read = true;
  }

  private restoreArea(head: Extract<AreaState, { readonly area: unknown }>['area'], kernel: SimKernel): readonly Group[] | undefined {
    const { successor } = kernel;
    const read = successor === undefined ? undefined : restoreVmalloc(successor, head);
    if (read?.pages === undefined) return undefined;
    const step = 2 ** head.order;
    kernel.recorder.event(this.name, 'kho_restore_vmalloc', `${words(read.restoredPages, 'page')} mapped again`);
    return [{ order: head.order, pfns: step === 1 ? read.pages : read.pages.filter((_, i) => i % step === 0) }];
  }

  private restoreList(state: Extract<AreaState, { readonly list: unknown }>, kernel: SimKernel): readonly Group[] | undefined {
    const { successor } = kernel;
    if (successor === undefined) return undefined;
    let bytes = state.list instanceof Uint8Array ? state.list : undefined;
    if (!(state.list instanceof Uint8Array)) {
      const { pages } = restoreVmalloc(successor, state.list);
      bytes = pages === undefined ? undefined : readArea(successor, pages, state.count * FOLIO_WORD_BYTES);
      if (pages !== undefined) kernel.freeMany(this.name, pages, 0);
    }
    if (bytes === undefined) return undefined;
    const { pfns, orders } = decodeFolioWords(bytes, successor.spec.pageShift, successor.spec.order);
    // v4: kho_claim_mem(), which marks nothing.
    if (successor.form.map === undefined) return groupsOf(pfns, orders);
    const restored = successor.preserved.restoreMany(pfns);
    if (restored.failed > 0) {
      successor.warn(restored.firstWhy ?? 'not preserved');
      return undefined;
    }
    kernel.restoredEvent(this.name, 'kho_restore_folio', restored.byOrder, pfns[0]);
    return groupsOf(pfns, orders);
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

const pagesIn = (area: Area): number => area.groups.reduce((sum, { pfns, order }) => sum + pfns.length * 2 ** order, 0);

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

/** Neighbouring blocks as one range of bytes. */
function rangesOf({ pfns, order }: Group, pageBytes: bigint): { addr: bigint; size: bigint }[] {
  const out: { addr: bigint; size: bigint }[] = [];
  const blockBytes = pageBytes << BigInt(order);
  for (const pfn of pfns) {
    const addr = BigInt(pfn) * pageBytes;
    const last = out[out.length - 1];
    if (last !== undefined && last.addr + last.size === addr) last.size += blockBytes;
    else out.push({ addr, size: blockBytes });
  }
  return out;
}

/** Runs of one order, each as a part of the list. */
function groupsOf(pfns: Float64Array, orders: Uint8Array): readonly Group[] {
  const out: Group[] = [];
  for (let from = 0; from < pfns.length;) {
    const order = orders[from] ?? 0;
    let end = from + 1;
    while (end < pfns.length && orders[end] === order) end++;
    out.push({ pfns: pfns.subarray(from, end), order });
    from = end;
  }
  return out;
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
