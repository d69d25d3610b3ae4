/**
 * The scratch areas that a cold boot reserves, and what a kexec places in them. KHO facts 3; kho_reserve_scratch and kho_locate_mem_hole in
 * kernel/liveupdate/kexec_handover.c, locate_mem_hole_top_down in kernel/kexec_file.c.
 */
import type { ScratchRules } from '../../formats/generations';
import { khoScratch, type KhoScratch } from '../../formats/scratch';
import type { ScratchSpec } from '../../formats/cmdline';
import { type EarlyMemory } from './earlyMemory';
import { lowLimit, type Geometry } from './geometry';

export interface ScratchSizes {
  readonly lowmemBytes: bigint;
  readonly globalBytes: bigint;
  readonly perNodeBytes: (node: number) => bigint;
}

export interface ScratchAreas {
  /** In the order of the array: low memory (not in v4), global, then one per node. */
  readonly areas: readonly KhoScratch[];
  /** Where the array itself lies. */
  readonly arrayPhys: bigint;
}

export type ScratchOutcome =
  | { readonly ok: true; readonly value: ScratchAreas }
  /** KHO is off from here on. `failed`: what found no room, `array` or an area by the kernel's name for it (`lowmem`, `global`, `nid 0`). */
  | { readonly ok: false; readonly failed: string };

/** What sizes are rounded up to and areas aligned to, in bytes. */
function alignmentBytes(rules: ScratchRules, geometry: Geometry): bigint {
  return BigInt(rules.alignment === 'pageblock' ? geometry.pageblockBytes : geometry.pageBytes * 2 ** geometry.maxOrder);
}

/** phys_addr_t wraps: a global area that is smaller than the rounded low one becomes 0. */
const roundUp = (bytes: bigint, align: bigint): bigint => BigInt.asUintN(64, (BigInt.asUintN(64, bytes) + align - 1n) & ~(align - 1n));

/** Sizes of the areas, from what the kernel has reserved for itself so far or from `kho_scratch=`. */
export function scratchSizes(memory: EarlyMemory, spec: ScratchSpec, rules: ScratchRules, geometry: Geometry): ScratchSizes {
  const align = alignmentBytes(rules, geometry);
  const rounded = (bytes: bigint): bigint => roundUp(bytes, align);
  // A scale of 0 leaves the sizes that nobody set.
  const scaled = (bytes: bigint): bigint => (spec.by === 'scale' ? (bytes * BigInt(spec.percent)) / 100n : 0n);
  const explicit = spec.by === 'sizes' ? spec : { lowmemBytes: 0n, globalBytes: 0n, perNodeBytes: 0n };
  const perNodeBytes = (node: number): bigint => rounded(spec.by === 'sizes' ? spec.perNodeBytes : scaled(memory.kernBytes(undefined, node)));
  if (spec.by === 'sizes' && rules.rounding === 'before') return { lowmemBytes: explicit.lowmemBytes, globalBytes: explicit.globalBytes, perNodeBytes };
  if (spec.by === 'sizes') return { lowmemBytes: rounded(explicit.lowmemBytes), globalBytes: rounded(explicit.globalBytes), perNodeBytes };
  const limit = BigInt(lowLimit(geometry.arch, Number(memory.startOfRam), Number(memory.endOfRam)));
  const raw = rules.values === 2 ? 0n : scaled(memory.kernBytes(limit));
  const lowmemBytes = rounded(raw);
  return { lowmemBytes, globalBytes: rounded(scaled(memory.kernBytes()) - (rules.rounding === 'before' ? lowmemBytes : raw)), perNodeBytes };
}

/**
 * kho_reserve_scratch. What it reserves counts as the kernel's own.
 * @param onlineNodes where they differ from the nodes with memory; kernels that want an area for each of them fail on one without memory
 */
