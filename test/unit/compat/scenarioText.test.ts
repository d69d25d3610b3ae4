import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { scenarioText } from '../../../server/compat/scenarioText';
import type { ParticipantReport, ScenarioResult, SimEvent } from '../../../server/engine/handover/result';
import type { KernelSpec, Scenario } from '../../../server/model/scenario/scenario';

// A handover told by hand, of a driver with 512 tables and a region of reserve_mem: what a report shows of it is written out below.

const kernel: KernelSpec = {
  generation: '7.1', release: '7.1.5', kho: true, liveupdate: true, khoScratch: undefined, reserveMem: ['4M:4096:trace'], debug: false, bootBytes: 0n, pressure: 0,
  imageBytes: 0n, compatible: {}, bitmapBytes: undefined, depthFix: undefined, without: [],
};

const scenario: Scenario = {
  name: 'tables', description: 'Which pages does a driver keep?',
  machine: { arch: 'x86_64', pageBytes: 4096, order: 'little', ram: [{ start: 0n, sizeBytes: 320n << 20n, node: 0 }, { start: 320n << 20n, sizeBytes: 160n << 20n, node: 1 }], kernelBytes: 48n << 20n },
  kernels: [kernel, { ...kernel, reserveMem: [], pressure: 0.5 }],
  participants: [{ name: 'smmu', kind: 'driver', compatible: 'smmu-v1', states: {} }],
  handovers: [{ abortAfter: undefined, finalize: 0, userspace: { retrieve: 'all', finish: 'all', opensPlain: [], preservesAgain: false } }],
  faults: [], expect: undefined,
};

const event = (state: SimEvent['state'], who: string, call: string, more: Partial<SimEvent> = {}): SimEvent => ({ handover: 1, kernel: state === 'RESUME' || state === 'POST-RESUME' || state === 'CONCLUDE' ? 1 : 0, state, who, call, what: `${who} does it`, ...more });
const pages = (became: NonNullable<SimEvent['pages']>['became'], blocks: number, order = 0): Pick<SimEvent, 'pages'> => ({ pages: { became, blocks, pages: blocks << order, byOrder: { [order]: blocks }, firstPfn: 0x10000 } });

const report = (name: string, kind: string, fate: ParticipantReport['fate'], first: number, count: number): ParticipantReport => ({
  name, kind, fate, pages: { kept: 0, lost: 0, leaked: 0, overwritten: 0, refused: 0, [fate]: count },
  reasons: [`${name} is ${fate}`], runs: [{ pfn: first, pages: count, fate, reason: 0 }], runsLeftOut: 0, changed: [],
});

const result: ScenarioResult = {
  name: 'tables', passed: false,
  expectations: [
    { path: ['expect', 'verdict'], expected: 'works', found: 'works', passed: true },
    { path: ['expect', 'fates', 'smmu'], expected: 'kept', found: 'overwritten', passed: false },
  ],
  hops: [{
    handover: 1, from: 0, to: 1, verdict: 'partly', handedOver: true, revived: true, corruption: true, summary: 'Not everything arrived.', leakedPages: 3,
    participants: [report('trace', 'reserve_mem', 'kept', 0x8000, 1024), report('smmu', 'driver', 'overwritten', 0x14000, 512)],
    scratch: [{ phys: 0x1000000n, sizeBytes: 0x2000000n }],
  }],
  events: [
    event('PREPARE', 'smmu', 'alloc_pages', pages('allocated', 512)),
    event('PREPARE', 'smmu', 'kho_preserve_folio', pages('preserved', 500)),
    event('PREPARE', 'smmu', 'kho_preserve_folio', pages('preserved', 12)),
    event('STOP', 'smmu', 'kho_add_subtree', { tree: 'smmu' }),
    event('KEXEC', 'kexec', 'machine_kexec'),
    event('RESUME', 'smmu', 'kho_retrieve_subtree', { error: 'ENOENT' }),
    event('CONCLUDE', 'smmu', 'kho_restore_folio', pages('restored', 1_234_567)),
  ],
  eventsLeftOut: 0,
  log: [{ handover: 1, kernel: 1, state: 'RESUME', level: 'info', text: 'KHO: found kexec handover data.' }],
  jumps: [],
};

const lines = (text: string): string[] => text.split('\n');
const after = (text: string, head: string, n: number): string[] => {
  const all = lines(text);
  const at = all.findIndex((line) => line.startsWith(head));
  assert.notEqual(at, -1, `no line begins with "${head}" in\n${text}`);
  return all.slice(at, at + n);
};

