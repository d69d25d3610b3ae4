/** The live update orchestrator's blob and arrays: the FDT form of 6.19 and 7.1, and the block form of the newest. KHO facts 6.6. */
import { compatibleProperty, childOf, encodeString, encodeU64, u64Property } from './fdtValues';
import type { FdtTree } from './fdt/read';
import type { FdtAnswer } from './fdt/layout';
import { writeTree } from './khoRoot';
import { decode, inside, pointer, table, text, u64 } from './layoutTable';
import type { ByteOrder, Specs, Table, Values } from './layoutTable';
import type { PhysicalMemory } from './physicalMemory';
import type { FormatProblem } from './problem';
import { Problems, hex } from './problem';
import { decodeText, encodeText } from './text';

export const luoFileSet = table('luo_file_set_ser', { files: pointer('array of files, or first block of them; 0: none'), count: u64('files') });
export const luoSessionHeader = table('luo_session_header_ser', { count: u64('sessions') });
export const luoSession = table('luo_session_ser', { name: text(64, 'name, unique'), file_set: inside(luoFileSet, 'its files') });
export const luoFile = table('luo_file_ser', {
  compatible: text(48, 'file handler'), data: u64('what the handler gave: mostly the address of its structure', 'hex'), token: u64('name of the file within its session', 'hex'),
});
export const luoFlbHeader = table('luo_flb_header_ser', { pgcnt: u64('pages of the array: 1'), count: u64('entries') });
export const luoFlb = table('luo_flb_ser', { name: text(48, 'compatible string'), data: u64('what the object gave', 'hex'), count: u64('files that depend on it') });

/** Sizes of the arrays of 6.19 and 7.1. */
export const LUO_SESSION_BYTES = 65536;
export const LUO_FILES_BYTES = 8192;
export const LUO_FLB_BYTES = 4096;

/** How many entries fit behind a header. */
export function capacityOf(header: Table<Specs> | undefined, entry: Table<Specs>, blockBytes: number): number {
  return Math.floor((blockBytes - (header?.sizeBytes ?? 0)) / entry.sizeBytes);
}

/** The names of the FDT form; 6.19 has no FLBs, and 7.1 refuses a tree without them. */
export interface LuoFdtForm { readonly id: '6.19' | '7.1'; readonly flb: boolean }
export const luoFdtForms = { '6.19': { id: '6.19', flb: false }, '7.1': { id: '7.1', flb: true } } as const satisfies Record<string, LuoFdtForm>;

export interface LuoBlob { readonly liveupdateNumber: bigint; readonly sessionHeaderPhys: bigint; readonly flbHeaderPhys: bigint | undefined }

const STRUCTURE = 'LUO FDT';

/** luo_fdt_setup(): the blob as it lies in its page. */
export function encodeLuoFdt(form: LuoFdtForm, blob: LuoBlob, pageBytes: number, order: ByteOrder): FdtAnswer<{ readonly blob: Uint8Array; readonly buffer: Uint8Array }> {
  const node = (name: string, compatible: string, property: string, phys: bigint) => ({
    name, properties: [['compatible', encodeString(compatible)], [property, encodeU64(phys, order)]] as const, nodes: [],
  });
  return writeTree({
    name: '',
    properties: [['compatible', encodeString('luo-v1')], ['liveupdate-number', encodeU64(blob.liveupdateNumber, order)]],
    nodes: [
      node('luo-session', 'luo-session-v2', 'luo-session-header', blob.sessionHeaderPhys),
      ...(form.flb ? [node('luo-flb', 'luo-flb-v1', 'luo-flb-header', blob.flbHeaderPhys ?? 0n)] : []),
    ],
  }, pageBytes);
}

export interface ReadLuoFdt {
  readonly compatible: string | undefined;
  readonly liveupdateNumber: bigint | undefined;
  readonly session: { readonly compatible: string | undefined; readonly headerPhys: bigint | undefined } | undefined;
  /** Undefined: the tree has no such node (6.19; 7.1 panics). */
  readonly flb: { readonly compatible: string | undefined; readonly headerPhys: bigint | undefined } | undefined;
  readonly problems: readonly FormatProblem[];
}

export function readLuoFdt(tree: FdtTree, order: ByteOrder): ReadLuoFdt {
  const problems = new Problems();
  const { root } = tree;
  if (root === undefined) return { compatible: undefined, liveupdateNumber: undefined, session: undefined, flb: undefined, problems: [] };
  const part = (name: string, wanted: string, property: string) => {
    const node = childOf(root, name);
    if (node === undefined) return undefined;
    const structure = `${STRUCTURE} node ${name}`;
    return { compatible: compatibleProperty(node, [wanted], structure, problems), headerPhys: u64Property(node, property, order, structure, problems) };
  };
  const compatible = compatibleProperty(root, ['luo-v1'], STRUCTURE, problems);
  const liveupdateNumber = u64Property(root, 'liveupdate-number', order, STRUCTURE, problems);
  const session = part('luo-session', 'luo-session-v2', 'luo-session-header');
  if (session === undefined) problems.add({ structure: STRUCTURE, offsetBytes: root.offsetBytes, field: 'luo-session', expected: 'a node', found: 'none' });
  return { compatible, liveupdateNumber, session, flb: part('luo-flb', 'luo-flb-v1', 'luo-flb-header'), problems: problems.list };
}

