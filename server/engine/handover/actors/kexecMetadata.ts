/** kexec-metadata: which kernel ran before, and how often (7.1 on). KHO facts 7.3. */
import { addKexecMetadata } from '../../kho/consumers';
import type { SimKernel } from '../kernel';
import type { Actor, Judgement } from './actor';

export class KexecMetadataActor implements Actor {
  readonly name = 'kexec-metadata';
  readonly kind = 'kexec-metadata';
  private count = 0;
  private handedOver: { readonly release: string; readonly count: number } | undefined;

  turn(): void {
    // All of it happens in kho_init().
  }

  /** kho_init(), before any driver: a failure switches KHO off. Throws CallFailed. */
  init(kernel: SimKernel): void {
    if (kernel.generation.kexecMetadata === undefined || kernel.outgoing === undefined) return;
    this.count = (kernel.previous?.kexecCount ?? 0) + 1;
    addKexecMetadata(kernel.outgoing, kernel.spec.release, this.count);
  }

  jump(kernel: SimKernel): void {
    this.handedOver = kernel.generation.kexecMetadata === undefined || kernel.outgoing === undefined ? undefined : { release: kernel.spec.release, count: this.count };
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const { handedOver } = this;
    if (handedOver === undefined) return undefined;
    const found = kernel.previous;
    const note = kernel.generation.kexecMetadata === undefined && kernel.revived ? { fate: 'lost' as const, reason: `${kernel.spec.release} does not look for it` }
      : found?.kexecCount === handedOver.count && found.release === handedOver.release ? { fate: 'kept' as const, reason: `${handedOver.release}, handover ${String(handedOver.count)}` }
        : { fate: kernel.revived ? 'lost' as const : 'refused' as const, reason: kernel.refusal ?? 'the subtree was not found' };
    return { parts: [], notes: [note], changed: [] };
  }
}
