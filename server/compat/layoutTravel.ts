/** Which bytes of a record the descriptions about it bring into the next kernel: facts 2.2 (what each kind of field moves) and 3.2 (versions). */
import type { CUnit } from '../c/api';
import type { CType, Record } from '../c/types';
import type { KstateDescription, KstateField, KstateModel } from '../model/kstate';
import { KS_ADDRESS, KS_ARRAY_OF_POINTER, KS_CUSTOM, KS_DEPRECATED, KS_KINDS, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { bare, recordOf } from '../model/typeTools';
import type { LayoutDescription, LayoutRange } from '../shared/layoutView';
import { memberName } from './members';
import { linker } from './sources';

/** The revision that links of a layout name: what is on disk or in the editor. */
export const WORKING_TREE = 'working tree';
/** Descriptions inside descriptions; deeper is a circle. */
const MAX_DEPTH = 8;

/** Those of the models that are about `record`, with numbers for their ranges: the same member has the same number in all of them. */
export function descriptionsOf(unit: CUnit, record: Record, models: readonly KstateModel[]): readonly LayoutDescription[] {
  const keys = new Map<string, number>();
  const found: LayoutDescription[] = [];
  for (const model of models) {
    const link = linker(model.unit, WORKING_TREE);
    const holder = (variable: string): string | undefined => model.descriptions.find((one) => one.subsections?.some((sub) => sub.variable === variable))?.variable;
    // Subsections after those that hold them, as a stream has them.
    const ordered = [...model.descriptions].sort((a, b) => Number(holder(a.variable) !== undefined) - Number(holder(b.variable) !== undefined));
    for (const description of ordered) {
      if (!isAbout(unit, record, description)) continue;
      const ranges = rangesOf(model, description, 0, '', 0).map((range) => {
        const id = `${String(range.offsetBytes)} ${range.path}`;
        const key = keys.get(id) ?? keys.size + 1;
        keys.set(id, key);
        return { ...range, key };
      });
      found.push({
        variable: description.variable, version: description.versionId.known ? description.versionId.value : undefined,
        subsectionOf: holder(description.variable),
        ranges, bytes: coveredBytes(ranges, 0, Infinity), source: link(description.nameRange),
      });
    }
  }
  return found;
}

/** Bytes of [start, end) that lie in any of the ranges. */
export function coveredBytes(ranges: readonly Pick<LayoutRange, 'offsetBytes' | 'sizeBytes'>[], start: number, end: number): number {
  let covered = 0;
  let at = start;
  for (const range of [...ranges].sort((a, b) => a.offsetBytes - b.offsetBytes)) {
    const from = Math.max(at, range.offsetBytes);
    const to = Math.min(end, range.offsetBytes + range.sizeBytes);
    if (to <= from) continue;
    covered += to - from;
    at = to;
  }
  return covered;
}

/** The same record, or in another unit one of the same tag and size: a tag may name another struct in another file. */
function isAbout(unit: CUnit, record: Record, description: KstateDescription): boolean {
  const struct = description.struct ?? description.fields.find((field) => field.member !== undefined)?.member?.struct;
  const other = struct === undefined ? undefined : recordOf(struct);
  if (other === undefined || struct === undefined) return false;
  if (other === record) return true;
  if (description.unit === unit || other.tag === undefined || other.tag !== record.tag || other.union !== record.union) return false;
  const [mine, theirs] = [unit.layout(record), description.unit.layout(other)];
  return mine.known && theirs.known && mine.value.sizeBytes === theirs.value.sizeBytes;
}

type Range = Omit<LayoutRange, 'key'>;

function rangesOf(model: KstateModel, description: KstateDescription, startBytes: number, prefix: string, depth: number): Range[] {
  const own = description.versionId.known ? description.versionId.value : undefined;
  return description.fields.flatMap((field) => {
    const flags = field.flags.known ? field.flags.value : 0;
    const since = field.versionId.known ? field.versionId.value : 0;
    if ((flags & KS_DEPRECATED) !== 0 || (flags & KS_KINDS) === 0 || (own !== undefined && since > own) || !field.offsetBytes.known) return [];
    const path = `${prefix}${memberName(field)}`;
    const offsetBytes = startBytes + field.offsetBytes.value;
    const nested = (flags & KS_STRUCT) !== 0 && (flags & (KS_POINTER | KS_ARRAY_OF_POINTER)) === 0 && depth < MAX_DEPTH ? nestedOf(model, field) : undefined;
    if (nested !== undefined) return rangesOf(model, nested, offsetBytes, `${path}.`, depth + 1);
    // A copy moves the bytes that its type has; every other kind sets the whole member.
    const copied = (flags & (KS_KINDS & ~1)) === 0 && (flags & KS_ARRAY_OF_POINTER) === 0;
    const bytes = copied ? (field.sizeBytes.known ? field.sizeBytes.value : undefined) : field.member?.sizeBytes;
    const sizeBytes = bytes ?? field.member?.sizeBytes ?? (field.sizeBytes.known ? field.sizeBytes.value : 0);
    return sizeBytes > 0 ? [{ path, how: howText(field, flags), since, offsetBytes, sizeBytes }] : [];
  });
}

/** The description of a nested struct, when it is of this file and no array: an array's elements each have their bytes. */
function nestedOf(model: KstateModel, field: KstateField): KstateDescription | undefined {
  const variable = field.ksd?.known === true ? field.ksd.value : undefined;
  const isArray = field.member !== undefined && (bare(field.member.type) as CType).kind === 'array';
  return variable === undefined || isArray ? undefined : model.descriptions.find((one) => one.variable === variable);
}

function howText(field: KstateField, flags: number): string {
  const save = field.save?.known === true ? field.save.value : undefined;
  const nested = field.ksd?.known === true ? field.ksd.value : 'a description';
  if ((flags & KS_ARRAY_OF_POINTER) !== 0) return (flags & KS_STRUCT) !== 0 ? `pointees, by ${nested}` : 'pointees';
  if ((flags & KS_STRUCT) !== 0) return (flags & KS_POINTER) !== 0 ? `pointee, by ${nested}` : `nested ${nested}`;
  if ((flags & KS_CUSTOM) !== 0) return save === 'kstate_folio_save' ? 'folio' : `custom${save === undefined ? '' : `, ${save}()`}`;
  if ((flags & KS_POINTER) !== 0) return `pointee${field.sizeBytes.known ? `, ${String(field.sizeBytes.value)} bytes` : ''}`;
  if ((flags & KS_ADDRESS) !== 0) return 'address, relocated';
  return 'copied';
}
