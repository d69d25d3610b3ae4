/** Values of `enum kstate_flags` and friends; the same in every dialect that has them (facts 2.2, 2.4). */
import type { KstateField } from './kstate';

export const KS_BASE_TYPE = 0x01;
export const KS_POINTER = 0x02;
export const KS_STRUCT = 0x04;
export const KS_CUSTOM = 0x08;
export const KS_ARRAY_OF_POINTER = 0x10;
export const KS_ADDRESS = 0x20;
export const KS_DEPRECATED = 0x40;
/** Ends a list only when it stands alone. */
export const KS_END = 0x80000000;
/** The kinds of which one must be set for data to travel. */
export const KS_KINDS = KS_BASE_TYPE | KS_POINTER | KS_STRUCT | KS_CUSTOM | KS_ADDRESS;

/** One of some flags is set; what cannot be read has none. */
export function hasFlag({ flags }: Pick<KstateField, 'flags'>, flag: number): boolean {
  return flags.known && (flags.value & flag) !== 0;
}

const names: readonly (readonly [number, string])[] = [
  [KS_BASE_TYPE, 'KS_BASE_TYPE'], [KS_POINTER, 'KS_POINTER'], [KS_STRUCT, 'KS_STRUCT'], [KS_CUSTOM, 'KS_CUSTOM'],
  [KS_ARRAY_OF_POINTER, 'KS_ARRAY_OF_POINTER'], [KS_ADDRESS, 'KS_ADDRESS'], [KS_DEPRECATED, 'KS_DEPRECATED'], [KS_END, 'KS_END'],
];

/** `KS_STRUCT | KS_POINTER`; bits without a name in hex; `0` for none. */
export function spellFlags(flags: number): string {
  const parts: string[] = [];
  let rest = flags >>> 0;
  for (const [bit, name] of names) {
    if ((rest & bit) === 0) continue;
    parts.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) parts.push(`0x${rest.toString(16)}`);
  return parts.length === 0 ? '0' : parts.join(' | ');
}
