/** The engine against memory of real kernels: everything the same, and whatever is altered in a truth or in memory noticed. */
import assert from 'node:assert/strict';
import { main } from '../../../server/conformance/replay';
import { runReplay } from '../../../server/conformance/replayRun';
import type { RealImage } from '../../../server/conformance/replayRun';
import { compareJumps, runTruths, simulatedScenario } from '../../../server/conformance/replayScenario';
import { BadTruth, readReplay } from '../../../server/conformance/replayTruth';
import { decodeImage } from '../../../server/decode/image';
import { imageJson } from '../../../server/decode/toJson';
import { runScenario } from '../../../server/engine/handover/runScenario';
import { memoryOfPages } from '../../../server/formats/physicalMemory';
import { writeExact } from '../../../server/decode/exactJson';
import type { Json } from '../../../server/decode/exactJson';
import { readElfCore } from '../../../server/formats/elfCore';
import { altered, change, collect } from '../../golden/decode/altered';
import { imageBytes, truthOf } from '../../golden/decode/images';
import { folios, memfd } from '../engine/handover/scenarios';
import { Folder } from '../workspace/helpers';
import { saying } from './run';

function real(name: string, bytes = imageBytes(name)): RealImage {
  const core = readElfCore(bytes);
  assert.ok(core.ok);
  return { name, memory: core.value.memory, successor: name.endsWith('early-boot') };
}

/** Truth and images of one handover each. */
const SETS = [
  { truth: '7.1.5', images: ['7.1.5', '7.1.5-early-boot'] },
  { truth: '6.19', images: ['6.19'] },
  { truth: '7.1.5-userspace', images: ['7.1.5-userspace'] },
] as const;

describe('handovers of real kernels, made again', () => {
  for (const { truth, images } of SETS) {
    it(`${truth}: every key and every byte`, () => {
      const { passed, differences } = runReplay(truthOf(truth), images.map((name) => real(name)));
      assert.deepEqual(differences, []);
      assert.ok(passed > 200, String(passed));
    });
  }

  it('only what the kernel leaves undefined, or nobody reads, is left out', () => {
    const { leftOut } = runReplay(truthOf('7.1.5'), [real('7.1.5')]);
    assert.deepEqual(leftOut.map((one) => one.split(': ').slice(0, 2)), [['kho_test vmalloc page at 0x202be000', '3880 bytes'], ['kho_test FDT at 0x20e01000', '4096 bytes']]);
    assert.deepEqual(runReplay(truthOf('7.1.5-userspace'), [real('7.1.5-userspace')]).leftOut, []);
  });
});

describe('a replay of what is otherwise', () => {
  for (const { truth: name, images } of SETS) {
    it(`${name}: notices every kind of key`, () => {
      const truth = truthOf(name);
      const reals = images.map((one) => real(one));
      const kinds = new Map<string, (string | number)[]>();
      collect(truth, [], kinds);
      assert.ok(kinds.size > 60, String(kinds.size));
      for (const [kind, path] of kinds) assert.ok(notices(altered(truth, path, change), reals), `${kind}: ${path.join('.')}`);
    });
  }

  it('notices where the boot record and the scratch areas are said to be', () => {
    const truth = truthOf('7.1.5');
    const reals = [real('7.1.5-early-boot')];
    for (const path of [['setup_data_chain_kernel2', 0, 'next'], ['kho_data', 'scratch_addr'], ['scratch', 1, 'size'], ['scratch', 3, 'phys']]) {
      assert.ok(notices(altered(truth, path, change), reals), path.join('.'));
    }
  });

  it('notices a byte of any page that is made', () => {
    const bytes = imageBytes('6.19');
    const truth = truthOf('6.19') as { readonly root: { readonly fdt_phys: number }; readonly luo: { readonly luo_session: { readonly header_phys: number } }; readonly chunks: readonly { readonly phys: number }[] };
    const places = [
      { phys: truth.root.fdt_phys, at: 300, name: 'KHO root FDT' },
      { phys: truth.luo.luo_session.header_phys, at: 65535, name: 'LUO session header' },
      ...truth.chunks.map(({ phys }) => ({ phys, at: 4095, name: 'chunk' })),
    ];
    for (const { phys, at, name } of places) {
      const spoilt = bytes.slice();
      const core = readElfCore(spoilt);
      assert.ok(core.ok);
      const page = core.value.memory.read(BigInt(phys), at + 1);
      assert.ok(page);
      // A view of the file's bytes.
      page[at] = (page[at] ?? 0) ^ 1;
      const { differences } = runReplay(truthOf('6.19'), [{ name: '6.19', memory: core.value.memory, successor: false }]);
      const byte = at - at % 8;
      assert.deepEqual(differences.map((one) => one.key), [`6.19: ${name} at 0x${(phys + byte - byte % 4096).toString(16)} byte 0x${(byte % 4096).toString(16)}`]);
    }
  });

  it('a structure too many in the truth, or one too few', () => {
    const truth = truthOf('7.1.5');
    const more = altered(truth, ['radix', 'leaves'], (list) => [...(list as readonly Json[]), { phys: 4096, key_start: 0x8000, order_if_all_same: 40, bits: 0 }]);
    assert.ok(runReplay(more, []).differences.some((one) => one.key === 'structures: radix node of level 0 for keys from 0x8000 at 0x1000'));
    const fewer = altered(truth, ['radix', 'leaves'], (list) => (list as readonly Json[]).slice(1));
    assert.ok(runReplay(fewer, []).differences.some((one) => one.key === 'structures: radix node of level 0 for keys from 0x80000000000' && one.found === 'one more'));
  });

  function notices(truth: Json, images: readonly RealImage[]): boolean {
    try {
      return runReplay(truth, images).differences.length > 0;
    } catch (error) {
      if (error instanceof BadTruth) return true;
      throw error;
    }
  }
});

