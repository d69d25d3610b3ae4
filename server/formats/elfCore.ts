/** ELF64 core files (`/proc/vmcore`, makedumpfile without compression, QEMU's dump-guest-memory): program headers, notes, memory. */
import { decode, table, u16, u32, u64, u8, viewOf, bytes } from './layoutTable';
import type { ByteOrder, Values } from './layoutTable';
import { memoryOf } from './physicalMemory';
import type { MemoryRange, PhysicalMemory } from './physicalMemory';
import type { FormatProblem, Result } from './problem';
import { Problems, bad, good, hex } from './problem';
import { decodeText, hexBytes } from './text';

export const elfHeader = table('ELF header', {
  magic: bytes(4, '7f 45 4c 46'),
  class: u8('2: 64-bit'),
  data: u8('1: little endian, 2: big endian'),
  ident_version: u8('1'),
  ident_rest: bytes(9, 'ABI and padding'),
  type: u16('4: core file'),
  machine: u16('62: x86-64, 183: arm64, 22: s390, 243: riscv'),
  version: u32('1'),
  entry: u64('0', 'hex'),
  phoff: u64('where the program headers start in the file', 'hex'),
  shoff: u64('where the section headers start; 0: none', 'hex'),
  flags: u32('', 'hex'),
  ehsize: u16('bytes of this header', 'bytes'),
  phentsize: u16('bytes of a program header: 56', 'bytes'),
  phnum: u16('program headers; 0xffff: sh_info of the first section says how many'),
  shentsize: u16('bytes of a section header', 'bytes'),
  shnum: u16('section headers'),
  shstrndx: u16('section with the names'),
});

export const elfProgramHeader = table('ELF program header', {
  type: u32('1: memory (PT_LOAD), 4: notes (PT_NOTE)'),
  flags: u32('4 read, 2 write, 1 execute', 'hex'),
  offset: u64('where its bytes start in the file', 'hex'),
  vaddr: u64('virtual address in the kernel that was dumped', 'hex'),
  paddr: u64('physical address', 'hex'),
  filesz: u64('bytes in the file', 'bytes'),
  memsz: u64('bytes in memory; what the file lacks is zero', 'bytes'),
  align: u64('alignment', 'hex'),
});

export const elfNoteHeader = table('ELF note', {
  namesz: u32('bytes of the name, NUL included; padded to 4', 'bytes'),
  descsz: u32('bytes of the description; padded to 4', 'bytes'),
  type: u32('1: registers of a processor (CORE), 0: VMCOREINFO'),
});

export const PT_LOAD = 1;
export const PT_NOTE = 4;
export const ET_CORE = 4;
export const PN_XNUM = 0xffff;

export type ElfProgramHeader = Values<typeof elfProgramHeader['specs']> & { readonly offsetBytes: number };

export interface ElfNote {
  readonly name: string;
  readonly type: number;
  readonly offsetBytes: number;
  readonly descOffsetBytes: number;
  readonly desc: Uint8Array;
}

export interface ElfCore {
  readonly order: ByteOrder;
  readonly header: Values<typeof elfHeader['specs']>;
  readonly programHeaders: readonly ElfProgramHeader[];
  readonly notes: readonly ElfNote[];
  readonly memory: PhysicalMemory;
  readonly problems: readonly FormatProblem[];
}

export function looksLikeElf(from: Uint8Array): boolean {
  return from.length >= 4 && from[0] === 0x7f && from[1] === 0x45 && from[2] === 0x4c && from[3] === 0x46;
}

/** Reads an ELF core; segments that do not fit into the file are cut to what is there, with a problem. */
export function readElfCore(from: Uint8Array): Result<ElfCore> {
  const wrong = (field: string, expected: string, found: string): Result<ElfCore> => bad({ structure: elfHeader.structure, offsetBytes: 0, field, expected, found });
  if (!looksLikeElf(from)) return wrong('magic', '7f 45 4c 46', hexBytes(from.subarray(0, 4), ' '));
  const order: ByteOrder = from[5] === 2 ? 'big' : 'little';
  if (from[4] !== 2) return wrong('class', '2 (64-bit)', String(from[4] ?? 'nothing'));
  if (from[5] !== 1 && from[5] !== 2) return wrong('data', '1 or 2', String(from[5] ?? 'nothing'));
  const header = decode(elfHeader, from, 0, order);
  if (!header.ok) return header;
  const problems = new Problems();
  if (header.value.type !== ET_CORE) problems.add({ structure: elfHeader.structure, offsetBytes: 0, field: 'type', expected: '4 (a core file)', found: String(header.value.type) });
  const programHeaders = readProgramHeaders(from, header.value, order, problems);
  const notes: ElfNote[] = [];
  for (const one of programHeaders) if (one.type === PT_NOTE) readNotes(from, one, order, problems, notes);
  return good({ order, header: header.value, programHeaders, notes, memory: memoryOf(rangesOf(from, programHeaders, problems)), problems: problems.list });
}

