/** The machine and the participants of a ground truth as a scenario, and what the simulated kernels hand over beside what the real ones did. */
import { isList } from '../decode/exactJson';
import type { Json } from '../decode/exactJson';
import { decodeImage } from '../decode/image';
import { imageJson } from '../decode/toJson';
import type { ScenarioResult } from '../engine/handover/result';
import { runScenario } from '../engine/handover/runScenario';
import type { LuoToHandOver, MemfdFolio, MemfdToHandOver } from '../engine/kho/luoImage';
import { sealsIn } from '../formats/memfd';
import { memoryOfPages } from '../formats/physicalMemory';
import type { FlbParticipant, FolioGroup, KernelSpec, MemfdFile, Scenario, SessionParticipant } from '../model/scenario/scenario';
import { memfdLayout } from '../model/scenario/memfdLayout';
import { compareTruth } from './imageCompare';
import type { Difference } from './imageCompare';
import { kernelBytes, kernelOfImages, twoNodes } from './machineOfImages';
import { withoutAddresses } from './replayElsewhere';
import { runReplay } from './replayRun';
import type { ReplayResult } from './replayRun';
import { readReplay } from './replayTruth';
import type { Replay } from './replayTruth';

/** As many handovers as there are truths, each between kernels of the same release; userspace of the later ones takes and gives nothing. */
export function simulatedScenario(replay: Replay, hops: number): Scenario {
  const { generation, metadata, luo, regions } = replay;
  const kernel: KernelSpec = { ...kernelOfImages(generation.id, metadata?.previousRelease ?? generation.id, luo !== undefined), reserveMem: regions.map(({ name, size }) => `${String(size)}:4096:${name}`) };
  return {
    name: 'the machine of an image', description: undefined,
    machine: { arch: 'x86_64', pageBytes: 4096, order: 'little', ram: twoNodes, kernelBytes },
    kernels: Array.from({ length: hops + 1 }, () => kernel),
    participants: [
      ...(replay.testKho === undefined ? [] : [{ kind: 'test_kho' as const, name: 'kho_test', folios: groupsOf(replay.testKho.folios, 'scattered') }]),
      ...(luo === undefined ? [] : [...sessionsOf(luo), ...flbsOf(luo)]),
    ],
    handovers: Array.from({ length: hops }, () => ({ abortAfter: undefined, finalize: 0, userspace: { retrieve: 'none', finish: 'none', opensPlain: [], preservesAgain: false } })),
    faults: [], expect: undefined,
  };
}

/** Neighbours of the same order together: the sequence stays. */
function groupsOf(folios: readonly { readonly order: number }[], placement: FolioGroup['placement']): readonly FolioGroup[] {
  const out: FolioGroup[] = [];
  for (const { order } of folios) {
    const last = out[out.length - 1];
    if (last?.order === order) out[out.length - 1] = { ...last, count: last.count + 1 };
    else out.push({ order, count: 1, placement });
  }
  return out;
}

function sessionsOf({ sessions }: LuoToHandOver): readonly SessionParticipant[] {
  return sessions.map(({ name, files }) => ({
    kind: 'session', name, files: files.flatMap((file): readonly MemfdFile[] => {
      if (!('memfd' in file)) return [];
      return [memfdOf(file.token, file.memfd)];
    }),
  }));
}

/** Pages that were filled when the file was preserved are up to date and not dirty: 6.19 says so. Everything else is as it lies in the file. */
function memfdOf(token: bigint, { pos, size, seals, folios }: MemfdToHandOver): MemfdFile {
  const isFilled = ({ order, flags }: MemfdFolio): boolean => order === 0 && flags === UPTODATE;
  const holes = folios.filter(isFilled).map((one) => ({ at: BigInt(one.index) * 4096n, sizeBytes: 4096n }));
  const written = groupsOf(folios.filter((one) => !isFilled(one)), 'packed');
  return { kind: 'memfd', token, sizeBytes: size, pos, posAtFreeze: pos, seals: sealsIn(seals), folioOrder: 0, placement: 'packed', holes, ...(written.length === 0 ? {} : { folios: written }) };
}

/** Of an entry of a memfd's array: MEMFD_LUO_FOLIO_UPTODATE alone. */
const UPTODATE = 2;

function flbsOf({ flbs }: LuoToHandOver): readonly FlbParticipant[] {
  return flbs.map(({ name }) => ({ kind: 'flb', name, handler: 'memfd', dataBytes: 0 }));
}

/** The first truth's machine and participants run as a scenario, through as many jumps as there are truths. Throws BadTruth. */
export function runTruths(truths: readonly Json[]): ReplayResult {
  const [first] = truths;
  if (first === undefined) return { passed: 0, differences: [], leftOut: [] };
  const input = readReplay(first);
  const before = notTold(input);
  if (before !== undefined) return { passed: 0, differences: [], leftOut: [`the same as a scenario: ${before}`] };
  return { ...compareJumps(truths, runScenario(simulatedScenario(input, truths.length))), leftOut: [] };
}

