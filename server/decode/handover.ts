/** One handover, from its root FDT: tracker, subtrees, owners. */
import type { FdtNode, FdtTree } from '../formats/fdt/read';
import { propertyOf, u64In } from '../formats/fdtValues';
import { luoSer } from '../formats/luo';
import { looksLikeFdt } from '../formats/fdt/header';
import { KSTATE_V3_ON } from '../formats/generations';
import { rootForms } from '../formats/khoRoot';
import type { ReadRoot } from '../formats/khoRootRead';
import { readRoot } from '../formats/khoRootRead';
import { STREAM_PROPERTY } from '../formats/kstateLocator';
import { memRangesForm } from '../formats/memblock';
import type { PhysicalMemory } from '../formats/physicalMemory';
import { hex } from '../formats/problem';
import type { Machine } from './context';
import { Context, readTreeAt } from './context';
import { decodeAreas } from './consumers/areas';
import type { DecodedKstate, FoundStream } from './consumers/kstate';
import { decodeKstate, streamNamedBy } from './consumers/kstate';
import type { DecodedKexecMetadata } from './consumers/kexecMetadata';
import { decodeKexecMetadata } from './consumers/kexecMetadata';
import type { DecodedLuo } from './consumers/luo';
import { decodeLuoFdt, decodeLuoSer } from './consumers/luo';
import type { DecodedMemblock } from './consumers/memblock';
import { decodeMemRanges, decodeMemblock, memOwner } from './consumers/memblock';
import type { DecodedTestKho } from './consumers/testKho';
import { decodeTestKho } from './consumers/testKho';
import { Findings } from './findings';
import { PreservedBlocks } from './preservedBlocks';
import type { Structure } from './structure';
import { fdtStructure } from './structure';
import type { BitmapsOf, Tracker } from './tracker';
import { otherBitmaps, readTracker, trackerStructure } from './tracker';

export interface DecodedSubtree {
  readonly name: string;
  readonly phys: bigint;
  readonly blobBytes: bigint;
  /** Whether the root carries the size (7.1 on). */
  readonly sized: boolean;
  readonly propertyOrder: readonly string[];
  /** Undefined when the blob is no tree. */
  readonly tree: FdtTree | undefined;
}

export interface Handover {
  readonly machine: Machine;
  readonly phys: bigint;
  readonly tree: FdtTree;
  readonly root: ReadRoot;
  readonly tracker: Tracker;
  readonly blocks: PreservedBlocks;
  readonly subtrees: readonly DecodedSubtree[];
  readonly memblock: DecodedMemblock | undefined;
  readonly kexecMetadata: DecodedKexecMetadata | undefined;
  readonly testKho: DecodedTestKho | undefined;
  readonly luo: DecodedLuo | undefined;
  /** Streams of KSTATE: that of the kernel, and such as are subtrees. */
  readonly kstate: readonly DecodedKstate[];
  readonly findings: Findings;
  readonly structure: Structure;
}

/**
 * Undefined when no tree is there. Where the bitmaps of a list may have either size, the reading with the fewest findings is taken, and that of whole pages of two alike:
 * that the smaller one leaves fewer blocks without an owner says nothing, as it leaves out what stands behind 512 bytes.
 * @param stream of the kernel's KSTATE, which led to the root
 */
export function decodeHandover(memory: PhysicalMemory, phys: bigint, machine: Machine, stream?: FoundStream): Handover | undefined {
  const first = walkFrom(memory, phys, machine, stream === undefined ? 'as they lie' : '512 bytes', stream);
  const other = first === undefined || first.findings.list.length === 0 ? undefined : otherBitmaps(first.root, first.tracker);
  const second = other === undefined ? undefined : walkFrom(memory, phys, machine, other, stream);
  return first !== undefined && second !== undefined && second.findings.list.length < first.findings.list.length ? second : first;
}

/** How much speaks against a reading: findings, and blocks that nobody owns. */
export function doubtsOf({ findings, blocks }: Handover): number {
  return findings.list.length + (blocks.unownedCount().first === undefined ? 0 : 1);
}

