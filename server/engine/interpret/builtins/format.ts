/** printf's format, as far as integers, strings and characters go. */
import { Stop } from '../value';
import type { BuiltinCall } from './builtin';
import { number, textAt } from './builtin';

const item = /%([-+ #0]*)(\d+|\*)?(?:\.(\d+|\*))?(hh|h|ll|l|z|t|j)?([diouxXcsp%])/g;

const maxWidth = 4096;

/** The text of the format in argument `i`, with the arguments after it. */
export function formatted(call: BuiltinCall, i: number): string {
  let next = i + 1;
  const format = String.fromCharCode(...textAt(call, number(call, i), 4096));
  const text = format.replace(item, (_all, flags: string, width: string | undefined, precision: string | undefined, size: string | undefined, kind: string) => {
    if (kind === '%') return '%';
    const asked = (given: string | undefined): number | undefined => (given === '*' ? Number(BigInt.asIntN(32, number(call, next++))) : given === undefined ? undefined : Number(given));
    const wide = asked(width) ?? 0;
    const digits = asked(precision);
    const value = number(call, next++);
    if (wide > maxWidth || (digits ?? 0) > maxWidth) throw new Stop(`the format "${format}" is wider than is followed`, call.at);
    return padded(converted(call, value, flags, digits, size, kind), wide, flags, digits, kind);
  });
  if (/%[^%\s]*p[a-zA-Z]/.test(format)) throw new Stop(`the format "${format}" is not run`, call.at);
  return text;
}

function converted(call: BuiltinCall, value: bigint, flags: string, digits: number | undefined, size: string | undefined, kind: string): string {
  const bits = size === 'hh' ? 8 : size === 'h' ? 16 : size === undefined ? 32 : 64;
  switch (kind) {
    case 's': {
      const bytes = value === 0n ? [...'(null)'].map((c) => c.charCodeAt(0)) : [...textAt(call, value, digits ?? 4096)];
      return String.fromCharCode(...bytes);
    }
    case 'c': return String.fromCharCode(Number(BigInt.asUintN(8, value)));
    case 'p': return BigInt.asUintN(64, value).toString(16).padStart(16, '0');
    case 'd': case 'i': {
      const n = BigInt.asIntN(bits, value);
      const body = (n < 0n ? -n : n).toString().padStart(digits ?? 0, '0');
      return n < 0n ? `-${body}` : flags.includes('+') ? `+${body}` : flags.includes(' ') ? ` ${body}` : body;
    }
    default: {
      const n = BigInt.asUintN(bits, value);
      const body = n.toString(kind === 'o' ? 8 : kind === 'u' ? 10 : 16).padStart(digits ?? 0, '0');
      const prefixed = flags.includes('#') && n !== 0n ? (kind === 'o' ? `0${body}` : kind === 'u' ? body : `0x${body}`) : body;
      return kind === 'X' ? prefixed.toUpperCase() : prefixed;
    }
  }
}

function padded(text: string, width: number, flags: string, digits: number | undefined, kind: string): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || digits !== undefined || kind === 's' || kind === 'c') return text.padStart(width);
  const sign = /^(?:[-+ ]|0[xX])?/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
