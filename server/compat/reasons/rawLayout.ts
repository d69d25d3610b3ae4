/** Structs that travel as they lie in memory: their layout is the format, padding included. KS35. */
import type { ShapeMember } from '../../engine/kstate/plan';
import type { Direction, Reason } from './reason';

export function rawLayout(direction: Direction): Reason[] {
  return direction.alignment.places.flatMap((place): Reason[] => {
    const saved = place.own ?? place.renamed;
    const [then, now] = [saved?.plan.shape, place.plan.shape];
    if (saved === undefined || then === undefined || now === undefined || place.skippedByVersion || place.kind === 'deprecated') return [];
    const base = { side: direction.toSide, range: place.plan.source, about: place.plan.member };
    const out: Reason[] = [];
    const arrives = place.fate === 'value' && saved.lengthBytes === place.lengthBytes;
    for (const member of now) {
      const before = then.find((other) => other.path === member.path);
      const name = `${place.path}.${member.path}`;
      if (before === undefined) out.push({ ...base, code: 'raw-struct-member', verdict: 'loads', message: `${name} is only in the struct of ${direction.restorer}; ${place.path} travels as it lies in memory, so it holds ${at(member)} of what ${direction.saver} saved.` });
      else if (at(before) !== at(member)) {
        out.push({ ...base, code: 'raw-struct-layout', verdict: arrives ? 'corrupts' : 'loads', covers: arrives ? [place] : [], message: `${name} lies at ${at(before)} in ${direction.saver} and at ${at(member)} in ${direction.restorer}, and ${place.path} travels as it lies in memory${arrives ? `: ${name} reads the wrong bytes` : ''}.` });
      }
    }
    for (const member of then) {
      if (!now.some((other) => other.path === member.path)) out.push({ ...base, code: 'raw-struct-member', verdict: 'loads', message: `${place.path}.${member.path} is only in the struct of ${direction.saver}, at ${at(member)}.` });
    }
    return out;
  });
}

function at({ offsetBytes, sizeBytes, bits }: ShapeMember): string {
  const where = sizeBytes === 1 ? `byte ${String(offsetBytes)}` : `bytes ${String(offsetBytes)} to ${String(offsetBytes + sizeBytes - 1)}`;
  return bits === undefined ? where : `bits ${String(bits.offset)} to ${String(bits.offset + bits.width - 1)} of ${where}`;
}
