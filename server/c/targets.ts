/**
 * What gcc decides per target: sizes, alignments, byte order and the switches of its record layout.
 *
 * Numbers are those of gcc's configuration headers for Linux (`config/<cpu>/*.h`: BIGGEST_ALIGNMENT, ADJUST_FIELD_ALIGN,
 * TARGET_ALIGN_ANON_BITFIELD, WCHAR_TYPE, …) and are held to the compilers by test/differential/layout.test.ts.
 */
import type { IntName } from './types';

export interface FloatFormat {
  readonly sizeBytes: number;
  readonly alignBytes: number;
}

export interface Target {
  readonly name: string;
  readonly bigEndian: boolean;
  readonly pointerBytes: number;
  readonly longBytes: number;
  /** The ABI's plain `char`; kernels since 6.2 are built with -funsigned-char whatever the ABI says. */
  readonly charSigned: boolean;
  readonly hasInt128: boolean;
  /** gcc's BIGGEST_ALIGNMENT: what `aligned` without a number means, and the most a scalar gets by itself. */
  readonly biggestAlignBytes: number;
  /** gcc's ADJUST_FIELD_ALIGN: integers and doubles in records are aligned to no more than this; 0 for no such rule. */
  readonly fieldAlignCapBytes: number;
  /** gcc's TARGET_ALIGN_ANON_BITFIELD: unnamed bit-fields align the record too (AAPCS). */
  readonly alignAnonBitField: boolean;
  /** Vectors are aligned to their size, but to no more than this; 0 for no limit. */
  readonly vectorAlignCapBytes: number;
  readonly longDouble: FloatFormat;
  readonly wchar: IntName;
}

const common = {
  bigEndian: false, pointerBytes: 8, longBytes: 8, charSigned: true, hasInt128: true, biggestAlignBytes: 16, fieldAlignCapBytes: 0,
  alignAnonBitField: false, vectorAlignCapBytes: 0, longDouble: { sizeBytes: 16, alignBytes: 16 }, wchar: 'int',
} as const;

const table: readonly Target[] = [
  { ...common, name: 'x86_64' },
  { ...common, name: 'arm64', charSigned: false, alignAnonBitField: true, vectorAlignCapBytes: 16, wchar: 'unsigned int' },
  { ...common, name: 'riscv64', charSigned: false },
  { ...common, name: 's390x', bigEndian: true, charSigned: false, biggestAlignBytes: 8, longDouble: { sizeBytes: 16, alignBytes: 8 } },
  {
    ...common, name: 'arm', pointerBytes: 4, longBytes: 4, charSigned: false, hasInt128: false, biggestAlignBytes: 8, alignAnonBitField: true,
    vectorAlignCapBytes: 8, longDouble: { sizeBytes: 8, alignBytes: 8 }, wchar: 'unsigned int',
  },
  {
    ...common, name: 'i386', pointerBytes: 4, longBytes: 4, hasInt128: false, fieldAlignCapBytes: 4,
    longDouble: { sizeBytes: 12, alignBytes: 4 }, wchar: 'long',
  },
];

const aliases: ReadonlyMap<string, string> = new Map([
  ['x86', 'x86_64'], ['amd64', 'x86_64'], ['aarch64', 'arm64'], ['riscv', 'riscv64'], ['s390', 's390x'], ['i686', 'i386'], ['x86_32', 'i386'],
]);

/** The target of that name or alias (`x86`, `aarch64`); x86_64 for a name it does not know. */
export function targetOf(name: string): Target {
  const wanted = aliases.get(name) ?? name;
  return table.find((t) => t.name === wanted) ?? { ...common, name: 'x86_64' };
}

export const targetNames: readonly string[] = table.map((t) => t.name);

/** Size of an integer type in bytes. */
export function intSizeBytes(target: Target, name: IntName): number {
  switch (name) {
    case '_Bool': case 'char': case 'signed char': case 'unsigned char': return 1;
    case 'short': case 'unsigned short': return 2;
    case 'int': case 'unsigned int': return 4;
    case 'long': case 'unsigned long': return target.longBytes;
    case 'long long': case 'unsigned long long': return 8;
    case '__int128': case 'unsigned __int128': return 16;
  }
}

export function isSigned(target: Target, name: IntName): boolean {
  switch (name) {
    case 'char': return target.charSigned;
    case 'signed char': case 'short': case 'int': case 'long': case 'long long': case '__int128': return true;
    default: return false;
  }
}

/** The integer type gcc's `type_for_size` gives: the first of int, char, short, long, long long with that size. */
export function intOfSize(target: Target, sizeBytes: number, signed: boolean): IntName | undefined {
  switch (sizeBytes) {
    case 4: return signed ? 'int' : 'unsigned int';
    case 1: return signed ? 'signed char' : 'unsigned char';
    case 2: return signed ? 'short' : 'unsigned short';
    case 8: if (target.longBytes === 8) return signed ? 'long' : 'unsigned long';
      return signed ? 'long long' : 'unsigned long long';
    case 16: return signed ? '__int128' : 'unsigned __int128';
    default: return undefined;
  }
}

const floatFormats: ReadonlyMap<string, FloatFormat> = new Map([
  ['_Float16', { sizeBytes: 2, alignBytes: 2 }], ['float', { sizeBytes: 4, alignBytes: 4 }], ['_Float32', { sizeBytes: 4, alignBytes: 4 }],
  ['double', { sizeBytes: 8, alignBytes: 8 }], ['_Float64', { sizeBytes: 8, alignBytes: 8 }], ['_Float32x', { sizeBytes: 8, alignBytes: 8 }],
  ['__float128', { sizeBytes: 16, alignBytes: 16 }], ['_Float128', { sizeBytes: 16, alignBytes: 16 }],
]);

/** Size and alignment of a floating type (`_Complex double` included); undefined for a name it does not know. */
export function floatFormat(target: Target, name: string): FloatFormat | undefined {
  if (name.startsWith('_Complex ')) {
    const part = floatFormat(target, name.slice('_Complex '.length));
    return part === undefined ? undefined : { sizeBytes: part.sizeBytes * 2, alignBytes: part.alignBytes };
  }
  if (name === 'long double' || name === '_Float64x') return target.longDouble;
  const found = floatFormats.get(name);
  return found === undefined ? undefined : { sizeBytes: found.sizeBytes, alignBytes: Math.min(found.alignBytes, target.biggestAlignBytes) };
}
