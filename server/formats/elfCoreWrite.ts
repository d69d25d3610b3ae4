/** Writes an ELF64 core: a segment for each run of memory, and the VMCOREINFO note. What readElfCore() reads, and crash or gdb. */
import { PT_LOAD, PT_NOTE, PN_XNUM, ET_CORE, elfHeader, elfNoteHeader, elfProgramHeader, pad4 } from './elfCore';
import { encode, encodeInto, viewOf } from './layoutTable';
import type { ByteOrder } from './layoutTable';
import type { PlacedPage } from './physicalMemory';
import { encodeText } from './text';

/** e_machine of the architectures that can hand over. */
export const elfMachines = { x86_64: 62, arm64: 183, s390x: 22, riscv64: 243 } as const;

export interface CoreToWrite {
  readonly order: ByteOrder;
  readonly machine: number;
  /** Memory that the core carries; pieces that touch become one segment. They must not lie over each other. */
  readonly memory: readonly PlacedPage[];
  /** Lines `KEY=VALUE` of the VMCOREINFO note; undefined: no note. */
  readonly vmcoreinfo: string | undefined;
}

/** Of a section header only sh_info is used: it holds the number of segments where e_phnum cannot. */
const SECTION_HEADER_BYTES = 64;
const SH_INFO_AT = 44;
const PF_RWX = 7;
const MEMORY_ALIGN = 4096n;

interface Run { readonly phys: bigint; readonly parts: readonly Uint8Array[]; readonly sizeBytes: number }

export function encodeElfCore({ order, machine, memory, vmcoreinfo }: CoreToWrite): Uint8Array {
  const runs = runsOf(memory);
  const note = vmcoreinfo === undefined ? undefined : noteBytes('VMCOREINFO', encodeText(vmcoreinfo), order);
  const segments = runs.length + (note === undefined ? 0 : 1);
  const many = segments >= PN_XNUM;
  const headersEnd = elfHeader.sizeBytes + segments * elfProgramHeader.sizeBytes + (many ? SECTION_HEADER_BYTES : 0);
  const out = new Uint8Array(runs.reduce((sum, run) => sum + run.sizeBytes, headersEnd + (note?.length ?? 0)));
  const shoff = many ? BigInt(headersEnd - SECTION_HEADER_BYTES) : 0n;
  encodeInto(elfHeader, {
    magic: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), class: 2, data: order === 'little' ? 1 : 2, ident_version: 1, ident_rest: new Uint8Array(9), type: ET_CORE, machine, version: 1, entry: 0n,
    phoff: BigInt(elfHeader.sizeBytes), shoff, flags: 0, ehsize: elfHeader.sizeBytes, phentsize: elfProgramHeader.sizeBytes, phnum: many ? PN_XNUM : segments,
    shentsize: many ? SECTION_HEADER_BYTES : 0, shnum: many ? 1 : 0, shstrndx: 0,
  }, out, 0, order);
  if (many) viewOf(out).setUint32(Number(shoff) + SH_INFO_AT, segments, order === 'little');
  let header = elfHeader.sizeBytes;
  let at = headersEnd;
  const segment = (type: number, phys: bigint, sizeBytes: number, parts: readonly Uint8Array[]): void => {
    const size = BigInt(sizeBytes);
    encodeInto(elfProgramHeader, { type, flags: type === PT_LOAD ? PF_RWX : 0, offset: BigInt(at), vaddr: 0n, paddr: phys, filesz: size, memsz: size, align: type === PT_LOAD ? MEMORY_ALIGN : 0n }, out, header, order);
    header += elfProgramHeader.sizeBytes;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
  };
  if (note !== undefined) segment(PT_NOTE, 0n, note.length, [note]);
  for (const { phys, sizeBytes, parts } of runs) segment(PT_LOAD, phys, sizeBytes, parts);
  return out;
}

function runsOf(memory: readonly PlacedPage[]): Run[] {
  const sorted = [...memory].sort((a, b) => (a.phys < b.phys ? -1 : a.phys > b.phys ? 1 : 0));
  const runs: { phys: bigint; parts: Uint8Array[]; sizeBytes: number }[] = [];
  for (const { phys, bytes } of sorted) {
    const last = runs[runs.length - 1];
    if (last !== undefined && last.phys + BigInt(last.sizeBytes) === phys) {
      last.parts.push(bytes);
      last.sizeBytes += bytes.length;
    } else runs.push({ phys, parts: [bytes], sizeBytes: bytes.length });
  }
  return runs;
}

function noteBytes(name: string, desc: Uint8Array, order: ByteOrder): Uint8Array {
  const nameBytes = encodeText(`${name}\0`);
  const descAt = elfNoteHeader.sizeBytes + pad4(nameBytes.length);
  const out = new Uint8Array(descAt + pad4(desc.length));
  out.set(encode(elfNoteHeader, { namesz: nameBytes.length, descsz: desc.length, type: 0 }, order));
  out.set(nameBytes, elfNoteHeader.sizeBytes);
  out.set(desc, descAt);
  return out;
}
