/** Structs that travel as they lie in memory: which member is at which byte, and what moved between two kernels (facts KS35). */
import type { CUnit } from '../../c/api';
import { resolve } from '../../c/makeTypes';
import type { CType } from '../../c/types';
import type { FieldPlan, ShapeMember } from './plan';

/** Scalars of one type that are looked at. */
const MAX_MEMBERS = 512;

/** The scalars of a struct or of an array of structs, nested ones included; empty for a plain type. */
export function shapeOf(unit: CUnit, type: CType): readonly ShapeMember[] {
  const out: ShapeMember[] = [];
  const visit = (one: CType, path: string, offset: number, depth: number): void => {
    if (out.length >= MAX_MEMBERS || depth > 16) return;
    const at = resolve(one);
    if (at.kind === 'array' && isRecord(at.of)) {
      const size = unit.sizeOf(at.of);
      for (let i = 0; size.known && i < Math.min(at.length ?? 0, MAX_MEMBERS); i++) visit(at.of, `${path}[${String(i)}]`, offset + i * size.value, depth + 1);
    } else if (at.kind === 'record' && at.record.members !== undefined) {
      const layout = unit.layout(at.record);
      if (!layout.known) return;
      for (const member of layout.value.members) {
        const { name } = member.member;
        const inner = name === undefined ? path : path === '' ? name : `${path}.${name}`;
        const { bitOffset, bitSize } = member;
        if (bitOffset !== undefined && bitSize !== undefined) {
          const first = Math.floor(bitOffset / 8);
          if (name !== undefined) out.push({ path: inner, offsetBytes: offset + first, sizeBytes: Math.ceil((bitOffset + bitSize) / 8) - first, bits: { offset: bitOffset % 8, width: bitSize } });
        } else visit(member.member.type, inner, offset + member.offsetBytes, depth + 1);
      }
    } else {
      const size = unit.sizeOf(at);
      if (size.known) out.push({ path, offsetBytes: offset, sizeBytes: size.value });
    }
  };
  if (isRecord(type)) visit(type, '', 0, 0);
  return out;
}

/** The first member that both kernels' structs have and that does not lie in the same bytes; undefined: none. */
export function movedWithin(from: FieldPlan, to: FieldPlan): string | undefined {
  for (const now of to.shape ?? []) {
    const before = from.shape?.find((member) => member.path === now.path);
    if (before !== undefined && !samePlace(before, now)) return `${to.member}.${now.path} lies at ${place(now)} in this kernel and at ${place(before)} in the saving one`;
  }
  return undefined;
}

function samePlace(a: ShapeMember, b: ShapeMember): boolean {
  return a.offsetBytes === b.offsetBytes && a.sizeBytes === b.sizeBytes && a.bits?.offset === b.bits?.offset && a.bits?.width === b.bits?.width;
}

function place({ offsetBytes, sizeBytes, bits }: ShapeMember): string {
  const bytes = sizeBytes === 1 ? `byte ${String(offsetBytes)}` : `bytes ${String(offsetBytes)} to ${String(offsetBytes + sizeBytes - 1)}`;
  return bits === undefined ? bytes : `bits ${String(bits.offset)} to ${String(bits.offset + bits.width - 1)} of byte ${String(offsetBytes)}`;
}

/** A struct, or an array of structs. */
function isRecord(type: CType): boolean {
  const at = resolve(type);
  return at.kind === 'record' || (at.kind === 'array' && isRecord(at.of));
}
