import type { CUnit } from '../c/api';
import type { CType } from '../c/types';
import { KS_ARRAY_OF_POINTER, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { bare, recordOf } from '../model/typeTools';
import { bytes, eachField, fieldName, fieldSource, finding, hasFlag } from './finding';
import type { Rule } from './rule';
import { pointerInside } from './structs';

export const structPadding: Rule = {
  code: 'kstate-struct-padding',
  title: 'A struct saved with its padding',
  severity: 'warning',
  facts: ['2.5', 'KS35'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const type = field.member?.type ?? field.statedType;
      if (type === undefined || !hasFlag(field, KS_BASE_TYPE) || hasFlag(field, KS_STRUCT | KS_CUSTOM | KS_DEPRECATED | KS_POINTER | KS_ARRAY_OF_POINTER)) return [];
      // Its own rule says what is worse about it.
      if (recordIn(type) === undefined || pointerInside(type) !== undefined) return [];
      const padding = paddingOf(model.unit, type, 0);
      if (padding === undefined || padding === 0) return [];
      return [finding(this, field.range,
        `${field.macro === undefined ? 'KS_BASE_TYPE' : fieldSource(field)} saves ${fieldName(field)} of ${variable} as it lies in memory, ${bytes(padding)} of padding with it: old memory leaks into the stream, `
        + `and a kernel that lays out ${model.unit.spell(recordIn(type) ?? type)} differently reads wrong values; KS_STRUCT with a description saves member by member`)];
    });
  },
};

function recordIn(type: CType): CType | undefined {
  let at = bare(type);
  for (let depth = 0; at.kind === 'array' && depth < 16; depth++) at = bare(at.of);
  return at.kind === 'record' ? at : undefined;
}

/** Bytes of a value that belong to no member; undefined when its layout is not known. A union has none that is certain. */
function paddingOf(unit: CUnit, type: CType, depth: number): number | undefined {
  const at = bare(type);
  if (depth > 16) return undefined;
  if (at.kind === 'array') {
    const one = paddingOf(unit, at.of, depth + 1);
    return one === undefined || at.length === undefined ? undefined : one * Number(at.length);
  }
  const record = recordOf(at);
  if (record === undefined || record.union) return 0;
  const layout = unit.layout(record);
  if (!layout.known) return undefined;
  let used = 0;
  let inside = 0;
  let end = 0;
  for (const { member, offsetBytes } of layout.value.members) {
    if (member.bitWidth !== undefined) return 0;
    const size = unit.sizeOf(member.type);
    const inner = paddingOf(unit, member.type, depth + 1);
    if (!size.known || inner === undefined) return undefined;
    used += offsetBytes - end;
    inside += inner;
    end = offsetBytes + size.value;
  }
  return used + inside + (layout.value.sizeBytes - end);
}
