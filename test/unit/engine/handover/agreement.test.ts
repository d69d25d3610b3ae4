/** What a kernel left at the jump, as the decoder reads it: the same blocks with the same owners. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeImage } from '../../../../server/decode/image';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { JumpMemory } from '../../../../server/engine/handover/result';
import { readElfCore } from '../../../../server/formats/elfCore';
import { elfMachines, encodeElfCore } from '../../../../server/formats/elfCoreWrite';
import { capacityOf, khoBlockHeader, luoFile } from '../../../../server/formats/luo';
import type { ByteOrder } from '../../../../server/formats/layoutTable';
import { driver, folios, handover, kernel, memfd, randomScenario, randomSources, scenario } from './scenarios';

/** Owners that stand in no structure a decoder knows: data of a file handler or FLB of one's own, folios that only a description of KSTATE tells of. */
const unknowable = /^(file|FLB) | object folio$/;

function counts(rows: Iterable<readonly [owner: string, order: number, blocks: number]>): Readonly<Record<string, number>> {
  const out: Record<string, number> = {};
  for (const [owner, order, blocks] of rows) {
    const key = `${unknowable.test(owner) ? 'nobody' : owner}, order ${String(order)}`;
    out[key] = (out[key] ?? 0) + blocks;
  }
  return Object.fromEntries(Object.entries(out).sort());
}

/** Through the bytes of an ELF core. */
function decoded(jump: JumpMemory, order: ByteOrder, pageBytes: number): { readonly owners: Readonly<Record<string, number>>; readonly rootPhys: bigint | undefined; readonly kstate: readonly string[]; readonly findings: readonly string[] } {
  const core = readElfCore(encodeElfCore({ order, machine: elfMachines.x86_64, memory: jump.pages, vmcoreinfo: undefined }));
  assert.ok(core.ok);
  const { handover: found } = decodeImage({ memory: core.value.memory, order, pageShift: Math.log2(pageBytes) });
  if (found === undefined) return { owners: {}, rootPhys: undefined, kstate: [], findings: [] };
  const { blocks } = found;
  const rows = Array.from({ length: blocks.count }, (_, i) => [blocks.ownerNames[blocks.ownerAt(i) - 1] ?? 'nobody', blocks.block(i).order, 1] as const);
  return { owners: counts(rows), rootPhys: found.phys, kstate: found.kstate.map(({ subtree }) => subtree ?? ''), findings: found.findings.list.map(({ message }) => message) };
}

function agrees(jump: JumpMemory, order: ByteOrder, pageBytes = 4096): void {
  const { owners, rootPhys } = decoded(jump, order, pageBytes);
  assert.deepEqual(owners, counts(jump.owners.map(({ owner, order: of, blocks }) => [owner, of, blocks])));
  assert.equal(rootPhys, jump.rootPhys);
}

