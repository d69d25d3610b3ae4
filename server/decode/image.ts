/** A memory image: machine, roots, the handover that counts, and what is left of older ones. */
import type { ByteOrder } from '../formats/layoutTable';
import type { PhysicalMemory } from '../formats/physicalMemory';
import { hex } from '../formats/problem';
import type { DecodeFinding } from './findings';
import { Findings } from './findings';
import type { BootRecord, FoundScratch } from './findRoots';
import { findRoots, findScratch } from './findRoots';
import type { Handover } from './handover';
import { decodeHandover, doubtsOf } from './handover';
import type { FoundStream } from './consumers/kstate';
import type { Structure } from './structure';
import { arrayFields, group } from './structure';
import { khoScratch } from '../formats/scratch';
import { khoData, setupData } from '../formats/bootRecord';

export interface ImageOptions {
  readonly memory: PhysicalMemory;
  /** Undefined: found out by which order makes sense of the root. */
  readonly order: ByteOrder | undefined;
  readonly pageShift: number | undefined;
}

export interface DecodedImage {
  /** Undefined when there is no root. */
  readonly handover: Handover | undefined;
  /** Every root that was found, ascending. */
  readonly roots: readonly { readonly phys: bigint; readonly compatible: string; readonly namedBy: string | undefined; readonly dead: boolean }[];
  readonly records: readonly BootRecord[];
  readonly scratch: FoundScratch | undefined;
  readonly findings: readonly DecodeFinding[];
  readonly structure: Structure;
  readonly memory: PhysicalMemory;
}

const PAGE_SHIFTS = [12, 14, 16] as const;

export function decodeImage(options: ImageOptions): DecodedImage {
  const { memory } = options;
  const found = findRoots(memory);
  const places = found.roots.map(({ phys }) => phys);
  for (const { rootPhys } of found.records) if (!places.includes(rootPhys)) places.push(rootPhys);
  // Of several that lead to one root the one in use.
  const streams = new Map([...found.records].sort((a, b) => Number(a.linked) - Number(b.linked)).flatMap(({ rootPhys, stream }) => (stream === undefined ? [] : [[rootPhys, stream] as const])));
  const decoded = places.flatMap((phys) => {
    const one = handoverAt(options, phys, streams.get(phys));
    return one === undefined ? [] : [one];
  });
  const linked = new Set(found.records.filter((record) => record.linked).map(({ rootPhys }) => rootPhys));
  const handover = liveOf(decoded, linked);
  const findings = new Findings();
  findings.addAll('boot-record', found.problems);
  const namedBy = (phys: bigint): BootRecord | undefined => found.records.find(({ rootPhys }) => rootPhys === phys);
  if (handover === undefined) findings.add('no-root', { structure: 'image', offsetBytes: 0, field: 'root FDT', expected: 'a boot record or a page that starts with a KHO tree', found: `none in ${String(memory.ranges.length)} ranges` });
  const dead = decoded.filter((one) => one !== handover && one.tracker.problems.length > 0);
  for (const one of dead) {
    findings.add('dead-tree', { structure: 'KHO root FDT', phys: one.phys, offsetBytes: 0, field: 'tracker', expected: `the tree of an earlier handover (that which counts is at ${hex(handover?.phys ?? 0n)})`, found: `${String(one.tracker.problems.length)} places of its tracker that are overwritten` });
  }
  const record = found.records.find(({ rootPhys }) => rootPhys === handover?.phys) ?? found.records[0];
  const scratch = handover === undefined ? undefined : findScratch(memory, record, handover.machine.order);
  if (handover !== undefined) {
    if (scratch !== undefined) scratchFindings(handover, scratch);
    unownedFindings(handover);
  }
  const roots = decoded.map((one) => ({ phys: one.phys, compatible: one.root.compatible.join(', '), namedBy: namedBy(one.phys)?.by, dead: dead.includes(one) }));
  return {
    handover, roots, records: found.records, scratch, memory, findings: [...findings.list, ...(handover?.findings.list ?? [])],
    structure: imageStructure(handover, decoded.filter((one) => one !== handover), found.records, scratch),
  };
}

