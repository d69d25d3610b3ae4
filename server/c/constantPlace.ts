/** Where an lvalue stands: an object and an offset, or a bare address (`((struct x *)0)->member`). */
import type { Expr } from './ast';
import { evaluate } from './constant';
import type { Anchor } from './constant';
import { resolve } from './makeTypes';
import { findMember, recordName } from './members';
import { memberOffset } from './memberPath';
import { sizeOf } from './layout';
import { unknown } from './sema';
import type { Sema } from './sema';
import type { CType, Known } from './types';
import { declared, typeOf } from './typeOf';

export interface Place {
  /** undefined: an address that is a mere number. */
  readonly of: Anchor | undefined;
  readonly offsetBytes: bigint;
}

export function place(sema: Sema, expr: Expr): Known<Place> {
  switch (expr.kind) {
    case 'ident': {
      const d = declared(sema, expr);
      if (d === undefined) return unknown(`'${expr.name}' is not declared`, expr.first);
      if (d.kind !== 'variable' && d.kind !== 'function' && d.kind !== 'param') return unknown(`'${expr.name}' has no address`, expr.first);
      return { known: true, value: { of: d, offsetBytes: 0n } };
    }
    case 'string': case 'compoundLiteral': return { known: true, value: { of: expr, offsetBytes: 0n } };
    case 'unary': {
      if (expr.op === '__extension__') return place(sema, expr.operand);
      if (expr.op === '*') return pointedTo(sema, expr.operand);
      return unknown('has no address', expr.first);
    }
    case 'member': {
      const base = expr.arrow ? pointedTo(sema, expr.base) : place(sema, expr.base);
      if (!base.known) return base;
      let type: CType = typeOf(sema, expr.base);
      const t0 = resolve(type);
      if (expr.arrow) {
        if (t0.kind === 'pointer') type = t0.to;
        else if (t0.kind === 'array') type = t0.of;
      }
      const t = resolve(type);
      if (t.kind !== 'record') return unknown(`'${expr.name}' is asked of something that is no struct or union`, expr.first);
      const path = findMember(t.record, expr.name);
      if (path === undefined) {
        return unknown(t.record.members === undefined ? `${recordName(t.record)} is not defined` : `${recordName(t.record)} has no member '${expr.name}'`, expr.nameTok);
      }
      const offset = memberOffset(sema, t.record, path, expr.nameTok);
      return offset.known ? { known: true, value: { of: base.value.of, offsetBytes: base.value.offsetBytes + BigInt(offset.value.offsetBytes) } } : offset;
    }
    case 'index': {
      const index = evaluate(sema, expr.index);
      if (index.kind !== 'int') return index.kind === 'unknown' ? unknown(index.why, index.at) : unknown('the index is not an integer constant', expr.index.first);
      const base = pointedTo(sema, expr.base);
      if (!base.known) return base;
      const size = sizeOf(sema, typeOf(sema, expr));
      return size.known ? { known: true, value: { of: base.value.of, offsetBytes: base.value.offsetBytes + index.value * BigInt(size.value) } } : size;
    }
    case 'statementExpr': case 'chooseExpr': case 'generic': case 'conditional': case 'cast': case 'call':
      return unknown('has no constant address', expr.first);
    default: return unknown('has no address', expr.first);
  }
}

/** What a pointer's value points to. */
function pointedTo(sema: Sema, pointer: Expr): Known<Place> {
  const value = evaluate(sema, pointer);
  switch (value.kind) {
    case 'address': return { known: true, value: { of: value.of, offsetBytes: value.offsetBytes } };
    case 'int': return { known: true, value: { of: undefined, offsetBytes: value.value } };
    case 'float': return unknown('a floating value is no pointer', pointer.first);
    case 'unknown': return value;
  }
}
