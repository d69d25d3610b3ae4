/** One ground truth replayed: the engine's handover beside the walk of the real one, at other addresses, and byte for byte at the real ones. */
import type { Json } from '../decode/exactJson';
import { decodeImage } from '../decode/image';
import { imageJson } from '../decode/toJson';
import { memoryOfPages } from '../formats/physicalMemory';
import type { PhysicalMemory } from '../formats/physicalMemory';
import { compareTruth } from './imageCompare';
import type { Difference } from './imageCompare';
import { TruthAddresses } from './replayAddresses';
import { compareBytes } from './replayBytes';
import { mirrorOf, mirrored, mirroredAllocator, withoutAddresses } from './replayElsewhere';
import type { Replayed } from './replayImage';
import { replay } from './replayImage';
import { bootAreas } from './replaySuccessor';
import { TruthReader, readReplay } from './replayTruth';
import type { Replay } from './replayTruth';

/** A real image that the bytes are held to. */
export interface RealImage {
  readonly name: string;
  readonly memory: PhysicalMemory;
  /** Of the successor: it has the boot record and the copy of the scratch array, too. */
  readonly successor: boolean;
}

export interface ReplayResult {
  readonly passed: number;
  readonly differences: readonly Difference[];
  readonly leftOut: readonly string[];
}

/** Throws BadTruth for a truth that lacks what a replay needs. */
export function runReplay(json: Json, images: readonly RealImage[]): ReplayResult {
  const truth = new TruthReader(json);
  const input = readReplay(json);
  const differences: Difference[] = [];
  let passed = 0;
  const add = (part: { readonly passed: number; readonly differences: readonly Difference[] }, where: string): void => {
    passed += part.passed;
    for (const one of part.differences) differences.push({ ...one, key: `${where}: ${one.key}` });
  };

  const mirror = mirrorOf(input);
  const elsewhere = replay(mirrored(input, mirror), mirroredAllocator(mirror, new TruthAddresses(truth).allocate));
  add(compareTruth(withoutAddresses(json) ?? null, withoutAddresses(walked(elsewhere, input)) ?? null), 'at other addresses');

  const addresses = new TruthAddresses(truth);
  const made = replay(input, addresses.allocate);
  add(compareTruth(json, walked(made, input)), 'at its addresses');
  const asked = (list: readonly string[], expected: string, found: string) => ({ passed: list.length === 0 ? 1 : 0, differences: list.map((key) => ({ key, expected, found })) });
  add(asked(addresses.unknown, 'no more of them', 'one more'), 'structures');
  add(asked(addresses.left(), 'made', 'not made'), 'structures');

  const leftOut = new Set<string>();
  for (const { name, memory, successor } of images) {
    const areas = successor ? bootAreas(truth, made.rootPhys, 2 ** input.pageShift) : [];
    const names = new Map([...addresses.names, ...areas.map((one) => [one.phys, one.name] as const)]);
    const compared = compareBytes([...made.image.pages, ...areas], (phys) => names.get(phys) ?? 'unknown', memory, input);
    add(compared, name);
    for (const one of compared.leftOut) leftOut.add(one);
  }
  return { passed, differences, leftOut: [...leftOut] };
}

/** What a walk of the engine's memory finds, with the decoder that is itself held to real memory. */
function walked(made: Replayed, { pageShift }: Replay): Json {
  return imageJson(decodeImage({ memory: memoryOfPages(made.image.pages), order: 'little', pageShift }));
}