/** With the machine that is known, else with the one that leaves the fewest doubts. */
function handoverAt({ memory, order, pageShift }: ImageOptions, phys: bigint, stream: FoundStream | undefined): Handover | undefined {
  let best: Handover | undefined;
  let bestDoubts = Infinity;
  for (const shift of pageShift === undefined ? PAGE_SHIFTS : [pageShift]) {
    for (const one of order === undefined ? (['little', 'big'] as const) : [order]) {
      const found = decodeHandover(memory, phys, { order: one, pageShift: shift }, stream);
      if (found === undefined) continue;
      const doubts = doubtsOf(found);
      if (doubts === 0) return found;
      if (doubts < bestDoubts) [best, bestDoubts] = [found, doubts];
    }
  }
  return best;
}

/** The one whose tracker is whole; of several the one that says the most kexecs lie behind it, then the one that a boot record in use names, then the one with the fewest doubts. */
function liveOf(all: readonly Handover[], named: ReadonlySet<bigint>): Handover | undefined {
  const ranked = all.map((one) => ({ one, rank: [one.tracker.problems.length === 0 ? 1 : 0, one.kexecMetadata?.kexecCount ?? 0, Number(one.luo?.liveupdateNumber ?? 0n), named.has(one.phys) ? 1 : 0, -doubtsOf(one)] }));
  return ranked.sort((a, b) => b.rank.map((value, i) => value - (a.rank[i] ?? 0)).find((difference) => difference !== 0) ?? 0)[0]?.one;
}

function scratchFindings(handover: Handover, scratch: FoundScratch): void {
  const { blocks, findings, machine } = handover;
  const shift = BigInt(machine.pageShift);
  scratch.areas.forEach((area, i) => {
    if (area.size === 0n) return;
    for (const { pfn, order } of blocks.inRange(Number(area.addr >> shift), Number(area.size >> shift), 20)) {
      findings.add('scratch-overlap', { structure: 'preserved block', phys: BigInt(pfn) << shift, offsetBytes: 0, field: `order ${String(order)}`, expected: 'memory outside of scratch', found: `inside scratch area ${String(i)} (${hex(area.addr)}, ${hex(area.size)} bytes)` });
    }
  });
}

function unownedFindings(handover: Handover): void {
  const { count, first } = handover.blocks.unownedCount();
  if (first === undefined) return;
  const phys = BigInt(first.pfn) << BigInt(handover.machine.pageShift);
  handover.findings.add('unowned', { structure: 'tracker', phys, offsetBytes: 0, field: 'blocks', expected: 'an owner for every preserved block', found: `${String(count)} that nothing reached explains, the first of order ${String(first.order)} at ${hex(phys)}` });
}

function imageStructure(handover: Handover | undefined, others: readonly Handover[], records: readonly BootRecord[], scratch: FoundScratch | undefined): Structure {
  const children: Structure[] = handover === undefined ? [] : [handover.structure];
  for (const { phys, by, data, stream, rootPhys } of records) {
    children.push({
      kind: 'boot-record', label: by, detail: `${stream === undefined ? '' : `KSTATE ${hex(data.fdt_addr)}, `}root ${hex(rootPhys)}, scratch ${hex(data.scratch_addr)}`, phys, sizeBytes: setupData.sizeBytes + khoData.sizeBytes, children: [],
      ...(by === 'setup_data' ? { fields: () => [...arrayFields(undefined, setupData, 1), ...arrayFields(setupData, khoData, 1).slice(setupData.fields.length)] } : {}),
    });
  }
  if (scratch !== undefined) {
    const { areas } = scratch;
    children.push({ kind: 'scratch', label: 'scratch', detail: `${String(areas.length)} areas, by ${scratch.by}`, phys: scratch.phys, sizeBytes: areas.length * khoScratch.sizeBytes, fields: () => arrayFields(undefined, khoScratch, areas.length), children: [] });
  }
  if (others.length > 0) children.push(group('other roots', `${String(others.length)}`, others.map((one) => one.structure)));
  return group('image', handover === undefined ? 'no handover' : handover.root.compatible.join(', '), children);
}
