/**
 * The words by which a file is known to concern state that survives a kexec. The one table of the tree scan.
 *
 * A word of C is split at its underscores into segments, and a stem is found where it stands as whole segments:
 * `kho` is found in `kho_preserve_folio`, `is_kho_boot`, `__kho_unpreserve` and `<linux/kho/abi/luo.h>`, not in
 * `blackhole` or `khollis`. For ripgrep that is `rg -l -w -e '(\w*_)?kho(_\w*)?'`, and that is the oracle of the tests.
 * Only ASCII letters and digits join a stem to its neighbours, so bytes from 0x80 up end a word: a file is rather
 * offered once too often than missed.
 *
 * Add a stem by adding a row. Limits, held by a test: 3 to 32 bytes of [A-Za-z0-9_], at most 31 families.
 */

/** What a file with the word may hold. `contract`: a macro with a compatible string, or a header that names one. */
export type WordTopic = 'kstate' | 'kho' | 'liveupdate' | 'contract';

export interface WordFamily {
  readonly id: string;
  readonly topic: WordTopic;
  /** Any of them counts as this family. */
  readonly stems: readonly string[];
  /** Three bytes of the stems, in either case, that are rare in C: what is searched for. Default: the first three. */
  readonly anchor?: string;
}

/** The bit of a family in a word set is its place in this list: append only, or raise the version of the cache. */
export const wordFamilies: readonly WordFamily[] = [
  { id: 'kstate', topic: 'kstate', stems: ['kstate'] },
  { id: 'KSTATE', topic: 'kstate', stems: ['KSTATE'] },
  { id: 'kho', topic: 'kho', stems: ['kho', 'KHO'] },
  // DECLARE_KHOSER_PTR, KHOSER_STORE_PTR, struct khoser_mem_chunk.
  { id: 'khoser', topic: 'kho', stems: ['khoser', 'KHOSER'] },
  // <linux/kexec_handover.h>, CONFIG_KEXEC_HANDOVER.
  { id: 'kexec_handover', topic: 'kho', stems: ['kexec_handover', 'KEXEC_HANDOVER'], anchor: 'dov' },
  { id: 'luo', topic: 'liveupdate', stems: ['luo', 'LUO'] },
  { id: 'liveupdate', topic: 'liveupdate', stems: ['liveupdate', 'LIVEUPDATE'], anchor: 'veu' },
  // A contract may stand in a header of a driver that uses no KHO call itself: `#define FOO_COMPATIBLE "foo-v1"`.
  { id: 'COMPATIBLE', topic: 'contract', stems: ['COMPATIBLE'], anchor: 'tib' },
];

/** One bit for each family, bit n for `wordFamilies[n]`. */
export type WordSet = number;

/** Ids of the families of a set, in the order of the table. */
export function wordIds(set: WordSet, families: readonly WordFamily[] = wordFamilies): string[] {
  return families.filter((_, bit) => (set & (1 << bit)) !== 0).map((family) => family.id);
}

/** Whether any family of the topic is in the set. */
export function hasTopic(set: WordSet, topic: WordTopic, families: readonly WordFamily[] = wordFamilies): boolean {
  return families.some((family, bit) => family.topic === topic && (set & (1 << bit)) !== 0);
}

/** A text that differs whenever the table finds other words: a cache made with another one is not used. */
export function wordTableKey(families: readonly WordFamily[] = wordFamilies): string {
  return families.map((family) => `${family.id}=${family.stems.join('|')}`).join(';');
}
