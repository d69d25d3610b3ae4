/** LUO's arrays, as a kernel that runs fills them and as an image is made of them: one writer, two ways to place what it writes. */
import assert from 'node:assert/strict';
import { behaviours } from '../../../../server/engine/handover/behaviour';
import { LuoOutgoing } from '../../../../server/engine/handover/luo';
import { Outgoing } from '../../../../server/engine/handover/outgoing';
import { Recorder } from '../../../../server/engine/handover/recorder';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import { HandoverImage } from '../../../../server/engine/kho/handoverImage';
import { addLuo } from '../../../../server/engine/kho/luoImage';
import type { GenerationId } from '../../../../server/formats/generations';
import { generations } from '../../../../server/formats/generations';
import { kernel, memfd, scenario } from './scenarios';

const PAGE = 4096;
const HANDLER = 'vfio-v1';

function machineOf(id: GenerationId) {
  const generation = generations.find((one) => one.id === id);
  assert.ok(generation !== undefined);
  return { generation, order: 'little' as const, pageShift: 12 };
}

/** A kernel's memory, page by page, and its LUO. */
function running(id: GenerationId, compatible?: string) {
  const memory = new Map<bigint, Uint8Array>();
  let next = 65536;
  const recorder = new Recorder();
  const outgoing = new Outgoing(machineOf(id), {
    behaviour: behaviours[id], recorder, debug: true, rootCompatible: undefined, nodeOf: () => 0, scratchAt: () => false, free: () => undefined,
    allocate: (order) => (next += 2 ** order) - 2 ** order,
    write: ({ phys, bytes }) => { for (let at = 0; at < bytes.length; at += PAGE) memory.set(phys + BigInt(at), bytes.slice(at, at + PAGE)); },
  });
  const luo = new LuoOutgoing(outgoing, recorder, { filePreservedTwice: 'EBUSY', refusesNames: true }, 7n, compatible);
  const add = (session: ReturnType<LuoOutgoing['create']>, token: bigint): void => {
    luo.preserve(session, { token, compatible: HANDLER, preserve: () => 0x1000n + token, unpreserve: () => undefined, freeze: () => undefined, unfreeze: () => undefined }, [HANDLER]);
  };
  const ownedBy = (owner: string): readonly bigint[] => {
    // 6.19 lists nothing before it is asked to.
    if (behaviours[id].finalizing === 'again') outgoing.finalize(() => undefined);
    return outgoing.preservedBlocks().filter((one) => one.owner === owner).flatMap(({ pfns }) => Array.from(pfns, (pfn) => BigInt(pfn) << 12n));
  };
  return { luo, add, ownedBy, memory, u64: (phys: bigint, at: number): bigint => new DataView(memory.get(phys)?.buffer ?? new ArrayBuffer(0)).getBigUint64(at, true) };
}

/** Pages of an image by their owner's name, in the order in which they were placed; addresses in them differ from those of a kernel. */
function imageOf(id: GenerationId, sessions: readonly { readonly name: string; readonly tokens: readonly bigint[] }[], serCompatible?: string) {
  let next = 65536n;
  const image = new HandoverImage(machineOf(id), (sizeBytes) => {
    const phys = next << 12n;
    next += BigInt(sizeBytes / PAGE);
    return phys;
  });
  const files = (tokens: readonly bigint[]) => tokens.map((token) => ({ token, compatible: HANDLER, data: 0x1000n + token }));
  addLuo(image, { liveupdateNumber: 7n, sessions: sessions.map(({ name, tokens }) => ({ name, files: files(tokens) })), flbs: [], ...(serCompatible === undefined ? {} : { serCompatible }) });
  return image;
}

const numbers = (count: number): readonly bigint[] => Array.from({ length: count }, (_, i) => BigInt(i + 1));

describe('the arrays of LUO', () => {
  it('of files are the same bytes in a kernel that runs and in an image, in each form', () => {
    for (const id of ['6.19', '7.1', 'newest'] as const) {
      const { luo, add, ownedBy, memory } = running(id);
      const session = luo.create('vm');
      for (const token of numbers(3)) add(session, token);
      luo.serialize();
      const owner = 'LUO files[] of vm';
      const [block] = imageOf(id, [{ name: 'vm', tokens: numbers(3) }]).blocks.filter((one) => one.owner === owner);
      const page = imageOf(id, [{ name: 'vm', tokens: numbers(3) }]).pages.find((one) => one.phys === BigInt(block?.pfn ?? 0) << 12n);
      const [phys = 0n] = ownedBy(owner);
      assert.deepEqual(memory.get(phys), page?.bytes.slice(0, PAGE), id);
      assert.ok((memory.get(phys) ?? []).some((byte) => byte !== 0), id);
    }
  });

  it('are chained in the newest kernels: 63 files and 51 sessions in a block of 4 KiB', () => {
    const { luo, add, ownedBy, u64 } = running('newest');
    const session = luo.create('vm');
    for (const token of numbers(64)) add(session, token);
    for (let i = 1; i < 52; i++) luo.create(`s${String(i)}`);
    luo.serialize();
    const [files, sessions] = [ownedBy('LUO files[] of vm'), ownedBy('LUO session block')];
    for (const [[first = 0n, second = 0n, third], full] of [[files, 63n], [sessions, 51n]] as const) {
      assert.equal(third, undefined);
      assert.deepEqual([u64(first, 0), u64(first, 8), u64(second, 0), u64(second, 8)], [second, full, 0n, 1n]);
    }
    // luo_ser with the string luo-v5;block-v1, 16 bytes: number, sessions, FLBs.
    const [ser = 0n] = ownedBy('luo_ser');
    assert.deepEqual([u64(ser, 16), u64(ser, 24)], [7n, sessions[0]]);
  });

  it('begin in the first block again when sessions were closed that had filled a second', () => {
    const { luo, ownedBy, u64 } = running('newest');
    const all = numbers(60).map((i) => luo.create(`s${String(i)}`));
    for (const session of all.slice(40)) luo.close(session);
    luo.serialize();
    const [first = 0n] = ownedBy('LUO session block');
    assert.deepEqual([u64(ownedBy('luo_ser')[0] ?? 0n, 24), u64(first, 0), u64(first, 8)], [first, 0n, 40n]);
  });

  it('name no block where no session is left: the reader refuses one that is empty', () => {
    const { luo, ownedBy, u64 } = running('newest');
    luo.close(luo.create('vm'));
    luo.serialize();
    assert.equal(u64(ownedBy('luo_ser')[0] ?? 0n, 24), 0n);
  });

  it('lie behind each other under the string luo-v3, and under a string of nobody as in the newest kernel', () => {
    for (const [compatible, owner] of [['luo-v3', 'LUO session header'], ['luo-v4', 'LUO session block'], ['luo-v99', 'LUO session block']] as const) {
      const { luo, ownedBy } = running('newest', compatible);
      luo.create('vm');
      assert.equal(ownedBy(owner).length, 1, compatible);
      assert.equal(imageOf('newest', [{ name: 'vm', tokens: [] }], compatible).blocks.filter((one) => one.owner === owner).length, 1, compatible);
    }
    const own = { compatible: { luo: 'luo-v99' } };
    const { hops } = runScenario(scenario([kernel('newest', own), kernel('newest', own)], [{ kind: 'session', name: 'vm', files: [memfd(1n, 8192n)] }]));
    assert.deepEqual(hops.map(({ verdict }) => verdict), ['works']);
  });
});
