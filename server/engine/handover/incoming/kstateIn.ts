/**
 * KSTATE in early boot: the stream that the boot record or the command line leads to, and the objects that the kernel itself looks for in it. KSTATE facts 3.3, 3.5, 4.3. Read with the
 * restore of the KSTATE engine, out of the memory of the machine: where it walks off, it walks off.
 */
import { KHO_LOCATOR, kstateKhoLocator, kstateReservedMem, reservedMemInstance } from '../../../formats/kstateLocator';
import { decode } from '../../../formats/layoutTable';
import type { Specs, Table, Values } from '../../../formats/layoutTable';
import type { KstateVersion } from '../../../model/scenario/scenario';
import type { Kernel } from '../../kernel';
import { khoFdtState, reserveMemState, toRestore } from '../../kstate/ownObjects';
import type { DescriptionPlan } from '../../kstate/plan';
import { restoreCalls } from '../../kstate/restore';
import type { MachineMemory } from '../kstateMemory';
import { ownKernel } from '../kstateMemory';
import type { Print } from '../messages';
import { KernelStops } from '../recorder';

/** Where a stream is looked for: a page that names it (v3), or its own address (v2). */
export interface StreamStart { readonly kstateOutPhys: bigint | undefined; readonly streamPhys: bigint | undefined }

export class KstateIn {
  private readonly kernel: Kernel;

  constructor(version: KstateVersion, memory: MachineMemory, readonly start: StreamStart, private readonly print: Print) {
    this.kernel = ownKernel(memory, version);
  }

  /** Where the root of KHO is, restored before anything else; undefined: -ENOENT. Throws KernelStops. */
  locator(): Values<typeof kstateKhoLocator['specs']> | undefined {
    return this.restore(khoFdtState, kstateKhoLocator, KHO_LOCATOR.instance);
  }

  /** A region of `reserve_mem=`; undefined: -ENOENT. */
  region(name: string): Values<typeof kstateReservedMem['specs']> | undefined {
    return this.restore(reserveMemState, kstateReservedMem, reservedMemInstance(name));
  }

  /** v2: pages of the list, which boot code reserves. Throws KernelStops. */
  pages(): readonly { readonly phys: bigint; readonly order: number }[] {
    this.run([]);
    return this.kernel.preservedPages;
  }

  private restore<S extends Specs>(plan: DescriptionPlan, table: Table<S>, instance: number): Values<S> | undefined {
    const call = toRestore(this.kernel, plan, instance);
    const rc = this.run([call]);
    const read = decode(table, this.kernel.space.read(call.object.address, table.sizeBytes), 0, 'little');
    return rc === 0 && read.ok ? read.value : undefined;
  }

  private run(calls: Parameters<typeof restoreCalls>[1]): number {
    const { kernel, start } = this;
    const before = kernel.messages.length;
    const reads = restoreCalls(kernel, calls, { ...start, restoreFolio: () => undefined });
    for (const { level, text } of kernel.messages.slice(before)) this.print(level, text);
    const crash = reads.find((read) => read.crash !== undefined)?.crash;
    if (crash !== undefined) throw new KernelStops(`early boot reads KSTATE's stream: ${crash.why}`);
    return reads[0]?.rc ?? 0;
  }
}
