/**
 * The entries of a KSTATE stream by the descriptions of a kernel: which field stands where, and what speaks against it. Read as that kernel's restore would read it
 * (KSTATE facts 3.3, 4.2), but without an object: a callback's bytes are known only by what is left of its entry.
 */
import type { Dialect, FieldKind } from '../engine/kstate/dialect';
import { elementBytes, fieldKind } from '../engine/kstate/dialect';
import type { DescriptionPlan, FieldPlan } from '../engine/kstate/plan';
import type { DecodedEntry, HeaderName } from '../formats/kstateStream';
import { KS_SUBSECTION, decodeHeader } from '../formats/kstateStream';
import type { ByteOrder } from '../formats/layoutTable';
import type { Findings } from './findings';

/** A description and the file that defines it. */
export interface NamedDescription { readonly plan: DescriptionPlan; readonly file: string }

export interface StreamField {
  readonly plan: FieldPlan;
  readonly kind: FieldKind;
  /** From the start of the stream. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly elements: number;
  /** Why it took no bytes though it is in the list. */
  readonly skipped: 'version' | 'deprecated' | undefined;
  readonly nested: readonly StreamEntry[];
}

export interface StreamEntry {
  readonly description: NamedDescription;
  readonly offsetBytes: number;
  readonly header: Readonly<Record<HeaderName, number>>;
  readonly fields: readonly StreamField[];
  readonly endBytes: number;
}

const MOST_ELEMENTS = 65536;
const MOST_DEPTH = 16;
/** Fields that one stream names: nested arrays could ask for any number. */
const MOST_FIELDS = 1_000_000;

/** Of each top-level entry what a description makes of it; undefined where none has its id. */
export function readStreamFields(bytes: Uint8Array, dialect: Dialect, order: ByteOrder, entries: readonly DecodedEntry[], descriptions: readonly NamedDescription[], findings: Findings): readonly (StreamEntry | undefined)[] {
  const walk = new Walk(bytes, dialect, order, findings);
  // A description that another one nests or has as a subsection is taken for its own entries only when no other has the id.
  const inner = new Set(descriptions.flatMap(({ plan }) => [...plan.subsections ?? [], ...plan.fields.flatMap((field) => field.ksd ?? [])]));
  const byId = (id: number): NamedDescription | undefined => descriptions.find(({ plan }) => plan.id === id && !inner.has(plan)) ?? descriptions.find(({ plan }) => plan.id === id);
  let section: NamedDescription | undefined;
  return entries.map((entry) => {
    const { state_id: id, section_type: type } = entry.header;
    if (dialect.subsections && type === KS_SUBSECTION) {
      const plan = section?.plan.subsections?.find((one) => one.id === id);
      if (plan !== undefined && section !== undefined) return walk.entry({ plan, file: section.file }, entry, 0);
      walk.wrong('KSTATE entry', entry.offsetBytes, 'state_id', section === undefined ? 'a subsection of an entry that a description has' : `a subsection of ${section.plan.variable} (${ids(section.plan.subsections)})`, String(id));
      return undefined;
    }
    section = byId(id);
    if (section !== undefined) return walk.entry(section, entry, 0);
    walk.wrong('KSTATE entry', entry.offsetBytes, 'state_id', `the id of a description in the tree (${ids(descriptions.map((one) => one.plan))})`, String(id));
    return undefined;
  });
}

function ids(plans: readonly DescriptionPlan[] | undefined): string {
  const all = (plans ?? []).map((one) => `${String(one.id)} ${one.variable}`);
  return all.length === 0 ? 'there are none' : `${all.slice(0, 8).join(', ')}${all.length > 8 ? ', …' : ''}`;
}

class Walk {
  private named = 0;

  constructor(private readonly bytes: Uint8Array, private readonly dialect: Dialect, private readonly order: ByteOrder, private readonly findings: Findings) {}

  wrong(structure: string, offsetBytes: number, field: string, expected: string, found: string): void {
    this.findings.add('stream', { structure, offsetBytes, field, expected, found });
  }

  entry(description: NamedDescription, entry: DecodedEntry, depth: number): StreamEntry {
    const { plan } = description;
    const { header, offsetBytes, dataOffsetBytes } = entry;
    const end = Math.min(this.bytes.length, dataOffsetBytes + Math.max(0, header.size));
    if (header.version_id !== plan.versionId) {
      this.wrong(plan.variable, offsetBytes, 'version_id', `${String(plan.versionId)}, the version of the description`, `${String(header.version_id)}: ${header.version_id < plan.versionId ? 'an older kernel saved it' : 'a newer kernel saved it'}`);
    }
    const fields: StreamField[] = [];
    let at = dataOffsetBytes;
    for (const [i, field] of plan.fields.entries()) {
      const read = this.field(description, field, header.version_id, at, end, i + 1, depth);
      if (read === undefined) return { description, offsetBytes, header, fields, endBytes: end };
      fields.push(read);
      at = read.offsetBytes + read.lengthBytes;
    }
    if (at !== end) this.wrong(plan.variable, offsetBytes, 'size', `${String(at - dataOffsetBytes)}, the bytes of its fields in version ${String(header.version_id)}`, String(header.size));
    return { description, offsetBytes, header, fields, endBytes: at };
  }

