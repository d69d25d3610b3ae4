/** Random records for the layout test: a fast-check arbitrary of plain choices, and what prints them as C. */
import fc from 'fast-check';

export interface Choice {
  readonly kind: 'scalar' | 'array' | 'bits' | 'nested' | 'anonymous' | 'earlier' | 'ms' | 'flexible' | 'empty';
  readonly type: number;
  readonly width: number;
  readonly named: boolean;
  readonly attribute: number;
  readonly length: number;
  readonly record: RecordChoice | undefined;
}
export interface RecordChoice {
  readonly union: boolean;
  readonly attribute: number;
  readonly before: boolean;
  readonly pack: number;
  readonly members: readonly Choice[];
}

/** Top-level typedefs every batch begins with. */
export function prelude(has128: boolean): string {
  return `typedef unsigned int u32;
typedef unsigned long long u64;
typedef int ai16 __attribute__((aligned(16)));
typedef long long ll4 __attribute__((aligned(4)));
typedef short s1 __attribute__((aligned(1)));
typedef unsigned int ui2 __attribute__((aligned(2)));
typedef u64 au64 __attribute__((aligned(8)));
typedef char c8 __attribute__((aligned(8)));
typedef int v4si __attribute__((vector_size(16)));
typedef int v2si __attribute__((vector_size(8)));
typedef float v2sf __attribute__((vector_size(8)));
typedef char v32qi __attribute__((vector_size(32)));
typedef unsigned int DItype __attribute__((mode(DI)));
typedef u64 arr3[3];
enum e_unsigned { EU0, EU1 = 200, EU2 = 0x80000000 };
enum e_signed { ES0 = -1, ES1 = 7 };
enum __attribute__((packed)) e_byte { EB0, EB1 = 200 };
enum e_half { EH0 = -200, EH1 = 300 } __attribute__((packed));
enum e_long { EL0 = 1, EL1 = 0x100000000 };
enum e_slong { ESL0 = -1, ESL1 = 0x80000000 };
struct fwd;
struct empty {};
struct tail { int n; char data[]; };
${has128 ? 'typedef __int128 i128; typedef unsigned __int128 u128;' : 'typedef long long i128; typedef unsigned long long u128;'}
`;
}

const plainTypes = [
  'char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned', 'long', 'unsigned long', 'long long', 'unsigned long long', '_Bool',
  'u32', 'u64', 'float', 'double', 'long double', 'void *', 'struct fwd *', 'i128', 'u128', 'enum e_unsigned', 'enum e_signed', 'enum e_byte', 'enum e_half', 'enum e_long',
  'enum e_slong', '_Complex double', '_Complex float', 'DItype', 'v4si', 'v2si', 'v2sf', 'v32qi', 'arr3', 'struct empty', 'const volatile int', 'long double _Complex',
];
/** Not in arrays: their alignment exceeds their size. */
const alignedTypes = ['ai16', 'll4', 's1', 'ui2', 'au64', 'c8', '_Atomic long long', '_Atomic short', 'int (*)(void)'];
const bitTypes = [
  'char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned', 'long', 'unsigned long', 'long long', 'unsigned long long', '_Bool', 'u32', 'u64',
  'enum e_unsigned', 'enum e_signed', 'enum e_byte', 'enum e_half', 'enum e_long', 'ai16', 'll4', 's1', 'ui2', 'i128', 'u128', 'DItype', 'const unsigned', 'au64',
];

export const recordChoice: fc.Arbitrary<RecordChoice> = fc.letrec<{ record: RecordChoice; member: Choice }>((tie) => ({
  record: fc.record({
    union: fc.integer({ min: 0, max: 9 }).map((n) => n >= 8), attribute: fc.nat(13), before: fc.boolean(), pack: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16),
    members: fc.array(tie('member'), { minLength: 0, maxLength: 9, depthIdentifier: 'nest' }),
  }),
  member: fc.record({
    kind: fc.constantFrom('scalar', 'scalar', 'scalar', 'array', 'bits', 'bits', 'bits', 'bits', 'nested', 'anonymous', 'earlier', 'ms', 'flexible', 'empty'),
    type: fc.nat(10000), width: fc.nat(1000), named: fc.integer({ min: 0, max: 5 }).map((n) => n > 0), attribute: fc.nat(24), length: fc.nat(7),
    record: fc.option(tie('record'), { nil: undefined, depthSize: 'small', maxDepth: 3, depthIdentifier: 'nest' }),
  }),
})).record;

/** One printed top-level record. */
export interface Printed {
  readonly name: string;
  readonly union: boolean;
  readonly text: string;
  /** Paths for offsetof. */
  readonly offsets: readonly string[];
  readonly bits: readonly { readonly path: string; readonly width: number; readonly bool: boolean }[];
}

interface Printer {
  readonly index: number;
  readonly longBits: number;
  readonly has128: boolean;
  counter: number;
  offsets: string[];
  bits: { path: string; width: number; bool: boolean }[];
  usedMs: boolean;
  readonly earlier: readonly Printed[];
}

const recordAttributes = ['', '', '', '', '', '', '__attribute__((packed))', '__attribute__((packed))', '__attribute__((aligned(4)))', '__attribute__((aligned(16)))',
  '__attribute__((packed, aligned(4)))', '__attribute__((aligned))', '__attribute__((packed, aligned(2)))', '__attribute__((__aligned__(32), may_alias))'];

