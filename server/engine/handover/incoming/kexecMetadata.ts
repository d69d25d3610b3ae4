/** kho_in_kexec_metadata() (7.1 on): which kernel was there before. Nothing that is wrong with it matters to anybody. KHO facts 7.3. */
import { KEXEC_METADATA_VERSION, kexecMetadata } from '../../../formats/kexecMetadata';
import { decode, viewOf } from '../../../formats/layoutTable';
import { messages } from '../messages';
import type { Successor } from './successor';

export interface PreviousKernel { readonly release: string; readonly kexecCount: number }

/** What the record says; undefined: this kernel does not read it, there was none, or it is not taken. */
export function readPreviousKernel(kernel: Successor): PreviousKernel | undefined {
  const { spec: { generation, order, kho }, print, memory } = kernel;
  if (generation.kexecMetadata === undefined || !kho) return undefined;
  const found = kernel.retrieveSubtree('kexec-metadata');
  if (!found.ok) return undefined;
  const { phys, sizeBytes = 0n } = found.value;
  const version = memory.read(phys, 4);
  if (sizeBytes < 4n || version === undefined) {
    print('warn', messages.metadataSmall(sizeBytes));
    return undefined;
  }
  const number = viewOf(version).getUint32(0, order === 'little');
  if (number !== KEXEC_METADATA_VERSION) {
    print('warn', messages.metadataVersion(number, KEXEC_METADATA_VERSION));
    return undefined;
  }
  const bytes = memory.read(phys, kexecMetadata.sizeBytes);
  if (sizeBytes < BigInt(kexecMetadata.sizeBytes) || bytes === undefined) {
    print('warn', messages.metadataShort(number, sizeBytes, kexecMetadata.sizeBytes));
    return undefined;
  }
  const record = decode(kexecMetadata, bytes, 0, order);
  if (!record.ok) return undefined;
  const { previous_release: release, kexec_count: kexecCount } = record.value;
  print('info', messages.execFrom(release, kexecCount));
  return { release, kexecCount };
}
