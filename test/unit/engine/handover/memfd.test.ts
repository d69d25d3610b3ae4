/** A memfd whose folios have several orders: the record that is made of it, and what becomes of it. Lists are worked out by hand from the file's layout. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeImage } from '../../../../server/decode/image';
import { imageJson } from '../../../../server/decode/toJson';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { JumpMemory, ParticipantReport, ScenarioResult } from '../../../../server/engine/handover/result';
import type { GenerationId } from '../../../../server/formats/generations';
import { memoryOfPages } from '../../../../server/formats/physicalMemory';
import type { FolioGroup, HandoverSpec, Participant, Scenario } from '../../../../server/model/scenario/scenario';
import { driver, folios, handover, kernel, machine, memfd, mixedFile, scenario } from './scenarios';

const PAGE = 4096n;

/**
 * 525 pages, the last one in part: a folio of order 9 (pages 0 to 511), a hole (512 to 515), four single pages (516 to 519), and two folios of order 2, the second of
 * which (524 to 527) reaches past the end.
 */
const mixed = memfd(1n, 525n * PAGE - 1000n, {
  holes: [{ at: 512n * PAGE, sizeBytes: 4n * PAGE }], folios: [folios(1, 9), folios(4), folios(2, 2)], seals: ['SHRINK'], pos: 7n, posAtFreeze: 5000n,
});
const INDEXES = [0, 512, 513, 514, 515, 516, 517, 518, 519, 520, 524];
const ORDERS = [9, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2];
const PAGES = 512 + 8 + 8;
/** 6.19 says which are not dirty: those that filled the hole. KHO facts 12. */
const FLAGS_6_19 = [3, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3];

const session = (...files: readonly ReturnType<typeof memfd>[]): Participant => ({ kind: 'session', name: 'vm', files });

function from(generation: GenerationId, handovers: readonly Partial<HandoverSpec>[], more: Partial<Scenario> = {}, file = mixed): ScenarioResult {
  const jumps = handovers.filter((one) => one.abortAfter === undefined).length;
  const kernels = Array.from({ length: jumps + 1 }, () => kernel(generation));
  return runScenario(scenario(kernels, [session(file)], { handovers: handovers.map((one) => handover(generation, one)), ...more }));
}

interface Row { readonly pfn: number; readonly order: number; readonly flags: number; readonly index: number }

/** The array of the first session's first file as the decoder reads it out of memory. */
function arrayOf(jump: JumpMemory | undefined): readonly Row[] {
  assert.ok(jump !== undefined);
  const { handover: found } = decodeImage({ memory: memoryOfPages(jump.pages), order: 'little', pageShift: 12 });
  const file = found?.luo?.session?.sessions[0]?.files[0]?.memfd;
  assert.ok(file !== undefined);
  const { pfns, flags, indexes } = file.folios;
  return Array.from(pfns, (pfn, i) => ({ pfn, order: found?.blocks.orderAt(pfn) ?? -1, flags: flags[i] ?? -1, index: indexes[i] ?? -1 }));
}

const column = (rows: readonly Row[], key: keyof Row): readonly number[] => rows.map((row) => row[key]);

function report(result: ScenarioResult, hop = result.hops.length - 1): ParticipantReport {
  const found = result.hops[hop]?.participants.find((one) => one.name === 'vm/0x1');
  assert.ok(found !== undefined);
  return found;
}

const blocksOf = (jump: JumpMemory | undefined): Readonly<Record<string, number>> => Object.fromEntries((jump?.owners ?? []).filter(({ owner }) => owner === 'memfd folio').map(({ order, blocks }) => [order, blocks]));

