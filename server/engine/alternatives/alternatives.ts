/**
 * What the approaches that were there before KHO would have kept of a scenario's participants. Each verdict comes with the sentences that it follows from; `approaches.ts`
 * says where those stand.
 */
import { sizeText } from '../../formats/text';
import type { AlternativesSpec, Scenario } from '../../model/scenario/scenario';
import { approaches, assumed, measured, needsPlace, said } from './approaches';
import type { Approach, Statement } from './approaches';
import { carriedOf } from './carried';
import type { Carried, CarriedItem } from './carried';

/** `misread`: the bytes are there, and the new kernel takes them for something else. */
export type AlternativeFate = 'kept' | 'partly' | 'misread' | 'not kept';

export interface AlternativeOutcome {
  readonly name: string;
  readonly fate: AlternativeFate;
  readonly bytes: bigint;
  readonly keptBytes: bigint;
  /** Of those kept: what must be copied into the region, or allocated there from the start. */
  readonly copiedBytes: bigint;
  /** The first says the most. */
  readonly why: readonly Statement[];
}

export interface ApproachReport {
  readonly approach: Approach;
  /** Out of use for anything else from boot on. */
  readonly setAsideBytes: bigint;
  readonly participants: readonly AlternativeOutcome[];
}

/** In the order of `approaches`; participants in the order of the scenario. */
export function alternatives(scenario: Scenario, spec: AlternativesSpec): readonly ApproachReport[] {
  const carried = carriedOf(scenario);
  return approaches.map((approach) => {
    const room = new Room(approach, scenario, spec);
    return { approach, setAsideBytes: room.setAsideBytes, participants: carried.map((one) => outcomeOf(approach, one, room, spec)) };
  });
}

/** The memory that an approach has for its data. */
class Room {
  readonly setAsideBytes: bigint;
  left: bigint;

  constructor(readonly approach: Approach, scenario: Scenario, spec: AlternativesSpec) {
    const ram = scenario.machine.ram.reduce((sum, range) => sum + range.sizeBytes, 0n);
    const page = BigInt(scenario.machine.pageBytes);
    const wanted = spec.carvedOutBytes > ram ? 0n : spec.carvedOutBytes;
    this.setAsideBytes = approach.lies === 'in place' && wanted > page ? page : wanted;
    this.left = approach.lies === 'region' ? wanted : ram - scenario.machine.kernelBytes;
  }
}

function outcomeOf(approach: Approach, one: Carried, room: Room, spec: AlternativesSpec): AlternativeOutcome {
  const bytes = one.items.reduce((sum, item) => sum + item.bytes, 0n);
  const nothing = (...why: readonly Statement[]): AlternativeOutcome => ({ name: one.name, fate: 'not kept', bytes, keptBytes: 0n, copiedBytes: 0n, why });
  if (room.setAsideBytes === 0n) return nothing(measured('nothing was set aside for it'), needsPlace);
  if (!spec.samePlace) return nothing(measured('the new kernel\'s command line does not name the place'), approach.found);

  const why: Statement[] = [];
  let keptBytes = 0n;
  let copiedBytes = 0n;
  let keptItems = 0;
  for (const item of one.items) {
    const { taken, why: ground } = approach.takes[item.kind];
    if (!taken) { add(why, ground); continue; }
    if (item.bytes > room.left) {
      add(why, measured(`full: it needs ${sizeText(item.bytes)} and ${sizeText(room.left)} of ${sizeText(roomOf(approach, room))} are left`));
      if (approach.lies === 'region') add(why, said('the region is preallocated'));
      continue;
    }
    room.left -= item.bytes;
    keptItems++;
    keptBytes += item.bytes;
    if (approach.lies !== 'in place') copiedBytes += item.bytes;
    add(why, ground);
    for (const statement of placeOf(approach, item, one)) add(why, statement);
  }
  if (keptItems === 0 && one.items.length > 0) return nothing(...why);
  if (one.layoutChange !== undefined && approach.lies !== 'in place') {
    const { from, to } = one.layoutChange;
    why.unshift(measured(`the old kernel writes ${from}, the new one reads ${to}`), assumed('the posting names versions of data for KHO only: without a compatible string nobody refuses'));
    return { name: one.name, fate: 'misread', bytes, keptBytes, copiedBytes, why };
  }
  return { name: one.name, fate: keptItems === one.items.length ? 'kept' : 'partly', bytes, keptBytes, copiedBytes, why };
}

function roomOf(approach: Approach, room: Room): bigint {
  return approach.lies === 'region' ? room.setAsideBytes : room.left;
}

/** What the place of the pages costs. */
function placeOf(approach: Approach, item: CarriedItem, one: Carried): readonly Statement[] {
  if (item.bytes === 0n) return [];
  if (approach.lies === 'in place') return [assumed('the new kernel reads the list before it uses memory: the posting does not say how it boots beside the pages; KHO has scratch for that')];
  const moved = item.scattered
    ? measured('its pages are spread over memory: they must be copied into the region, or be allocated there by every path of their owner')
    : measured('its pages lie outside of the region: they must be copied into it, or be allocated there from the start');
  if (one.kind === 'reserve_mem') return [assumed('its owner takes it from the region: no command line carries what reserve_mem= itself found')];
  return approach.lies === 'growing region' ? [moved, assumed('the region grows as far as there is memory')] : [moved];
}

function add(list: Statement[], statement: Statement): void {
  if (!list.some((one) => one.text === statement.text)) list.push(statement);
}
