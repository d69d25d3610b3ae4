/** Members that are read from their own place and still do not arrive, because of what their bytes mean. What running it showed. */
import type { ReadPlace } from '../compare/alignment';
import type { Direction, Reason, ReasonCode } from './reason';

/** `explained`: places that another reason covers. */
export function values(direction: Direction, explained: ReadonlySet<ReadPlace>): Reason[] {
  return direction.alignment.places.flatMap((place): Reason[] => {
    if (explained.has(place)) return [];
    const base = { side: direction.toSide, range: place.plan.source, about: place.plan.member, covers: [place] };
    if (place.kind === 'none' && place.fate === 'wrong') {
      return [{ ...base, code: 'no-kind', verdict: place.verdict, message: `${place.path} has flags that name no kind: nothing is saved and nothing is read.` }];
    }
    const ran = direction.ran(place);
    if (ran === undefined || ran.verdict === 'loads' || place.fate === 'wrong' || place.kind === 'nested') return [];
    // What it reads by itself is right; that the kernel stopped before it is another reason's.
    if (ran.verdict === 'crashes' || ran.verdict === 'refused') return [];
    return [{ ...base, code: codeOf(place), verdict: ran.verdict, message: ran.why }];
  });
}

function codeOf(place: ReadPlace): ReasonCode {
  switch (place.kind) {
    case 'address': return 'address-base';
    case 'folio': return 'folio-lost';
    case 'custom': return 'custom-data';
    case 'copied': return place.plan.pointersAt.length > 0 ? 'raw-pointer' : 'value-lost';
    default: return 'value-lost';
  }
}
