/** Where the root FDTs of an image are: named by a boot record, or found by a scan of its pages. */
import { FDT_MAGIC } from '../formats/fdt/layout';
import { childOf, propertyOf, stringsOf } from '../formats/fdtValues';
import type { KhoData } from '../formats/bootRecord';
import { SETUP_KEXEC_KHO, bootParams, decodeChosen, decodeSetupData, khoData, readSetupDataChain, setupData, setupDataListOf } from '../formats/bootRecord';
import { isFdtTree, readFdt } from '../formats/fdt/read';
import { viewOf } from '../formats/layoutTable';
import type { PhysicalMemory } from '../formats/physicalMemory';
import type { FormatProblem } from '../formats/problem';
import { Problems } from '../formats/problem';
import type { KhoScratch } from '../formats/scratch';
import { decodeScratch, khoScratch } from '../formats/scratch';
import type { ByteOrder } from '../formats/layoutTable';
import type { FoundStream } from './consumers/kstate';
import { rootOf, streamNamedBy } from './consumers/kstate';
import { readUpTo } from './context';

export interface BootRecord {
  readonly phys: bigint;
  readonly by: 'setup_data' | '/chosen';
  /** The kernel's own list leads to it; otherwise it only looks like a record. */
  readonly linked: boolean;
  readonly data: KhoData;
  /** The root FDT that it leads to: by itself, or by the stream of a kernel with KSTATE. */
  readonly rootPhys: bigint;
  readonly stream: FoundStream | undefined;
}

export interface FoundRoots {
  /** Pages that start with a tree whose root says that it is a handover, ascending. */
  readonly roots: readonly { readonly phys: bigint; readonly compatible: string }[];
  readonly records: readonly BootRecord[];
  /** What is wrong with the lists that lead to them. */
  readonly problems: readonly FormatProblem[];
}

/** Roots that are looked at; an image with more is made up. */
const MOST_ROOTS = 64;
const SMALLEST_PAGE = 4096;

export function findRoots(memory: PhysicalMemory): FoundRoots {
  const roots: { phys: bigint; compatible: string }[] = [];
  const records: BootRecord[] = [];
  for (const { phys, bytes } of memory.ranges) {
    const view = viewOf(bytes);
    // Trees start at a page; a segment need not.
    const first = Number((BigInt(SMALLEST_PAGE) - phys % BigInt(SMALLEST_PAGE)) % BigInt(SMALLEST_PAGE));
    for (let at = first; at + 40 <= bytes.length && roots.length + records.length < MOST_ROOTS; at += SMALLEST_PAGE) {
      if (view.getUint32(at) === FDT_MAGIC) tree(memory, phys + BigInt(at), view.getUint32(at + 4), roots, records);
    }
    setupDataIn(memory, phys, view, records);
  }
  const problems = new Problems();
  return { roots, records: linkedRecords(memory, records, problems), problems: problems.list };
}

/** boot_params are aligned to 16. */
const BOOT_PARAMS_ALIGN = 16;
/** Copies that are looked at: each may lead through a list as long as the image. */
const MOST_BOOT_PARAMS = 16;

/** Records with those that the list of some boot_params leads to marked, or added. x86 only: where no page of an image holds boot_params nothing changes. */
function linkedRecords(memory: PhysicalMemory, records: readonly BootRecord[], problems: Problems): readonly BootRecord[] {
  const out = new Map(records.map((record) => [record.phys, record]));
  const sizeBytes = setupData.sizeBytes + khoData.sizeBytes;
  let lists = 0;
  for (const { phys: start, bytes } of memory.ranges) {
    const view = viewOf(bytes);
    for (let at = Number(-start & BigInt(BOOT_PARAMS_ALIGN - 1)); at + bootParams.setupDataAtBytes < bytes.length && lists < MOST_BOOT_PARAMS; at += BOOT_PARAMS_ALIGN) {
      const first = setupDataListOf(view, at);
      if (first === undefined || first === 0n) continue;
      lists++;
      const list = readSetupDataChain(memory, first);
      for (const problem of list.problems) problems.add(problem);
      for (const { phys, type } of list.nodes) {
        if (type !== SETUP_KEXEC_KHO || (out.size >= MOST_ROOTS && !out.has(phys))) continue;
        const node = memory.read(phys, sizeBytes);
        const read = node === undefined ? undefined : decodeSetupData(node);
        if (read?.ok === true) {
          const { fdt_addr, fdt_size, scratch_addr, scratch_size } = read.value;
          out.set(phys, bootRecord(memory, { phys, by: 'setup_data', linked: true, data: { fdt_addr, fdt_size, scratch_addr, scratch_size } }));
        } else problems.add(read === undefined ? { structure: setupData.structure, phys, offsetBytes: 0, field: 'len', expected: `${String(sizeBytes)} bytes in the image`, found: 'fewer' } : { ...read.problem, phys });
      }
    }
  }
  return [...out.values()];
}