describe('the machines of real images, simulated', () => {
  const chains = [['7.1.5', '7.1.5-userspace'], ['6.19']].map((names) => names.map(truthOf));

  it('kernels of the engine hand over what the real ones did, in two jumps', () => {
    for (const truths of chains) {
      const { passed, differences } = runTruths(truths);
      assert.deepEqual(differences, []);
      assert.ok(passed > 700, String(passed));
    }
  });

  it('what a truth has otherwise is noticed', () => {
    const [first, second] = chains[0] ?? [];
    assert.ok(first !== undefined && second !== undefined);
    const cases: readonly (readonly [readonly Json[], RegExp])[] = [
      [[altered(first, ['root', 'subtrees', 1, 'name'], change), second], /^jump 1: root\.subtrees\[1\]\.name$/],
      [[altered(first, ['owners', 10, 'blocks'], change), second], /^jump 1: owners$/],
      [[first, altered(second, ['kexec_metadata', 'kexec_count'], change)], /^jump 2: kexec_metadata\.kexec_count$/],
      [[first, altered(second, ['luo', 'luo_session', 'header_order'], change)], /^jump 2: luo\.luo_session\.header_order$/],
    ];
    for (const [truths, key] of cases) {
      const keys = runTruths(truths).differences.map((one) => one.key);
      assert.ok(keys.some((one) => key.test(one)), `${String(key)}: ${keys.join(' ')}`);
    }
    // The third kernel finds no kho_test and makes new data: what it hands over is the first one's tree again, but for its sessions, which nobody made again.
    const third = runTruths([first, second, first]).differences.map((one) => one.key).filter((one) => !one.startsWith('jump 3: luo.luo_'));
    assert.deepEqual(third, ['jump 3: kexec_metadata.kexec_count', 'jump 3: luo.liveupdate_number', 'jump 3: owners']);
  });

  it('what a truth does not tell cannot be run, and that is said', () => {
    const [, second] = chains[0] ?? [];
    const [first] = chains[1] ?? [];
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual(runTruths([second]).leftOut, ['the same as a scenario: there were handovers before this one, of which nothing is told']);
    const mixed = altered(first, ['luo', 'luo_session', 'sessions', 1, 'files', 2, 'memfd', 'folios', 1, 1], () => 8);
    assert.deepEqual(runTruths([mixed]).leftOut, ['the same as a scenario: vm-b/0x2002 has other folios than its size says: expected folios for the 1024 pages of the file outside of its holes, found folios of 768 pages']);
    const folio = (member: number, value: Json): Json => altered(first, ['luo', 'luo_session', 'sessions', 1, 'files', 2, 'memfd', 'folios', 1, member], () => value);
    assert.deepEqual(runTruths([folio(0, 0)]).leftOut, ['the same as a scenario: vm-b/0x2002 has an entry without a folio']);
    assert.deepEqual(runTruths([folio(2, 2)]).leftOut, ['the same as a scenario: vm-b/0x2002 has a hole that was filled with a folio of order 9']);
    assert.deepEqual(runTruths([folio(3, 513)]).leftOut, ['the same as a scenario: vm-b/0x2002 has its folio 1 at page 513: expected 512']);
  });

  it('a file of several orders and a hole is made again as it was', () => {
    // 512 pages in one folio, a hole of three, one page, and a folio of four that the end of the file lies in.
    const file = memfd(7n, 518n * 4096n + 5n, { folios: [folios(1, 9), folios(1), folios(1, 2)], holes: [{ at: 512n * 4096n, sizeBytes: 3n * 4096n }], seals: ['SEAL'], pos: 3n, posAtFreeze: 3n });
    for (const name of ['6.19', '7.1.5']) {
      const real = simulatedScenario(readReplay(truthOf(name)), 1);
      const { jumps: [jump] } = runScenario({ ...real, participants: [...real.participants.filter((one) => one.kind !== 'session'), { kind: 'session', name: 'vm', files: [file] }] });
      const made = imageJson(decodeImage({ memory: memoryOfPages(jump?.pages ?? []), order: 'little', pageShift: 12 })) as Json;
      const { passed, differences, leftOut } = runTruths([made]);
      assert.deepEqual([differences, leftOut], [[], []], name);
      assert.ok(passed > 300, String(passed));
      const record = (member: string, ...path: readonly number[]): Json => altered(made, ['luo', 'luo_session', 'sessions', 0, 'files', 0, 'memfd', member, ...path], change);
      assert.match(runTruths([record('nr_folios')]).differences.map((one) => one.key).join(' '), /memfd/, name);
      assert.match(runTruths([record('folios', 5, 1)]).leftOut.join(' '), /other folios than its size says/, name);
    }
  });

  it('a byte that a simulated kernel leaves otherwise than the encoders is noticed', () => {
    const [truth] = chains[1] ?? [];
    assert.ok(truth !== undefined);
    const result = runScenario(simulatedScenario(readReplay(truth), 1));
    const [jump] = result.jumps;
    assert.ok(jump !== undefined);
    const luo = decodeImage({ memory: memoryOfPages(jump.pages), order: 'little', pageShift: 12 }).handover?.luo?.phys;
    const page = jump.pages.find(({ phys, bytes }) => luo !== undefined && luo >= phys && luo < phys + BigInt(bytes.length));
    assert.ok(luo !== undefined && page !== undefined);
    const at = Number(luo - page.phys);
    // A name that the writer had at the buffer's end, which no reader looks at.
    assert.equal(Buffer.from(page.bytes.subarray(at + 4085, at + 4096)).toString(), 'compatible\0');
    page.bytes[at + 4090] = 0;
    assert.deepEqual(compareJumps([truth], result).differences.map((one) => one.key.replace(/0x[0-9a-f]{5,}/, 'ADDRESS')), ['jump 1: memory at the jump: LUO FDT at ADDRESS byte 0xff8']);
  });
});

