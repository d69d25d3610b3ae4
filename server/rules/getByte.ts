import type { Assign, Expr } from '../c/ast';
import type { CType } from '../c/types';
import { calledNames } from '../model/initcalls';
import { withoutCasts } from '../model/reads';
import { bare } from '../model/typeTools';
import { forEachExpr } from '../model/walkCode';
import { finding } from './finding';
import type { Finding, Rule } from './rule';

export const getByte: Rule = {
  code: 'kstate-get-byte',
  title: 'kstate_get_byte for more than a flag',
  severity: 'warning',
  facts: ['3.4', 'KS51'],
  check({ model }) {
    const { unit } = model;
    return unit.declarations.flatMap((fn): readonly Finding[] => {
      if (fn.kind !== 'function' || fn.bodyTokens === undefined || !calledNames(fn).has('kstate_get_byte')) return [];
      const body = unit.body(fn);
      const found: Finding[] = [];
      if (body === undefined) return [];
      const say = (call: Expr, how: string): void => {
        found.push(finding(this, unit.range(call.first, call.last),
          `kstate_get_byte returns a bool, and ${fn.name} ${how}: whatever byte the old kernel saved, the next one gets 0 or 1; kstate_restore_data reads the byte itself`));
      };
      forEachExpr(body, (expr) => {
        if (expr.kind === 'assign' && isGetByte(expr.value)) {
          const how = stored(unit.typeOf(expr.target), expr);
          if (how !== undefined) say(withoutCasts(expr.value), how);
        } else if (expr.kind === 'binary' && ['<<', '>>', '+', '-', '*', '/', '%'].includes(expr.op)) {
          for (const side of [expr.left, expr.right]) if (isGetByte(side)) say(withoutCasts(side), 'computes with it');
        } else if (expr.kind === 'index' && isGetByte(expr.index)) say(withoutCasts(expr.index), 'takes it for an index');
      });
      return found;
    });
  },
};

function isGetByte(expr: Expr): boolean {
  const at = withoutCasts(expr);
  return at.kind === 'call' && at.callee.kind === 'ident' && at.callee.name === 'kstate_get_byte';
}

/** A local of any type may be a flag; a byte of the object is one when it is a bool or its name says so. */
function stored(type: CType, { target }: Assign): string | undefined {
  const at = bare(type);
  const place = withoutCasts(target);
  if (at.kind !== 'int' || at.name === '_Bool' || place.kind === 'ident') return undefined;
  const name = place.kind === 'member' ? place.name : undefined;
  if (name !== undefined && /^(is|has|was|can|use|no)_|(enabled?|disabled?|flag|active|present|valid|ready|on|off|up|dirty|used|open|online|running|started|locked)$/.test(name)) return undefined;
  return `stores it in ${name ?? 'a number'}, which is no bool`;
}