function readProgramHeaders(from: Uint8Array, header: Values<typeof elfHeader['specs']>, order: ByteOrder, problems: Problems): ElfProgramHeader[] {
  const { phoff, phentsize, shoff } = header;
  let count = header.phnum;
  if (count === PN_XNUM && shoff > 0n && shoff + 48n <= BigInt(from.length)) count = viewOf(from).getUint32(Number(shoff) + 44, order === 'little');
  if (count > 0 && phentsize < elfProgramHeader.sizeBytes) {
    problems.add({ structure: elfHeader.structure, offsetBytes: 0, field: 'phentsize', expected: String(elfProgramHeader.sizeBytes), found: String(phentsize) });
    return [];
  }
  const out: ElfProgramHeader[] = [];
  for (let i = 0; i < count; i++) {
    const at = phoff + BigInt(i) * BigInt(phentsize);
    const one = at > BigInt(from.length) ? undefined : decode(elfProgramHeader, from, Number(at), order);
    if (one === undefined || !one.ok) {
      problems.add({ structure: elfHeader.structure, offsetBytes: 0, field: 'phnum', expected: `at most the ${String(i)} program headers that the file holds`, found: String(count) });
      break;
    }
    out.push({ ...one.value, offsetBytes: Number(at) });
  }
  return out;
}

function cut(from: Uint8Array, one: ElfProgramHeader, problems: Problems): Uint8Array {
  const { offset, filesz } = one;
  const size = BigInt(from.length);
  if (offset + filesz <= size) return from.subarray(Number(offset), Number(offset + filesz));
  problems.add({
    structure: elfProgramHeader.structure, offsetBytes: one.offsetBytes, field: offset > size ? 'offset' : 'filesz',
    expected: `a segment inside the file of ${String(from.length)} bytes`, found: `${hex(offset)} and ${hex(filesz)} bytes`,
  });
  return from.subarray(offset > size ? from.length : Number(offset));
}

function rangesOf(from: Uint8Array, headers: readonly ElfProgramHeader[], problems: Problems): MemoryRange[] {
  return headers.filter((one) => one.type === PT_LOAD).map((one) => {
    const held = cut(from, one, problems);
    // Bytes that the file should hold and does not are unknown, not zero.
    const whole = BigInt(held.length) === one.filesz;
    const sizeBytes = whole && one.memsz > one.filesz ? one.memsz : BigInt(held.length);
    return { phys: one.paddr, bytes: held, sizeBytes };
  });
}

export const pad4 = (value: number): number => Math.ceil(value / 4) * 4;

/** A core has a note or a few per processor; segments that lie over each other could ask for the square of the file. */
const MOST_NOTES = 65536;
const MOST_NAME_BYTES = 256;

function readNotes(from: Uint8Array, one: ElfProgramHeader, order: ByteOrder, problems: Problems, out: ElfNote[]): void {
  const part = cut(from, one, problems);
  const start = part.byteOffset - from.byteOffset;
  for (let at = 0; at + elfNoteHeader.sizeBytes <= part.length;) {
    if (out.length >= MOST_NOTES) {
      problems.add({ structure: elfNoteHeader.structure, offsetBytes: start + at, field: 'count', expected: `at most ${String(MOST_NOTES)} notes`, found: 'more' });
      return;
    }
    const header = decode(elfNoteHeader, part, at, order);
    if (!header.ok) break;
    const { namesz, descsz, type } = header.value;
    const nameAt = at + elfNoteHeader.sizeBytes;
    const descAt = nameAt + pad4(namesz);
    if (namesz === 0 && descsz === 0 && type === 0) break; // Zeros that fill the segment up.
    if (descAt + descsz > part.length) {
      problems.add({ structure: elfNoteHeader.structure, offsetBytes: start + at, field: nameAt + namesz > part.length ? 'namesz' : 'descsz', expected: `a note inside its segment of ${String(part.length)} bytes`, found: `${String(namesz)} and ${String(descsz)} bytes` });
      break;
    }
    out.push({ name: decodeText(part.subarray(nameAt, nameAt + Math.min(namesz, MOST_NAME_BYTES))), type, offsetBytes: start + at, descOffsetBytes: start + descAt, desc: part.subarray(descAt, descAt + descsz) });
    at = descAt + pad4(descsz);
  }
}
