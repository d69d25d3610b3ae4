/** One handover of two prepared kernels: save, hand over, restore, judge. */
import type { RestoreTrace } from '../types';
import type { Kernel, KernelCall } from '../kernel';
import type { FoundMemory, HandedOver } from '../memory/kho';
import { judge, notHandedOver } from './judge';
import type { ObjectRead } from './restore';
import { restoreCalls } from './restore';
import type { SaveRun } from './save';

export interface RestoreRun extends RestoreTrace {
  /** What was read, before it was judged. Empty when no stream was handed over. */
  readonly reads: readonly ObjectRead[];
}

/**
 * Restores in `kernel` what `save` left. Reads only what was handed over; `saving` and `save` serve to judge the result.
 * `handed` replaces what was handed over, as damage on the way would. Never throws.
 */
export function restoreAll(
  kernel: Kernel, calls: readonly KernelCall[], saving: Kernel, save: SaveRun, handed: HandedOver | FoundMemory = save.handed,
): RestoreRun {
  const context = { save, saving, restoring: kernel };
  if (save.crash !== undefined || save.rc !== 0) {
    const restored = calls.filter((call) => call.call === 'restore' || call.call === 'register_restore' || kernel.dialect.registerRestores);
    const trace = notHandedOver(context, restored.map((call) => ({ description: call.description, object: call.object.name, instanceId: call.instanceId ?? 1 })));
    return { ...trace, reads: [] };
  }
  const reads = restoreCalls(kernel, calls, handed);
  return { ...judge(context, reads), reads };
}