describe('a memfd of folios of several orders', () => {
  it('is an array in the order of the file, with a single page for each of its hole, and arrives whole', () => {
    for (const [generation, flags] of [['6.19', FLAGS_6_19], ['7.1', INDEXES.map(() => 3)], ['newest', INDEXES.map(() => 3)]] as const) {
      const result = from(generation, [{}]);
      const rows = arrayOf(result.jumps[0]);
      assert.deepEqual(column(rows, 'index'), INDEXES, generation);
      assert.deepEqual(column(rows, 'order'), ORDERS, generation);
      assert.deepEqual(column(rows, 'flags'), flags, generation);
      // Heads of different folios, each at a multiple of its size.
      assert.equal(new Set(column(rows, 'pfn')).size, rows.length);
      for (const { pfn, order } of rows) assert.equal(pfn % 2 ** order, 0);
      assert.deepEqual(result.hops.map((hop) => hop.verdict), ['works']);
      assert.deepEqual(report(result).pages, { kept: PAGES, lost: 0, leaked: 0, overwritten: 0, refused: 0 });
      assert.deepEqual(report(result).arrived, { sizeBytes: String(525 * 4096 - 1000), pos: '5000', seals: generation === '6.19' ? ['SEAL'] : ['SHRINK'] });
    }
  });

  it('has every page of the file once, in its order, whatever the folios and holes are', function () {
    this.timeout(60_000);
    fc.assert(fc.property(mixedFile, (file) => {
      const result = from('7.1', [{}], {}, file);
      fc.pre(!result.events.some((event) => event.error === 'ENOMEM'));
      let page = 0;
      for (const { index, order } of arrayOf(result.jumps[0])) {
        assert.equal(index, page);
        assert.equal(index % 2 ** order, 0);
        page += 2 ** order;
      }
      assert.ok(BigInt(page) * PAGE >= file.sizeBytes, `${String(page)} pages of ${String(file.sizeBytes)} bytes`);
      assert.deepEqual(result.hops.map((hop) => hop.verdict), ['works']);
    }), { numRuns: 30 });
  });

  it('is the same file again from the second kernel to the third, where nobody wrote to what filled its hole', () => {
    for (const [generation, flags] of [['6.19', FLAGS_6_19], ['7.1', INDEXES.map(() => 3)]] as const) {
      const result = from(generation, [{}, {}]);
      const [first, second] = result.jumps.map(arrayOf);
      assert.ok(first !== undefined && second !== undefined);
      assert.deepEqual(second, first);
      assert.deepEqual(column(second, 'flags'), flags);
      assert.deepEqual(result.hops.map((hop) => hop.verdict), ['works', 'works']);
      assert.equal(report(result).pages.kept, PAGES);
    }
  });

  it('lost its seals once: what arrived with SEAL only leaves so, and nothing changes any more', () => {
    const result = from('6.19', [{}, {}]);
    assert.deepEqual(report(result, 0).changed, ['seals SHRINK arrive as SEAL']);
    assert.deepEqual(report(result, 1).changed, []);
    assert.deepEqual(report(from('7.1', [{}, {}]), 1).changed, []);
  });

  it('is preserved again after an abort as it was before, and left behind when that fails', () => {
    for (const abortAfter of ['PREPARE', 'PRE-STOP', 'STOP'] as const) {
      const again = from('6.19', [{ abortAfter }, {}]);
      assert.deepEqual(again.hops.map((hop) => hop.verdict), ['aborted', 'works']);
      assert.deepEqual(blocksOf(again.jumps[0]), { 0: 8, 2: 2, 9: 1 });
      assert.deepEqual(column(arrayOf(again.jumps[0]), 'flags'), FLAGS_6_19, abortAfter);
      // The hole is filled once.
      assert.equal(again.events.filter((event) => event.who === 'vm/0x1' && event.call === 'alloc_pages').length, 4);
    }
    const gone = from('7.1', [{ abortAfter: 'STOP' }, {}], { faults: [{ participant: 'vm/0x1', state: 'PREPARE', error: 'EBUSY', handover: 2 }] });
    assert.deepEqual(blocksOf(gone.jumps[0]), {});
    // Nothing of it is in the tracker either: what decode finds has owners.
    const [jump] = gone.jumps;
    const left = imageJson(decodeImage({ memory: memoryOfPages(jump?.pages ?? []), order: 'little', pageShift: 12 }));
    assert.deepEqual(left['unowned_preserved_blocks'] ?? [], []);
    assert.deepEqual(report(gone).pages, { kept: 0, lost: PAGES, leaked: 0, overwritten: 0, refused: 0 });
  });

  it('lies outside of scratch at the jump, group by group', () => {
    // More of the node is scratch than is not: movable pages come from there first.
    const roomy = { khoScratch: '48M,400M,48M' };
    const oneNode = { ...machine, ram: [{ start: 0n, sizeBytes: 768n << 20n, node: 0 }] };
    const result = runScenario(scenario([kernel('7.1', roomy), kernel('7.1', roomy)], [session({ ...mixed, sizeBytes: 600n * PAGE, folios: [folios(1, 9), folios(4), folios(20, 2)] })], { machine: oneNode }));
    const moved = result.events.filter((event) => event.call === 'memfd_pin_folios').map((event) => event.what);
    assert.deepEqual(moved, ['1 folios moved out of scratch', '4 folios moved out of scratch', '20 folios moved out of scratch']);
    const scratch = result.hops[0]?.scratch ?? [];
    for (const { pfn, order } of arrayOf(result.jumps[0])) {
      const [start, end] = [BigInt(pfn) * PAGE, BigInt(pfn + 2 ** order) * PAGE];
      assert.ok(!scratch.some(({ phys, sizeBytes }) => start < phys + sizeBytes && end > phys), `frame ${String(pfn)} of order ${String(order)}`);
    }
    assert.deepEqual(result.hops.map((hop) => hop.verdict), ['works']);
  });

  it('is dropped when its session is finished unread, leaked when nobody does, lost when nobody took the tree', () => {
    const userspace = (finish: 'all' | 'none'): HandoverSpec['userspace'] => ({ retrieve: 'none', finish, opensPlain: [], preservesAgain: true });
    const finished = from('7.1', [{ userspace: userspace('all') }]);
    assert.equal(report(finished).pages.lost, PAGES);
    const without = from('7.1', [{ userspace: userspace('all') }], {}, memfd(1n, 0n));
    assert.equal(finished.hops[0]?.leakedPages, without.hops[0]?.leakedPages);
    assert.equal(report(finished).arrived, undefined);
    const left = from('7.1', [{ userspace: userspace('none') }]);
    assert.equal(report(left).pages.leaked, PAGES);
    const refused = runScenario(scenario([kernel('6.19'), kernel('7.1')], [session(mixed)]));
    assert.equal(report(refused).pages.refused, PAGES);
    const ignored = runScenario(scenario([kernel('6.19'), kernel('6.18')], [session(mixed)]));
    assert.equal(report(ignored).pages.leaked, PAGES);
  });

  it('holds nothing when its process finds no memory for its later folios', () => {
    // 600 MiB of order 0 do not fit behind 300 MiB of order 9. The 400 MiB of the driver fit when those are free again.
    const large: readonly FolioGroup[] = [folios(150, 9), folios(150_000)];
    const greedy = memfd(1n, (150n * 512n + 150_000n) * PAGE, { folios: large });
    const result = runScenario(scenario([kernel('7.1'), kernel('7.1')], [session(greedy), driver('nic', [folios(100_000)], { states: { ...driver('nic', []).states, RUNNING: [], PREPARE: [{ do: 'alloc', area: 'data', folios: [folios(100_000)], migrate: 'unmovable', write: true }, { do: 'preserve', area: 'data' }] } })]));
    assert.ok(result.events.some((event) => event.who === 'vm/0x1' && event.error === 'ENOMEM'));
    assert.equal(result.hops[0]?.participants.find((one) => one.name === 'nic')?.pages.kept, 100_000);
    assert.equal(report(result).fate, 'lost');
  });

  it('on 16K pages has folios up to order 11, which 6.19 restores: MAX_PAGE_ORDER is 11 there', () => {
    const large = { arch: 'arm64', pageBytes: 16384, order: 'little', kernelBytes: 64n << 20n, ram: [{ start: 1n << 30n, sizeBytes: 4n << 30n, node: 0 }] } as const;
    const spec = { khoScratch: '128M,512M,128M', imageBytes: 32n << 20n };
    const file = memfd(1n, (2048n + 16n) * 16384n, { folios: [folios(1, 11), folios(1, 4)] });
    const result = runScenario(scenario([kernel('6.19', spec), kernel('6.19')], [session(file)], { machine: large }));
    assert.deepEqual(result.hops.map((hop) => hop.verdict), ['works']);
    assert.equal(report(result).pages.kept, 2064);
  });
});

