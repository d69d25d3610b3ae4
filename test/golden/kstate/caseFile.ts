/** The reference cases: what the real KSTATE code did. Shape as in test/fixtures/kstate-cases. */
import fs from 'node:fs';
import path from 'node:path';

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
  readonly state_id: number;
  readonly version_id: number;
  readonly instance_id: number;
  readonly size: number;
  readonly data_hex: string;
  readonly desc: string;
  readonly fields: readonly CaseField[];
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
  readonly preserved?: readonly { readonly phys: string; readonly order?: number; readonly size?: number; readonly what: string }[];
  readonly stream_hex?: string;
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

/** Every case of a folder, by name. The files are the shape above: they are ours to keep so. */
export function readCases(folder: string): readonly KstateCase[] {
  return fs.readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
    // JSON.parse cannot know the shape; a file of another shape fails the comparison that follows.
    .map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as KstateCase);
}
