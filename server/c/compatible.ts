/** Compatible types (C11 6.2.7) as gcc's comptypes has them; `__builtin_types_compatible_p` ignores qualifiers at the top. */
import { enumInt, intNameOf } from './conversions';
import { noQuals, resolve, sameQuals } from './makeTypes';
import type { Sema } from './sema';
import { intSizeBytes } from './targets';
import type { CType, FunctionType } from './types';

const MAX_DEPTH = 200;

/** `__builtin_types_compatible_p`; an unknown type is compatible with nothing. */
export function compatible(sema: Sema, a: CType, b: CType): boolean {
  const x = resolve(a);
  const y = resolve(b);
  // gcc (c_parser: RID_TYPES_COMPATIBLE_P): both types enums: the same enum, else no.
  if (x.kind === 'enum' && y.kind === 'enum') return x.enum === y.enum;
  return compatibleTypes(sema, stripTop(x), stripTop(y), false);
}

/** Qualifiers of an array are those of its elements (TYPE_MAIN_VARIANT goes down to them). */
function stripTop(type: CType): CType {
  const t = resolve(type);
  if (t.kind === 'array') return { kind: 'array', quals: noQuals, of: stripTop(t.of), length: t.length, lengthExpr: t.lengthExpr };
  return { ...t, quals: noQuals };
}

/** With qualifiers compared; `strict` for _Generic. */
export function compatibleTypes(sema: Sema, a: CType, b: CType, strict: boolean, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  const x = resolve(a);
  const y = resolve(b);
  if (x === y) return x.kind !== 'unknown';
  if (!sameQuals(x.quals, y.quals)) return false;
  if (x.kind === 'enum' || y.kind === 'enum') {
    if (x.kind === 'enum' && y.kind === 'enum') return x.enum === y.enum;
    const [def, other] = x.kind === 'enum' ? [x.enum, y] : y.kind === 'enum' ? [y.enum, x] : [undefined, x];
    if (def === undefined || other.kind !== 'int') return false;
    return enumInt(sema, def) === other.name;
  }
  if (x.kind !== y.kind) return false;
  switch (x.kind) {
    case 'void': return true;
    case 'int': return y.kind === 'int' && x.name === y.name;
    case 'float': return y.kind === 'float' && floatName(x.name) === floatName(y.name);
    case 'pointer': return y.kind === 'pointer' && compatibleTypes(sema, x.to, y.to, strict, depth + 1);
    case 'array': return y.kind === 'array' && (x.length === undefined || y.length === undefined || x.length === y.length)
      && compatibleTypes(sema, x.of, y.of, strict, depth + 1);
    case 'vector': return y.kind === 'vector' && x.sizeBytes === y.sizeBytes && compatibleTypes(sema, x.of, y.of, strict, depth + 1);
    case 'record': return y.kind === 'record' && x.record === y.record;
    case 'function': return y.kind === 'function' && functions(sema, x, y, strict, depth + 1);
    default: return false;
  }
}

function floatName(name: string): string {
  return name === '__float128' ? '_Float128' : name;
}

function functions(sema: Sema, a: FunctionType, b: FunctionType, strict: boolean, depth: number): boolean {
  // gcc strips qualifiers of what a function returns (DR 423).
  const left: CType = { ...resolve(a.returns), quals: noQuals };
  const right: CType = { ...resolve(b.returns), quals: noQuals };
  if (!compatibleTypes(sema, left, right, strict, depth)) return false;
  if (a.oldStyle || b.oldStyle) {
    // C11 6.7.6.3p15: then the other's parameters must be unchanged by the default promotions.
    const other = a.oldStyle ? b : a;
    if (other.oldStyle) return true;
    return !other.variadic && other.params.every((p) => unpromoted(sema, p.type));
  }
  if (a.variadic !== b.variadic || a.params.length !== b.params.length) return false;
  return a.params.every((p, i) => {
    const q = b.params[i];
    return q !== undefined && compatibleTypes(sema, { ...resolve(p.type), quals: noQuals }, { ...resolve(q.type), quals: noQuals }, strict, depth);
  });
}

function unpromoted(sema: Sema, type: CType): boolean {
  const t = resolve(type);
  if (t.kind === 'float') return t.name !== 'float';
  const name = intNameOf(sema, t);
  return name === undefined || intSizeBytes(sema.target, name) >= 4;
}