function memberAttribute(n: number): string {
  switch (n) {
    case 0: return ' __attribute__((packed))';
    case 1: return ' __attribute__((aligned(2)))';
    case 2: return ' __attribute__((aligned(8)))';
    case 3: return ' __attribute__((aligned(16)))';
    case 4: return ' __attribute__((packed, aligned(2)))';
    case 5: return ' __attribute__((aligned))';
    case 6: return ' __attribute__((aligned(2), aligned(4)))';
    default: return '';
  }
}

function bitsOf(type: string, p: Printer): number {
  const name = type.replace('const ', '');
  switch (name) {
    case '_Bool': return 1;
    case 'char': case 'signed char': case 'unsigned char': case 'enum e_byte': return 8;
    case 'short': case 'unsigned short': case 's1': case 'enum e_half': return 16;
    case 'long': case 'unsigned long': return p.longBits;
    case 'long long': case 'unsigned long long': case 'u64': case 'll4': case 'DItype': case 'enum e_long': case 'au64': return 64;
    case 'i128': case 'u128': return p.has128 ? 128 : 64;
    default: return 32;
  }
}

export function print(choice: RecordChoice, index: number, earlier: readonly Printed[], target: { readonly longBits: number; readonly has128: boolean }): Printed {
  const p: Printer = { index, ...target, counter: 0, offsets: [], bits: [], usedMs: false, earlier };
  const body = record(p, choice, `S${index}`, '', true);
  const pack = choice.pack;
  const text = pack === 0 ? `${body};\n` : `#pragma pack(push, ${pack})\n${body};\n#pragma pack(pop)\n`;
  return { name: `S${index}`, union: choice.union, text, offsets: p.offsets, bits: p.bits };
}

function record(p: Printer, choice: RecordChoice, tag: string, path: string, reachable: boolean): string {
  const attribute = recordAttributes[choice.attribute] ?? '';
  const parts = choice.members.map((m, i) => member(p, m, path, i === choice.members.length - 1 && !choice.union && path === '', reachable, choice.union)).join(' ');
  const word = choice.union ? 'union' : 'struct';
  return choice.before ? `${word} ${attribute} ${tag} { ${parts} }` : `${word} ${tag} { ${parts} } ${attribute}`;
}

function member(p: Printer, m: Choice, path: string, last: boolean, reachable: boolean, inUnion: boolean): string {
  const name = `m${p.index}_${p.counter++}`;
  const attribute = memberAttribute(m.attribute);
  const note = (): void => {
    if (reachable) p.offsets.push(path + name);
  };
  switch (m.kind) {
    case 'bits': {
      const type = bitTypes[m.type % bitTypes.length] ?? 'int';
      const most = bitsOf(type, p);
      if (!m.named) return `${type} : ${m.width % 3 === 0 ? 0 : (m.width % most) + 1};`;
      const width = (m.width % most) + 1;
      if (reachable) p.bits.push({ path: path + name, width, bool: type === '_Bool' });
      return `${type} ${name} : ${width}${attribute};`;
    }
    case 'array': {
      const type = plainTypes[m.type % plainTypes.length] ?? 'int';
      note();
      const second = m.width % 5 === 0 ? '[2]' : '';
      return `${type} ${name}[${m.length}]${second}${attribute};`;
    }
    case 'nested': {
      if (m.record === undefined) break;
      note();
      return `${record(p, m.record, '', `${path}${name}.`, reachable)} ${name}${attribute};`;
    }
    case 'anonymous':
      if (m.record === undefined) break;
      return `${record(p, m.record, '', path, reachable)}${attribute};`;
    case 'earlier': {
      const other = p.earlier[m.type % Math.max(1, p.earlier.length)];
      if (other === undefined) break;
      note();
      return `${other.union ? 'union' : 'struct'} ${other.name} ${name}${m.length > 4 ? `[${m.length - 4}]` : ''}${attribute};`;
    }
    case 'ms': {
      const other = p.earlier[m.type % Math.max(1, p.earlier.length)];
      if (other === undefined || p.usedMs) break;
      p.usedMs = true;
      if (reachable && path === '') for (const inner of other.offsets) p.offsets.push(inner);
      return `${other.union ? 'union' : 'struct'} ${other.name};`;
    }
    case 'flexible':
      note();
      if (last && !inUnion) return `char ${name}_before; ${plainTypes[m.type % 20] ?? 'int'} ${name}[];`;
      return `${plainTypes[m.type % 20] ?? 'int'} ${name}[0];`;
    case 'empty':
      note();
      return `struct { } ${name}${attribute};`;
    default: break;
  }
  note();
  const all = plainTypes.length + alignedTypes.length;
  const which = m.type % all;
  const type = which < plainTypes.length ? plainTypes[which] ?? 'int' : alignedTypes[which - plainTypes.length] ?? 'int';
  if (type.includes('(*)')) return `${type.replace('(*)', `(*${name})`)}${attribute};`;
  if (m.width % 40 === 0) return `_Alignas(32) ${type} ${name};`;
  if (m.width % 40 === 1) return `__attribute__((aligned(4))) ${type} ${name};`;
  return `${type} ${name}${attribute};`;
}
