/** Assignments to members, as the function bodies of the file have them: `x.m = …`, `p->m = …`. */
import type { Expr } from '../c/ast';
import type { SrcRange } from '../c/source';
import type { CType } from '../c/types';
import type { KstateModel } from '../model/kstate';
import { withoutCasts } from '../model/reads';
import { bare } from '../model/typeTools';
import { forEachExpr } from '../model/walkCode';

export interface MemberAssignment {
  readonly fn: string;
  readonly member: string;
  /** The struct that has the member, as the target's base says. */
  readonly struct: CType;
  /** `x` of `x.m`, `p` of `p->m`; undefined when the base is no plain name. */
  readonly base: string | undefined;
  readonly arrow: boolean;
  /** The function whose result is assigned, when the right side is a call. */
  readonly callee: string | undefined;
  readonly isNull: boolean;
  readonly range: SrcRange;
}

const known = new WeakMap<KstateModel, Map<string, readonly MemberAssignment[]>>();

/** Assignments to a member of that name in a struct of that type. Read once per model and name, and only when a rule has a reason to ask. */
export function assignedFrom(model: KstateModel, member: string, struct: CType): readonly MemberAssignment[] {
  let all = known.get(model);
  if (all === undefined) known.set(model, (all = new Map()));
  let named = all.get(member);
  if (named === undefined) all.set(member, (named = read(model, member)));
  return named.filter((assignment) => sameStruct(model, assignment.struct, struct));
}

/** A path `a.b` is described from the outer struct and assigned to a member of the inner one: only the member's name tells. */
function sameStruct(model: KstateModel, assigned: CType, described: CType): boolean {
  const at = bare(assigned);
  return at.kind === 'unknown' || model.unit.compatible(at, described) || holds(described, model, at, 0);
}

function holds(outer: CType, model: KstateModel, inner: CType, depth: number): boolean {
  const at = bare(outer);
  if (depth > 8) return false;
  if (at.kind === 'array') return holds(at.of, model, inner, depth + 1);
  if (at.kind !== 'record') return false;
  return (at.record.members ?? []).some((m) => model.unit.compatible(bare(m.type), inner) || holds(m.type, model, inner, depth + 1));
}

function read(model: KstateModel, member: string): readonly MemberAssignment[] {
  const { unit } = model;
  const found: MemberAssignment[] = [];
  for (const fn of unit.declarations) {
    if (fn.kind !== 'function' || fn.bodyTokens === undefined) continue;
    // Only bodies that have `.member =` or `->member =` are parsed: few of a file have.
    const tokens = fn.bodyTokens;
    if (!tokens.some((tok, i) => tok.text === member && tokens[i + 1]?.text === '=' && (tokens[i - 1]?.text === '->' || tokens[i - 1]?.text === '.'))) continue;
    const body = unit.body(fn);
    if (body === undefined) continue;
    forEachExpr(body, (expr) => {
      if (expr.kind !== 'assign' || expr.op !== '=') return;
      const target = withoutCasts(expr.target);
      if (target.kind !== 'member' || target.name !== member) return;
      const base = withoutCasts(target.base);
      const type = bare(unit.typeOf(target.base));
      const value = withoutCasts(expr.value);
      found.push({
        fn: fn.name, member: target.name, struct: target.arrow && type.kind === 'pointer' ? type.to : type,
        base: base.kind === 'ident' ? base.name : undefined, arrow: target.arrow,
        callee: value.kind === 'call' && value.callee.kind === 'ident' ? value.callee.name : undefined,
        isNull: isNullConstant(model, value), range: unit.range(expr.first, expr.last),
      });
    });
  }
  return found;
}

function isNullConstant(model: KstateModel, value: Expr): boolean {
  if (value.kind !== 'int' && value.kind !== 'ident') return false;
  const result = model.unit.evaluate(value);
  return result.kind === 'int' && result.value === 0n;
}
