/**
 * The verdict of a case, as its data define it: by the values of the members (`leaves`) after the restore, against what the old object of that
 * name held.
 */
import type { KernelMessage } from '../engine/types';
import type { RestoreRun } from '../engine/kstate/run';
import type { SaveRun } from '../engine/kstate/save';
import type { CaseInput, CaseValue } from './kstateCase';
import type { Side } from './kstateRun';

export type Leaves = Readonly<Record<string, Readonly<Record<string, CaseValue>>>>;

/** A leaf whose path leads nowhere (through a NULL pointer) has no value. */
export function leavesOf(input: CaseInput, which: 'old' | 'new', from: Side): Leaves {
  const out: Record<string, Record<string, CaseValue>> = {};
  for (const object of input.objects.filter((candidate) => candidate.kernel === which)) {
    const values: Record<string, CaseValue> = {};
    for (const leaf of object.leaves) values[leaf] = from.members.get(object.name)?.get(leaf) ?? {};
    out[object.name] = values;
  }
  return out;
}

/** What each leaf of a new object should hold: what the old object of that name held, addresses moved to the new bases. */
export function expectedLeaves(input: CaseInput, old: Side, next: Side): Leaves {
  const out: Record<string, Record<string, CaseValue>> = {};
  for (const object of input.objects.filter((candidate) => candidate.kernel === 'new')) {
    const source = input.objects.find((candidate) => candidate.kernel === 'old' && candidate.name === object.name);
    if (source === undefined) continue;
    const values: Record<string, CaseValue> = {};
    const { bases } = next.kernel.space;
    for (const leaf of object.leaves) {
      const init = source.init[leaf];
      if (init === undefined && !source.leaves.includes(leaf)) continue;
      const area = /^(linear|vmemmap|page):(.*)$/.exec(init ?? '');
      const bytes = new DataView(new ArrayBuffer(8));
      const offset = BigInt(area?.[2] ?? '0');
      bytes.setBigUint64(0, area?.[1] === 'linear' ? bases.pageOffset + offset : bases.vmemmapStart + (area?.[1] === 'page' ? offset * BigInt(next.kernel.arch.structPageBytes) : offset), true);
      values[leaf] = area === null ? old.members.get(object.name)?.get(leaf) ?? {} : { size: 8, hex: Buffer.from(bytes.buffer).toString('hex') };
    }
    out[object.name] = values;
  }
  return out;
}

export interface Judged {
  readonly input: CaseInput;
  readonly next: Side;
  readonly save: SaveRun;
  readonly restore: RestoreRun;
  readonly values: Leaves;
  readonly before: Leaves;
  readonly wanted: Leaves;
}

/** Strongest first. */
export function verdictOf(of: Judged): string {
  const { save, restore, values, before, wanted } = of;
  if (save.crash !== undefined || restore.objects.some((object) => object.crash !== undefined)) return 'crash';
  if (save.rc !== 0) return 'rejected';
  let lost = false;
  let wrong = false;
  for (const [object, leaves] of Object.entries(values)) {
    const described = describedMembers(of, object);
    for (const [leaf, value] of Object.entries(leaves)) {
      const want = wanted[object]?.[leaf];
      const kept = sameValue(value, before[object]?.[leaf]);
      if (want === undefined) wrong ||= !kept && wanted[object] !== undefined && !renamed(restore, object, leaf);
      else if (!sameValue(value, want)) {
        if (!kept) wrong = true;
        // A member that the restoring kernel does not describe at all is not expected to arrive [case: v3_no_fields].
        else lost ||= described.includes(rootOf(leaf));
      }
    }
  }
  if (wrong) return 'silent-corruption';
  if (restore.objects.some((object) => object.rc !== 0)) return 'rejected';
  if (lost) return 'skipped';
  return [...save.messages, ...restore.messages].some((message: KernelMessage) => message.level === 'warn') ? 'warned' : 'ok';
}

/** Members that the new kernel's description of an object names, subsections included. */
function describedMembers({ input, next }: Judged, object: string): readonly string[] {
  const plan = next.plans.get(input.objects.find((one) => one.kernel === 'new' && one.name === object)?.description ?? '');
  return [plan, ...(plan?.subsections ?? [])].flatMap((part) => (part?.fields ?? []).map((field) => rootOf(field.member)));
}

/** The member that a path starts from: `raw` of `*raw[0]`. */
function rootOf(path: string): string {
  return /\w+/.exec(path.replace(/^(folio|bits):/, ''))?.[0] ?? path;
}

/** Names are not in the stream: a member that takes the place of another one arrives under its new name. */
function renamed(restore: RestoreRun, object: string, leaf: string): boolean {
  const fields = restore.objects.filter((one) => one.object === object).flatMap((one) => one.entries.flatMap((entry) => entry.fields));
  return fields.some((field) => field.name === leaf && field.verdict === 'loads' && field.readFrom !== undefined);
}

function sameValue(a: CaseValue | undefined, b: CaseValue | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.folio !== undefined || b.folio !== undefined) return JSON.stringify(a.folio) === JSON.stringify(b.folio);
  return a.hex === b.hex;
}
