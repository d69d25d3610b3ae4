/** What a successor says and does when something is not as it should be, step by step as KHO facts 1.9, 2.4, 6 and 7 have it. */
import assert from 'node:assert/strict';
import { addKexecMetadata, addReserveMem, addTestKho } from '../../../../server/engine/kho/consumers';
import { HandoverImage } from '../../../../server/engine/kho/handoverImage';
import type { LuoFileToHandOver, LuoToHandOver } from '../../../../server/engine/kho/luoImage';
import { addLuo } from '../../../../server/engine/kho/luoImage';
import { folioHandler } from '../../../../server/engine/handover/incoming/fileHandler';
import type { GenerationId } from '../../../../server/formats/generations';
import { viewOf } from '../../../../server/formats/layoutTable';
import type { KhoVmalloc } from '../../../../server/formats/vmalloc';
import type { PhysicalMemory, PlacedPage } from '../../../../server/formats/physicalMemory';
import { memoryOfPages } from '../../../../server/formats/physicalMemory';
import { restoreVmalloc } from '../../../../server/engine/handover/incoming/vmalloc';
import { allocator, generationOf } from '../../decode/randomHandover';
import type { BootOptions } from './boot';
import { boot, memfdOf, recordOf, successor } from './boot';

const BASE = 0x1000;

class Old {
  readonly image: HandoverImage;
  rootPhys = 0n;

  constructor(id: GenerationId, fill: (image: HandoverImage) => void, machine: { readonly bitmapBytes?: number } = {}) {
    this.image = new HandoverImage({ generation: generationOf(id), order: 'little', pageShift: 12, ...machine }, allocator(12, BASE, [1]));
    fill(this.image);
    this.rootPhys = this.image.finish();
  }

  get memory(): PhysicalMemory {
    return memoryOfPages(this.image.pages);
  }

  /** The page with this text in it. */
  pageWith(text: string): PlacedPage {
    const wanted = Buffer.from(text);
    const found = this.image.pages.find(({ bytes }) => Buffer.from(bytes).includes(wanted));
    assert.ok(found, text);
    return found;
  }

  write(text: string, by: string): this {
    const { bytes } = this.pageWith(text);
    bytes.set(Buffer.from(by), Buffer.from(bytes).indexOf(Buffer.from(text)));
    return this;
  }

  start(id: GenerationId, options: BootOptions = {}): ReturnType<typeof boot> {
    return boot(id, this.memory, recordOf(this.rootPhys), options);
  }
}

/** The first 8 bytes of the root's map property become 0: 6.19 was never finalized. */
function neverFinalized(): Old {
  const old = new Old('6.19', (image) => {
    addReserveMem(image, [{ name: 'trace', start: 0x8000000n, size: 0x10000n }]);
    addTestKho(image, [{ pfn: 0x9000, order: 1 }], 7);
  });
  const { bytes } = old.pageWith('kho-v1');
  const at = Buffer.from(bytes).indexOf(Buffer.from([0, 0, 0, 3, 0, 0, 0, 8]), 0);
  viewOf(bytes).setBigUint64(at + 12, 0n);
  return old;
}

const trace = { name: 'trace', size: 0x10000n, align: 4096n };

