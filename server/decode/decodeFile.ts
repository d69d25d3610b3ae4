/** What a file or a copied debugfs folder is, and what is in it. */
import { orderOfBlobs } from './blobOrder';
import { looksLikeElf } from '../formats/elfCore';
import type { ByteOrder } from '../formats/layoutTable';
import type { FormatProblem } from '../formats/problem';
import { decodeFdtBlob, decodeLuoSerBlob, decodeMetadataBlob, unknownBlob } from './blob';
import { BlockTable, blocksStructure } from './blockTable';
import { readUpTo } from './context';
import { decodeCore, decodeRaw } from './core';
import { elfStructure } from './elfStructure';
import type { Json } from './exactJson';
import { isList } from './exactJson';
import type { DecodeFinding } from './findings';
import type { DecodedImage } from './image';
import type { StreamDescriptions } from './stream';
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
  /** Byte order of the machine; undefined: as the file says, else found out. */
  readonly order?: ByteOrder | undefined;
  /** Of a KSTATE stream: what its entries are. */
  readonly descriptions?: StreamDescriptions | undefined;
}

export interface Decoded {
  readonly what: 'image' | 'FDT' | 'kexec-metadata' | 'luo_ser' | 'KSTATE stream' | 'debugfs';
  readonly findings: readonly DecodeFinding[];
  readonly structure: Structure;
  readonly order: ByteOrder;
  readonly image: DecodedImage | undefined;
  json(): { readonly [key: string]: Json | undefined };
  view(): DecodedView;
}

/** What a file may be, for people who gave another. */
export const KNOWN_FILES = 'an ELF core, an FDT, a KSTATE stream or an image with a KHO root';

/** Undefined: nothing that is known. */
export function decodeFile(bytes: Uint8Array, label: string, options: DecodeOptions): Decoded | FormatProblem | undefined {
  const { physBase, pageBytes } = options;
  if (physBase !== undefined) return ofImage(decodeRaw(bytes, physBase, { pageBytes, order: options.order }));
  if (looksLikeElf(bytes)) {
    const image = decodeCore(bytes, { pageBytes });
    return 'field' in image ? image : ofImage(image, bytes);
  }
  const order = options.order ?? orderOfBlobs([bytes]);
  const fdt = decodeFdtBlob(bytes, label, order);
  if (fdt !== undefined) return ofBlob('FDT', fdt, bytes, order);
  const metadata = decodeMetadataBlob(bytes, order);
  if (metadata !== undefined) return ofBlob('kexec-metadata', metadata, bytes, order);
  const luo = decodeLuoSerBlob(bytes, order);
  if (luo !== undefined) return ofBlob('luo_ser', luo, bytes, order);
  const stream = decodeStreamFile(bytes, options.order, options.descriptions);
  if (stream !== undefined) return ofBlob('KSTATE stream', stream, bytes, stream.order);
  const raw = decodeRaw(bytes, 0n, { pageBytes, order: options.order });
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
    what, findings: list, structure: blob.structure, order, image: undefined, json: () => ({ byte_order: order, ...blob.json, findings: list.map((finding) => ({ ...viewFinding(finding) })) }),
    view: () => new DecodedView({
      top: blob.structure, findings: list, order,
      read: (one, offset, length) => (one.fileOffset === undefined ? undefined : bytes.subarray(one.fileOffset + offset, one.fileOffset + offset + length)),
    }),
  };
}

/** Blobs that nothing here knows stand beside each other, by name; what is known is there once. */
function gathered(before: Json | undefined, value: Json | undefined): Json | undefined {
  const isRecord = (one: Json | undefined): one is { readonly [key: string]: Json } => one !== null && typeof one === 'object' && !isList(one);
  return isRecord(before) && isRecord(value) ? { ...before, ...value } : value;
}

/** Files that debugfs has for a handover, and which side they are on; `in` where the folder does not say. */
function debugfsPlace(path: string): { readonly side: string; readonly rest: string } | undefined {
  const [, side = 'in', rest] = /^(?:(in|out)\/)?((?:sub_fdts\/[^/]+|fdt|scratch_phys|scratch_len))$/.exec(path) ?? [];
  return rest === undefined ? undefined : { side, rest };
}

/** Paths below `/sys/kernel/debug/kho` (or below `in` or `out` of it) with their bytes; undefined when nothing of it is there. */
export function decodeDebugfs(files: ReadonlyMap<string, Uint8Array>, given?: ByteOrder): Decoded | undefined {
  const order = given ?? orderOfBlobs([...files].filter(([path]) => debugfsPlace(path)?.rest.startsWith('scratch_') === false).map(([, bytes]) => bytes));
  const parts: { readonly [key: string]: Json | undefined }[] = [];
  const findings: DecodeFinding[] = [];
  const children: Structure[] = [];
  const offsets = new Map<Structure, Uint8Array>();
  const json: Record<string, { [key: string]: Json | undefined }> = {};
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const place = debugfsPlace(path);
    if (place === undefined) continue;
    const { side, rest } = place;
    const into = json[side] ??= {};
    if (rest.startsWith('scratch_')) {
      into[rest] = new TextDecoder().decode(bytes.subarray(0, 65536)).split('\n').filter((line) => line !== '');
      continue;
    }
    const blob = decodeFdtBlob(bytes, path, order) ?? decodeMetadataBlob(bytes, order) ?? decodeLuoSerBlob(bytes, order) ?? unknownBlob(bytes, rest.replace('sub_fdts/', ''));
    for (const [key, value] of Object.entries(blob.json)) into[key] = gathered(into[key], value);
    parts.push(blob.json);
    findings.push(...blob.findings.list);
    const structure = { ...blob.structure, label: path };
    children.push(structure);
    offsets.set(structure, bytes);
  }
  if (parts.length === 0) return undefined;
  const structure = group('debugfs kho', `${String(parts.length)} files`, children);
  return {
    what: 'debugfs', findings, structure, order, image: undefined,
    // One side alone has the shape of an image's answer; with both each stands under its name.
    json: () => ({ ...(Object.keys(json).length === 1 ? Object.values(json)[0] : json), byte_order: order, findings: findings.map((finding) => ({ ...viewFinding(finding) })) }),
    view: () => new DecodedView({ top: structure, findings, read: (one, offset, length) => offsets.get(one)?.subarray(offset, offset + length), order }),
  };
}
