/** The callbacks of one file, run: save and restore of KS_CUSTOM fields, and count(). */
import type { CUnit } from '../../c/api';
import { pointerTo, voidType } from '../../c/makeTypes';
import type { Kernel } from '../kernel';
import type { CustomRunner, RestoreCall, SaveCall } from '../kstate/custom';
import { kstateCallbacks } from '../kstate/custom';
import type { StaticData } from '../kstate/staticData';
import { EngineStop, MemoryFault } from '../memory/fault';
import { callFunction } from './call';
import { fieldStruct } from './fieldStruct';
import { Machine } from './machine';
import type { Given } from './machine';
import { streamStruct, syncFromStream, syncToStream } from './stream';
import { Stop, numberOf } from './value';
import type { Value } from './value';

/** What KSTATE itself brings comes first; undefined for a callback that is defined nowhere in the unit. */
export function interpretedCallbacks(kernel: Kernel, unit: CUnit, data: StaticData): CustomRunner {
  const machine = new Machine(kernel, unit, data);
  return {
    save: (name, call) => kstateCallbacks.save(name, call) ?? run(machine, name, { kind: 'save', call }),
    restore: (name, call) => kstateCallbacks.restore(name, call) ?? run(machine, name, { kind: 'restore', call }),
    count: (name) => count(machine, name),
  };
}

const pointer = (value: bigint): Value => ({ kind: 'pointer', type: pointerTo(voidType), value });

function run(m: Machine, name: string, given: Given): { readonly rc: number; readonly ran: boolean } | undefined {
  const fn = m.unit.lookup(name);
  if (fn?.kind !== 'function' || fn.bodyTokens === undefined) return undefined;
  const { call } = given;
  if (m.kernel.dialect.name === 'v1') {
    m.kernel.limit(`${name}(), the ${given.kind} callback of ${call.field.member}, is not run: in KSTATE v1 it moves the stream by what it returns.`, call.field.source);
    return { rc: 0, ran: false };
  }
  const outcome = guarded(m, name, `the ${given.kind} callback of ${call.field.member}`, call, () => m.enter(given, () => {
    syncToStream(m);
    const result = callFunction(m, fn, [pointer(streamStruct(m).address), pointer(call.address), pointer(fieldStruct(m, call.field))], fn.nameTok);
    syncFromStream(m, fn.nameTok);
    return Number(BigInt.asIntN(32, numberOf(result, fn.nameTok)));
  }));
  return { rc: outcome ?? 0, ran: outcome !== undefined };
}

/** What count() returns; undefined when that cannot be told. */
function count(m: Machine, name: string): number | undefined {
  const fn = m.unit.lookup(name);
  if (fn?.kind !== 'function' || fn.bodyTokens === undefined) return undefined;
  return guarded(m, name, 'a count', undefined, () => m.enter(undefined, () => Number(BigInt.asIntN(32, numberOf(callFunction(m, fn, [], fn.nameTok), fn.nameTok)))));
}

/** The same before anything runs, to know how large objects are: what faults then is left to the run itself. */
export function countAhead(kernel: Kernel, name: string): number | undefined {
  try {
    return kernel.callbacks.count?.(name);
  } catch (problem) {
    if (!(problem instanceof MemoryFault || problem instanceof EngineStop)) throw problem;
    return undefined;
  }
}

/** A stop becomes a limit that names the token; faults of the program go on to the engine. */
function guarded(m: Machine, name: string, what: string, call: SaveCall | RestoreCall | undefined, work: () => number): number | undefined {
  try {
    return work();
  } catch (problem) {
    if (problem instanceof MemoryFault || !(problem instanceof Stop || problem instanceof RangeError)) throw problem;
    const rest = call === undefined ? 'one element is taken' : 'what it would do after that is not simulated';
    if (problem instanceof Stop) m.kernel.limit(`${name}(), ${what}, is run up to '${problem.at.text}': ${problem.why}; ${rest}.`, m.unit.range(problem.at));
    else m.kernel.limit(`${name}(), ${what}, nests too deeply; ${rest}.`, undefined);
    return undefined;
  }
}

