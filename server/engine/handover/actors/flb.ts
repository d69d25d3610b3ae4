/** A file-lifecycle-bound object: there while a file that depends on it is preserved. KHO facts 6.4. */
import type { FlbParticipant } from '../../../model/scenario/scenario';
import { hash32 } from '../../seed';
import type { FlbSpec } from '../incoming/flbs';
import type { SimKernel } from '../kernel';
import type { LuoFlb } from '../luo';
import { messages } from '../messages';
import { CallFailed } from '../recorder';
import type { Actor, Judgement, Outcome } from './actor';
import { judgeGroups, refusalOf, takenOver } from './actor';

export class FlbActor implements Actor {
  readonly kind = 'flb';
  readonly name: string;
  private data: bigint | undefined;
  private handed: { readonly data: bigint; readonly pfn: number | undefined; readonly order: number } | undefined;
  private outcome: Outcome = { kind: 'nobody', why: 'nobody asked for it' };
  private failure: string | undefined;

  constructor(private readonly spec: FlbParticipant) {
    this.name = spec.name;
  }

  /** `memfd` is the handler of the kernel's own memfds. */
  handlerIn(kernel: SimKernel): string {
    return this.spec.handler === 'memfd' ? kernel.memfdCompatible : this.spec.handler;
  }

  specIn(kernel: SimKernel): FlbSpec {
    return { name: this.name, handler: this.handlerIn(kernel), dataBytes: this.spec.dataBytes };
  }

  turn(): void {
    // Its handler's files call it.
  }

  outgoingIn(kernel: SimKernel): LuoFlb {
    return { name: this.name, handler: this.handlerIn(kernel), preserve: () => this.preserve(kernel), unpreserve: () => { this.unpreserve(kernel); } };
  }

  private preserve(kernel: SimKernel): bigint {
    const { outgoing, recorder } = kernel;
    try {
      kernel.failIfAsked(this.name);
      if (outgoing === undefined) throw new CallFailed('EOPNOTSUPP', 'preserve', 'KHO is off');
      this.data = this.spec.dataBytes > 0 ? outgoing.preserve(new Uint8Array(this.spec.dataBytes), `FLB ${this.name}`) : BigInt(hash32(this.name));
    } catch (problem) {
      if (problem instanceof CallFailed) this.failure = problem.message;
      throw problem;
    }
    recorder.line('info', messages.flbPreserved(this.name));
    recorder.event(this.name, 'preserve', 'the first file that depends on it is preserved');
    return this.data;
  }

  private unpreserve(kernel: SimKernel): void {
    kernel.outgoing?.dropOwned((owner) => owner === `FLB ${this.name}`);
    this.data = undefined;
    kernel.recorder.line('info', messages.flbUnpreserved(this.name));
    kernel.recorder.event(this.name, 'unpreserve', 'no file depends on it any more');
  }

  jump(kernel: SimKernel): void {
    const { data } = this;
    const pfn = data === undefined || this.spec.dataBytes === 0 ? undefined : kernel.pfnOf(data);
    this.handed = data === undefined ? undefined : { data, pfn, order: kernel.outgoing?.orderOf(this.spec.dataBytes) ?? 0 };
    this.outcome = { kind: 'nobody', why: 'nobody asked for it' };
    this.data = undefined;
  }

  /** The new kernel's object got its data, or its end. */
  arrive(kernel: SimKernel, data: bigint): void {
    const { handed } = this;
    if (handed === undefined || handed.data !== data) return;
    this.outcome = handed.pfn === undefined ? { kind: 'judged', parts: [] } : takenOver(kernel, [{ pfns: [handed.pfn], order: handed.order }], 'given to the new kernel');
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const { handed, failure } = this;
    if (handed === undefined) return failure === undefined ? undefined : { parts: [], notes: [{ fate: 'lost', reason: failure }], changed: [] };
    const outcome = kernel.revived ? this.outcome : refusalOf(kernel);
    if (handed.pfn !== undefined) return { parts: judgeGroups(kernel, [{ pfns: [handed.pfn], order: handed.order }], outcome), notes: [], changed: [] };
    const note = outcome.kind === 'judged' ? { fate: 'kept' as const, reason: 'its data arrived' } : outcome.kind === 'refused' ? { fate: 'refused' as const, reason: outcome.why } : { fate: 'lost' as const, reason: 'why' in outcome ? outcome.why : '' };
    return { parts: [], notes: [note], changed: [] };
  }
}
