/** The subtree `kexec-metadata` (7.1 on): which kernel ran before, and how often. KHO facts 7.3. */
import { decode, table, text, u32, viewOf } from './layoutTable';
import type { ByteOrder, Values } from './layoutTable';
import type { FormatProblem } from './problem';

export const kexecMetadata = table('kho_kexec_metadata', {
  version: u32('1'),
  previous_release: text(65, 'release of the kernel that wrote it'),
  kexec_count: u32('handovers so far; a cold boot writes 1'),
});

export const KEXEC_METADATA_VERSION = 1;

/** As the kernel reads it: the version first, then the size; none of its complaints is fatal there. */
export function readKexecMetadata(bytes: Uint8Array, order: ByteOrder): { readonly value: Values<typeof kexecMetadata['specs']> | undefined; readonly problems: readonly FormatProblem[] } {
  if (bytes.length >= 4) {
    const version = viewOf(bytes).getUint32(0, order === 'little');
    if (version !== KEXEC_METADATA_VERSION) return { value: undefined, problems: [{ structure: kexecMetadata.structure, offsetBytes: 0, field: 'version', expected: String(KEXEC_METADATA_VERSION), found: String(version) }] };
  }
  const value = decode(kexecMetadata, bytes, 0, order);
  return value.ok ? { value: value.value, problems: [] } : { value: undefined, problems: [value.problem] };
}
