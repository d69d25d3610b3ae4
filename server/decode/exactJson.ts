/** JSON whose integers may have 64 bits: read as bigint where a number would round them, written as digits. */

export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Never in a text of ours: stands in front of digits while JSON.parse is at work. */
const MARK = '\u0001int:';

/** Throws SyntaxError as JSON.parse does. */
export function parseExact(text: string): Json {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (found) => (found.startsWith('"') ? found : JSON.stringify(`${MARK}${found}`)));
  const read = JSON.parse(marked, (_key, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
    return integer(BigInt(value.slice(MARK.length)));
  }) as Json;
  return read;
}

/** A number where it is exact. */
export function integer(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(value) : value;
}

/** Lists of scalars on one line, everything else indented by one. */
export function writeExact(value: Json | undefined): string {
  const parts: string[] = [];
  write(value, '\n', parts);
  return parts.join('');
}

const scalar = (value: Json | undefined): boolean => value === null || typeof value !== 'object';

function write(value: Json | undefined, indent: string, parts: string[]): void {
  if (value === undefined || value === null) parts.push('null');
  else if (typeof value === 'bigint') parts.push(value.toString());
  else if (typeof value !== 'object') parts.push(JSON.stringify(value));
  else if (isList(value)) {
    const flat = value.every(scalar);
    const inner = `${indent} `;
    parts.push('[');
    value.forEach((one, i) => {
      if (i > 0) parts.push(flat ? ', ' : ',');
      if (!flat) parts.push(inner);
      write(one, inner, parts);
    });
    parts.push(flat || value.length === 0 ? ']' : `${indent}]`);
  } else {
    const inner = `${indent} `;
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    parts.push('{');
    entries.forEach(([key, one], i) => {
      parts.push(i > 0 ? ',' : '', inner, JSON.stringify(key), ': ');
      write(one, inner, parts);
    });
    parts.push(entries.length === 0 ? '}' : `${indent}}`);
  }
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
