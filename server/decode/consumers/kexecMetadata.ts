/** The subtree `kexec-metadata`: which kernel ran before, and how often. */
import { kexecMetadata, readKexecMetadata } from '../../formats/kexecMetadata';
import type { Context } from '../context';
import { readUpTo } from '../context';
import type { Structure } from '../structure';
import { record } from '../structure';

export interface DecodedKexecMetadata {
  readonly phys: bigint;
  readonly blobBytes: bigint;
  readonly version: number | undefined;
  readonly previousRelease: string | undefined;
  readonly kexecCount: number | undefined;
  readonly structure: Structure;
}

export function decodeKexecMetadata(context: Context, phys: bigint, blobBytes: bigint): DecodedKexecMetadata {
  const wanted = blobBytes < BigInt(kexecMetadata.sizeBytes) ? Number(blobBytes) : kexecMetadata.sizeBytes;
  const read = readKexecMetadata(readUpTo(context.memory, phys, wanted), context.machine.order);
  context.findings.addAll('subtree', read.problems, '', phys);
  const { value } = read;
  return {
    phys, blobBytes, version: value?.version, previousRelease: value?.previous_release, kexecCount: value?.kexec_count,
    structure: record(kexecMetadata, 'kexec-metadata', value === undefined ? '' : `${value.previous_release}, handover ${String(value.kexec_count)}`, phys),
  };
}