/** What a scenario would have to know and a truth does not tell. */
function notTold({ metadata, luo }: Replay): string | undefined {
  if ((metadata?.kexecCount ?? 1) !== 1 || (luo?.liveupdateNumber ?? 1n) !== 1n) return 'there were handovers before this one, of which nothing is told';
  for (const { name, files } of luo?.sessions ?? []) {
    for (const file of files) {
      if (!('memfd' in file)) return 'a file of a handler that is not known takes part';
      const why = cannotBeMade(file.memfd, memfdOf(file.token, file.memfd));
      if (why !== undefined) return `${name}/0x${file.token.toString(16)} ${why}`;
    }
  }
  return undefined;
}

/** A simulated kernel fills holes with single pages, and its folios are all of the file. */
function cannotBeMade({ folios }: MemfdToHandOver, file: MemfdFile): string | undefined {
  const filled = folios.find(({ flags, order }) => flags === UPTODATE && order > 0);
  if (filled !== undefined) return `has a hole that was filled with a folio of order ${String(filled.order)}`;
  if (folios.some(({ pfn }) => pfn === 0)) return 'has an entry without a folio';
  const { layout: { runs, holes }, problem } = memfdLayout(file, 4096);
  if (problem !== undefined) return `has other folios than its size says: expected ${problem.expected}, found ${problem.found}`;
  const places = [...runs.flatMap(({ index, order, count }) => Array.from({ length: count }, (_, i) => index + i * 2 ** order)), ...holes.flatMap(({ index, pages }) => Array.from({ length: pages }, (_, i) => index + i))].sort((a, b) => a - b);
  const at = folios.findIndex(({ index }, i) => index !== places[i]);
  return at < 0 ? undefined : `has its folio ${String(at)} at page ${String(folios[at]?.index)}: expected ${String(places[at])}`;
}

/** Jump i beside truth i. */
export function compareJumps(truths: readonly Json[], { jumps }: ScenarioResult): { readonly passed: number; readonly differences: readonly Difference[] } {
  const differences: Difference[] = [];
  let passed = 0;
  truths.forEach((truth, i) => {
    const jump = jumps[i];
    if (jump === undefined) {
      differences.push({ key: `jump ${String(i + 1)}`, expected: 'a handover', found: 'none' });
      return;
    }
    const memory = memoryOfPages(jump.pages);
    const found = imageJson(decodeImage({ memory, order: 'little', pageShift: 12 }));
    // What the calls of a running kernel left in memory beside what the encoders, which are held to real memory, make at the same addresses.
    for (const compared of [compareTruth(placedAnywhere(truth), placedAnywhere(found)), runReplay(found, [{ name: 'memory at the jump', memory, successor: false }])]) {
      passed += compared.passed;
      for (const one of compared.differences) differences.push({ ...one, key: `jump ${String(i + 1)}: ${one.key}` });
    }
  });
  return { passed, differences };
}

/**
 * What does not depend on where a kernel put things: neither the tracker's shape, nor how a region whose place is its kernel's choice splits into blocks. What the folios of test_kho hold, and
 * what an FLB gives for itself, is each kernel's own.
 */
function placedAnywhere(json: Json): Json {
  const bare = withoutAddresses(json);
  if (bare === undefined || bare === null || typeof bare !== 'object' || isList(bare)) return null;
  const { root, kexec_metadata, memblock, kho_test, luo, owners } = bare;
  return {
    root, kexec_metadata, memblock: without(memblock, ['preserved_as']), kho_test: without(kho_test, ['csum']), luo: flbData(luo), owners: ownersAnywhere(owners),
    ...(bare['unowned_preserved_blocks'] === undefined ? {} : { unowned_preserved_blocks: bare['unowned_preserved_blocks'] }),
  };
}

/** Members of these names left out, at any depth. */
function without(json: Json | undefined, names: readonly string[]): Json | undefined {
  if (json === undefined || json === null || typeof json !== 'object') return json;
  if (isList(json)) return json.map((one) => without(one, names) ?? null);
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)).map(([name, value]) => [name, without(value, names)]));
}

function flbData(luo: Json | undefined): Json | undefined {
  if (luo === undefined || luo === null || typeof luo !== 'object' || isList(luo)) return luo;
  return { ...luo, luo_flb: without(luo['luo_flb'], ['data']) };
}

/** Blocks by owner and order; of regions, the pages. */
function ownersAnywhere(owners: Json | undefined): Json | undefined {
  if (owners === undefined || owners === null || typeof owners !== 'object' || !isList(owners)) return owners;
  let pages = 0;
  const others = owners.filter((one) => {
    if (one === null || typeof one !== 'object' || isList(one) || one['owner'] !== 'reserve_mem') return true;
    pages += Number(one['blocks']) * 2 ** Number(one['order']);
    return false;
  });
  return [...others, { owner: 'reserve_mem', order: 0, blocks: pages }];
}
