/**
 * The bits of a struct that no member has, split as pahole splits them, whose words people know: what a run of bit-fields leaves of its storage
 * unit is a hole (or padding) in bits, whole bytes beyond are one in bytes. Held to pahole by test/differential/pahole.test.ts.
 */
import type { MemberLayout } from '../c/types';
import type { LayoutGap } from '../shared/layoutView';

/** For each member what lies before it, and at the end what lies behind the last one. A union has no gaps. */
export interface Gaps {
  readonly before: readonly (readonly LayoutGap[])[];
  readonly padding: readonly LayoutGap[];
}

/** `members`: of a struct, in order, unnamed bit-fields left out: their bits are nobody's. `baseBits`: of the record within the one asked for. */
export function gapsOf(members: readonly MemberLayout[], sizeBytes: number, baseBits: number): Gaps {
  const gap = (kind: LayoutGap['kind'], unit: LayoutGap['unit'], from: number, to: number): LayoutGap[] =>
    (to > from ? [{ kind, unit, offsetBits: baseBits + from, sizeBits: to - from }] : []);
  const before: (readonly LayoutGap[])[] = [];
  let at = 0;
  /** End of the storage unit that the run of bit-fields fills; undefined: the member before is no bit-field. */
  let unitEnd: number | undefined;
  let unitBits = 0;
  for (const member of members) {
    const start = member.bitOffset ?? member.offsetBytes * 8;
    const found: LayoutGap[] = [];
    if (unitEnd !== undefined) {
      const rest = Math.min(start, unitEnd);
      found.push(...gap('hole', 'bits', at, rest));
      at = Math.max(at, rest);
    }
    if (member.bitSize === undefined) {
      found.push(...gap('hole', 'bytes', at, start));
      at = start + member.sizeBytes * 8;
      unitEnd = undefined;
      unitBits = 0;
    } else {
      const unitStart = member.offsetBytes * 8;
      if (at < unitStart && unitStart <= start) {
        found.push(...gap('hole', 'bytes', at, unitStart));
        at = unitStart;
      }
      found.push(...gap('hole', 'bits', at, start));
      at = start + member.bitSize;
      const bits = member.sizeBytes * 8;
      if (unitEnd === undefined || at > unitEnd || bits > unitBits) {
        unitBits = bits;
        unitEnd = unitStart + bits;
        // A packed bit-field may begin in one unit and end in the next.
        if (at > unitEnd) unitEnd += bits;
      }
    }
    before.push(merged(found));
  }
  const padding: LayoutGap[] = [];
  if (unitEnd !== undefined) {
    const rest = Math.min(unitEnd, sizeBytes * 8);
    padding.push(...gap('padding', 'bits', at, rest));
    at = Math.max(at, rest);
  }
  padding.push(...gap('padding', 'bytes', at, sizeBytes * 8));
  return { before, padding };
}

/** Bits of two storage units that lie beside each other are one gap. */
function merged(gaps: readonly LayoutGap[]): readonly LayoutGap[] {
  const out: LayoutGap[] = [];
  for (const gap of gaps) {
    const last = out.at(-1);
    if (last?.unit === 'bits' && gap.unit === 'bits' && last.offsetBits + last.sizeBits === gap.offsetBits) out[out.length - 1] = { ...last, sizeBits: last.sizeBits + gap.sizeBits };
    else out.push(gap);
  }
  return out;
}
