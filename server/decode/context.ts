/** What everything that reads one handover shares: memory, machine, blocks, findings, and what was read already. */
import type { FdtTree } from '../formats/fdt/read';
import { isFdtTree, readFdt } from '../formats/fdt/read';
import type { ByteOrder } from '../formats/layoutTable';
import { viewOf } from '../formats/layoutTable';
import type { PhysicalMemory } from '../formats/physicalMemory';
import { hex } from '../formats/problem';
import type { FindingKind } from './findings';
import type { Findings } from './findings';
import type { PreservedBlocks } from './preservedBlocks';

export interface Machine {
  readonly order: ByteOrder;
  readonly pageShift: number;
}

export class Context {
  readonly pageBytes: number;
  /** Bytes the image carries: no array read from it can be longer. */
  readonly imageBytes: number;
  private readonly seen = new Map<bigint, string>();

  constructor(readonly memory: PhysicalMemory, readonly machine: Machine, readonly blocks: PreservedBlocks, readonly findings: Findings) {
    this.pageBytes = 1 << machine.pageShift;
    this.imageBytes = memory.ranges.reduce((sum, range) => sum + range.bytes.length, 0);
  }

  /** Marks a structure as read; false, with a finding, when it was before. Bounds time and memory by the image. */
  once(phys: bigint, what: string, field: string): boolean {
    const before = this.seen.get(phys);
    if (before === undefined) {
      this.seen.set(phys, what);
      return true;
    }
    this.wrong('shared', what, phys, 0, field, 'a structure of its own', `${hex(phys)}, which is ${before}`);
    return false;
  }

  wrong(kind: FindingKind, structure: string, phys: bigint | undefined, offsetBytes: number, field: string, expected: string, found: string): void {
    this.findings.add(kind, phys === undefined ? { structure, offsetBytes, field, expected, found } : { structure, phys, offsetBytes, field, expected, found });
  }

  pfnOf(phys: bigint): number {
    return Number(phys >> BigInt(this.machine.pageShift));
  }

  physOf(pfn: number): bigint {
    return BigInt(pfn) << BigInt(this.machine.pageShift);
  }

  /** The block that starts at an address goes to an owner; a finding when none does. */
  claim(phys: bigint, owner: string, structure = owner): void {
    const id = this.blocks.owner(owner);
    const aligned = phys % BigInt(this.pageBytes) === 0n;
    if (aligned && this.blocks.claim(this.pfnOf(phys), id)) return;
    const missing = this.blocks.claimRange(this.pfnOf(phys), 1, id).missingPages;
    if (missing > 0) this.wrong('not-preserved', structure, phys, 0, 'page', 'preserved', `${owner} is not in the tracker`);
  }

  /** Every block of a range goes to an owner; a finding when pages of it are not preserved. Gives the blocks that start in it. */
  claimRange(phys: bigint, sizeBytes: bigint, owner: string): readonly { readonly pfn: number; readonly order: number }[] {
    const pages = Number(sizeBytes >> BigInt(this.machine.pageShift));
    const { blocks, missingPages, firstMissingPfn } = this.blocks.claimRange(this.pfnOf(phys), pages, this.blocks.owner(owner));
    if (missingPages > 0) this.wrong('not-preserved', owner, phys, 0, 'pages', `${String(pages)} preserved pages`, `${String(missingPages)} missing, the first at ${hex(this.physOf(firstMissingPfn))}`);
    return blocks;
  }

  orderAt(phys: bigint): number | undefined {
    return phys % BigInt(this.pageBytes) === 0n ? this.blocks.orderAt(this.pfnOf(phys)) : undefined;
  }
}

/** As many bytes from an address on as the image holds, up to `wanted`. */
export function readUpTo(memory: PhysicalMemory, phys: bigint, wanted: number): Uint8Array {
  const whole = memory.read(phys, wanted);
  if (whole !== undefined) return whole;
  let low = 0;
  let high = wanted;
  // What is there is a stretch from `phys` on: halve until its end is found.
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (memory.read(phys, middle) === undefined) high = middle;
    else low = middle;
  }
  return memory.read(phys, low) ?? new Uint8Array(0);
}

/** Trees are at most this large: v4 and v5 allow 10 MiB. */
const MOST_FDT_BYTES = 10 << 20;

/** The tree at an address; undefined, with findings, when there is none. */
export function readTreeAt(memory: PhysicalMemory, phys: bigint, structure: string, findings: Findings, options: { readonly strings?: Uint8Array } = {}): FdtTree | undefined {
  const head = memory.read(phys, 8);
  if (head === undefined) {
    findings.add('outside', { structure, phys, offsetBytes: 0, field: 'address', expected: 'a tree in the image', found: hex(phys) });
    return undefined;
  }
  const totalsize = viewOf(head).getUint32(4);
  const bytes = readUpTo(memory, phys, Math.max(40, Math.min(totalsize, MOST_FDT_BYTES)));
  const tree = readFdt(bytes, options);
  if (!isFdtTree(tree)) {
    findings.add('fdt', { ...tree, structure: `${structure}: ${tree.structure}`, phys });
    return undefined;
  }
  findings.addAll('fdt', tree.problems.map((problem) => ({ ...problem, structure: `${structure}: ${problem.structure}` })), '', phys);
  return tree;
}
