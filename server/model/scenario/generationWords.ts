/** A generation in a sentence: what its kernels write. */
import type { Generation, GenerationId } from '../../formats/generations';
import { KSTATE_V3_ON, generations } from '../../formats/generations';
import type { KstateVersion } from './scenario';

export function generationOf(id: GenerationId): Generation {
  const found = generations.find((one) => one.id === id);
  if (found === undefined) throw new Error(`the table of generations has no ${id}`);
  return found;
}

export function ownWords(one: Generation): string {
  return `Kernels: ${one.kernels}. Tracker: ${one.tracker.id}; LUO: ${one.luo?.id ?? 'none'}; memfd: ${one.memfd?.id ?? 'none'}; vmalloc areas: ${one.vmalloc === undefined ? 'no' : 'yes'}.`;
}

/** What a scenario may call a generation: one of KHO's, or a kernel with a posting of KSTATE on the KHO of the tree that it was made for. */
export interface GenerationWord {
  readonly word: string;
  readonly generation: GenerationId;
  readonly kstate: KstateVersion | undefined;
  /** `kho=` where nothing is said. */
  readonly kho: boolean;
  readonly release: string;
  readonly meaning: string;
}

const kstateWords: readonly GenerationWord[] = [
  {
    word: 'kstate-v2', generation: '6.16', kstate: 'v2', kho: false, release: '6.14.0-rc6-kstate-v2',
    meaning: 'Kernels: the second posting of KSTATE, March 2025. No KHO: one stream of all objects, which the new kernel finds by `kstate_stream=` on its command line.',
  },
  {
    word: 'kstate-v3', generation: KSTATE_V3_ON.generation, kstate: 'v3', kho: true, release: '6.17.0-rc5-kstate-v3',
    meaning: 'Kernels: the third posting of KSTATE, September 2025. KHO as in 6.17; the boot record leads to KSTATE\'s stream, and an object in it to the root of KHO. Regions of `reserve_mem=` are objects, too.',
  },
];

/** `uname -r` of a kernel of that generation, when a scenario does not say it. */
export const defaultReleases: Readonly<Record<GenerationId, string>> = {
  v4: '6.14.0-rc1-kho-v4', v5: '6.14.0-rc7-kho-v5', '6.16': '6.16.0', '6.17': '6.17.0', '6.18': '6.18.2', '6.19': '6.19.0', 'kho-v2': '7.0.0-next-kho-v2', '7.1': '7.1.5',
  'kho-v4': '7.2.0-next-kho-v4', newest: '7.2.0-next',
};

export const generationWords: readonly GenerationWord[] = [
  ...generations.map((one) => ({ word: one.id, generation: one.id, kstate: undefined, kho: true, release: defaultReleases[one.id], meaning: ownWords(one) })),
  ...kstateWords,
];
