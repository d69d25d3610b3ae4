/** How the successor is told where the root FDT and the scratch array are: x86 setup_data, arm64 /chosen. KHO facts 4. */
import { propertyOf } from './fdtValues';
import type { FdtNode } from './fdt/read';
import { be64, decode, encode, pointer, table, u32, u64 } from './layoutTable';
import type { Values } from './layoutTable';
import type { PhysicalMemory } from './physicalMemory';
import type { FormatProblem, Result } from './problem';
import { Problems, bad, good, hex } from './problem';

export const SETUP_KEXEC_KHO = 10;

export const setupData = table('setup_data', {
  next: pointer('next node of the list; 0 ends it'),
  type: u32('10: SETUP_KEXEC_KHO'),
  len: u32('bytes that follow', 'bytes'),
});

export const khoData = table('kho_data', {
  fdt_addr: pointer('root FDT'),
  fdt_size: u64('a page, not the tree\'s totalsize', 'bytes'),
  scratch_addr: pointer('array of scratch areas'),
  scratch_size: u64('bytes of the array', 'bytes'),
});

export type KhoData = Values<typeof khoData['specs']>;

/** The x86 node, always little endian. */
export function encodeSetupData(next: bigint, data: KhoData): Uint8Array {
  const out = new Uint8Array(setupData.sizeBytes + khoData.sizeBytes);
  out.set(encode(setupData, { next, type: SETUP_KEXEC_KHO, len: khoData.sizeBytes }, 'little'));
  out.set(encode(khoData, data, 'little'), setupData.sizeBytes);
  return out;
}

/** The kho_data of a node; a problem when it is of another type or length. */
export function decodeSetupData(bytes: Uint8Array): Result<KhoData & { readonly next: bigint }> {
  const head = decode(setupData, bytes, 0, 'little');
  if (!head.ok) return head;
  const { next, type, len } = head.value;
  const wrong = (offsetBytes: number, field: string, expected: number, found: number): Result<KhoData & { readonly next: bigint }> => bad({ structure: setupData.structure, offsetBytes, field, expected: String(expected), found: String(found) });
  if (type !== SETUP_KEXEC_KHO) return wrong(8, 'type', SETUP_KEXEC_KHO, type);
  if (len !== khoData.sizeBytes) return wrong(12, 'len', khoData.sizeBytes, len);
  const data = decode(khoData, bytes, setupData.sizeBytes, 'little');
  return data.ok ? good({ next, ...data.value }) : data;
}

/** The setup header within x86 boot_params, whose list starts there: Linux/x86 boot protocol (`HdrS` at 0x202, setup_data at 0x250). */
export const bootParams = { magicAtBytes: 0x202, magic: 0x53726448, setupDataAtBytes: 0x250 } as const;

/** Where the list of the boot_params at an offset starts; undefined when none are there. 0: no list. */
export function setupDataListOf(view: DataView, atBytes: number): bigint | undefined {
  const { magicAtBytes, magic, setupDataAtBytes } = bootParams;
  if (atBytes < 0 || atBytes + setupDataAtBytes + 8 > view.byteLength || view.getUint32(atBytes + magicAtBytes, true) !== magic) return undefined;
  return view.getBigUint64(atBytes + setupDataAtBytes, true);
}

export interface SetupDataNode { readonly phys: bigint; readonly next: bigint; readonly type: number; readonly len: number }

/** Walks a setup_data list; a node is read once. */
export function readSetupDataChain(memory: PhysicalMemory, first: bigint): { readonly nodes: readonly SetupDataNode[]; readonly problems: readonly FormatProblem[] } {
  const problems = new Problems();
  const nodes: SetupDataNode[] = [];
  const seen = new Set<bigint>();
  for (let phys = first; phys !== 0n;) {
    const bytes = seen.has(phys) ? undefined : memory.read(phys, setupData.sizeBytes);
    const head = bytes === undefined ? undefined : decode(setupData, bytes, 0, 'little');
    if (head === undefined || !head.ok) {
      problems.add({ structure: setupData.structure, phys: nodes[nodes.length - 1]?.phys ?? 0n, offsetBytes: 0, field: 'next', expected: 'a node in the image that was not read before', found: hex(phys) });
      break;
    }
    seen.add(phys);
    nodes.push({ phys, ...head.value });
    phys = head.value.next;
  }
  return { nodes, problems: problems.list };
}

/** A property of arm64's /chosen: real FDT cells, two of address and two of size, big endian. */
export const chosenRange = table('/chosen range', { address: be64('physical address', 'hex'), size: be64('bytes', 'bytes') });
export const CHOSEN_FDT = 'linux,kho-fdt';
export const CHOSEN_SCRATCH = 'linux,kho-scratch';

export function encodeChosen(data: KhoData): readonly (readonly [name: string, value: Uint8Array])[] {
  return [
    [CHOSEN_FDT, encode(chosenRange, { address: data.fdt_addr, size: data.fdt_size }, 'big')],
    [CHOSEN_SCRATCH, encode(chosenRange, { address: data.scratch_addr, size: data.scratch_size }, 'big')],
  ];
}

/** Both properties must be there; undefined when neither is. */
export function decodeChosen(chosen: FdtNode): Result<KhoData> | undefined {
  const fdt = propertyOf(chosen, CHOSEN_FDT);
  const scratch = propertyOf(chosen, CHOSEN_SCRATCH);
  if (fdt === undefined && scratch === undefined) return undefined;
  const one = fdt === undefined ? undefined : decode(chosenRange, fdt.data, 0, 'big');
  const other = scratch === undefined ? undefined : decode(chosenRange, scratch.data, 0, 'big');
  if (one?.ok !== true || other?.ok !== true) {
    const field = one?.ok === true ? CHOSEN_SCRATCH : CHOSEN_FDT;
    return bad({ structure: '/chosen', offsetBytes: chosen.offsetBytes, field, expected: '16 bytes', found: `${String((field === CHOSEN_FDT ? fdt : scratch)?.lengthBytes ?? 'none')}` });
  }
  return good({ fdt_addr: one.value.address, fdt_size: one.value.size, scratch_addr: other.value.address, scratch_size: other.value.size });
}
