/** The ELF core around an image as structures: where its memory comes from. */
import { PT_LOAD, PT_NOTE, elfHeader, elfProgramHeader } from '../formats/elfCore';
import { decode, overlay } from '../formats/layoutTable';
import type { ByteOrder } from '../formats/layoutTable';
import { hex } from '../formats/problem';
import type { Structure } from './structure';
import { arrayFields } from './structure';

/** Program headers that are nodes of their own; all are in the bytes of the file. */
const MOST_NODES = 4096;

/** Undefined when the header itself is cut off. Notes and segments lie where the file has them; what is behind its end is left out. */
export function elfStructure(bytes: Uint8Array, order: ByteOrder): Structure | undefined {
  const header = decode(elfHeader, bytes, 0, order);
  if (!header.ok) return undefined;
  const { phoff, phnum, phentsize } = header.value;
  const count = phentsize === elfProgramHeader.sizeBytes && phoff < BigInt(bytes.length) ? Math.min(phnum, Math.floor((bytes.length - Number(phoff)) / elfProgramHeader.sizeBytes)) : 0;
  const segments = Array.from({ length: Math.min(count, MOST_NODES) }, (_, i): Structure | undefined => {
    const at = Number(phoff) + i * elfProgramHeader.sizeBytes;
    const one = decode(elfProgramHeader, bytes, at, order);
    if (!one.ok) return undefined;
    const { type, offset, paddr, filesz, memsz } = one.value;
    const label = type === PT_LOAD ? `PT_LOAD ${hex(paddr)}` : type === PT_NOTE ? 'PT_NOTE' : `segment of type ${String(type)}`;
    return {
      kind: 'record', label, detail: `${String(filesz)} bytes at ${hex(offset)}${memsz === filesz ? '' : `, ${String(memsz)} in memory`}`, phys: undefined, fileOffset: at, sizeBytes: elfProgramHeader.sizeBytes,
      fields: () => overlay(elfProgramHeader, 0), children: [],
    };
  }).filter((one) => one !== undefined);
  const tableBytes = count * elfProgramHeader.sizeBytes;
  // As the kernel and QEMU write it the table follows the header: then both are one stretch.
  const together = Number(phoff) === elfHeader.sizeBytes;
  return {
    kind: 'record', label: 'ELF core', detail: `${String(phnum)} program headers`, phys: undefined, fileOffset: 0, sizeBytes: Math.min(bytes.length, together ? elfHeader.sizeBytes + tableBytes : elfHeader.sizeBytes),
    fields: () => (together ? arrayFields(elfHeader, elfProgramHeader, count) : arrayFields(elfHeader, elfProgramHeader, 0)), children: segments,
  };
}
