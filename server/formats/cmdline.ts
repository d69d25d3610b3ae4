/**
 * `kho_scratch=` and `reserve_mem=` of a kernel command line. KHO facts 3 and 7.1; kernel/liveupdate/kexec_handover.c, mm/memblock.c. What is refused is a
 * value that says where in the text: an editor underlines it, the simulated kernel logs it and goes on with its defaults.
 */
import type { ScratchRules } from './generations';
import type { FormatProblem } from './problem';
import { memparse, strtoull } from './memparse';

/** A problem of a parameter: `offsetBytes` counts characters of its value. */
export interface ParameterProblem extends FormatProblem {
  readonly lengthChars: number;
  readonly error: 'EINVAL' | 'ERANGE' | 'EBUSY';
}

export type ParameterResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: ParameterProblem };

/** Sizes in bytes as they were given. `scale`: percent of what the kernel itself has reserved. */
export type ScratchSpec =
  | { readonly by: 'scale'; readonly percent: number }
  | { readonly by: 'sizes'; readonly lowmemBytes: bigint; readonly globalBytes: bigint; readonly perNodeBytes: bigint };

/** Without `kho_scratch=`, and when it is refused. */
export const DEFAULT_SCRATCH: ScratchSpec = { by: 'scale', percent: 200 };

const MOST_PERCENT_CHARS = 11;
const UINT_MAX = 0xffffffffn;

export const scratchNames = { 2: ['global', 'pernode'], 3: ['lowmem', 'global', 'pernode'] } as const;

function problem(structure: string, field: string, offsetBytes: number, lengthChars: number, expected: string, found: string, error: ParameterProblem['error'] = 'EINVAL'): { readonly ok: false; readonly problem: ParameterProblem } {
  return { ok: false, problem: { structure, field, offsetBytes, lengthChars, expected, found, error } };
}

const shown = (text: string): string => (text === '' ? 'nothing' : `"${text}"`);

/** How long the part is that begins there: up to the next separator. */
const partLength = (text: string, from: number, separator: string): number => {
  const end = text.indexOf(separator, from);
  return (end < 0 ? text.length : end) - from;
};

/**
 * The value of `kho_scratch=`.
 * @returns sizes in bytes, or a scale; a refused value leaves the kernel with `DEFAULT_SCRATCH`
 */
export function parseKhoScratch(value: string, rules: ScratchRules): ParameterResult<ScratchSpec> {
  const names = scratchNames[rules.values];
  const form = `N% or ${names.join(',')}`;
  if (value === '') return problem('kho_scratch=', 'value', 0, 0, form, 'nothing');
  const scale = parseScale(value, rules);
  if (scale !== undefined) return scale;
  const sizes: bigint[] = [];
  let at = 0;
  for (const name of names) {
    if (sizes.length > 0) {
      if (value.charAt(at) !== ',') return problem('kho_scratch=', name, at, Math.max(1, value.length - at), `"," and a size (${form})`, shown(value.slice(at)));
      at++;
    }
    const size = memparse(value, at);
    const length = partLength(value, at, ',');
    if (size.end === at) return problem('kho_scratch=', name, at, length, 'a size, as 64M', shown(value.slice(at, at + length)));
    if (rules.notZero === 'each' && size.value === 0n) return problem('kho_scratch=', name, at, length, 'a size above 0', shown(value.slice(at, at + length)));
    sizes.push(size.value);
    at = size.end;
  }
  if (BigInt.asUintN(64, sizes.reduce((sum, size) => sum + size, 0n)) === 0n) return problem('kho_scratch=', 'sum of the sizes', 0, value.length, 'above 0', `"${value}"`);
  if (rules.wholeString && at < value.length) return problem('kho_scratch=', 'end', at, value.length - at, 'nothing behind the last size', shown(value.slice(at)));
  const [perNodeBytes = 0n, globalBytes = 0n, lowmemBytes = 0n] = sizes.reverse();
  return { ok: true, value: { by: 'sizes', lowmemBytes, globalBytes, perNodeBytes } };
}

