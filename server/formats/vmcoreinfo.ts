/** The VMCOREINFO note: lines `KEY=VALUE` by which a kernel tells dump readers where its things are. */
import type { ElfCore } from './elfCore';
import { decodeText } from './text';

export interface Vmcoreinfo {
  readonly osRelease: string | undefined;
  readonly pageSizeBytes: number | undefined;
  /** How far KASLR moved the kernel's text. */
  readonly kernelOffset: bigint | undefined;
  /** Virtual addresses: `SYMBOL(name)=hex`. */
  readonly symbols: ReadonlyMap<string, bigint>;
  /** `NUMBER(name)=decimal or 0xhex` */
  readonly numbers: ReadonlyMap<string, bigint>;
  /** `SIZE(struct)=bytes` */
  readonly sizes: ReadonlyMap<string, number>;
  /** `OFFSET(struct.member)=bytes` */
  readonly offsets: ReadonlyMap<string, number>;
  /** Every line as it stands. */
  readonly lines: ReadonlyMap<string, string>;
}

function integer(value: string, hexadecimal: boolean): bigint | undefined {
  const match = /^(-?)(0x)?([0-9a-f]+)$/i.exec(value.trim());
  if (match === null) return undefined;
  const [, sign = '', prefix, digits = ''] = match;
  if (prefix === undefined && !hexadecimal && !/^\d+$/.test(digits)) return undefined;
  const read = BigInt(prefix !== undefined || hexadecimal ? `0x${digits}` : digits);
  return sign === '' ? read : -read;
}

/** Reads the text of the note. Lines that are none of these are kept in `lines` only. */
export function parseVmcoreinfo(desc: Uint8Array): Vmcoreinfo {
  const lines = new Map<string, string>();
  const symbols = new Map<string, bigint>();
  const numbers = new Map<string, bigint>();
  const sizes = new Map<string, number>();
  const offsets = new Map<string, number>();
  for (const line of decodeText(desc).split('\n')) {
    const at = line.indexOf('=');
    if (at <= 0) continue;
    const key = line.slice(0, at);
    const value = line.slice(at + 1);
    lines.set(key, value);
    const [, kind, name] = /^(SYMBOL|NUMBER|SIZE|OFFSET|LENGTH)\((.+)\)$/.exec(key) ?? [];
    if (kind === undefined || name === undefined) continue;
    const number = integer(value, kind === 'SYMBOL');
    if (number === undefined) continue;
    if (kind === 'SYMBOL') symbols.set(name, number);
    else if (kind === 'NUMBER') numbers.set(name, number);
    else if (number >= 0n && number < 0x80000000n) (kind === 'OFFSET' ? offsets : sizes).set(name, Number(number));
  }
  const page = integer(lines.get('PAGESIZE') ?? '', false);
  const offset = lines.get('KERNELOFFSET');
  return {
    osRelease: lines.get('OSRELEASE'), pageSizeBytes: page === undefined || page > 0x1000000n ? undefined : Number(page),
    kernelOffset: offset === undefined ? undefined : integer(offset, true), symbols, numbers, sizes, offsets, lines,
  };
}

/** That of a core; undefined when it carries none. */
export function vmcoreinfoOf(core: ElfCore): Vmcoreinfo | undefined {
  const note = core.notes.find((one) => one.name === 'VMCOREINFO');
  return note === undefined ? undefined : parseVmcoreinfo(note.desc);
}