describe('a memfd of folios of one order', () => {
  const array = (file: ReturnType<typeof memfd>): readonly Row[] => arrayOf(from('6.19', [{}], {}, file).jumps[0]);

  it('has a last folio that reaches past its end, or none when nobody wrote there', () => {
    const file = memfd(1n, 520n * PAGE, { folioOrder: 9 });
    assert.deepEqual(column(array(file), 'index'), [0, 512]);
    assert.deepEqual(column(array(file), 'order'), [9, 9]);
    const tail = array({ ...file, holes: [{ at: 512n * PAGE, sizeBytes: 8n * PAGE }] });
    assert.deepEqual(column(tail, 'index'), [0, 512, 513, 514, 515, 516, 517, 518, 519]);
    assert.deepEqual(column(tail, 'order'), [9, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('has holes where all of a folio was not written to, be it two holes that touch; they are filled with single pages', () => {
    // Folios of four pages: of the hole 3 to 11 the folios at 4 and 8 are not there.
    const rows = array(memfd(1n, 16n * PAGE, { folioOrder: 2, holes: [{ at: 7n * PAGE, sizeBytes: 5n * PAGE }, { at: 3n * PAGE, sizeBytes: 4n * PAGE }] }));
    assert.deepEqual(column(rows, 'index'), [0, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert.deepEqual(column(rows, 'order'), [2, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    assert.deepEqual(column(rows, 'flags'), [3, 2, 2, 2, 2, 2, 2, 2, 2, 3]);
  });
});
