/** Numbers of a kernel command line, as lib/cmdline.c and lib/kstrtox.c read them, with their oddities: values wrap at 64 bits, a suffix needs no digits. */

export interface ParsedNumber {
  readonly value: bigint;
  /** Index of the first character that is not part of it; where it started when nothing is. */
  readonly end: number;
}

const digitOf = (char: string): number => (/^[0-9a-fA-F]$/.test(char) ? Number.parseInt(char, 16) : 99);

/** simple_strtoull(…, 0): `0x` and a digit is hexadecimal, another leading 0 octal. No sign, no blanks. */
export function strtoull(text: string, from: number): ParsedNumber {
  let base = 10;
  let at = from;
  if (text.charAt(from) === '0') {
    const hexadecimal = text.charAt(from + 1).toLowerCase() === 'x' && digitOf(text.charAt(from + 2)) < 16;
    base = hexadecimal ? 16 : 8;
    if (hexadecimal) at += 2;
  }
  let value = 0n;
  for (let digit = digitOf(text.charAt(at)); digit < base; digit = digitOf(text.charAt(at))) {
    value = BigInt.asUintN(64, value * BigInt(base) + BigInt(digit));
    at++;
  }
  return { value, end: at };
}

const suffixes = 'KMGTPE';

/** memparse: a number and one of K, M, G, T, P, E in either case, each 1024 times the one before. */
export function memparse(text: string, from: number): ParsedNumber {
  const number = strtoull(text, from);
  const suffix = text.charAt(number.end).toUpperCase();
  const power = suffix === '' ? -1 : suffixes.indexOf(suffix);
  return power < 0 ? number : { value: BigInt.asUintN(64, number.value << BigInt(10 * (power + 1))), end: number.end + 1 };
}