describe('a run of conformance:replay', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  const run = (...words: string[]) => saying(main, words);

  it('passes a folder with all of its images', () => {
    folder.write({
      'a/ground-truth.json': writeExact(truthOf('7.1.5')), 'a/at-machine-kexec.elf': imageBytes('7.1.5'), 'a/successor-early-boot.elf': imageBytes('7.1.5-early-boot'),
      'a/ground-truth-second-generation.json': writeExact(truthOf('7.1.5-userspace')), 'a/successor-userspace.elf': imageBytes('7.1.5-userspace'),
    });
    const { code, out, err } = run(folder.path('a'));
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^2\d{3} passed, 0 failed$/m);
  });

  it('names folder, key, expected and found of what differs', () => {
    folder.write({ 'b/ground-truth.json': writeExact(altered(truthOf('6.19'), ['luo', 'luo_session', 'sessions', 0, 'files', 1, 'memfd', 'pos'], change)), 'b/at-machine-kexec.elf': imageBytes('6.19') });
    const { code, out } = run(folder.path('b'));
    assert.equal(code, 1);
    // 25140 is 0x6234.
    assert.match(out, /^b\/ground-truth\.json: at-machine-kexec\.elf: memfd_luo_ser at 0x[0-9a-f]+ byte 0x0: expected 34 62 00 .*, found 35 62 00 /m);
    assert.match(out, /^\d+ passed, 1 failed$/m);
  });

  it('says what is missing or is no truth', () => {
    folder.write({ 'c/ground-truth.json': '{"page_size": 4096}', 'd/ground-truth.json': '{}', 'd/at-machine-kexec.elf': 'no core', 'e/ground-truth.json': '{', 'c/at-machine-kexec.elf': imageBytes('6.19') });
    assert.match(run(folder.path('c')).err, /^c\/ground-truth\.json: root\.compatible: expected a string, found nothing\n$/);
    assert.match(run(folder.path('d')).err, /^d\/ground-truth\.json: at-machine-kexec\.elf: ELF header at \+0: magic should be/);
    assert.match(run(folder.path('e')).err, /^e\/ground-truth\.json: expected a ground truth: /);
    assert.deepEqual(run(folder.path('none')).code, 2);
    assert.match(run().err, /^usage: npm run conformance:replay -- DIR\n$/);
  });
});
