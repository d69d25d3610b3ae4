/** The word table said in ripgrep's way. */
import { wordFamilies } from '../../server/workspace/treeScan/words';

const stems = wordFamilies.flatMap((family) => family.stems);

/** Arguments that list exactly the files the scan finds. */
export function ripgrepWord(extra: readonly string[] = []): string[] {
  return ['--no-config', '-l', '-w', ...extra, '-g', '*.[ch]', '-e', `(\\w*_)?(${stems.join('|')})(_\\w*)?`, '.'];
}

/** The bare stems as fixed strings: what ripgrep does fastest, with more files in the answer (`blackhole` has `kho`). */
export function ripgrepStems(extra: readonly string[] = []): string[] {
  return ['--no-config', '-l', '-F', ...extra, '-g', '*.[ch]', ...stems.flatMap((stem) => ['-e', stem]), '.'];
}