export interface Placed<T> { readonly phys: bigint; readonly value: T }
export interface ReadArray<T> { readonly entries: readonly Placed<T>[]; readonly problems: readonly FormatProblem[] }

/** Reads `count` entries that lie behind each other; a count over the capacity, or memory that is not there, is a problem. */
export function readEntries<S extends Specs>(memory: PhysicalMemory, entry: Table<S>, phys: bigint, count: bigint, capacity: number, order: ByteOrder): ReadArray<Values<S>> {
  const problems = new Problems();
  if (count > BigInt(capacity)) problems.add({ structure: entry.structure, phys, offsetBytes: 0, field: 'count', expected: `at most ${String(capacity)}`, found: String(count) });
  const entries: Placed<Values<S>>[] = [];
  const wanted = count > BigInt(capacity) ? capacity : Number(count);
  for (let i = 0; i < wanted; i++) {
    const at = phys + BigInt(i * entry.sizeBytes);
    const bytes = memory.read(at, entry.sizeBytes);
    const value = bytes === undefined ? undefined : decode(entry, bytes, 0, order);
    if (value?.ok !== true) {
      problems.add({ structure: entry.structure, phys: at, offsetBytes: 0, field: `entry ${String(i)}`, expected: `${String(entry.sizeBytes)} bytes in the image`, found: 'none' });
      break;
    }
    entries.push({ phys: at, value: value.value });
  }
  return { entries, problems: problems.list };
}

/** The newest blob: a structure whose first member's length follows from its string. */
export function luoSer(compatible: string) {
  const lengthBytes = Math.ceil((encodeText(compatible).length + 1) / 8) * 8;
  return table('luo_ser', {
    compatible: text(lengthBytes, compatible), liveupdate_num: u64('how many live updates there were'), sessions_pa: pointer('first block of sessions; 0: none'),
    flbs_pa: pointer('array of FLBs'),
  });
}

/** How sessions and files lie in memory: behind each other in one area, or in a chain of blocks (KHO facts 8.2, L5 to L9). */
export interface LuoSerForm { readonly compatible: string; readonly sessions: 'array' | 'blocks'; readonly files: 'array' | 'blocks' }

export const luoSerForms: readonly LuoSerForm[] = [
  { compatible: 'luo-v3', sessions: 'array', files: 'array' },
  { compatible: 'luo-v4', sessions: 'blocks', files: 'array' },
  { compatible: 'luo-v5', sessions: 'blocks', files: 'blocks' },
  { compatible: 'luo-v5;block-v1', sessions: 'blocks', files: 'blocks' },
];

/** The form that a kernel has under its string: one of nobody's is that of a kernel that changed no layout since the newest. */
export function luoSerFormOf(compatible: string): LuoSerForm {
  return luoSerForms.find((one) => one.compatible === compatible) ?? { compatible, sessions: 'blocks', files: 'blocks' };
}

/** The form of a blob that starts with this; undefined when none does. */
export function luoSerForm(bytes: Uint8Array): LuoSerForm | undefined {
  const found = decodeText(bytes.subarray(0, 16));
  return luoSerForms.find((one) => one.compatible === found);
}

export const khoBlockHeader = table('kho_block_header_ser', { next: pointer('next block; 0 ends the list'), count: u64('entries in this block') });

/** Blocks an image may chain, as the kernel has it. */
const MOST_BLOCKS = 10000;

/** Reads a chain of blocks as the newest kernel does: a count of 0, a count over the capacity or a cycle is refused. */
export function readBlocks<S extends Specs>(memory: PhysicalMemory, entry: Table<S>, first: bigint, pageBytes: number, order: ByteOrder): ReadArray<Values<S>> & { readonly blocks: readonly bigint[] } {
  const problems = new Problems();
  const blocks: bigint[] = [];
  const entries: Placed<Values<S>>[] = [];
  const seen = new Set<bigint>();
  const capacity = capacityOf(khoBlockHeader, entry, pageBytes);
  let from = 0n;
  for (let phys = first; phys !== 0n;) {
    const bytes = seen.has(phys) || seen.size >= MOST_BLOCKS ? undefined : memory.read(phys, pageBytes);
    const header = bytes === undefined ? undefined : decode(khoBlockHeader, bytes, 0, order);
    if (header?.ok !== true) {
      problems.add({ structure: khoBlockHeader.structure, phys: from, offsetBytes: 0, field: 'next', expected: seen.has(phys) ? 'a block that was not read before' : 'a block in the image', found: hex(phys) });
      break;
    }
    seen.add(phys);
    blocks.push(phys);
    if (header.value.count === 0n) problems.add({ structure: khoBlockHeader.structure, phys, offsetBytes: 8, field: 'count', expected: `1 to ${String(capacity)}`, found: '0' });
    const part = readEntries(memory, entry, phys + BigInt(khoBlockHeader.sizeBytes), header.value.count, capacity, order);
    for (const problem of part.problems) problems.add(problem);
    entries.push(...part.entries);
    from = phys;
    phys = header.value.next;
  }
  return { blocks, entries, problems: problems.list };
}