function walkFrom(memory: PhysicalMemory, phys: bigint, machine: Machine, bitmaps: BitmapsOf, stream: FoundStream | undefined): Handover | undefined {
  const findings = new Findings();
  const tree = readTreeAt(memory, phys, 'KHO root FDT', findings);
  const root = tree === undefined ? undefined : readRoot(tree, machine.order, stream === undefined ? undefined : rootForms[KSTATE_V3_ON.root]);
  if (tree === undefined || root === undefined) return undefined;
  findings.addAll('root', root.problems, '', phys);
  const tracker = readTracker(memory, root, machine.pageShift, machine.order, bitmaps);
  findings.addAll('tracker', tracker.problems, '', phys);
  if (tracker.kind === 'radix' && tracker.lostOrders !== undefined) findings.add('tracker', tracker.lostOrders);
  const blocks = new PreservedBlocks(tracker.blocks);
  const context = new Context(memory, machine, blocks, findings);
  if (tracker.kind !== 'none' && root.form?.preserved !== false) context.claim(phys, 'KHO root FDT');
  const walk = new Walk(context);
  if (stream !== undefined) walk.stream(stream, undefined);
  for (const subtree of root.subtrees) walk.subtree(subtree);
  for (const node of root.inPlace) walk.node(phys, tree, node);
  const regions = new Set((walk.memblock?.regions ?? []).map(({ start }) => start));
  for (const { path, addr, size } of root.memRanges) if (!regions.has(addr)) context.claimRange(addr, size, memOwner(path));
  overlaps(context);
  const { memblock, kexecMetadata, testKho, luo, kstate, subtrees, structures } = walk;
  const detail = `${root.compatible.join(', ')}, ${String(subtrees.length)} subtrees`;
  const structure = fdtStructure(tree, 'KHO root FDT', detail, phys, [trackerStructure(tracker, context.pageBytes), ...structures]);
  return { machine, phys, tree, root, tracker, blocks, subtrees, memblock, kexecMetadata, testKho, luo, kstate, findings, structure };
}

class Walk {
  memblock: DecodedMemblock | undefined;
  kexecMetadata: DecodedKexecMetadata | undefined;
  testKho: DecodedTestKho | undefined;
  luo: DecodedLuo | undefined;
  readonly kstate: DecodedKstate[] = [];
  readonly subtrees: DecodedSubtree[] = [];
  readonly structures: Structure[] = [];

  constructor(private readonly context: Context) {}

  subtree({ name, phys, sizeBytes, propertyOrder }: ReadRoot['subtrees'][number]): void {
    const { context } = this;
    const add = (tree: FdtTree | undefined, blobBytes: bigint): void => {
      this.subtrees.push({ name, phys, blobBytes, sized: sizeBytes !== undefined, propertyOrder, tree });
    };
    if (!context.once(phys, `subtree ${name}`, 'address')) {
      add(undefined, sizeBytes ?? 0n);
      return;
    }
    const head = context.memory.read(phys, 4);
    if (head === undefined) context.wrong('outside', 'KHO root FDT', phys, 0, `address of subtree ${name}`, 'a blob in the image', hex(phys));
    const tree = head !== undefined && looksLikeFdt(head) ? readTreeAt(context.memory, phys, `${name} FDT`, context.findings) : undefined;
    const blobBytes = sizeBytes ?? BigInt(tree?.header.totalsize ?? 0);
    add(tree, blobBytes);
    const stream = tree === undefined && !Object.hasOwn(this.consumers, name) ? streamNamedBy(context.memory, phys) : undefined;
    if (stream !== undefined) {
      this.stream(stream, name);
      return;
    }
    context.claim(phys, ownerOf(name, tree !== undefined, sizeBytes === undefined));
    this.consumer(name, phys, blobBytes, tree);
  }

  stream(found: FoundStream, subtree: string | undefined): void {
    const decoded = decodeKstate(this.context, found, subtree);
    this.kstate.push(decoded);
    this.structures.push(decoded.structure);
  }

