/** Memory that real kernels handed over, with what an independent walk found in it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { DecodedImage } from '../../../server/decode/image';
import { decodeCore } from '../../../server/decode/core';
import type { Json } from '../../../server/decode/exactJson';
import { parseExact } from '../../../server/decode/exactJson';

const folder = path.resolve('test/fixtures/images');

export function imageBytes(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(path.join(folder, `${name}.elf.gz`))));
}

export function truthOf(name: string): Json {
  return parseExact(gunzipSync(readFileSync(path.join(folder, `${name}.json.gz`))).toString('utf8'));
}

export function decoded(bytes: Uint8Array): DecodedImage {
  const image = decodeCore(bytes);
  if ('field' in image) throw new Error(`${image.structure}.${image.field}: ${image.found}`);
  return image;
}
