/** Samples that the real libfdt wrote (7.1.5), and pages and blobs of real kernels. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve('test/fixtures/formats');

export function fixture(name: string): Uint8Array {
  return readFileSync(path.join(folder, name));
}

/** By the first words of their title. */
export function libfdtSample(title: string): Uint8Array {
  const text = readFileSync(path.join(folder, 'fdt-samples.txt'), 'utf8');
  const part = text.split(/^## /m).find((one) => one.startsWith(title));
  if (part === undefined) throw new Error(`no sample ${title}`);
  return Uint8Array.from([...part.matchAll(/^[0-9a-f]{4} {2}((?:[0-9a-f]{2} )+)/gm)].flatMap(([, line = '']) => line.trim().split(' ').map((byte) => Number.parseInt(byte, 16))));
}

/** Sizes of structures that gcc found, by header and structure. */
export function abiSizes(pageKilobytes: 4 | 16): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  let header = '';
  for (const line of readFileSync(path.join(folder, `abi-sizes-${String(pageKilobytes)}k.txt`), 'utf8').split('\n')) {
    const [, name, value] = /^ {2}(\w+) +(\d+)$/.exec(line) ?? [];
    if (name === undefined) header = line.replace(/\.h OK$/, '') === line ? header : line.replace(/\.h OK$/, '');
    else out.set(`${header} ${name}`, Number(value));
  }
  return out;
}