  /** v5: a consumer's node below the root itself, with what a subtree has elsewhere. v4's nodes say what they keep in `mem`. */
  node(rootPhys: bigint, tree: FdtTree, node: FdtNode): void {
    const { context } = this;
    if (node.properties.some((property) => property.name === 'mem')) return;
    if (node.name === memRangesForm.node && node.children.some((child) => propertyOf(child, memRangesForm.property) !== undefined)) {
      this.memblock = decodeMemRanges(context, rootPhys, tree, node);
      return;
    }
    const named = u64In(node, STREAM_PROPERTY, context.machine.order);
    const stream = named === undefined ? undefined : streamNamedBy(context.memory, named);
    if (stream !== undefined) {
      this.stream(stream, node.name);
      return;
    }
    const areas = decodeAreas(context, node.name, rootPhys, tree, node);
    if (areas !== undefined) this.structures.push(areas);
    if (node.name !== 'memblock') return;
    this.memblock = decodeMemblock(context, rootPhys, 0n, { ...tree, root: node });
  }

  /** Those whose blobs are known by their name. */
  private readonly consumers: Readonly<Record<string, (phys: bigint, blobBytes: bigint, tree: FdtTree | undefined) => void>> = {
    memblock: (phys, blobBytes, tree) => { if (tree === undefined) this.unknown('memblock', phys, blobBytes, tree); else this.memblock = this.add(decodeMemblock(this.context, phys, blobBytes, tree)); },
    kho_test: (phys, blobBytes, tree) => { if (tree === undefined) this.unknown('kho_test', phys, blobBytes, tree); else this.testKho = this.add(decodeTestKho(this.context, phys, blobBytes, tree)); },
    'kexec-metadata': (phys, blobBytes) => { this.kexecMetadata = this.add(decodeKexecMetadata(this.context, phys, blobBytes)); },
    LUO: (phys, blobBytes, tree) => {
      const luo = tree === undefined ? decodeLuoSer(this.context, phys, blobBytes) : decodeLuoFdt(this.context, phys, blobBytes, tree);
      if (luo === undefined) this.context.wrong('luo', 'LUO blob', phys, 0, 'compatible', 'a tree, or a structure that starts with luo-v3 to luo-v5', 'neither');
      else this.luo = this.add(luo);
    },
  };

  private consumer(name: string, phys: bigint, blobBytes: bigint, tree: FdtTree | undefined): void {
    const known = Object.hasOwn(this.consumers, name) ? this.consumers[name] : undefined;
    if (known === undefined) this.unknown(name, phys, blobBytes, tree);
    else known(phys, blobBytes, tree);
  }

  private unknown(name: string, phys: bigint, blobBytes: bigint, tree: FdtTree | undefined): void {
    const what = `${String(blobBytes)} bytes that nothing here knows`;
    if (tree !== undefined) this.structures.push(decodeAreas(this.context, name, phys, tree) ?? fdtStructure(tree, name, `a subtree of ${what}`, phys));
    else this.structures.push({ kind: 'blob', label: name, detail: what, phys, sizeBytes: Number(blobBytes < 1n << 30n ? blobBytes : 1n << 30n), children: [] });
  }

  private add<T extends { readonly structure: Structure }>(one: T): T {
    this.structures.push(one.structure);
    return one;
  }
}

/** The owner's name says what the blob is. A tree is one by its magic; a consumer whose blob is a tree in every kernel keeps that name when the blob is broken. */
function ownerOf(name: string, isTree: boolean, unsized: boolean): string {
  if (isTree || unsized || name === 'memblock' || name === 'kho_test') return `${name} FDT`;
  return name === 'LUO' ? luoSer('luo-v5').structure : name;
}

function overlaps(context: Context): void {
  for (const { below, above } of context.blocks.overlaps(101)) {
    context.wrong('overlap', 'preserved block', context.physOf(above.pfn), 0, `order ${String(above.order)}`, 'a block that no other covers', `inside the block of order ${String(below.order)} at ${hex(context.physOf(below.pfn))}`);
  }
}