describe('engine/handover/incoming: what was posted before it was merged', () => {
  const regions = [trace, { name: 'pstate', size: 0x4000n, align: 0x100000n }, { name: 'log', size: 0x1000n, align: 1n }, { name: 'other', size: 0x1000n, align: 1n }];
  const fill = (image: HandoverImage): void => {
    addReserveMem(image, [{ name: 'trace', start: 0x8000000n, size: 0x10000n }, { name: 'pstate', start: 0x8010000n, size: 0x4000n }, { name: 'log', start: 0x8020000n, size: 0x2000n }]);
  };

  it('v4: a range of each node, judged in its own words', () => {
    const { lines, regions: found, kernel } = new Old('v4', fill).start('v4', { regions });
    assert.deepEqual(lines, [
      'KHO: setup: Found kexec handover data. Will skip init for some devices', "Revived memory reservation 'trace' from KHO",
      "KHO reserved_mem 'pstate' has wrong alignment (0x100000, 0x8010000)", "KHO reserved_mem 'log' has wrong size (0x2000 != 0x1000)",
    ]);
    assert.deepEqual(found, [{ revived: { name: 'trace', start: 0x8000000n, size: 0x10000n } }, { why: 'alignment' }, { why: 'size' }, { why: 'no region' }]);
    assert.deepEqual(kernel.reserved.ranges.map(({ path, addr, size }) => [path, addr, size]), [['/reserve_mem/trace', 0x8000000n, 0x10000n], ['/reserve_mem/pstate', 0x8010000n, 0x4000n], ['/reserve_mem/log', 0x8020000n, 0x2000n]]);
    const renamed = new Old('v4', fill).write('reserve_mem-v1', 'reserve_mem-v2').start('v4', { regions: [trace] });
    assert.deepEqual([renamed.lines.slice(1), renamed.regions], [["Node '/reserve_mem' has unknown compatible"], [{ why: 'no subtree' }]]);
    const other = new Old('v4', fill).write('reserve_mem_map-v1', 'reserve_mem_map-v2').start('v4', { regions: [trace] });
    assert.deepEqual([other.lines.slice(1), other.regions], [["Node '/reserve_mem/trace' has unknown compatible"], [{ why: 'incompatible' }]]);
    // What it cannot read stays reserved all the same: the walk looks at no string.
    assert.equal(renamed.kernel.reserved.ranges.length, 3);
  });

  it('v5: nodes of the root', () => {
    const { lines, regions: found } = new Old('v5', fill).start('v5', { regions });
    assert.deepEqual(lines.slice(1), [
      "Revived memory reservation 'trace' from KHO", "KHO reserve-mem 'pstate' has wrong alignment (0x100000, 0x8010000)", "KHO reserve-mem 'log' has wrong size (0x2000 != 0x1000)", "Node 'memblock' has no child 'other': -2",
    ]);
    assert.deepEqual(found.map((one) => ('why' in one ? one.why : 'revived')), ['revived', 'alignment', 'size', 'no region']);
    const parent = new Old('v5', fill).write('memblock-v1', 'memblock-v2').start('v5', { regions: [trace] });
    assert.deepEqual([parent.lines.slice(1), parent.regions], [["Node 'memblock' is incompatible with memblock-v1: 1"], [{ why: 'no subtree' }]]);
    const child = new Old('v5', fill).write('reserve-mem-v1', 'reserve-mem-v2').start('v5', { regions: [trace] });
    assert.deepEqual([child.lines.slice(1), child.regions], [["Node 'memblock/trace' is incompatible with reserve-mem-v1: 1"], [{ why: 'incompatible' }]]);
  });

  it('neither looks at the string of the root: a tree of 7.1 is taken, and nothing in it is found', () => {
    for (const [id, ...more] of [['v4'], ['v5', "Node 'memblock' is incompatible with memblock-v1: -1", 'KHO: no preserved-memory node: -2']] as const) {
      const { lines, kernel, regions: found } = new Old('7.1', fill).start(id, { regions: [trace] });
      assert.deepEqual(lines, ['KHO: setup: Found kexec handover data. Will skip init for some devices', ...more]);
      assert.ok(kernel.isKhoBoot);
      assert.deepEqual(found, [{ why: 'no subtree' }]);
      assert.deepEqual([kernel.reserved.blocks.count, kernel.reserved.ranges], [0, []]);
    }
  });

  it('what is no tree is refused, and nothing more is said', () => {
    const old = new Old('v5', fill);
    viewOf(old.pageWith('kho-v1').bytes).setUint32(0, 0);
    for (const id of ['v4', 'v5'] as const) assert.deepEqual(old.start(id).lines, [`KHO: setup: kexec handover FDT is invalid (0x${old.rootPhys.toString(16)})`]);
    assert.deepEqual(boot('v5', memoryOfPages([]), recordOf(1n << 60n), { ram: [{ start: 0n, sizeBytes: 1n << 30n, node: 0 }] }).lines, ['KHO: setup: failed to memremap kexec FDT (0x1000000000000000)']);
  });
});

