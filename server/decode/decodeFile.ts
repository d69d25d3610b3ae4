/** What a file or a copied debugfs folder is, and what is in it. */
import { looksLikeElf } from '../formats/elfCore';
import type { ByteOrder } from '../formats/layoutTable';
import type { FormatProblem } from '../formats/problem';
import { decodeFdtBlob, decodeMetadataBlob } from './blob';
import { BlockTable, blocksStructure } from './blockTable';
import { readUpTo } from './context';
import { decodeCore, decodeRaw } from './core';
import { elfStructure } from './elfStructure';
import type { Json } from './exactJson';
import type { DecodeFinding } from './findings';
import type { DecodedImage } from './image';
import { decodeStreamFile } from './stream';
import type { Structure } from './structure';
import { group } from './structure';
import { imageJson } from './toJson';
import type { ReadBytes } from './view';
import { DecodedView, viewFinding } from './view';

export interface DecodeOptions {
  /** Given: the file is a raw image, its first byte lies there. */
  readonly physBase: bigint | undefined;
  readonly pageBytes: number | undefined;
}

export interface Decoded {
  readonly what: 'image' | 'FDT' | 'kexec-metadata' | 'KSTATE stream' | 'debugfs';
  readonly findings: readonly DecodeFinding[];
  readonly structure: Structure;
  readonly order: ByteOrder;
  readonly image: DecodedImage | undefined;
  json(): { readonly [key: string]: Json | undefined };
  view(): DecodedView;
}

/** Undefined: nothing that is known. */
export function decodeFile(bytes: Uint8Array, label: string, options: DecodeOptions): Decoded | FormatProblem | undefined {
  const { physBase, pageBytes } = options;
  if (physBase !== undefined) return ofImage(decodeRaw(bytes, physBase, { pageBytes }));
  if (looksLikeElf(bytes)) {
    const image = decodeCore(bytes, { pageBytes });
    return 'field' in image ? image : ofImage(image, bytes);
  }
  const order: ByteOrder = 'little';
  const fdt = decodeFdtBlob(bytes, label, order);
  if (fdt !== undefined) return ofBlob('FDT', fdt, bytes, order);
  const metadata = decodeMetadataBlob(bytes, order);
  if (metadata !== undefined) return ofBlob('kexec-metadata', metadata, bytes, order);
  const stream = decodeStreamFile(bytes);
  if (stream !== undefined) return ofBlob('KSTATE stream', stream, bytes, order);
  const raw = decodeRaw(bytes, 0n, { pageBytes });
  return raw.handover === undefined ? undefined : ofImage(raw);
}

/** @param elf the core that the image was in; undefined: it is the file itself */
function ofImage(image: DecodedImage, elf?: Uint8Array): Decoded {
  const { findings, structure, handover, memory } = image;
  const order = handover?.machine.order ?? (elf?.[5] === 2 ? 'big' : 'little');
  return {
    what: 'image', findings, structure, order, image, json: () => imageJson(image),
    view: () => {
      const blocks = handover === undefined ? undefined : new BlockTable(handover.blocks, handover.machine.pageShift);
      const file = elf === undefined ? undefined : elfStructure(elf, order);
      const [first, ...rest] = structure.children;
      const children = [first, blocks === undefined ? undefined : blocksStructure(blocks), ...rest, file].filter((one) => one !== undefined);
      const read: ReadBytes = (one, offset, length, partly) => {
        if (one.phys !== undefined) return partly === true ? readUpTo(memory, one.phys + BigInt(offset), length) : memory.read(one.phys + BigInt(offset), length);
        return one.fileOffset === undefined ? undefined : elf?.subarray(one.fileOffset + offset, one.fileOffset + offset + length);
      };
      return new DecodedView({ top: { ...structure, children }, findings, read, order, ...(blocks === undefined ? {} : { blocks }) });
    },
  };
}

function ofBlob(what: Decoded['what'], blob: { readonly json: { readonly [key: string]: Json | undefined }; readonly findings: { readonly list: readonly DecodeFinding[] }; readonly structure: Structure }, bytes: Uint8Array, order: ByteOrder): Decoded {
  const { list } = blob.findings;
  return {
    what, findings: list, structure: blob.structure, order, image: undefined, json: () => ({ ...blob.json, findings: list.map((finding) => ({ ...viewFinding(finding) })) }),
    view: () => new DecodedView({
      top: blob.structure, findings: list, order,
      read: (one, offset, length) => (one.fileOffset === undefined ? undefined : bytes.subarray(one.fileOffset + offset, one.fileOffset + offset + length)),
    }),
  };
}

/** Paths below `/sys/kernel/debug/kho` (or below `in` or `out` of it) with their bytes; undefined when nothing of it is there. */
export function decodeDebugfs(files: ReadonlyMap<string, Uint8Array>): Decoded | undefined {
  const parts: { readonly [key: string]: Json | undefined }[] = [];
  const findings: DecodeFinding[] = [];
  const children: Structure[] = [];
  const offsets = new Map<Structure, Uint8Array>();
  const json: Record<string, { [key: string]: Json | undefined }> = {};
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [, side = 'in', rest = ''] = /^(?:(in|out)\/)?((?:sub_fdts\/[^/]+|fdt|scratch_phys|scratch_len))$/.exec(path) ?? [];
    if (rest === '') continue;
    const into = json[side] ??= {};
    if (rest.startsWith('scratch_')) {
      into[rest] = new TextDecoder().decode(bytes.subarray(0, 65536)).split('\n').filter((line) => line !== '');
      continue;
    }
    const blob = decodeFdtBlob(bytes, path, 'little') ?? decodeMetadataBlob(bytes, 'little');
    if (blob === undefined) continue;
    Object.assign(into, blob.json);
    parts.push(blob.json);
    findings.push(...blob.findings.list);
    const structure = { ...blob.structure, label: path };
    children.push(structure);
    offsets.set(structure, bytes);
  }
  if (parts.length === 0) return undefined;
  const structure = group('debugfs kho', `${String(parts.length)} files`, children);
  return {
    what: 'debugfs', findings, structure, order: 'little', image: undefined,
    // One side alone has the shape of an image's answer; with both each stands under its name.
    json: () => ({ ...(Object.keys(json).length === 1 ? Object.values(json)[0] : json), findings: findings.map((finding) => ({ ...viewFinding(finding) })) }),
    view: () => new DecodedView({ top: structure, findings, read: (one, offset, length) => offsets.get(one)?.subarray(offset, offset + length), order: 'little' }),
  };
}