describe('memory at the jump', () => {
  it('is decoded to the same blocks and owners, in every generation, over one and two handovers', function () {
    this.timeout(120_000);
    fc.assert(fc.property(randomScenario, (one) => {
      const { jumps } = runScenario(one, randomSources);
      assert.equal(jumps.length, one.handovers.length);
      for (const jump of jumps) agrees(jump, one.machine.order);
    }), { numRuns: 60 });
  });

  it('has the pages of KSTATE under their names, and the root that its stream leads to', () => {
    for (const kernels of [[kernel('6.17', { kstate: 'v3', reserveMem: ['1M:4096:trace'] }), kernel('6.17', { kstate: 'v3', reserveMem: ['1M:4096:trace'] }), kernel('7.1')], [kernel('7.1'), kernel('7.1')], [kernel('v5'), kernel('v5')]]) {
      const { jumps } = runScenario(scenario(kernels, [{ kind: 'kstate', name: 'ring', sources: ['folio.c'] }]), randomSources);
      assert.equal(jumps.length, kernels.length - 1);
      for (const jump of jumps) {
        agrees(jump, 'little');
        const { owners, kstate } = decoded(jump, 'little', 4096);
        const own = kernels[0]?.kstate === undefined ? 'ring ' : '';
        assert.deepEqual(Object.entries(owners).filter(([owner]) => /kstate|nobody/.test(owner)), [[`${own}kstate stream, order 0`, 1], [`${own}kstate_out, order 0`, 1], ['nobody, order 0', 1]].sort());
        assert.deepEqual(kstate, [own.trimEnd()]);
      }
    }
  });

  it('has them on arm64 with pages of every size, too', () => {
    for (const pageBytes of [4096, 16384, 65536] as const) {
      const v3 = kernel('6.17', { kstate: 'v3', khoScratch: '128M,512M,128M', imageBytes: 32n << 20n, reserveMem: ['1M:65536:trace'] });
      const one = scenario([v3, v3], [{ kind: 'kstate', name: 'ring', sources: ['folio.c'] }, { kind: 'kstate', name: 'table', sources: ['large.c'] }], {
        machine: { arch: 'arm64', pageBytes, order: 'little', kernelBytes: 64n << 20n, ram: [{ start: 1n << 30n, sizeBytes: 4n << 30n, node: 0 }] },
      });
      const result = runScenario(one, randomSources);
      assert.deepEqual(result.hops.map((hop) => hop.verdict), ['works'], result.hops.map((hop) => hop.summary).join('; '));
      for (const jump of result.jumps) agrees(jump, 'little', pageBytes);
    }
  });

  it('is found through the stream where no scan finds it, and a spoiled stream is told of', () => {
    const v3 = kernel('6.17', { kstate: 'v3', compatible: { root: 'other-v1' } });
    const [jump] = runScenario(scenario([v3, v3], [{ kind: 'kstate', name: 'ring', sources: ['plain.c'] }]), randomSources).jumps;
    assert.ok(jump !== undefined);
    agrees(jump, 'little');
    const spoilt = (offsetBytes: number, byte: number) => decoded({ ...jump, pages: jump.pages.map(({ phys, bytes }) => {
      if (bytes[0] !== 0x8c || bytes[1] !== 0x77) return { phys, bytes };
      const copy = bytes.slice();
      copy[offsetBytes] = byte;
      return { phys, bytes: copy };
    }) }, 'little', 4096);
    // The size of the first entry (at 4 + 16) leads out of the folio: the locator behind it is not reached.
    assert.equal(spoilt(4 + 18, 0xff).rootPhys, undefined);
    // Its own size leads out: the root is known by then.
    const size = 4 + 20 + 12 + 16;
    assert.equal(spoilt(size + 2, 0xff).rootPhys, jump.rootPhys);
    assert.ok(spoilt(size + 2, 0xff).findings.some((text) => text.startsWith('kstate stream at 0x') && text.includes('entries up to an end marker')));
  });

  it('is that of the map that is passed on, not of what was preserved after it was made', () => {
    const late = { ...driver('late', [folios(8, 9)]).states, PREPARE: [], STOP: [{ do: 'preserve', area: 'data' } as const, { do: 'add subtree' } as const] };
    const one = scenario([kernel('6.19', { liveupdate: false }), kernel('6.19')], [driver('late', [], { states: late })], { handovers: [handover('6.19')] });
    const [jump] = runScenario(one).jumps;
    assert.ok(jump !== undefined);
    assert.equal(jump.owners.some(({ owner }) => owner === 'late data folio'), false);
    agrees(jump, 'little');
  });

  it('has every file that stayed, when the one that would have begun a block could not be preserved', () => {
    const perBlock = capacityOf(khoBlockHeader, luoFile, 4096);
    const files = Array.from({ length: perBlock + 2 }, (_, i) => memfd(BigInt(i + 1), 4096n));
    for (const generation of ['7.1', 'newest'] as const) {
      for (const failing of [1, perBlock + 1]) {
        const one = scenario([kernel(generation), kernel(generation)], [{ kind: 'session', name: 'vm', files }], { faults: [{ participant: `vm/0x${failing.toString(16)}`, state: 'PREPARE', error: 'EBUSY', handover: 1 }] });
        const { jumps: [jump], hops: [hop] } = runScenario(one);
        assert.ok(jump !== undefined && hop !== undefined);
        agrees(jump, 'little');
        assert.equal(hop.participants.filter(({ name, fate }) => name.startsWith('vm/') && fate === 'kept').length, files.length - 1, `${generation}, file ${String(failing)}: ${hop.summary}`);
      }
    }
  });

  it('is there for 16K and 64K pages, and for hosts with the high byte first', () => {
    for (const pageBytes of [16384, 65536] as const) {
      for (const order of ['little', 'big'] as const) {
        const one = scenario([kernel('7.1', { khoScratch: '128M,512M,128M', imageBytes: 32n << 20n }), kernel('7.1')], [driver('nic', [folios(3), folios(2, 4)]), { kind: 'session', name: 'vm', files: [memfd(1n, 3n << 20n)] }], {
          machine: { arch: 'arm64', pageBytes, order, kernelBytes: 64n << 20n, ram: [{ start: 1n << 30n, sizeBytes: 4n << 30n, node: 0 }] },
        });
        const result = runScenario(one);
        assert.deepEqual(result.hops.map((hop) => hop.verdict), ['works'], result.hops.map((hop) => hop.summary).join('; '));
        for (const jump of result.jumps) agrees(jump, order, pageBytes);
      }
    }
  });
});
