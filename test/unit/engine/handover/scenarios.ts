/** Scenarios as values, for tests: a small machine with defaults that work, and random ones. */
import fc from 'fast-check';
import { behaviours } from '../../../../server/engine/handover/behaviour';
import type { GenerationId } from '../../../../server/formats/generations';
import { generations } from '../../../../server/formats/generations';
import { sourcesOf } from './kstateSources';
import type { DriverParticipant, FolioGroup, HandoverSpec, KernelSpec, MachineSpec, MemfdFile, Participant, Scenario, SealName } from '../../../../server/model/scenario/scenario';

export const MIB = 1n << 20n;

export const machine: MachineSpec = {
  arch: 'x86_64', pageBytes: 4096, order: 'little', kernelBytes: 32n * MIB,
  ram: [{ start: 0n, sizeBytes: 384n * MIB, node: 0 }, { start: 384n * MIB, sizeBytes: 384n * MIB, node: 1 }],
};

export function kernel(generation: GenerationId, more: Partial<KernelSpec> = {}): KernelSpec {
  const luo = generations.find((one) => one.id === generation)?.luo !== undefined;
  return {
    generation, release: generation, kho: true, liveupdate: luo, khoScratch: '48M,96M,32M', reserveMem: [], debug: true, bootBytes: 4n * MIB, pressure: 0, imageBytes: 16n * MIB,
    compatible: {}, bitmapBytes: undefined, depthFix: undefined, without: [], ...more,
  };
}

export function handover(generation: GenerationId, more: Partial<HandoverSpec> = {}): HandoverSpec {
  return {
    abortAfter: undefined, finalize: behaviours[generation].finalizing === 'none' ? 0 : 1,
    userspace: { retrieve: 'all', finish: 'all', opensPlain: [], preservesAgain: true }, ...more,
  };
}

export function memfd(token: bigint, sizeBytes: bigint, more: Partial<MemfdFile> = {}): MemfdFile {
  return { kind: 'memfd', token, sizeBytes, holes: [], seals: ['SEAL'], folioOrder: 0, placement: 'packed', pos: 0n, posAtFreeze: 0n, ...more };
}

export const folios = (count: number, order = 0): FolioGroup => ({ order, count, placement: 'packed' });

/** A driver that has an area from the start and hands it over. */
export function driver(name: string, groups: readonly FolioGroup[], more: Partial<DriverParticipant> = {}): DriverParticipant {
  return {
    kind: 'driver', name, compatible: `${name}-v1`,
    states: {
      RUNNING: [{ do: 'alloc', area: 'data', folios: groups, migrate: 'unmovable', write: true }],
      PREPARE: [{ do: 'preserve', area: 'data' }],
      STOP: [{ do: 'add subtree' }],
      RESUME: [{ do: 'retrieve subtree' }, { do: 'restore', area: 'data' }],
    },
    ...more,
  };
}

/** From kernel to kernel, with everything as it should be. */
export function scenario(kernels: readonly KernelSpec[], participants: readonly Participant[], more: Partial<Scenario> = {}): Scenario {
  return {
    name: 'test', description: undefined, machine, kernels, participants, handovers: kernels.slice(0, -1).map((one) => handover(one.generation)), faults: [], expect: undefined, ...more,
  };
}

const groupsOf = (maxOrder: number) => fc.array(fc.record({ order: fc.nat(maxOrder), count: fc.integer({ min: 1, max: 6 }), placement: fc.constantFrom('packed' as const, 'scattered' as const) }), { minLength: 1, maxLength: 4 });
const seals = fc.subarray<SealName>(['SEAL', 'SHRINK', 'GROW', 'WRITE', 'FUTURE_WRITE']);

const file = fc.record({
  token: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), pages: fc.nat(600), holeAt: fc.nat(600), holePages: fc.nat(50), seals, folioOrder: fc.constantFrom(0, 0, 0, 2, 9), pos: fc.nat(100_000), placement: fc.constantFrom('packed' as const, 'scattered' as const),
}).map(({ token, pages, holeAt, holePages, pos, ...rest }) => {
  const at = BigInt(Math.min(holeAt, pages)) * 4096n;
  const sizeBytes = BigInt(pages) * 4096n;
  const holeBytes = BigInt(holePages) * 4096n;
  return memfd(token, sizeBytes, { ...rest, pos: BigInt(pos), posAtFreeze: BigInt(pos * 2), holes: holePages === 0 || at + holeBytes > sizeBytes ? [] : [{ at, sizeBytes: holeBytes }] });
});

const segment = fc.record({ hole: fc.boolean(), order: fc.nat(9), count: fc.integer({ min: 1, max: 4 }), placement: fc.constantFrom('packed' as const, 'scattered' as const) });

/** Folios of several orders and holes, with single pages wherever the next folio would not lie at a multiple of its size; the end of the file lies in the last folio. */
export const mixedFile = fc.record({ token: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), segments: fc.array(segment, { minLength: 1, maxLength: 6 }), cut: fc.nat((1 << 21) - 1), seals, pos: fc.nat(100_000) }).map(({ token, segments, cut, pos, ...rest }) => {
  const groups: FolioGroup[] = [];
  const holes: { at: bigint; sizeBytes: bigint }[] = [];
  let index = 0;
  let lastBytes = 1;
  for (const { hole, order, count, placement } of segments) {
    if (hole) {
      holes.push({ at: BigInt(index) * 4096n, sizeBytes: BigInt(count) * 4096n });
      index += count;
      lastBytes = 1;
      continue;
    }
    const padding = (2 ** order - index % 2 ** order) % 2 ** order;
    if (padding > 0) groups.push({ order: 0, count: padding, placement: 'packed' });
    groups.push({ order, count, placement });
    index += padding + count * 2 ** order;
    lastBytes = 4096 * 2 ** order;
  }
  return memfd(token, BigInt(index) * 4096n - BigInt(cut % lastBytes), { ...rest, pos: BigInt(pos), posAtFreeze: BigInt(pos * 2), holes, ...(groups.length === 0 ? {} : { folios: groups }) });
});