/** Undefined: not a percentage. */
function parseScale(value: string, rules: ScratchRules): ParameterResult<ScratchSpec> | undefined {
  if (rules.percent === 'prefix') {
    const number = strtoull(value, 0);
    // The posting stored an unsigned long in an unsigned int.
    return value.charAt(number.end) === '%' ? { ok: true, value: { by: 'scale', percent: Number(BigInt.asUintN(32, number.value)) } } : undefined;
  }
  if (!value.endsWith('%')) return undefined;
  if (value.length > MOST_PERCENT_CHARS) return problem('kho_scratch=', 'percentage', 0, value.length, `${String(MOST_PERCENT_CHARS)} characters at most`, `${String(value.length)}: "${value}"`);
  // kstrtouint(…, 10): one plus sign is allowed in front.
  const digits = /^\+?([0-9]+)%$/.exec(value)?.[1];
  if (digits === undefined) return problem('kho_scratch=', 'percentage', 0, value.length, 'a decimal number before the %', `"${value}"`);
  const percent = BigInt(digits);
  if (percent > UINT_MAX) return problem('kho_scratch=', 'percentage', 0, value.length - 1, `${String(UINT_MAX)} at most`, digits, 'ERANGE');
  return { ok: true, value: { by: 'scale', percent: Number(percent) } };
}

/** One `reserve_mem=`. `alignBytes` as the kernel uses it: a cache line at least (0 and small values are raised to it); a value that is no power of two is used as a mask as it is. */
export interface ReserveMemSpec {
  readonly sizeBytes: bigint;
  readonly alignBytes: bigint;
  readonly name: string;
}

/** RESERVE_MEM_MAX_ENTRIES. */
export const MOST_RESERVE_MEM = 8;
/** RESERVE_MEM_NAME_SIZE, with the NUL. */
const NAME_BYTES = 16;
/** What C's isspace says yes to in the kernel's table. */
const onlyBlanks = /^[\t-\r \u00a0]*$/;

/** `size:align:name`. */
export function parseReserveMem(value: string, cacheLineBytes = 64): ParameterResult<ReserveMemSpec> {
  const structure = 'reserve_mem=';
  const size = memparse(value, 0);
  const sizeText = value.slice(0, partLength(value, 0, ':'));
  if (size.end === 0) return problem(structure, 'size', 0, sizeText.length, 'a size, as 4M (size:align:name)', shown(sizeText));
  if (size.value === 0n) return problem(structure, 'size', 0, sizeText.length, 'a size above 0', shown(sizeText));
  if (value.charAt(size.end) !== ':') return problem(structure, 'size', size.end, Math.max(1, value.length - size.end), '":" behind the size (size:align:name)', shown(value.slice(size.end)));
  const align = memparse(value, size.end + 1);
  if (value.charAt(align.end) !== ':') return problem(structure, 'align', size.end + 1, Math.max(1, value.length - size.end - 1), 'an alignment and ":" (size:align:name)', shown(value.slice(size.end + 1)));
  const at = align.end + 1;
  const name = value.slice(at);
  const nameBytes = new TextEncoder().encode(name).length;
  if (nameBytes === 0 || onlyBlanks.test(name)) return problem(structure, 'name', at, name.length, 'a name', shown(name));
  if (nameBytes >= NAME_BYTES) return problem(structure, 'name', at, name.length, `${String(NAME_BYTES - 1)} bytes at most`, `${String(nameBytes)}: "${name}"`);
  const least = BigInt(cacheLineBytes);
  return { ok: true, value: { sizeBytes: size.value, alignBytes: align.value < least ? least : align.value, name } };
}

/** All `reserve_mem=` of a command line, in order: each as the kernel sees it, with those before it. What is refused does not take one of the eight places. */
export function parseReserveMemList(values: readonly string[], cacheLineBytes = 64): readonly ParameterResult<ReserveMemSpec>[] {
  const names = new Set<string>();
  return values.map((value) => {
    if (names.size >= MOST_RESERVE_MEM) return problem('reserve_mem=', 'number of regions', 0, value.length, `${String(MOST_RESERVE_MEM)} at most`, `one more: "${value}"`, 'EBUSY');
    const parsed = parseReserveMem(value, cacheLineBytes);
    if (!parsed.ok) return parsed;
    const { name } = parsed.value;
    if (names.has(name)) return problem('reserve_mem=', 'name', value.length - name.length, name.length, 'a name that no region before it has', `"${name}"`, 'EBUSY');
    names.add(name);
    return parsed;
  });
}
