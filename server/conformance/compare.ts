/**
 * Compares a record as we read it with the truth: size, and each member's name, offset, size, bit offset and bit size. Type spellings are not
 * compared. A truth need not give the kind, the dimensions or the members of what is inside; where it does, they are compared.
 */
import type { MemberJson, RecordJson } from '../c/recordJson';

/** The truth file; undefined when it is none. */
export function readTruth(text: string): readonly (readonly [name: string, record: RecordJson])[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, RecordJson] => isRecord(entry[1])) ? entries : undefined;
}

function isRecord(value: unknown): value is RecordJson {
  return typeof value === 'object' && value !== null && 'size' in value && 'members' in value && areMembers(value.members);
}

function areMembers(value: unknown): boolean {
  return Array.isArray(value) && value.every((one: unknown) => typeof one === 'object' && one !== null && 'name' in one && typeof one.name === 'string'
    && (!('array' in one) || Array.isArray(one.array)) && (!('members' in one) || areMembers(one.members)));
}

/** Undefined when equal; else the first difference: key, expected, found. */
export function compareRecord(expected: RecordJson, found: RecordJson): string | undefined {
  if (expected.kind !== found.kind) return `kind: expected ${expected.kind}, found ${found.kind}`;
  if (expected.size !== found.size) return `size: expected ${expected.size}, found ${found.size}`;
  return compareMembers(expected.members, found.members, '');
}

function compareMembers(expected: readonly MemberJson[], found: readonly MemberJson[], at: string): string | undefined {
  for (const [i, one] of expected.entries()) {
    const other = found[i];
    const name = `${at}${one.name === '' ? `(anonymous ${i})` : one.name}`;
    if (other === undefined) return `${name}: expected at offset ${one.offset}, found nothing`;
    for (const key of ['name', 'offset', 'size', 'bit_offset', 'bit_size'] as const) {
      if (one[key] !== other[key]) return `${name}.${key}: expected ${one[key] ?? 'none'}, found ${other[key] ?? 'none'}`;
    }
    if (one.kind !== undefined && one.kind !== other.kind) return `${name}.kind: expected ${one.kind}, found ${other.kind ?? 'none'}`;
    const [dimensions, ours] = [one.array, other.array].map(dimensionsText);
    if (one.array !== undefined && dimensions !== ours) return `${name}.array: expected ${dimensions}, found ${ours}`;
    const inner = one.members === undefined ? undefined : compareMembers(one.members, other.members ?? [], `${name}.`);
    if (inner !== undefined) return inner;
  }
  const extra = found[expected.length];
  return extra === undefined ? undefined : `${at}${extra.name}: expected no further member, found one at offset ${extra.offset}`;
}

function dimensionsText(array: readonly number[] | undefined): string {
  return array === undefined ? 'none' : `[${array.join(', ')}]`;
}
