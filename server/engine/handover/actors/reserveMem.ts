/** A region of `reserve_mem=`. KHO facts 7.1. The regions share a subtree, which handOverRegions() hands over. */
import { addReserveMem } from '../../kho/consumers';
import type { ReservedRegion } from '../../../formats/memblock';
import { splitRange } from '../../../formats/rangeSplit';
import type { SimKernel } from '../kernel';
import type { Actor, FatePart, Judgement, Outcome } from './actor';
import { judgeGroups, refusalOf } from './actor';

export class ReserveMemActor implements Actor {
  readonly kind = 'reserve_mem';
  private handed: ReservedRegion | undefined;

  constructor(readonly name: string) {}

  turn(): void {
    // Found or allocated while the command line is parsed; handed over with the other regions.
  }

  jump(kernel: SimKernel): void {
    this.handed = kernel.regions.find((region) => region.name === this.name);
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const { handed } = this;
    if (handed === undefined) return undefined;
    const now = kernel.regions.find((region) => region.name === this.name);
    const first = kernel.pfnOf(handed.start);
    const pages = Math.ceil(Number(handed.size) / kernel.pageBytes);
    const outcome: Outcome = now?.revived === true ? { kind: 'took over', how: 'revived at the same address' }
      : !kernel.revived ? refusalOf(kernel)
        : now?.refusal !== undefined ? { kind: 'refused', why: now.refusal } : { kind: 'nobody', why: `${kernel.spec.release} has no reserve_mem=${this.name}` };
    const parts = [...byOrder(splitRange(first, first + pages))].flatMap(([order, pfns]) => inPages(kernel, pfns, order, judgeGroups(kernel, [{ pfns, order }], outcome), outcome));
    const changed = handed.size % BigInt(kernel.pageBytes) === 0n ? [] : [`the last ${String(handed.size % BigInt(kernel.pageBytes))} bytes lie in a page that is not preserved`];
    return { parts, notes: [], changed };
  }
}

/** Where blocks were not reserved, page by page: some of them are somebody else's now and some are not. */
function inPages(kernel: SimKernel, pfns: readonly number[], order: number, parts: readonly FatePart[], outcome: Outcome): readonly FatePart[] {
  if (order === 0 || !parts.some((part) => part.fate === 'overwritten')) return parts;
  return judgeGroups(kernel, [{ pfns: pfns.flatMap((pfn) => Array.from({ length: 2 ** order }, (_, i) => pfn + i)), order: 0 }], outcome);
}

function byOrder(blocks: readonly { readonly pfn: number; readonly order: number }[]): Map<number, number[]> {
  const out = new Map<number, number[]>();
  for (const { pfn, order } of blocks) {
    const list = out.get(order);
    if (list === undefined) out.set(order, [pfn]);
    else list.push(pfn);
  }
  return out;
}

/** prepare_kho_fdt() and the notifier before it: all regions in one subtree. Throws CallFailed. */
export function handOverRegions({ outgoing, regions }: SimKernel): void {
  if (outgoing === undefined || regions.length === 0) return;
  const whole = regions.map(({ name, start, size }) => ({ name, start, size }));
  const failed = outgoing.attempt('reserve_mem', () => { addReserveMem(outgoing, whole); });
  if (failed !== undefined) throw failed;
}
