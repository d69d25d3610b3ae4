/** lib/test_kho: folios of many orders, and a checksum of what they hold. KHO facts 7.4. */
import { addTestKhoGroups } from '../../kho/consumers';
import type { TestKhoParticipant } from '../../../model/scenario/scenario';
import { hash32 } from '../../seed';
import type { SimKernel } from '../kernel';
import { CallFailed } from '../recorder';
import { restoreTestKho } from '../incoming/testKho';
import type { Actor, FatePart, Judgement, Outcome } from './actor';
import { judgeGroups, judgePages, refusalOf, words } from './actor';

interface Group { readonly pfns: Float64Array; readonly order: number }

export class TestKhoActor implements Actor {
  readonly kind = 'test_kho';
  readonly name: string;
  private groups: readonly Group[] = [];
  /** What the old kernel had at the jump. */
  private handed: { readonly groups: readonly Group[]; readonly preserved: boolean; readonly failure: string | undefined } = { groups: [], preserved: false, failure: undefined };
  private preserved = false;
  private failure: string | undefined;
  private outcome: Outcome = { kind: 'nobody', why: 'nobody looked for it' };

  constructor(private readonly spec: TestKhoParticipant) {
    this.name = spec.name;
  }

  turn(state: string, kernel: SimKernel): void {
    // In the first kernel, and in one whose test did not get that far.
    if (state === 'RUNNING' && this.groups.length === 0 && !kernel.revivedOnce(this.name)) this.make(kernel);
    if (state === 'RESUME') this.restore(kernel);
  }

  /** kho_test_save(): module_init. */
  private make(kernel: SimKernel): void {
    if (kernel.lacks(this.name) || kernel.outgoing === undefined || kernel.generation.testKho === undefined) return;
    this.groups = this.spec.folios.map(({ order, count, placement }) => ({ order, pfns: kernel.allocMany(this.name, order, count, { migrate: 'unmovable', placement }) }));
    if (kernel.behaviour.consumers === 'at start') this.preserve(kernel);
  }

  notified(kernel: SimKernel): void {
    if (this.groups.length > 0 && !kernel.lacks(this.name)) this.preserve(kernel);
  }

  private preserve(kernel: SimKernel): void {
    const { outgoing } = kernel;
    if (outgoing === undefined) return;
    const failed = outgoing.attempt(this.name, () => {
      kernel.failIfAsked(this.name);
      addTestKhoGroups(outgoing, this.groups, this.checksum());
    });
    this.preserved = failed === undefined;
    this.failure = failed?.message;
    if (failed !== undefined && kernel.behaviour.consumers === 'notifiers') throw failed;
  }

  /** Of what the folios hold: each has a pattern by its place in the list. */
  private checksum(): number {
    return this.groups.reduce((sum, { pfns, order }, i) => (sum + Math.imul(hash32(`${this.name} ${String(i)} ${String(order)}`), pfns.length)) >>> 0, 0);
  }

  abort(kernel: SimKernel): void {
    if (kernel.behaviour.consumers === 'notifiers') this.preserved = false;
  }

  jump(): void {
    this.handed = { groups: this.groups, preserved: this.preserved, failure: this.failure };
    this.groups = [];
    this.outcome = this.preserved ? { kind: 'nobody', why: 'nobody looked for it' } : { kind: 'dropped', why: this.failure ?? 'it was not preserved' };
  }

  /** kho_test_restore(): restores the folios, adds up what is in them, gives them back. */
  private restore(kernel: SimKernel): void {
    const { successor } = kernel;
    if (kernel.lacks(this.name)) {
      this.outcome = { kind: 'nobody', why: `${kernel.spec.release} has no test_kho` };
      return;
    }
    const before = this.outcome;
    this.outcome = { kind: 'nobody', why: 'its checksum was not reached' };
    const parts: FatePart[] = [];
    try {
      kernel.failIfAsked(this.name);
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      kernel.recorder.event(this.name, 'kho_test_init', problem.why, { error: problem.errno });
      this.outcome = { kind: 'nobody', why: problem.message };
      return;
    }
    const restored = restoreTestKho(successor, (pfn, order) => {
      const part = judgePages(kernel, [pfn], order, { kind: 'took over', how: 'restored, the checksum agrees' });
      parts.push(...part);
      return part.every((one) => one.fate === 'kept');
    });
    if (restored.succeeded === undefined) {
      this.outcome = before.kind === 'nobody' && this.handed.preserved ? { kind: 'nobody', why: 'the subtree kho_test was not found' } : before;
      // Then and there: before LUO and memblock add their subtrees.
      this.make(kernel);
      return;
    }
    kernel.markRevived(this.name);
    kernel.recorder.event(this.name, 'kho_restore_folio', `${words(restored.folios.length, 'folio')} restored, the checksum ${restored.succeeded ? 'agrees' : 'differs'}`);
    // What others have, or the boot lies on, is not the allocator's to take back.
    const back = merged(parts);
    if (restored.succeeded) this.outcome = { kind: 'judged', parts: back };
    else if (restored.folios.length === 0) this.outcome = this.unread(kernel);
    else this.outcome = { kind: 'judged', parts: [...back, ...this.rest(restored.folios, kernel)] };
    for (const { pfns, order, fate } of back) if (fate === 'kept') kernel.giveBack(pfns, order);
  }

  /** Nothing was restored: the string was not this kernel's, or what stands under it is not laid out as it reads it. */
  private unread(kernel: SimKernel): Outcome {
    const { kho_test: wanted } = kernel.spec.compatible;
    return wanted === undefined ? { kind: 'nobody', why: 'the test cannot read the list that it finds' } : { kind: 'refused', why: `its tree is not compatible with ${wanted}` };
  }

  /** Folios that were not reached. */
  private rest(done: readonly { readonly pfn: number }[], kernel: SimKernel): readonly FatePart[] {
    const reached = new Set(done.map(({ pfn }) => pfn));
    return this.handed.groups.flatMap(({ pfns, order }) => judgePages(kernel, pfns.filter((pfn) => !reached.has(pfn)), order, { kind: 'nobody', why: 'restoring stopped before it' }));
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const { groups, preserved, failure } = this.handed;
    if (groups.length === 0) return undefined;
    const outcome = preserved && !kernel.revived ? refusalOf(kernel) : this.outcome;
    return { parts: judgeGroups(kernel, groups, outcome), notes: [], changed: failure === undefined ? [] : [failure] };
  }
}

/** Parts with the same fate and order as one. */
function merged(parts: readonly FatePart[]): readonly FatePart[] {
  const out = new Map<string, { pfns: number[]; part: FatePart }>();
  for (const part of parts) {
    const key = `${String(part.order)} ${part.fate} ${part.reason}`;
    const found = out.get(key);
    if (found === undefined) out.set(key, { pfns: Array.from(part.pfns), part });
    else for (let i = 0; i < part.pfns.length; i++) found.pfns.push(part.pfns[i] ?? 0);
  }
  return [...out.values()].map(({ pfns, part }) => ({ ...part, pfns }));
}