describe('the report of a scenario as text', () => {
  const text = scenarioText(result, scenario);

  it('draws the progression: a column for each state, sums of blocks, the jump between STOP and RESUME', () => {
    assert.deepEqual(after(text, '       ── 7.1.5', 6), [
      '       ── 7.1.5 ──────────────────────────────────────║── 7.1.5 ──────────────────────────',
      '       RUNNING     PREPARE     PRE-STOP    STOP       ║RESUME      POST-RESUME CONCLUDE',
      '  smmu ·           alloc 512   ·           tree +     ║!ENOENT     ·           take 1.2M',
      '                   keep 512                           ║',
      '  blocks that are preserved (keep), unpreserved (unkeep), reserved at boot (hold) and restored',
      '    (take); tree: the root FDT; !: failed',
    ]);
  });

  it('draws memory: 80 columns for the widest node, the worst of what lies in a column', () => {
    // 320 MiB in 80 columns: 4 MiB each. Scratch 16 to 48 MiB is columns 4 to 11; trace, 128 MiB, column 32; smmu lies at 320 MiB, the first 2 MiB of node 1.
    assert.deepEqual(after(text, '  memory:', 6), [
      '  memory: a column is 4 MiB and shows the worst in it',
      '    node 0, 0x0 to 0x13ffffff',
      `    |${'.'.repeat(4)}${'s'.repeat(8)}${'.'.repeat(20)}#${'.'.repeat(47)}|`,
      '    node 1, 0x14000000 to 0x1dffffff',
      `    |X${'.'.repeat(39)}|`,
      '    X overwritten   # kept   s scratch   . not handed over',
    ]);
  });

  it('shows the worst of a column, in whatever order it comes', () => {
    const two = [report('a', 'driver', 'lost', 0x14000, 1), report('b', 'driver', 'kept', 0x14200, 1)];
    for (const participants of [two, [...two].reverse()]) {
      const text = scenarioText({ ...result, hops: result.hops.map((hop) => ({ ...hop, scratch: [], participants })) }, scenario);
      assert.equal(after(text, '    node 1,', 2)[1], `    |-${'.'.repeat(39)}|`);
    }
  });

  it('draws all of it where runs were left out: slices stand in for them', () => {
    const slices = [{ pfn: 0x2000, pages: 1024, fate: 'lost' as const }, { pfn: 0x14000, pages: 1024, fate: 'kept' as const }];
    const many = { ...result, hops: result.hops.map((hop) => ({ ...hop, scratch: [], participants: [{ ...report('p', 'driver', 'lost', 0x2000, 1), runsLeftOut: 5000, slices }] })) };
    // 0x2000 pages are 32 MiB: column 8. 0x14000 are 320 MiB: the first of node 1.
    assert.deepEqual(after(scenarioText(many, scenario), '  memory:', 6), [
      '  memory: a column is 4 MiB and shows the worst in it',
      '    node 0, 0x0 to 0x13ffffff',
      `    |${'.'.repeat(8)}-${'.'.repeat(71)}|`,
      '    node 1, 0x14000000 to 0x1dffffff',
      `    |#${'.'.repeat(39)}|`,
      '    - lost   # kept   . not handed over',
    ]);
  });

  it('says what became of each, where it lies and why', () => {
    assert.deepEqual(after(text, '  what became of it', 6), [
      '  what became of it',
      '    trace  reserve_mem  kept        1024 pages   4 MiB    0x8000000',
      '      trace is kept',
      '    smmu   driver       overwritten 512 pages    2 MiB    0x14000000',
      '      smmu is overwritten',
      '    3 pages (12 KiB) are leaked: reserved in the new kernel for nobody, until the next kexec',
    ]);
  });

  it('says what was expected and what was found, and whose line it is in the log', () => {
    assert.deepEqual(after(text, 'expected', 3), ['expected', '  ok    verdict: works', '  FAIL  fates.smmu: expected kept, found overwritten']);
    assert.deepEqual(after(text, '  kernel 1', 2), ['  kernel 1, 7.1.5, logs', '    RESUME   KHO: found kexec handover data.']);
    assert.equal(lines(text)[0], 'tables: FAILED, 1 of 2 expectations');
  });

  it('keeps to its width, whatever is in it', () => {
    const long = 'x'.repeat(300);
    const every: ParticipantReport[] = (['kept', 'lost', 'leaked', 'overwritten', 'refused'] as const).map((fate, i) => report(`${long}${fate}`, long, fate, 0x1000 * i, 1));
    const hostile = (columns: number): string => scenarioText(
      { ...result, name: long, log: [{ handover: 1, kernel: 1, state: 'RESUME', level: 'err', text: `${long} ${long}` }], hops: result.hops.map((hop) => ({ ...hop, summary: long, participants: [...every, ...hop.participants.map((one) => ({ ...one, name: long, kind: long, reasons: [long], changed: [long] }))] })) },
      { ...scenario, name: long, description: long, participants: [{ name: long, kind: 'test_kho', folios: [] }], alternatives: { carvedOutBytes: 1n << 20n, samePlace: true } },
      { columns },
    );
    for (const columns of [40, 41, 55, 63, 79, 80, 99, 100, 101, 200]) for (const line of lines(hostile(columns))) assert.ok(line.length <= columns, `${String(columns)}: ${line}`);
    for (const line of lines(hostile(1))) assert.ok(line.length <= 40, line);
    // Some lines are as long as they may be.
    assert.ok(lines(hostile(80)).some((line) => line.length === 80));
  });

  it('puts the states behind the jump below those before it where there is no room beside them', () => {
    const stacked = [
      '       ── 7.1.5 ──────────────────────────────────────',
      '       RUNNING     PREPARE     PRE-STOP    STOP',
      '  smmu ·           alloc 512   ·           tree +',
      '                   keep 512',
      '',
      '       ║── 7.1.5 ──────────────────────────',
      '       ║RESUME      POST-RESUME CONCLUDE',
      '  smmu ║!ENOENT     ·           take 1.2M',
    ];
    // Both sides take 7 + 47 + 36 columns.
    assert.deepEqual(after(scenarioText(result, scenario, { columns: 89 }), '       ── 7.1.5', 8), stacked);
    assert.deepEqual(after(scenarioText(result, scenario, { columns: 54 }), '       ── 7.1.5', 8), stacked);
    assert.deepEqual(after(scenarioText(result, scenario, { columns: 90 }), '       ── 7.1.5', 3), after(text, '       ── 7.1.5', 3));
  });

  it('divides a side that has no room either', () => {
    assert.deepEqual(after(scenarioText(result, scenario, { columns: 40 }), '       ── 7.1.5', 16), [
      '       ── 7.1.5 ──────────────',
      '       RUNNING     PREPARE',
      '  smmu ·           alloc 512',
      '                   keep 512',
      '',
      '       ── 7.1.5 ──────────────',
      '       PRE-STOP    STOP',
      '  smmu ·           tree +',
      '',
      '       ║── 7.1.5 ──────────────',
      '       ║RESUME      POST-RESUME',
      '  smmu ║!ENOENT     ·',
      '',
      '       ║── 7.1.5 ──',
      '       ║CONCLUDE',
      '  smmu ║take 1.2M',
    ]);
  });

  it('draws memory as wide as there is room, and tears no sign of its legend', () => {
    // 320 MiB in 60 columns: 5.33 MiB, in whole pages 0x556000 bytes. Scratch 16 to 48 MiB is columns 2 to 8 (16/5.336 = 2.998); trace, 128 to 132 MiB, columns 23 and 24 (24 columns end 64 KiB behind 128 MiB); node 1 has 30.
    assert.deepEqual(after(scenarioText(result, scenario, { columns: 80 }), '  memory:', 6), [
      '  memory: a column is 5.3 MiB and shows the worst in it',
      '    node 0, 0x0 to 0x13ffffff',
      `    |${'.'.repeat(2)}${'s'.repeat(7)}${'.'.repeat(14)}##${'.'.repeat(35)}|`,
      '    node 1, 0x14000000 to 0x1dffffff',
      `    |X${'.'.repeat(29)}|`,
      '    X overwritten   # kept   s scratch   . not handed over',
    ]);
    assert.deepEqual(after(scenarioText(result, scenario, { columns: 40 }), '    X over', 2), ['    X overwritten   # kept   s scratch', '    . not handed over']);
  });

  it('gives the place of pages a line of its own where there is no room behind the rest', () => {
    // 4 + 5 + 2 + 11 + 2 + 11 + 1 + 12 + 1 + 8 take 57, a blank and 0x14000000 11 more.
    assert.deepEqual(after(scenarioText(result, scenario, { columns: 67 }), '    smmu ', 3), ['    smmu   driver       overwritten 512 pages    2 MiB', '      at 0x14000000', '      smmu is overwritten']);
    assert.deepEqual(after(scenarioText(result, scenario, { columns: 68 }), '    smmu ', 2), ['    smmu   driver       overwritten 512 pages    2 MiB    0x14000000', '      smmu is overwritten']);
  });

  it('is as long for a million runs as for a thousand, and colours only words', () => {
    const many = { ...result, hops: result.hops.map((hop) => ({ ...hop, participants: Array.from({ length: 5000 }, (_, i) => report(`p${String(i)}`, 'driver', 'kept', i * 2, 1)) })) };
    assert.ok(lines(scenarioText(many, scenario)).length < 220);
    const esc = '\u001b';
    const coloured = scenarioText(result, scenario, { colour: true });
    assert.ok(coloured.includes(`${esc}[31mFAIL${esc}[0m`));
    assert.equal(coloured.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), ''), text);
  });

  it('of an attempt that was given up draws no other side', () => {
    const given = scenarioText({ ...result, hops: result.hops.map((hop) => ({ ...hop, to: undefined, verdict: 'aborted' })) }, { ...scenario, handovers: [{ abortAfter: 'PREPARE', finalize: 0, userspace: { retrieve: 'all', finish: 'all', opensPlain: [], preservesAgain: false } }] });
    assert.ok(!given.includes('║'));
    assert.ok(given.includes('  given up behind PREPARE: no jump\n'));
    assert.ok(!given.includes('memory: a column'));
  });
});
