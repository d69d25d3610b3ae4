/** What a case did to the stream between the kernels, read from its words. */
import type { SaveRun } from '../engine/kstate/save';
import type { HandedOver } from '../engine/memory/kho';
import type { CaseInput } from './kstateCase';

const number = String.raw`(0x[0-9a-f]+|\d+)`;

/**
 * Known: `first byte of the magic flipped (0x8c to 0x8d)`, `byte N … (0xa to 0xb)`, `stream replaced by a v2 layout stream`.
 * @param streamOf the stream of the same objects as another dialect writes it.
 */
export function tampered(words: string, save: SaveRun, streamOf: (dialect: CaseInput['dialect']) => Uint8Array): HandedOver {
  const { handed } = save;
  const last = handed.blocks[handed.blocks.length - 1];
  if (last === undefined) return handed;
  const bytes = new Uint8Array(last.bytes);
  const other = /replaced by an? (v2|v3-posted|v3) /.exec(words)?.[1];
  const to = new RegExp(String.raw`\(\s*${number}\s*(?:to|->)\s*${number}\s*\)|set to ${number}`, 'i').exec(words);
  const at = /first byte/i.test(words) ? 0 : /second byte/i.test(words) ? 1 : Number(new RegExp(String.raw`\b(?:byte|offset) ${number}`, 'i').exec(words)?.[1] ?? NaN);
  const value = Number(to?.[2] ?? to?.[3] ?? NaN);
  if (other === 'v2' || other === 'v3' || other === 'v3-posted') bytes.set(streamOf(other));
  else if (Number.isSafeInteger(at) && Number.isSafeInteger(value) && at < bytes.length) bytes[at] = value;
  else throw new Error(`tamper: expected words that say which byte becomes what, found "${words}"`);
  return { ...handed, blocks: handed.blocks.map((block) => (block === last ? { ...block, bytes } : block)) };
}