  /**
   * Undefined, with a finding, where the entry ends before the field does.
   * @param behind where the fields behind it begin in the list
   */
  private field(description: NamedDescription, field: FieldPlan, version: number, at: number, end: number, behind: number, depth: number): StreamField | undefined {
    const kind = fieldKind(this.dialect, field);
    const none = { plan: field, kind, offsetBytes: at, lengthBytes: 0, elements: 0, nested: [] };
    if (++this.named > MOST_FIELDS) return undefined;
    if (this.dialect.fieldVersions && field.versionId > version) return { ...none, skipped: 'version' };
    if (kind === 'deprecated' && version > field.versionId) return { ...none, skipped: 'deprecated' };
    const elements = kind === 'deprecated' ? 1 : Math.min(MOST_ELEMENTS, Math.max(0, field.count ?? 1));
    if (kind === 'nested') return this.nested(description, field, at, end, elements, depth);
    const lengthBytes = kind === 'custom' ? this.customBytes(at, end, description.plan.fields.slice(behind), version) : bytesOf(kind, field) * elements;
    if (lengthBytes >= 0 && at + lengthBytes <= end) return { ...none, elements, lengthBytes, skipped: undefined };
    this.wrong(description.plan.variable, at, field.member, lengthBytes < 0 ? 'the bytes of its callback, which are not told where fields of unknown length follow' : `${String(lengthBytes)} bytes`, `${String(end - at)} bytes up to the end of its entry`);
    return undefined;
  }

  /** What is left of the entry when the fields behind have taken theirs; -1 when one of those is of unknown length, too. */
  private customBytes(at: number, end: number, behind: readonly FieldPlan[], version: number): number {
    let rest = end - at;
    for (const field of behind) {
      const kind = fieldKind(this.dialect, field);
      if (this.dialect.fieldVersions && (field.versionId > version || (kind === 'deprecated' && version > field.versionId))) continue;
      if (kind === 'custom' || kind === 'nested') return -1;
      rest -= bytesOf(kind, field) * (kind === 'deprecated' ? 1 : Math.max(0, field.count ?? 1));
    }
    return rest;
  }

  private nested(description: NamedDescription, field: FieldPlan, at: number, end: number, elements: number, depth: number): StreamField | undefined {
    const nested: StreamEntry[] = [];
    const { variable } = description.plan;
    let next = at;
    for (let i = 0; i < elements; i++) {
      if (field.ksd === undefined || depth >= MOST_DEPTH) {
        this.wrong(variable, next, field.member, 'a description that the file defines', field.ksd === undefined ? field.ksdName ?? 'none' : `one nested ${String(depth)} levels deep`);
        return undefined;
      }
      const header = decodeHeader(this.dialect.format, this.bytes.subarray(0, end), next, this.order);
      const dataOffsetBytes = next + this.dialect.format.headerBytes;
      if (header === undefined || header.size < 0 || dataOffsetBytes + header.size > end) {
        this.wrong(variable, next, field.member, `an entry of ${field.ksd.variable} for element ${String(i)}`, header === undefined ? `${String(end - next)} bytes up to the end of its entry` : `one of ${String(header.size)} bytes in ${String(end - dataOffsetBytes)}`);
        return undefined;
      }
      // Restore does not look at the id of a nested entry; another one means that the lists differ.
      if (header.state_id !== field.ksd.id) this.wrong(variable, next, field.member, `id ${String(field.ksd.id)} of ${field.ksd.variable}`, String(header.state_id));
      nested.push(this.entry({ plan: field.ksd, file: description.file }, { offsetBytes: next, header, dataOffsetBytes }, depth + 1));
      next = dataOffsetBytes + header.size;
    }
    return { plan: field, kind: 'nested', offsetBytes: at, lengthBytes: next - at, elements, skipped: undefined, nested };
  }
}

/** Bytes of one element. A folio travels as its address; of a deprecated field restore takes the bytes that it had. */
function bytesOf(kind: FieldKind, field: FieldPlan): number {
  return elementBytes(kind, field) ?? (kind === 'folio' ? 8 : kind === 'deprecated' ? Math.max(0, field.sizeBytes) : 0);
}
