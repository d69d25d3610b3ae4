import type { Expr } from '../c/ast';
import { bare } from '../model/typeTools';
import { withoutCasts } from '../model/reads';
import { finding } from './finding';
import type { Rule } from './rule';

export const stackObject: Rule = {
  code: 'kstate-stack-object',
  title: 'A registered object on the stack',
  severity: 'error',
  facts: ['3.4', '3.5'],
  check({ model }) {
    return model.registrations.flatMap((registration) => {
      // A call that only restores is done with the object when it returns.
      if (registration.call === 'kstate_restore' || registration.call === 'kstate_unregister' || registration.objectExpr === undefined) return [];
      const name = automatic(registration.objectExpr);
      if (name === undefined) return [];
      const undone = model.registrations.some((r) => r.call === 'kstate_unregister' && r.caller === registration.caller
        && r.objectExpr !== undefined && automatic(r.objectExpr) === name && r.range.start > registration.range.start);
      if (undone) return [];
      return [finding(this, registration.range,
        `${registration.call} keeps the address of ${name}, which lies on the stack of ${registration.caller}: the object is saved when the handover is finalized, long after ${registration.caller} has returned, from memory that holds something else`)];
    });
  },
};

/** The automatic variable whose own memory the expression points into. */
function automatic(expr: Expr): string | undefined {
  const at = withoutCasts(expr);
  if (at.kind === 'unary' && at.op === '&') return root(at.operand);
  return isArray(at) ? root(at) : undefined;
}

function root(expr: Expr): string | undefined {
  const at = withoutCasts(expr);
  switch (at.kind) {
    case 'ident': return at.local !== undefined && (at.local.kind === 'variable' || at.local.kind === 'param')
      && at.local.storage !== 'static' && at.local.storage !== 'extern' ? at.name : undefined;
    case 'member': return at.arrow ? undefined : root(at.base);
    // An element of a pointer's pointee lies elsewhere.
    case 'index': return isArray(at.base) ? root(at.base) : undefined;
    default: return undefined;
  }
}

/** Only a variable's own type is asked for: a parameter of array type is a pointer, and members are left alone. */
function isArray(expr: Expr): boolean {
  const at = withoutCasts(expr);
  return at.kind === 'ident' && at.local?.kind === 'variable' && bare(at.local.type).kind === 'array';
}
