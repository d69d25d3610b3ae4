/** Runs the handover between two kernels both ways: old to new as an update, new to old as a rollback. */
import type { Handover, RestoreTrace, SaveTrace, StrictOutcome } from '../engine/types';
import type { Arch } from '../engine/memory/arch';
import { archOf } from '../engine/memory/arch';
import type { Kernel } from '../engine/kernel';
import type { PrepareOptions } from '../engine/kstate/prepare';
import { prepareKernel } from '../engine/kstate/prepare';
import { outsideRange } from '../engine/kstate/restore';
import type { RestoreRun } from '../engine/kstate/run';
import { restoreAll } from '../engine/kstate/run';
import type { SaveRun } from '../engine/kstate/save';
import { saveAll } from '../engine/kstate/save';
import type { KstateModel } from '../model/kstate';

export interface HandoverOptions {
  /** C target of both kernels; default x86_64. */
  readonly target?: string;
  /** Whether the kernel that is booted has other address bases than the one that saves; default true. */
  readonly kaslr?: boolean;
  /** Only the objects whose state this description (a C variable) is part of. */
  readonly only?: string;
  /** Another seed gives other bytes where the source gives none. */
  readonly seed?: string;
}

export interface Handovers {
  readonly update: Handover;
  readonly rollback: Handover;
}

/** Same models and options, same result. Never throws on what the source says. */
export function runHandover(old: KstateModel, next: KstateModel, options: HandoverOptions = {}): Handovers {
  const arch = archOf(options.target ?? 'x86_64');
  return { update: run('update', old, next, arch, options), rollback: run('rollback', next, old, arch, options) };
}

function run(direction: Handover['direction'], from: KstateModel, to: KstateModel, arch: Arch, options: HandoverOptions): Handover {
  const seed = options.seed ?? '';
  const bases = options.kaslr === false ? arch.bases : arch.randomisedBases;
  try {
    const saving = prepareKernel(from, { arch, bases: arch.bases, seed: `${seed}saving`, restoring: false, ...onlyFor(from, to, options.only) });
    const restoring = prepareKernel(to, { arch, bases, seed: `${seed}restoring`, restoring: true, ...onlyFor(to, from, options.only) });
    const save = saveAll(saving.kernel, saving.calls);
    const restore = restoreAll(restoring.kernel, restoring.calls, saving.kernel, save);
    const strict = strictly(to, { arch, bases, seed: `${seed}restoring`, restoring: true, ...onlyFor(to, from, options.only) }, saving.kernel, save, restore, restoring.kernel);
    return { direction, save, restore, notes: [...new Set([...saving.notes, ...restoring.notes])], ...(strict === undefined ? {} : { strict }) };
  } catch (problem) {
    return failed(direction, problem);
  }
}

/** The same stream in a kernel that enforces min_version_id and version_id; undefined when that changes nothing. */
function strictly(to: KstateModel, options: PrepareOptions, saving: Kernel, save: SaveRun, restore: RestoreRun, restoring: Kernel): StrictOutcome | undefined {
  const outside = restore.reads.some((read) => read.entries.some((entry) => entry.offsetBytes !== undefined && outsideRange(restoring, entry.plan, entry.versionId) !== undefined));
  if (!outside) return undefined;
  const again = prepareKernel(to, { ...options, kernel: { strict: true } });
  const run = restoreAll(again.kernel, again.calls, saving, save);
  const refused = run.reads.flatMap((read) => (read.refused === undefined ? [] : [{ description: read.description.variable, object: read.object.name, why: read.refused }]));
  return { verdict: run.verdict, refused };
}

/** The description asked for, by variable; where this side has none of that name, the one with the same id. */
function onlyFor(side: KstateModel, other: KstateModel, only: string | undefined): { only?: string } {
  if (only === undefined) return {};
  if (side.descriptions.some((description) => description.variable === only)) return { only };
  const asked = other.descriptions.find((description) => description.variable === only);
  const same = side.descriptions.find((description) => asked?.id.known === true && description.id.known && description.id.value === asked.id.value);
  return { only: same?.variable ?? only };
}

/** The engine itself failed: nothing is claimed, and what happened is said. */
function failed(direction: Handover['direction'], problem: unknown): Handover {
  const why = `The engine stopped: ${problem instanceof Error ? problem.message : String(problem)}.`;
  const limits = [{ why, range: undefined }];
  const save: SaveTrace = { rc: 0, stream: new Uint8Array(0), entries: [], spans: [], preserved: [], messages: [], limits };
  const restore: RestoreTrace = { objects: [], messages: [], verdict: 'refused', summary: why, limits: [] };
  return { direction, save, restore };
}