describe('engine/handover/incoming: populate', () => {
  it('a map that is 0: refused from 6.19 on; 6.18 takes it, reserves nothing, and says that it revived', () => {
    const old = neverFinalized();
    assert.deepEqual(old.start('6.19', { regions: [trace] }).lines, ['KHO: disabling KHO revival: -2']);
    const { kernel, lines, regions, test } = old.start('6.18', { regions: [trace] });
    assert.equal(kernel.reserved.blocks.count, 0);
    assert.deepEqual(regions, [{ revived: { name: 'trace', start: 0x8000000n, size: 0x10000n } }]);
    assert.deepEqual(lines, [
      'KHO: found kexec handover data. Will skip init for some devices',
      "Revived memory reservation 'trace' from KHO",
      'WARNING: CPU: 0 PID: 0 at kernel/kexec_handover.c:247 kho_restore_page',
      'KHO: failed to restore folio for KHO fdt',
      'test_kho: KHO restore failed',
    ]);
    assert.deepEqual([test.succeeded, test.folios], [false, []]);
    // 6.17.0 has no magic: the root page is restored though nobody preserved it.
    assert.ok(!old.start('6.17').lines.includes('KHO: failed to restore folio for KHO fdt'));
  });

  it('header, compatible string, map property, scratch array: each with its line', () => {
    const make = (): Old => new Old('7.1', () => undefined);
    const lines = (old: Old, options?: BootOptions): string[] => old.start('7.1', options).lines;
    const at = (old: Old): string => `0x${old.rootPhys.toString(16)}`;
    const magic = make();
    magic.pageWith('kho-v3').bytes[0] = 0;
    assert.deepEqual(lines(magic), [`KHO: setup: handover FDT (${at(magic)}) is invalid: -9`, 'KHO: disabling KHO revival']);
    const version = make();
    viewOf(version.pageWith('kho-v3').bytes).setUint32(20, 1);
    assert.deepEqual(lines(version), [`KHO: setup: handover FDT (${at(version)}) is invalid: -10`, 'KHO: disabling KHO revival']);
    const short = make();
    viewOf(short.pageWith('kho-v3').bytes).setUint32(36, 0x7fffffff);
    assert.deepEqual(lines(short), [`KHO: setup: handover FDT (${at(short)}) is invalid: -8`, 'KHO: disabling KHO revival']);
    const without = make().write('compatible', 'compatiblE');
    assert.deepEqual(lines(without), [`KHO: setup: handover FDT (${at(without)}) is incompatible with 'kho-v3': -1`, 'KHO: disabling KHO revival']);
    const map = make().write('preserved-memory-map', 'preserved-memory-maP');
    assert.deepEqual(lines(map), ['KHO: failed to get preserved memory map', 'KHO: disabling KHO revival']);
    const old = make();
    assert.deepEqual(lines(old, { compatible: { root: 'kho-v3-own' } }), [`KHO: setup: handover FDT (${at(old)}) is incompatible with 'kho-v3-own': 1`, 'KHO: disabling KHO revival']);
    const far = successor('7.1', old.memory, { ram: [{ start: 0n, sizeBytes: 1n << 32n, node: 0 }] });
    far.kernel.populate({ ...recordOf(old.rootPhys), scratch_addr: 1n << 40n, scratch_size: 64n });
    far.kernel.populate({ ...recordOf(1n << 40n) });
    assert.deepEqual(far.lines, ['KHO: setup: failed to memremap scratch (phys=0x10000000000, len=64)', 'KHO: disabling KHO revival', 'KHO: setup: failed to memremap FDT (0x10000000000)', 'KHO: disabling KHO revival']);
  });

  it('6.17.0 and 6.18 take each other\'s trees under one string and misread them', () => {
    const fill = (image: HandoverImage): void => { for (const pfn of [0x100, 0x4fff, 0x5000]) image.mark(pfn, 0, ''); };
    const heads = (old: Old, id: GenerationId, bitmapBytes?: number): number[] => {
      const { blocks } = old.start(id, { bitmapBytes }).kernel.reserved;
      return Array.from(blocks.pfns.subarray(0, blocks.count)).filter((pfn) => [0x100, 0x4fff, 0x5000].includes(pfn));
    };
    // 4096 bits from frame 0: what lies above in the same bitmap of a page is not seen.
    assert.deepEqual(heads(new Old('6.18', fill), '6.17'), [0x100]);
    assert.deepEqual(heads(new Old('6.18', fill), '6.18'), [0x100, 0x4fff, 0x5000]);
    // The other way each bitmap takes those behind it in the slab for its own: what was preserved is found, and much more.
    const small = new Old('6.17', fill);
    assert.ok([0x100, 0x4fff, 0x5000].every((pfn) => heads(small, '6.18').includes(pfn)));
    assert.ok(small.start('6.18').kernel.reserved.blocks.count > small.image.blocks.length);
    assert.deepEqual(heads(new Old('6.17', fill, { bitmapBytes: 4096 }), '6.18'), [0x100, 0x4fff, 0x5000], '6.17.y after the backport');
    assert.deepEqual(heads(new Old('6.18', fill), '6.17', 4096), [0x100, 0x4fff, 0x5000]);
  });

  it('retrieve_subtree: no handover, no child, no address, no size', () => {
    const fill = (image: HandoverImage): void => { addKexecMetadata(image, '7.1.5', 1); };
    const old = new Old('7.1', fill);
    const { kernel } = old.start('7.1');
    assert.ok(kernel.retrieveSubtree('kexec-metadata').ok);
    assert.deepEqual(kernel.retrieveSubtree('LUO'), { ok: false, error: 'ENOENT' });
    assert.deepEqual(successor('7.1', old.memory).kernel.retrieveSubtree('kexec-metadata'), { ok: false, error: 'ENOENT' });
    for (const name of ['preserved-data', 'blob-size']) assert.deepEqual(new Old('7.1', fill).write(name, name.toUpperCase()).start('7.1').kernel.retrieveSubtree('kexec-metadata'), { ok: false, error: 'EINVAL' });
  });
});

