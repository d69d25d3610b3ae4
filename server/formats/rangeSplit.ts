/** How a range of pages becomes blocks of an order. KHO facts 2.3. */

export interface Block { readonly pfn: number; readonly order: number }

/**
 * - `aligned`: 6.16 on, as large as the start's alignment and what is left allow
 * - `length only`: the v5 posting, which looks at what is left and so marks frames that are not in the range
 */
export type SplitRule = 'aligned' | 'length only';

const trailingZeros = (pfn: number): number => {
  if (pfn === 0) return 64;
  let bits = 0;
  for (let rest = pfn; rest % 2 === 0; rest /= 2) bits++;
  return bits;
};

/**
 * @param nodeOf 7.1: the node of a frame; no block spans two
 */
export function splitRange(startPfn: number, endPfn: number, rule: SplitRule = 'aligned', nodeOf?: (pfn: number) => number): readonly Block[] {
  const out: Block[] = [];
  for (let pfn = startPfn; pfn < endPfn;) {
    const length = endPfn - pfn;
    let order = Math.floor(Math.log2(length));
    while (2 ** order > length) order--; // log2 rounds up just below large powers of two.
    if (rule === 'aligned') order = Math.min(order, trailingZeros(pfn));
    while (nodeOf !== undefined && order > 0 && nodeOf(pfn) !== nodeOf(pfn + 2 ** order - 1)) order--;
    out.push({ pfn, order });
    pfn += 2 ** order;
  }
  return out;
}
