/** Text in structures: UTF-8 up to the first NUL; bytes that are no UTF-8 are taken one character each, so that nothing disappears. */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const toUtf8 = new TextEncoder();

export function decodeText(from: Uint8Array): string {
  const end = from.indexOf(0);
  const part = end < 0 ? from : from.subarray(0, end);
  try {
    return utf8.decode(part);
  } catch {
    let out = '';
    for (const byte of part) out += String.fromCharCode(byte);
    return out;
  }
}

export function encodeText(value: string): Uint8Array {
  return toUtf8.encode(value);
}

/** Two digits for each byte. */
export function hexBytes(bytes: Uint8Array, between = ''): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(between);
}

const units = [[1n << 40n, 'TiB'], [1n << 30n, 'GiB'], [1n << 20n, 'MiB'], [1n << 10n, 'KiB']] as const;

/** Size in binary units: exact when exact, else one decimal. */
export function sizeText(bytes: bigint | number): string {
  const whole = BigInt(bytes);
  const unit = units.find(([one]) => whole >= one);
  if (unit === undefined) return `${String(whole)} B`;
  const [one, name] = unit;
  return `${whole % one === 0n ? String(whole / one) : (Number(whole) / Number(one)).toFixed(1)} ${name}`;
}
