/** Spellings of constants to values: C11 6.4.4 with GNU's binary numbers and escapes. */

export interface IntText {
  readonly value: bigint;
  /** Lower case, in the order u, l: `ull`. */
  readonly suffix: string;
  readonly decimal: boolean;
}

const intPattern = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uUlL]*)$/;

/** undefined: not an integer (a floating constant, or nonsense). */
export function parseInt_(text: string): IntText | undefined {
  const m = intPattern.exec(text);
  if (m === null) return undefined;
  const digits = m[1] ?? '0';
  const suffix = (m[2] ?? '').toLowerCase();
  const letters = suffix.replace('u', '');
  if (letters !== '' && letters !== 'l' && letters !== 'll') return undefined;
  if (suffix.length - letters.length > 1 || suffix === 'lul') return undefined;
  const normal = (suffix.includes('u') ? 'u' : '') + letters;
  if (/^0[xXbB]/.test(digits)) return { value: BigInt(digits), suffix: normal, decimal: false };
  if (digits.length > 1 && digits.startsWith('0')) return /[89]/.test(digits) ? undefined : { value: BigInt(`0o${digits.slice(1)}`), suffix: normal, decimal: false };
  return { value: BigInt(digits), suffix: normal, decimal: true };
}

export function parseFloat_(text: string): { readonly value: number; readonly suffix: string } | undefined {
  const m = /^((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)([fFlLqQwWdDiIjJ0-9x]*)$/.exec(text);
  if (m !== null) return { value: Number(m[1]), suffix: (m[2] ?? '').toLowerCase() };
  const hex = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)([fFlLqQ]*)$/.exec(text);
  if (hex === null) return undefined;
  const whole = hex[1] ?? '';
  const part = hex[2] ?? '';
  const mantissa = Number(BigInt(`0x0${whole}${part}`));
  return { value: mantissa * 2 ** (Number(hex[3]) - 4 * part.length), suffix: (hex[4] ?? '').toLowerCase() };
}

export interface CharText {
  readonly prefix: string;
  /** Bytes (UTF-8) for no prefix and u8; code units of the wide type otherwise. */
  readonly units: readonly number[];
}

const simple: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27, E: 27, '\\': 92, "'": 39, '"': 34, '?': 63 };

/** The inside of a character constant or string literal, quotes and prefix included in `text`. `wideBits`: of the prefix's type. */
export function parseQuoted(text: string, wideBits: (prefix: string) => number): CharText {
  const open = text.search(/['"]/);
  const prefix = text.slice(0, Math.max(0, open));
  const close = text.length > open + 1 && /['"]$/.test(text) ? text.length - 1 : text.length;
  const bits = prefix === '' || prefix === 'u8' ? 8 : wideBits(prefix);
  const units: number[] = [];
  const mask = 2 ** bits;
  const character = (code: number): void => {
    if (bits === 8) {
      if (code < 0x80) units.push(code);
      else if (code < 0x800) units.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) units.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else units.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    } else if (bits === 16 && code >= 0x10000) units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
    else units.push(code);
  };
  for (let i = open + 1; i < close;) {
    const code = text.codePointAt(i) ?? 0;
    if (code !== 92) {
      character(code);
      i += code > 0xffff ? 2 : 1;
      continue;
    }
    const c = text[i + 1] ?? '';
    const known = simple[c];
    if (known !== undefined) {
      units.push(known);
      i += 2;
    } else if (c === 'x') {
      const digits = /^[0-9a-fA-F]+/.exec(text.slice(i + 2, close))?.[0] ?? '';
      units.push(Number(BigInt(`0x0${digits.slice(-8)}`)) % mask);
      i += 2 + digits.length;
    } else if (c >= '0' && c <= '7') {
      const digits = /^[0-7]{1,3}/.exec(text.slice(i + 1, close))?.[0] ?? '0';
      units.push(parseInt(digits, 8) % mask);
      i += 1 + digits.length;
    } else if (c === 'u' || c === 'U') {
      const digits = new RegExp(`^[0-9a-fA-F]{1,${c === 'u' ? 4 : 8}}`).exec(text.slice(i + 2, close))?.[0] ?? '0';
      character(Math.min(parseInt(digits, 16), 0x10ffff));
      i += 2 + digits.length;
    } else i += 1;
  }
  return { prefix, units };
}