export function reserveScratch(memory: EarlyMemory, spec: ScratchSpec, rules: ScratchRules, geometry: Geometry, onlineNodes: readonly number[] = memory.nodes): ScratchOutcome {
  const sizes = scratchSizes(memory, spec, rules, geometry);
  const alignBytes = alignmentBytes(rules, geometry);
  const nodes = rules.entries === 'online nodes' ? onlineNodes : memory.nodes;
  const limit = BigInt(lowLimit(geometry.arch, Number(memory.startOfRam), Number(memory.endOfRam)));
  const arrayBytes = BigInt((nodes.length + rules.values - 1) * khoScratch.sizeBytes);
  const arrayPhys = memory.alloc({ sizeBytes: arrayBytes, alignBytes: BigInt(geometry.pageBytes) });
  if (arrayPhys === undefined) return { ok: false, failed: 'array' };
  const areas: KhoScratch[] = [];
  const wanted: readonly { readonly what: string; readonly sizeBytes: bigint; readonly limit?: bigint; readonly node?: number }[] = [
    ...(rules.values === 2 ? [] : [{ what: 'lowmem', sizeBytes: sizes.lowmemBytes, limit }]),
    { what: 'global', sizeBytes: sizes.globalBytes },
    // In turn, as areas of the nodes before count as reserved for the next ones.
    ...nodes.map((node) => ({ what: `nid ${String(node)}`, get sizeBytes() { return sizes.perNodeBytes(node); }, node })),
  ];
  for (const area of wanted) {
    const { sizeBytes } = area;
    const addr = memory.alloc({ sizeBytes, alignBytes, exactNode: true, ...(area.limit === undefined ? {} : { limit: area.limit }), ...(area.node === undefined ? {} : { node: area.node }) });
    if (addr === undefined) {
      for (const made of areas) memory.free(made.addr, made.size);
      memory.free(arrayPhys, arrayBytes);
      return { ok: false, failed: area.what };
    }
    areas.push({ addr, size: sizeBytes });
  }
  return { ok: true, value: { areas, arrayPhys } };
}

/** One kexec_buf. */
export interface KexecSegment {
  readonly name: string;
  readonly sizeBytes: bigint;
  readonly alignBytes: bigint;
  /** Lowest address, and highest of the last byte. */
  readonly min?: bigint;
  readonly max?: bigint;
  /** From the top of an area; default yes. */
  readonly topDown?: boolean;
}

export interface PlacedSegment { readonly name: string; readonly phys: bigint; /** Rounded up to pages. */ readonly sizeBytes: bigint }

export type PlacingOutcome =
  | { readonly ok: true; readonly value: readonly PlacedSegment[] }
  | { readonly ok: false; readonly error: 'EADDRNOTAVAIL'; readonly segment: KexecSegment; readonly what: string };

/** The copy of the array that the successor is given: 64 KiB aligned "to map it more easily". */
export function scratchArraySegment(areaCount: number): KexecSegment {
  return { name: 'scratch array', sizeBytes: BigInt(areaCount * khoScratch.sizeBytes), alignBytes: 0x10000n };
}

/** Every segment of an image, one after the other: areas in the order of the array, the highest place in the first that has one. */
export function placeInScratch(areas: readonly KhoScratch[], segments: readonly KexecSegment[], pageBytes: number): PlacingOutcome {
  const page = BigInt(pageBytes);
  const placed: PlacedSegment[] = [];
  for (const segment of segments) {
    const sizeBytes = roundUp(segment.sizeBytes, page);
    const align = segment.alignBytes > page ? segment.alignBytes : page;
    let phys: bigint | undefined = undefined;
    for (const { addr, size } of areas) {
      phys = placeIn(addr, addr + size, sizeBytes, align, segment, placed);
      if (phys !== undefined) break;
    }
    if (phys === undefined) {
      const largest = areas.reduce((most, { size }) => (size > most ? size : most), 0n);
      return { ok: false, error: 'EADDRNOTAVAIL', segment, what: `${segment.name}: ${String(sizeBytes)} bytes fit into none of ${String(areas.length)} scratch areas beside what is placed there; the largest has ${String(largest)} bytes` };
    }
    placed.push({ name: segment.name, phys, sizeBytes });
  }
  return { ok: true, value: placed };
}

function placeIn(start: bigint, end: bigint, size: bigint, align: bigint, { min = 0n, max = 0xffffffffffffffffn, topDown = true }: KexecSegment, placed: readonly PlacedSegment[]): bigint | undefined {
  if (end - start < size || end - 1n < min || start > max) return undefined;
  const conflict = (at: bigint): PlacedSegment | undefined => placed.find((other) => at < other.phys + other.sizeBytes && other.phys < at + size);
  const lowest = start > min ? start : min;
  const top = end - 1n < max ? end : max + 1n;
  // The kernel moves on by a page at a time until nothing is in the way: the same place.
  if (topDown) {
    let at = (top - size) & ~(align - 1n);
    for (let other = conflict(at); at >= lowest && other !== undefined; other = conflict(at)) at = (other.phys - size) & ~(align - 1n);
    return at >= lowest ? at : undefined;
  }
  let at = roundUp(lowest, align);
  for (let other = conflict(at); at + size <= top && other !== undefined; other = conflict(at)) at = roundUp(other.phys + other.sizeBytes, align);
  return at + size <= top ? at : undefined;
}