function tree(memory: PhysicalMemory, phys: bigint, totalsize: number, roots: { phys: bigint; compatible: string }[], records: BootRecord[]): void {
  const read = readFdt(readUpTo(memory, phys, Math.max(40, Math.min(totalsize, 1 << 20))));
  if (!isFdtTree(read) || read.root === undefined) return;
  const compatible = stringsOf(propertyOf(read.root, 'compatible')).find((one) => /^kho-v\d/.test(one));
  if (compatible !== undefined) roots.push({ phys, compatible });
  const chosen = childOf(read.root, 'chosen');
  const data = chosen === undefined ? undefined : decodeChosen(chosen);
  if (data?.ok === true) records.push(bootRecord(memory, { phys, by: '/chosen', linked: true, data: data.value }));
}

/** With the root that it leads to. */
function bootRecord(memory: PhysicalMemory, record: Omit<BootRecord, 'rootPhys' | 'stream'>): BootRecord {
  const stream = streamNamedBy(memory, record.data.fdt_addr);
  return { ...record, stream, rootPhys: (stream === undefined ? undefined : rootOf(memory, stream)) ?? record.data.fdt_addr };
}

/** x86: nothing says where the list starts, but a node of type 10 and length 32 that names a tree or a stream of KSTATE in the image is one. */
function setupDataIn(memory: PhysicalMemory, phys: bigint, view: DataView, records: BootRecord[]): void {
  const sizeBytes = setupData.sizeBytes + khoData.sizeBytes;
  for (let at = Number(-phys & 7n); at + sizeBytes <= view.byteLength && records.length < MOST_ROOTS; at += 8) {
    if (view.getUint32(at + 8, true) !== SETUP_KEXEC_KHO || view.getUint32(at + 12, true) !== khoData.sizeBytes) continue;
    const node = decodeSetupData(new Uint8Array(view.buffer, view.byteOffset + at, sizeBytes));
    if (!node.ok) continue;
    const { fdt_addr, fdt_size, scratch_addr, scratch_size } = node.value;
    const magic = fdt_addr % BigInt(SMALLEST_PAGE) === 0n ? memory.read(fdt_addr, 4) : undefined;
    if (magic === undefined) continue;
    const record = bootRecord(memory, { phys: phys + BigInt(at), by: 'setup_data', linked: false, data: { fdt_addr, fdt_size, scratch_addr, scratch_size } });
    if (viewOf(magic).getUint32(0) === FDT_MAGIC || record.stream !== undefined) records.push(record);
  }
}

export interface FoundScratch {
  readonly phys: bigint;
  readonly areas: readonly KhoScratch[];
  readonly by: 'boot record' | 'scan';
}

const SCRATCH_ALIGN = 1n << 21n;
const MOST_AREAS = 1026;

/** The scratch array: where the boot record says, or the one page that looks like it (at least three areas of whole pageblocks apart from each other, then an empty one). */
export function findScratch(memory: PhysicalMemory, record: BootRecord | undefined, order: ByteOrder): FoundScratch | undefined {
  if (record !== undefined) {
    const { scratch_addr: phys, scratch_size } = record.data;
    const most = BigInt(MOST_AREAS * khoScratch.sizeBytes);
    const bytes = memory.read(phys, Number(scratch_size < most ? scratch_size : most));
    if (bytes !== undefined) return { phys, areas: decodeScratch(bytes, order), by: 'boot record' };
  }
  const found: FoundScratch[] = [];
  for (const { phys, bytes } of memory.ranges) {
    const first = Number((BigInt(SMALLEST_PAGE) - phys % BigInt(SMALLEST_PAGE)) % BigInt(SMALLEST_PAGE));
    const view = viewOf(bytes);
    for (let at = first; at + SMALLEST_PAGE <= bytes.length; at += SMALLEST_PAGE) {
      if (!mayBeScratch(view, at, order)) continue;
      const areas = scratchAreas(bytes.subarray(at, at + SMALLEST_PAGE), order);
      if (areas.length >= 3) found.push({ phys: phys + BigInt(at), areas, by: 'scan' });
      if (found.length > 1) return undefined;
    }
  }
  return found[0];
}

/** The low halves of the first three entries, without a value made of each. */
function mayBeScratch(view: DataView, at: number, order: ByteOrder): boolean {
  const little = order === 'little';
  for (let i = 0; i < 6; i++) if ((view.getUint32(at + i * 8 + (little ? 0 : 4), little) & 0x1fffff) !== 0) return false;
  return view.getBigUint64(at, little) !== 0n && view.getBigUint64(at + 8, little) !== 0n;
}

function scratchAreas(page: Uint8Array, order: ByteOrder): readonly KhoScratch[] {
  const all = decodeScratch(page, order);
  const end = all.findIndex((area) => area.addr === 0n && area.size === 0n);
  const areas = end < 0 ? all : all.slice(0, end);
  const sound = areas.every((area) => area.addr !== 0n && area.addr % SCRATCH_ALIGN === 0n && area.size % SCRATCH_ALIGN === 0n && area.size < 1n << 46n && area.addr < 1n << 52n);
  // Behind the array the page may hold what else was allocated early.
  const byAddress = [...areas].sort((a, b) => (a.addr < b.addr ? -1 : 1));
  const apart = byAddress.every((area, i) => i === 0 || (byAddress[i - 1]?.addr ?? 0n) + (byAddress[i - 1]?.size ?? 0n) <= area.addr);
  return sound && end >= 0 && apart ? areas : [];
}
