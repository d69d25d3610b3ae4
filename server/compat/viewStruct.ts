/** The struct of a description, byte by byte, with the numbers of the members that travel. */
import type { CUnit } from '../c/api';
import type { CType, MemberLayout, Record } from '../c/types';
import type { KstateDescription } from '../model/kstate';
import { KS_DEPRECATED, hasFlag } from '../model/kstateFlags';
import type { StructCell, StructView } from '../shared/simulationView';
import { memberName } from './members';

/** `key`: number of the member with that path. undefined: the struct is not known. */
export function structView(description: KstateDescription, key: (path: string) => number | undefined): StructView | undefined {
  const { unit, struct } = description;
  const record = struct === undefined ? undefined : recordOf(struct);
  if (struct === undefined || record === undefined) return undefined;
  const layout = unit.layout(record);
  if (!layout.known) return undefined;
  const paths = description.fields.flatMap((field) => (field.member === undefined ? [] : [field.member.path]));
  const members = cells(unit, layout.value.members, '', 0, paths, key);
  const all: StructCell[] = [];
  let at = 0;
  const gap = (kind: 'hole' | 'padding', end: number): void => {
    if (end > at) all.push({ kind, key: undefined, name: `${kind} ${String(end - at)}`, type: '', offsetBytes: at, sizeBytes: end - at });
    at = Math.max(at, end);
  };
  for (const cell of members) {
    gap('hole', cell.offsetBytes);
    // Members of a union share their bytes: the first one is drawn.
    if (cell.offsetBytes < at) continue;
    all.push(cell);
    at = cell.offsetBytes + cell.sizeBytes;
  }
  gap('padding', layout.value.sizeBytes);
  const holes = all.filter((cell) => cell.kind === 'hole');
  return {
    name: unit.spell(struct), sizeBytes: layout.value.sizeBytes, cells: all, holes: holes.length,
    holeBytes: sum(holes), paddingBytes: sum(all.filter((cell) => cell.kind === 'padding')), gone: gone(description, record, key),
  };
}

/** Entries of the list whose member is gone from the struct. */
function gone(description: KstateDescription, record: Record, key: (path: string) => number | undefined): StructView['gone'] {
  const out = new Map<number, { key: number; name: string; note: string }>();
  for (const field of description.fields) {
    const name = memberName(field);
    const number = key(name);
    if (number === undefined || !hasFlag(field, KS_DEPRECATED) || record.members?.some((member) => member.name === name) === true) continue;
    out.set(number, { key: number, name, note: 'removed from the struct, kept in the list as deprecated' });
  }
  return [...out.values()];
}

function cells(unit: CUnit, members: readonly MemberLayout[], prefix: string, start: number, paths: readonly string[], key: (path: string) => number | undefined): StructCell[] {
  const out: StructCell[] = [];
  for (const member of members) {
    const name = member.member.name ?? '';
    const path = `${prefix}${name}`;
    const inner = recordOf(member.member.type);
    if (inner !== undefined && (name === '' || paths.some((one) => one.startsWith(`${path}.`)))) {
      const layout = unit.layout(inner);
      if (layout.known) {
        out.push(...cells(unit, layout.value.members, name === '' ? prefix : `${path}.`, start + member.offsetBytes, paths, key));
        continue;
      }
    }
    if (member.bitSize !== undefined && member.bitOffset !== undefined) {
      bitField(out, member, start, name, unit.spell(member.member.type));
      continue;
    }
    if (member.sizeBytes === 0) continue;
    const number = key(path) ?? key(paths.find((one) => one.startsWith(`${path}[`)) ?? path);
    out.push({ kind: 'member', key: number, name: path, type: unit.spell(member.member.type), offsetBytes: start + member.offsetBytes, sizeBytes: member.sizeBytes });
  }
  return out;
}

/** Bit-fields have no bytes of their own: those that share bytes share a cell. */
function bitField(out: StructCell[], member: MemberLayout, start: number, name: string, type: string): void {
  if (member.bitSize === 0 || member.bitSize === undefined || member.bitOffset === undefined) return;
  const first = start + Math.floor(member.bitOffset / 8);
  const end = start + Math.ceil((member.bitOffset + member.bitSize) / 8);
  const text = `${type}:${String(member.bitSize)}`;
  const last = out[out.length - 1];
  if (last !== undefined && last.offsetBytes + last.sizeBytes > first) {
    const merged = { ...last, name: `${last.name}, ${name}`, type: `${last.type}, ${text}`, sizeBytes: Math.max(last.offsetBytes + last.sizeBytes, end) - last.offsetBytes };
    out[out.length - 1] = merged;
  } else out.push({ kind: 'member', key: undefined, name, type: text, offsetBytes: first, sizeBytes: end - first });
}

function sum(list: readonly StructCell[]): number {
  return list.reduce((bytes, cell) => bytes + cell.sizeBytes, 0);
}

function recordOf(type: CType): Record | undefined {
  if (type.kind === 'typedef') return recordOf(type.target);
  return type.kind === 'record' ? type.record : undefined;
}
