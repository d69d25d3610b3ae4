/**
 * The machine that the table of real handovers was measured on, and what took part, as a scenario for each row: 1 GiB in one or two nodes, x86_64,
 * `kho=on kho_scratch=32M,64M,32M reserve_mem=4M:4096:trace reserve_mem=64K:4096:pstate`, lib/test_kho, and with `liveupdate=on` two sessions of six memfds and, in
 * 7.1, the three FLBs of the live update test. Sizes, positions, seals and orders are those of the ground truths of two of these handovers.
 */
import type { GenerationId } from '../formats/generations';
import { generations } from '../formats/generations';
import type { FlbParticipant, FolioGroup, MemfdFile, Participant, Scenario, SealName } from '../model/scenario/scenario';
import { kernelBytes, kernelOfImages, oneNode, twoNodes } from './machineOfImages';
import { BadTruth } from './replayTruth';
import type { Row } from './crossVersionRow';

const MIB = 1n << 20n;

interface MeasuredKernel { readonly generation: GenerationId; readonly release: string; readonly luo: boolean; readonly flbs: boolean }

/** By version, of each the generation: later point releases change no layout, but for 6.17.y (KHO facts, K3: the bitmaps of 6.18 were backported, into which of them is in no facts). */
const VERSIONS: readonly (readonly [version: RegExp, generation: GenerationId])[] = [
  [/^6\.16(\.\d+)?$/, '6.16'], [/^6\.17(\.0)?$/, '6.17'], [/^6\.18(\.\d+)?$/, '6.18'], [/^6\.19(\.\d+)?$/, '6.19'], [/^7\.1(\.\d+)?$/, '7.1'],
];
/** That kernel had a name of its own, which the next one prints. */
const RELEASES: Readonly<Record<string, string>> = { '7.1.5': '7.1.5-kho715' };

function kernelOf(release: string): MeasuredKernel {
  const id = VERSIONS.find(([version]) => version.test(release))?.[1];
  const generation = generations.find((one) => one.id === id);
  if (generation === undefined) throw new BadTruth(`no generation is known for the kernel ${release}: expected a release of 6.16, 6.17.0, 6.18, 6.19 or 7.1`);
  return { generation: generation.id, release: RELEASES[release] ?? release, luo: generation.luo !== undefined, flbs: generation.luo?.id === 'FDT with FLBs' };
}

/** What the table says of userspace filling memory: behind the jump, in the rows about corruption and in their control. */
const PRESSURE = 0.85;

/** Throws BadTruth. */
export function scenarioOf(row: Row, name: string): Scenario {
  const [from, to] = [kernelOf(row.from), kernelOf(row.to)];
  const pressed = /^CORRUPTION|same memory pressure/.test(row.summary);
  return {
    name, description: row.summary,
    machine: { arch: 'x86_64', pageBytes: 4096, order: 'little', ram: row.summary.includes('(1 node)') ? oneNode : twoNodes, kernelBytes },
    kernels: [from, to].map(({ generation, release, luo }, i) => kernelOfImages(generation, release, row.luo && luo, i === 1 && pressed ? PRESSURE : 0)),
    participants: participants(from, to, row.luo),
    handovers: [{
      abortAfter: undefined, finalize: finalizeRequests(row),
      userspace: { retrieve: 'all', finish: 'all', opensPlain: [], preservesAgain: false },
    }],
    faults: [], expect: undefined,
  };
}

/** How often userspace asked debugfs to finalize. */
export function finalizeRequests(row: Row): number {
  return row.finalize.filter((line) => !line.includes('skipped')).length;
}

/** lib/test_kho draws its folios at random: those of the 6.19 image. */
const testFolios: readonly FolioGroup[] = [
  [0, 2], [1, 1], [2, 1], [3, 1], [4, 1], [5, 1], [6, 1], [7, 3], [9, 1], [10, 1],
].map(([order = 0, count = 0]) => ({ order, count, placement: 'scattered' }));

function participants(from: MeasuredKernel, to: MeasuredKernel, luo: boolean): readonly Participant[] {
  return [
    { kind: 'test_kho', name: 'kho_test', folios: testFolios },
    ...(luo && from.luo ? [{ kind: 'session' as const, name: 'vm-a', files: vmA }, { kind: 'session' as const, name: 'vm-b', files: vmB }] : []),
    ...(luo && (from.flbs || to.flbs) ? flbs : []),
  ];
}

const flbs: readonly FlbParticipant[] = [0, 1, 2].map((i) => ({ kind: 'flb', name: `liveupdate-test-flb-v${String(i)}`, handler: 'memfd', dataBytes: 0 }));

/** First page and pages of each hole of the file 0x1002: those with the flags 2 in the 6.19 image, whose kernel marks what was filled when it was preserved. */
const HOLES = [[1, 2], [4, 3], [10, 21], [32, 31]].map(([first = 0, pages = 0]) => ({ at: BigInt(first) << 12n, sizeBytes: BigInt(pages) << 12n }));

function memfd(token: bigint, sizeBytes: bigint, pos: bigint, seals: readonly SealName[], more: Partial<MemfdFile> = {}): MemfdFile {
  return { kind: 'memfd', token, sizeBytes, holes: [], seals, folioOrder: 0, placement: 'packed', pos, posAtFreeze: pos, ...more };
}

const vmA = [memfd(0x1001n, 4096n, 0n, ['SEAL']), memfd(0x1002n, 262144n, 25140n, [], { holes: HOLES }), memfd(0xdeadbeefcafef00dn, 4n * MIB, 4096n, ['SEAL'])];
const vmB = [
  memfd(1n, 10000n, 17n, ['SEAL', 'SHRINK', 'GROW', 'WRITE']), memfd(2n, 0n, 0n, ['SHRINK']),
  memfd(0x2002n, 4n * MIB, 4194303n, ['SHRINK', 'FUTURE_WRITE'], { folioOrder: 9 }),
];
