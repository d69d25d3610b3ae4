/** Makes types, and takes their typedef names and qualifiers off. */
import type { Expr } from './ast';
import type { Tok } from './token';
import type { ArrayType, CType, IntName, IntType, PointerType, Quals, UnknownType } from './types';

export const noQuals: Quals = { const: false, volatile: false, restrict: false, atomic: false };
export const constQuals: Quals = { const: true, volatile: false, restrict: false, atomic: false };

export function hasQuals(q: Quals): boolean {
  return q.const || q.volatile || q.restrict || q.atomic;
}

export function sameQuals(a: Quals, b: Quals): boolean {
  return a.const === b.const && a.volatile === b.volatile && a.restrict === b.restrict && a.atomic === b.atomic;
}

export function joinQuals(a: Quals, b: Quals): Quals {
  if (!hasQuals(a)) return b;
  if (!hasQuals(b)) return a;
  return { const: a.const || b.const, volatile: a.volatile || b.volatile, restrict: a.restrict || b.restrict, atomic: a.atomic || b.atomic };
}

/** C11 6.7.3p9: qualifiers of an array go to its elements. */
export function qualify(type: CType, quals: Quals): CType {
  if (!hasQuals(quals)) return type;
  if (type.kind === 'array') return arrayOf(qualify(type.of, quals), () => type.length, type.lengthExpr);
  return { ...type, quals: joinQuals(type.quals, quals) };
}

const plainInts = new Map<IntName, IntType>();
export function intType(name: IntName): IntType {
  let found = plainInts.get(name);
  if (found === undefined) {
    found = { kind: 'int', name, quals: noQuals };
    plainInts.set(name, found);
  }
  return found;
}

export const voidType: CType = { kind: 'void', quals: noQuals };
export const doubleType: CType = { kind: 'float', name: 'double', quals: noQuals };

export function pointerTo(to: CType, quals: Quals = noQuals): PointerType {
  return { kind: 'pointer', to, quals };
}

/** The length is worked out when first asked for: an array of `sizeof(struct x)` needs x only then. */
export function arrayOf(of: CType, length: number | undefined | (() => number | undefined), lengthExpr?: Expr): ArrayType {
  if (typeof length !== 'function') return { kind: 'array', of, length, lengthExpr, quals: noQuals };
  let value: number | undefined;
  return {
    kind: 'array', of, lengthExpr, quals: noQuals,
    get length() {
      // What is not known now may be later, when more of the headers has been read.
      value ??= length();
      return value;
    },
  };
}

export function unknownType(why: string, at: Tok): UnknownType {
  return { kind: 'unknown', why, at, quals: noQuals };
}

/** Sees through typedef names; their qualifiers are kept. */
export function resolve(type: CType): CType {
  let at = type;
  for (let steps = 0; at.kind === 'typedef' && steps < 1000; steps++) at = qualify(at.target, at.quals);
  return at;
}

/** The type without its own qualifiers and typedef names. */
export function unqualified(type: CType): CType {
  const at = resolve(type);
  return hasQuals(at.quals) ? { ...at, quals: noQuals } : at;
}

export function isInteger(type: CType): boolean {
  const t = resolve(type);
  return t.kind === 'int' || t.kind === 'enum';
}
