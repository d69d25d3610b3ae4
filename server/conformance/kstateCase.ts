/** The reference cases: what the real KSTATE code did. Shape as in test/fixtures/kstate-cases. */
import fs from 'node:fs';
import path from 'node:path';
import { readText } from './readText';

export interface CaseObject {
  readonly kernel: 'old' | 'new';
  readonly name: string;
  /** `struct demo`. */
  readonly type: string;
  readonly description: string;
  /** A number, `auto`, or an expression like `(int)0x5f087b66u`. */
  readonly instance_id: number | string;
  readonly init: Readonly<Record<string, string>>;
  readonly leaves: readonly string[];
}

export interface CaseValue {
  readonly size?: number;
  readonly hex?: string;
  readonly le?: string;
  readonly folio?: { readonly phys: string; readonly order: number; readonly first16: string } | null;
}

export interface CaseField {
  readonly name: string;
  readonly offset: number;
  readonly len: number;
  readonly hex: string;
  readonly nested?: readonly CaseEntry[];
}

export interface CaseEntry {
  readonly offset: number;
  readonly section_type?: number;
  readonly section?: string;
  readonly state_id: number;
  readonly version_id: number;
  readonly instance_id: number;
  readonly size: number;
  readonly data_hex: string;
  readonly desc: string;
  readonly fields: readonly CaseField[];
}

export interface CasePreserved {
  readonly phys: string;
  readonly order?: number;
  readonly size?: number;
  readonly what: string;
}

export interface CaseDescription {
  readonly name: string;
  readonly id: number;
  readonly version_id: number;
  readonly min_version_id: number;
  readonly fields: readonly {
    readonly name: string; readonly offset: number; readonly size: number; readonly flags: number; readonly addr_type: number; readonly version_id: number;
    readonly count: number; readonly has_save: boolean; readonly has_restore: boolean; readonly ksd: string | null;
  }[];
  readonly subsections: readonly string[];
}

export interface CaseKernel {
  readonly c: string;
  readonly descriptions?: readonly CaseDescription[];
  readonly sizeof?: Readonly<Record<string, number>>;
}

export interface KstateCase {
  readonly name: string;
  readonly dialect: 'v2' | 'v3' | 'v3-posted';
  readonly old: CaseKernel;
  readonly new: CaseKernel;
  readonly objects: readonly CaseObject[];
  readonly env?: {
    readonly old: { readonly PAGE_OFFSET: string; readonly VMEMMAP_START: string };
    readonly new: { readonly PAGE_OFFSET: string; readonly VMEMMAP_START: string };
    readonly untouched_byte_fill: { readonly old: string; readonly new: string };
    readonly stream_folio_stale_byte: string;
  };
  readonly tamper?: string;
  readonly save?: { readonly rc: number | null; readonly warnings: readonly string[]; readonly folio_events: readonly { readonly order?: number; readonly phys: string }[] };
  readonly preserved?: readonly CasePreserved[];
  readonly stream_hex?: string | null;
  readonly entries?: readonly CaseEntry[];
  readonly restore: {
    readonly rc?: Readonly<Record<string, number>> | null;
    readonly values?: Readonly<Record<string, Readonly<Record<string, CaseValue>>>>;
    readonly warnings?: readonly string[];
    readonly verdict: string;
    readonly not_run?: boolean;
  };
  readonly compile?: { readonly ok: boolean };
}

/** What a run may read of a case; everything else is truth to compare with. */
export interface CaseInput {
  readonly dialect: KstateCase['dialect'];
  readonly oldC: string;
  readonly newC: string;
  readonly objects: readonly CaseObject[];
  readonly env: KstateCase['env'];
  readonly tamper: string | undefined;
  /** Where that kernel's page allocator placed the kstate_out page and the stream, in order. */
  readonly placements: readonly bigint[];
}

export function inputOf(one: KstateCase): CaseInput {
  return {
    dialect: one.dialect, oldC: one.old.c, newC: one.new.c, objects: one.objects, env: one.env, tamper: one.tamper,
    placements: (one.save?.folio_events ?? []).filter((event) => event.order !== undefined).map((event) => BigInt(event.phys)),
  };
}

/** Every case of a folder, by name of its file; or in words why there are none. */
export function readCases(folder: string): readonly KstateCase[] | { readonly error: string } {
  let names: readonly string[];
  try {
    names = fs.readdirSync(folder).filter((name) => name.endsWith('.json')).sort();
  } catch (problem) {
    const code = problem instanceof Error && 'code' in problem ? String(problem.code) : String(problem);
    return { error: `${folder}: ${code === 'ENOENT' ? 'no such folder' : code === 'ENOTDIR' ? 'expected a folder, found a file' : `cannot be read (${code})`}` };
  }
  if (names.length === 0) return { error: `${folder}: expected reference cases (NAME.json), found none` };
  const cases: KstateCase[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const text = readText(file);
    if (typeof text === 'object') return { error: `${file}: ${text.error}` };
    const one = parsed(text);
    if (typeof one === 'string') return { error: `${file}: ${one}` };
    cases.push(one);
  }
  return cases;
}

/** The case, or what is wrong with the text. Checked is what is read without looking again; a value of another kind fails its comparison. */
export function parsed(text: string): KstateCase | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (problem) {
    return `expected JSON: ${problem instanceof Error ? problem.message : String(problem)}`;
  }
  if (!isRecord(value)) return `expected a reference case (an object), found ${Array.isArray(value) ? 'a list' : typeof value}`;
  const wants: readonly (readonly [key: string, holds: boolean, expected: string])[] = [
    ['name', typeof value['name'] === 'string', 'a text'],
    ['dialect', ['v2', 'v3', 'v3-posted'].includes(String(value['dialect'])), 'v2, v3 or v3-posted'],
    ['old.c', isRecord(value['old']) && typeof value['old']['c'] === 'string', 'the C of the old kernel'],
    ['new.c', isRecord(value['new']) && typeof value['new']['c'] === 'string', 'the C of the new kernel'],
    ['objects', Array.isArray(value['objects']) && value['objects'].every(isObject), 'a list of objects with kernel, name, type, description, instance_id, init and leaves'],
    ['restore', isRecord(value['restore']) && typeof value['restore']['verdict'] === 'string', 'an object with a verdict'],
  ];
  const missing = wants.find(([, holds]) => !holds);
  if (missing !== undefined) return `${missing[0]}: expected ${missing[2]}`;
  // Its shape is that of KstateCase as far as it was looked at; the rest is compared, not relied on.
  return value as unknown as KstateCase;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isObject(value: unknown): boolean {
  return isRecord(value) && (value['kernel'] === 'old' || value['kernel'] === 'new') && ['name', 'type', 'description'].every((key) => typeof value[key] === 'string')
    && ['string', 'number'].includes(typeof value['instance_id']) && isRecord(value['init']) && Array.isArray(value['leaves']);
}