describe('engine/handover/incoming: consumers', () => {
  it('reserve_mem: each way not to be revived', () => {
    const make = (): Old => new Old('7.1', (image) => { addReserveMem(image, [{ name: 'trace', start: 0x8001000n, size: 0x10000n }]); });
    const revive = (old: Old, wanted = trace, options: BootOptions = {}): readonly [unknown, string | undefined] => {
      const { lines, regions: [first] } = old.start('7.1', { regions: [wanted], ...options });
      return [first !== undefined && 'why' in first ? first.why : first?.revived.start, lines[1]];
    };
    assert.deepEqual(revive(make()), [0x8001000n, "Revived memory reservation 'trace' from KHO"]);
    assert.deepEqual(revive(make(), { ...trace, name: 'pstate' }), ['no region', "FDT 'memblock' has no child 'pstate': -1"]);
    assert.deepEqual(revive(make(), { ...trace, align: 0x2000n }), ['alignment', "KHO reserve-mem 'trace' has wrong alignment (0x2000, 0x8001000)"]);
    assert.deepEqual(revive(make(), { ...trace, size: 0x20000n }), ['size', "KHO reserve-mem 'trace' has wrong size (0x10000 != 0x20000)"]);
    assert.deepEqual(revive(make(), trace, { compatible: { reserve_mem: 'reserve-mem-v2' } }), ['incompatible', "Node 'trace' is incompatible with 'reserve-mem-v2': 1"]);
    assert.deepEqual(revive(make(), trace, { compatible: { memblock: 'memblock-v2' } }), ['no subtree', "FDT 'memblock' is incompatible with 'memblock-v2': 1"]);
    assert.deepEqual(revive(make().write('start\0', 'sTart\0')), ['no address', undefined]);
    assert.deepEqual(revive(new Old('7.1', () => undefined)), ['no subtree', undefined]);
  });

  it('kexec-metadata: too small, of another version, cut off', () => {
    const make = (): Old => new Old('7.1', (image) => { addKexecMetadata(image, '7.1.5-a', 4); });
    assert.deepEqual(make().start('7.1').lines.slice(1), ['KHO: exec from: 7.1.5-a (count 4)']);
    const other = make();
    viewOf(other.pageWith('7.1.5-a').bytes).setUint32(0, 2, true);
    assert.deepEqual(other.start('7.1').lines.slice(1), ['KHO: kexec-metadata version 2 not supported (expected 1)']);
    const sized = (bytes: number): string[] => {
      const old = make();
      const page = old.pageWith('kexec-metadata\0').bytes;
      const at = Buffer.from(page).indexOf(Buffer.from([73, 0, 0, 0, 0, 0, 0, 0]));
      viewOf(page).setBigUint64(at, BigInt(bytes), true);
      return old.start('7.1').lines.slice(1);
    };
    assert.deepEqual(sized(3), ['KHO: kexec-metadata blob too small (3 bytes)']);
    assert.deepEqual(sized(72), ['KHO: kexec-metadata blob too small for v1 (72 < 73)']);
    assert.equal(make().start('7.1', { kho: false }).previous, undefined);
  });

  it('test_kho: stops at the first folio it does not get; another form under the same string; contents that changed', () => {
    const folios = [0x8000, 0x8010, 0x8020].map((pfn, order) => ({ pfn, order }));
    const make = (id: GenerationId): Old => new Old(id, (image) => { addTestKho(image, folios, 1); });
    assert.deepEqual(make('6.18').start('6.18').test.folios, folios);
    assert.equal(make('6.17').start('6.17').test.succeeded, true);
    for (const [from, to] of [['6.17', '6.18'], ['6.18', '6.17']] as const) assert.ok(make(from).start(to, { bitmapBytes: from === '6.17' ? 512 : 4096 }).lines.includes('test_kho: KHO restore failed'));
    const changed = make('7.1').start('7.1', { intact: (pfn) => pfn !== 0x8010 });
    assert.deepEqual([changed.test.succeeded, changed.test.folios.length], [false, 3]);
    assert.equal(make('7.1').start('7.1', { kho: false }).test.succeeded, undefined);
    // An area that says order 3 for the folio of order 0: restored, and no further.
    const wrong = make('7.1');
    const list = wrong.image.pages.find(({ bytes }) => viewOf(bytes).getBigUint64(0, true) === 0x8000000n);
    assert.ok(list);
    viewOf(list.bytes).setBigUint64(0, 0x8000003n, true);
    const { test, kernel } = wrong.start('7.1');
    assert.deepEqual([test.succeeded, test.folios], [false, []]);
    assert.equal(kernel.preserved.orderAt(0x8010), 1);
  });

  it('vmalloc: first page for all of an entry in 6.18; entries that are too many or too few give NULL and leak what was restored', () => {
    let head: KhoVmalloc | undefined;
    const old = (id: GenerationId): Old => new Old(id, (image) => { head = image.preserveVmalloc(new Uint8Array(3 * 16384), { chunk: 'chunk', page: 'page' }, 2); });
    const run = (id: GenerationId, change: Partial<KhoVmalloc> = {}) => {
      const { kernel } = old(id).start(id);
      assert.ok(head);
      const restored = restoreVmalloc(kernel, { ...head, ...change });
      return { ...restored, left: kernel.preserved.remaining().count };
    };
    const pages = run('7.1').pages;
    assert.equal(pages?.length, 12);
    assert.deepEqual(Array.from(pages, (pfn, i) => pfn - (pages[0] ?? 0) - i).slice(0, 4), [0, 0, 0, 0]);
    const bug = run('6.18').pages;
    assert.deepEqual(Array.from(bug?.subarray(0, 5) ?? [], (pfn) => pfn - (bug?.[0] ?? 0)).slice(0, 4), [0, 0, 0, 0]);
    assert.deepEqual([run('7.1', { total_pages: 8 }).pages, run('7.1', { total_pages: 8 }).restoredPages], [undefined, 8]);
    assert.deepEqual([run('7.1', { total_pages: 16 }).pages, run('7.1', { total_pages: 16 }).restoredPages], [undefined, 12]);
    // Restored and lost: only the root is still preserved.
    assert.equal(run('7.1', { total_pages: 16 }).left, 1);
    assert.deepEqual([...run('7.1', { first: 0n, total_pages: 0 }).pages ?? [1]], []);
  });
});