/** What can be handed over in a generation; on 4K pages of x86_64. */
export function participantsOf(generation: GenerationId): fc.Arbitrary<readonly Participant[]> {
  const { luo, vmalloc, testKho } = generations.find((one) => one.id === generation) ?? { luo: undefined, vmalloc: undefined, testKho: undefined };
  const none = fc.constant<readonly Participant[]>([]);
  const several = (one: fc.Arbitrary<Participant>): fc.Arbitrary<readonly Participant[]> => fc.array(one, { maxLength: 2 });
  // In v4 and v5 the tree of a driver lies in the root's page: few folios.
  const drivers = fc.array(groupsOf(vmalloc === undefined ? 4 : 10), { maxLength: vmalloc === undefined ? 1 : 3 }).map((all) => all.map((groups, i) => driver(`driver${String(i)}`, groups)));
  const tests = testKho === undefined ? none : several(groupsOf(8).map((groups): Participant => ({ kind: 'test_kho', name: 'kho_test', folios: groups }))).map((all) => all.slice(0, 1));
  const areas = vmalloc === undefined ? none : several(fc.record({ pages: fc.integer({ min: 1, max: 1100 }), order: fc.constantFrom(0, 0, 3) }).map(({ pages, order }): Participant => ({ kind: 'vmalloc', name: 'area', sizeBytes: BigInt(pages) * 4096n, pieceOrder: order }))).map((all) => all.slice(0, 1));
  const sessions = luo === undefined ? none : fc.array(fc.uniqueArray(fc.oneof(file, mixedFile), { maxLength: 4, selector: (one) => one.token }), { maxLength: 3 }).map((all) => all.map((files, i): Participant => ({ kind: 'session', name: `vm-${String(i)}`, files })));
  return fc.tuple(drivers, tests, areas, sessions).map((parts) => parts.flat());
}

export const generationIds: readonly GenerationId[] = generations.map((one) => one.id);

/** C of the objects in random scenarios: plain values, a folio, more than a page. */
export const randomSources = sourcesOf({
  'plain.c': { members: ['u32 head', 'u64 dropped'], values: ['.head = 17', '.dropped = 5'], version: 1, fields: ['KSTATE_BASE_TYPE(head, struct ring_state, u32)', 'KSTATE_BASE_TYPE(dropped, struct ring_state, u64)'] },
  'folio.c': { name: 'card', id: '77', members: ['u32 head', 'struct folio *page'], values: ['.head = 17'], version: 1, fields: ['KSTATE_BASE_TYPE(head, struct card_state, u32)', 'KSTATE_FOLIO(page, struct card_state)'] },
  'large.c': { name: 'table', id: '78', members: ['u64 rows[700]'], values: ['.rows = { 1, 2, 3 }'], version: 1, fields: ['KSTATE_BASE_TYPE(rows, struct table_state, u64[700])'] },
});

/** Objects of different descriptions. v4 lists ranges, and has no way to say of a page that it is preserved. */
const kstateOf = (generation: GenerationId): fc.Arbitrary<readonly Participant[]> => fc.subarray(generation === 'v4' ? [] : ['plain', 'folio', 'large'])
  .map((names) => names.map((name): Participant => ({ kind: 'kstate', name: `state-${name}`, sources: [`${name}.c`] })));

/** A handover within one generation, with regions, and everything that it can hand over. */
export const randomScenario: fc.Arbitrary<Scenario> = fc.constantFrom(...generationIds.map((generation) => ({ generation, kstate: undefined })), { generation: '6.17' as const, kstate: 'v3' as const }).chain(({ generation, kstate }) => fc.record({
  generation: fc.constant(generation), kstate: fc.constant(kstate),
  participants: fc.tuple(participantsOf(generation), kstateOf(generation)).map((parts) => parts.flat()),
  regions: fc.uniqueArray(fc.record({ name: fc.constantFrom('trace', 'pstate', 'log'), kib: fc.integer({ min: 1, max: 700 }) }), { maxLength: 3, selector: (one) => one.name }),
  hops: fc.integer({ min: 1, max: 2 }),
}).map(({ generation, kstate, participants, regions, hops }) => {
  // v5 divides a range by its length alone and so marks frames that are not in it: whose they are nobody can tell. A single aligned block is divided right.
  const block = (kib: number): number => 4096 * 2 ** Math.floor(Math.log2(kib));
  const reserveMem = regions.map(({ name, kib }) => (generation === 'v5' ? `${String(block(kib))}:${String(block(kib))}:${name}` : `${String(kib * 4)}K:4096:${name}`));
  return scenario(Array.from({ length: hops + 1 }, (_, i) => kernel(generation, { kstate, reserveMem, release: `${generation}.${String(i)}` })), participants);
}));
