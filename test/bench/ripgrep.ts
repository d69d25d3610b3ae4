/** The word table said in ripgrep's way. */
import { wordFamilies } from '../../server/workspace/treeScan/words';

/** C files only; as a type, because `-g` would bring ignored files back. (A type brings hidden ones back: kernels have none.) */
export const onlyC = ['--type-add', 'handover:*.[ch]', '-t', 'handover'];

const stems = wordFamilies.flatMap((family) => family.stems);

/** Arguments that list exactly the files the scan finds, and other files than C with the same words unless `extra` is `onlyC`. */
export function ripgrepWord(extra: readonly string[]): string[] {
  return ['--no-config', '-l', '-w', ...extra, '-e', `(\\w*_)?(${stems.join('|')})(_\\w*)?`, '.'];
}

/** The bare stems as fixed strings: what ripgrep does fastest, with more files in the answer (`blackhole` has `kho`). */
export function ripgrepStems(extra: readonly string[]): string[] {
  return ['--no-config', '-l', '-F', ...extra, ...stems.flatMap((stem) => ['-e', stem]), '.'];
}
