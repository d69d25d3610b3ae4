/** A generation in a sentence: what its kernels write. */
import type { Generation, GenerationId } from '../../formats/generations';
import { generations } from '../../formats/generations';

export function generationOf(id: GenerationId): Generation {
  const found = generations.find((one) => one.id === id);
  if (found === undefined) throw new Error(`the table of generations has no ${id}`);
  return found;
}

export function ownWords(one: Generation): string {
  return `Kernels: ${one.kernels}. Tracker: ${one.tracker.id}; LUO: ${one.luo?.id ?? 'none'}; memfd: ${one.memfd?.id ?? 'none'}; vmalloc areas: ${one.vmalloc === undefined ? 'no' : 'yes'}.`;
}

/** `uname -r` of a kernel of that generation, when a scenario does not say it. */
export const defaultReleases: Readonly<Record<GenerationId, string>> = {
  v4: '6.14.0-rc1-kho-v4', v5: '6.14.0-rc7-kho-v5', '6.16': '6.16.0', '6.17': '6.17.0', '6.18': '6.18.2', '6.19': '6.19.0', 'kho-v2': '7.0.0-next-kho-v2', '7.1': '7.1.5',
  'kho-v4': '7.2.0-next-kho-v4', newest: '7.2.0-next',
};