describe('engine/handover/incoming: LUO', () => {
  const file = (token: bigint, pfns: readonly number[], seals = 1): LuoFileToHandOver => ({
    token, memfd: { pos: 5n, size: 8192n, seals, folios: pfns.map((pfn, index) => ({ pfn, order: 0, flags: 3, index })) },
  });
  const luo = (files: readonly LuoFileToHandOver[] = [file(1n, [0x8000, 0x8001]), file(2n, [0x8002])]): LuoToHandOver => ({
    liveupdateNumber: 3n, sessions: [{ name: 'vm-a', files }, { name: 'empty', files: [] }], flbs: [{ name: 'flb', data: 0x9000000n, count: 2n }],
  });
  const make = (id: GenerationId, what = luo()): Old => new Old(id, (image) => {
    image.mark(0x9000, 0, 'flb data');
    addLuo(image, what);
  });

  it('absent is fine; what is wrong is a panic, with or without liveupdate=on', () => {
    assert.equal(new Old('7.1', () => undefined).start('7.1').luo.state, 'absent');
    const panics = (from: Old, id: GenerationId, options: BootOptions = {}): string[] => {
      const { luo: state, lines } = from.start(id, { liveupdate: false, ...options });
      assert.equal(state.state, 'panic');
      return lines.slice(1);
    };
    const end = (error: string): string => `Kernel panic - not syncing: The incoming tree failed to initialize properly [-${error}], disabling live update`;
    assert.deepEqual(panics(make('7.1'), '7.1', { compatible: { luo: 'luo-v9' } }), ["luo: FDT 'LUO' is incompatible with 'luo-v9' [1]", end('EINVAL')]);
    const number = 'luo: Retrieved live update data, liveupdate number: 3';
    assert.deepEqual(panics(make('7.1'), '7.1', { compatible: { luo_session: 'luo-session-v3' } }), [number, 'luo: Session node incompatible [luo-session-v3]', end('EINVAL')]);
    assert.deepEqual(panics(make('7.1'), '7.1', { compatible: { luo_flb: 'luo-flb-v2' } }), [number, "luo: FLB node is incompatible with 'luo-flb-v2' [1]", end('EINVAL')]);
    assert.deepEqual(panics(make('7.1').write('liveupdate-number', 'liveupdate-numbeR'), '7.1'), ["luo: Unable to get live update number 'liveupdate-number' [-1]", end('EINVAL')]);
    assert.deepEqual(panics(make('7.1').write('luo-flb\0', 'luo-fLb\0'), '7.1'), [number, 'luo: Unable to get FLB node [luo-flb]', end('ENOENT')]);
    assert.deepEqual(panics(make('newest'), 'newest', { compatible: { luo: 'luo-v6' } }), [end('EINVAL')]);
    const off = make('7.1').start('7.1', { kho: false });
    assert.deepEqual([off.luo.state, off.lines.at(-1)], ['off', 'luo: Disabling liveupdate because KHO is disabled']);
  });

  it('a file that no handler knows: the first open fails, and every later one', () => {
    const { sessions, lines, kernel } = make('7.1').start('7.1', { handlers: [folioHandler('file-v1')] });
    assert.deepEqual([sessions.open(), sessions.open(), sessions.failure], ['EIO', 'EIO', 'ENOENT']);
    assert.equal(lines.at(-1), "luo: No registered handler for compatible 'memfd-v2'");
    assert.deepEqual(sessions.freed, []);
    assert.notEqual(kernel.preserved.orderAt(0x8000), undefined);
  });

  it('sessions: a name twice, one that is not there, one retrieved before', () => {
    const { sessions } = make('7.1').start('7.1');
    assert.equal(sessions.open(), undefined);
    assert.deepEqual([sessions.retrieve('vm-b'), sessions.retrieve('vm-a'), sessions.retrieve('vm-a')], ['ENOENT', undefined, 'EINVAL']);
    assert.deepEqual(sessions.retrieveFd('vm-a', 9n).result, { ok: false, error: 'ENOENT' });
    assert.deepEqual(sessions.finish('empty'), { ok: false, error: 'EBADF' });
    const what = luo();
    const twice = make('7.1', { ...what, sessions: [...what.sessions, { name: 'vm-a', files: [] }] }).start('7.1');
    assert.deepEqual([twice.sessions.open(), twice.sessions.failure, twice.lines.at(-1)], ['EIO', 'EEXIST', 'luo: Failed to insert session [vm-a] -EEXIST']);
  });

  for (const id of ['6.19', '7.1', 'kho-v4', 'newest'] as const) {
    it(`${id}: what was never retrieved is dropped when the session is finished, FLBs with the last file`, () => {
      const flbs = id === '6.19' ? [] : [{ name: 'flb', handler: generationOf(id).memfd?.id ?? '', dataBytes: 4096 }];
      const { sessions, kernel, lines } = make(id).start(id, { flbs });
      assert.equal(sessions.open(), undefined);
      assert.equal(sessions.retrieve('vm-a'), undefined);
      assert.ok(sessions.retrieveFd('vm-a', 1n).result !== 'faults');
      const finished = sessions.close('vm-a');
      assert.ok(finished.ok);
      assert.deepEqual(finished.value.files.map(({ token, status, finished: { folios } }) => [token, status, [...folios]]), [[2n, 'never', [0x8002]], [1n, 'retrieved', []]]);
      assert.deepEqual(finished.value.flbs, id === '6.19' ? [] : [{ name: 'flb', data: 0x9000000n, pfn: 0x9000 }]);
      assert.deepEqual(sessions.list.map(({ name }) => name), ['empty']);
      if (id !== '6.19') assert.equal(lines.at(-1), 'liveupdate test: flb: finish was triggered');
      const { owners } = { owners: new Map(make(id).image.blocks.map(({ pfn, owner }) => [pfn, owner])) };
      const left = kernel.preserved.remaining();
      const names = Array.from(left.pfns.subarray(0, left.count), (pfn) => owners.get(pfn)).sort();
      assert.deepEqual(names, id === '6.19' ? ['KHO root FDT', 'LUO FDT', 'flb data'] : ['KHO root FDT', id === '7.1' ? 'LUO FDT' : 'luo_ser', 'LUO FLB header'].sort());
    });
  }

  it('a folio that is lost: 7.1 gives the others back and keeps the error; 6.19 takes frame numbers for addresses and tries again', () => {
    const files = [file(1n, [0x8000, 0x8001, 0x8002])];
    for (const [id, again] of [['7.1', 'EIO'], ['6.19', 'EINVAL']] as const) {
      const { sessions, kernel, lines } = make(id, luo(files)).start(id);
      sessions.open();
      sessions.retrieve('vm-a');
      // Somebody else took it.
      assert.equal(kernel.restorePage(0x8001), 0);
      const first = sessions.retrieveFd('vm-a', 1n);
      assert.deepEqual([first.result, [...first.dropped ?? []]], [{ ok: false, error: 'EIO' }, [0x8000]]);
      assert.ok(lines.includes('memfd_luo: Unable to restore folio at physical address: 8001000'));
      assert.equal(lines.filter((line) => line === 'WARNING: kho_restore_page').length, 1);
      assert.equal(kernel.preserved.orderAt(0x8002), id === '7.1' ? undefined : 0);
      assert.deepEqual(sessions.retrieveFd('vm-a', 1n).result, { ok: false, error: again });
      const finished = sessions.finish('vm-a');
      assert.ok(finished.ok);
      // 6.19 finds its area gone and frees the record; 7.1 has done that when it failed.
      assert.deepEqual(finished.value.files.map((one) => [one.status, one.finished.freed.length]), [[id === '7.1' ? 'failed' : 'never', id === '7.1' ? 0 : 1]]);
    }
  });

  it('a folio above MAX_PAGE_ORDER among others: 7.1 restores each with its order; 6.19 gives the file up there, and what lies behind stays', () => {
    const folios = [[0x8000, 2], [0x8800, 11], [0x9004, 2]].map(([pfn = 0, order = 0], i) => ({ pfn, order, flags: 3, index: [0, 2048, 4096][i] ?? 0 }));
    const large = luo([{ token: 1n, memfd: { pos: 0n, size: 4100n * 4096n, seals: 1, folios } }]);
    const made = (id: GenerationId): Old => new Old(id, (image) => { addLuo(image, large); });
    const retrieved = (id: GenerationId): { readonly kernel: ReturnType<Old['start']>['kernel']; readonly lines: readonly string[]; readonly got: ReturnType<ReturnType<Old['start']>['sessions']['retrieveFd']> } => {
      const { sessions, kernel, lines } = made(id).start(id);
      sessions.open();
      sessions.retrieve('vm-a');
      return { kernel, lines, got: sessions.retrieveFd('vm-a', 1n) };
    };
    const live = retrieved('7.1').got.result;
    assert.ok(live !== 'faults' && live.ok && live.value.kind === 'memfd');
    assert.deepEqual([[...live.value.memfd.orders], [...live.value.memfd.folios.indexes]], [[2, 11, 2], [0, 2048, 4096]]);
    const { kernel, lines, got } = retrieved('6.19');
    assert.deepEqual([got.result, [...got.dropped ?? []]], [{ ok: false, error: 'EIO' }, [0x8000]]);
    assert.deepEqual(lines.filter((line) => /kho_restore_page|Unable/.test(line)), ['WARNING: kho_restore_page', 'memfd_luo: Unable to restore folio at physical address: 8800000']);
    // 6.19 takes the frame 0x9004 for an address, which lies in frame 9 (T11).
    assert.deepEqual([0x8000, 0x8800, 0x9004].map((pfn) => kernel.preserved.orderAt(pfn)), [undefined, 11, 2]);
  });

  it('seals that this kernel does not know are refused, and the record is freed', () => {
    const { sessions } = make('7.1', luo([file(1n, [0x8000], 0x40)])).start('7.1');
    sessions.open();
    sessions.retrieve('vm-a');
    const { result, freed } = sessions.retrieveFd('vm-a', 1n);
    assert.deepEqual([result, freed.length], [{ ok: false, error: 'EOPNOTSUPP' }, 1]);
  });

  it('files of another handler are folios; an array that is longer than its area kills the kernel', () => {
    const old = new Old('7.1', (image) => {
      const data = image.preserve(new Uint8Array(8192), 'data');
      addLuo(image, luo([{ token: 7n, compatible: 'file-v1', data }, file(8n, [0x8000])]));
    });
    const record = old.image.pages.find(({ bytes }) => viewOf(bytes).getBigUint64(0, true) === 5n && viewOf(bytes).getBigUint64(8, true) === 8192n);
    assert.ok(record);
    viewOf(record.bytes).setBigUint64(24, 257n, true);
    const { sessions } = old.start('7.1', { handlers: [folioHandler('file-v1'), ...memfdOf('7.1')] });
    sessions.open();
    sessions.retrieve('vm-a');
    const { result } = sessions.retrieveFd('vm-a', 7n);
    assert.ok(result !== 'faults' && result.ok && result.value.kind === 'file' && result.value.order === 1);
    assert.equal(sessions.retrieveFd('vm-a', 8n).result, 'faults');
  });

  it('FLBs: not handed over, not in the table, finished for ever', () => {
    const flb = (name: string) => ({ name, handler: 'memfd-v2', dataBytes: 0 });
    assert.deepEqual(new Old('7.1', () => undefined).start('7.1', { flbs: [flb('flb')] }).flbs.get('flb'), { ok: false, error: 'ENODATA' });
    const { flbs } = make('7.1').start('7.1', { flbs: [flb('flb')] });
    assert.deepEqual(flbs.get('other'), { ok: false, error: 'ENOENT' });
    assert.deepEqual(flbs.get('flb'), { ok: true, value: 0x9000000n });
    assert.deepEqual([flbs.put('flb'), flbs.fileFinished('memfd-v2'), flbs.fileFinished('memfd-v2').length], [undefined, [], 1]);
    assert.deepEqual(flbs.get('flb'), { ok: false, error: 'ENODATA' });
  });
});
