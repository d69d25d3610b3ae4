/** How many bytes a custom callback moves, where its body says so without any condition. */
import type { CUnit } from '../c/api';
import type { Block, Expr, Stmt } from '../c/ast';
import { forEachSubExpr } from '../model/walkCode';

const FIXED: Readonly<Record<string, number>> = { kstate_get_byte: 1, kstate_get_ulong: 8 };

/** undefined: not certain: a branch, a loop, a size that is no constant, the stream given to somebody else. */
export function movedBytes(unit: CUnit, callback: string, side: 'save' | 'restore'): number | undefined {
  if (callback === 'kstate_folio_save' || callback === 'kstate_folio_restore') return 8;
  const fn = unit.lookup(callback);
  const stream = fn?.params?.[0]?.name;
  const body = fn?.bodyTokens === undefined ? undefined : unit.body(fn);
  if (body === undefined || stream === undefined) return undefined;
  return new Sum(unit, stream, side === 'save' ? 'kstate_save_data' : 'kstate_restore_data').of(body);
}

class Sum {
  private total = 0;
  private certain = true;

  constructor(private readonly unit: CUnit, private readonly stream: string, private readonly mover: string) {}

  of(body: Block): number | undefined {
    for (const stmt of body.body) this.stmt(stmt);
    return this.certain ? this.total : undefined;
  }

  private stmt(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'block': for (const inner of stmt.body) this.stmt(inner); return;
      case 'expr': this.expr(stmt.expr); return;
      case 'return': if (stmt.value !== undefined) this.expr(stmt.value); return;
      case 'decl':
        for (const d of stmt.declarations) if (d.kind === 'variable' && d.init !== undefined && d.init.kind !== 'initList') this.expr(d.init);
        return;
      case 'if':
        // `if (ret) return ret;` behind a move leaves on an error only; what it guards must not touch the stream.
        this.expr(stmt.condition);
        if (this.touches(stmt.then) || (stmt.otherwise !== undefined && this.touches(stmt.otherwise)) || !isErrorExit(stmt)) this.certain = false;
        return;
      case 'empty': return;
      default: this.certain = false;
    }
  }

  private expr(expr: Expr): void {
    if (expr.kind === 'conditional' || (expr.kind === 'binary' && (expr.op === '&&' || expr.op === '||'))) {
      if (this.exprTouches(expr)) this.certain = false;
      return;
    }
    forEachSubExpr(expr, (e) => {
      if (e.kind !== 'call') {
        if (e.kind === 'conditional' && this.exprTouches(e)) this.certain = false;
        if (e.kind === 'member' && e.base.kind === 'ident' && e.base.name === this.stream) this.certain = false;
        return;
      }
      if (!e.args.some((arg) => arg.kind === 'ident' && arg.name === this.stream)) return;
      const name = e.callee.kind === 'ident' ? e.callee.name : '';
      const size = name === this.mover && e.args.length === 3 && e.args[2] !== undefined ? this.unit.evaluate(e.args[2]) : undefined;
      if (size?.kind === 'int') this.total += Number(size.value);
      else if (this.mover === 'kstate_restore_data' && Object.hasOwn(FIXED, name)) this.total += FIXED[name] ?? 0;
      else this.certain = false;
    });
  }

  private touches(stmt: Stmt): boolean {
    if (stmt.kind === 'block') return stmt.body.some((inner) => this.touches(inner));
    if (stmt.kind === 'return') return stmt.value !== undefined && this.exprTouches(stmt.value);
    if (stmt.kind === 'expr') return this.exprTouches(stmt.expr);
    return stmt.kind !== 'empty' && stmt.kind !== 'goto';
  }

  private exprTouches(expr: Expr): boolean {
    let found = false;
    forEachSubExpr(expr, (e) => { found ||= e.kind === 'ident' && e.name === this.stream; });
    return found;
  }
}

/** `if (ret) return ret;`, `if (ret < 0) return ret;`: the saved bytes do not count then, since the whole save fails. */
function isErrorExit(stmt: Extract<Stmt, { kind: 'if' }>): boolean {
  const inner = stmt.then.kind === 'block' && stmt.then.body.length === 1 ? stmt.then.body[0] : stmt.then;
  if (stmt.otherwise !== undefined || inner?.kind !== 'return' || inner.value === undefined) return inner?.kind !== 'return' && stmt.otherwise === undefined;
  const condition = stmt.condition.kind === 'binary' ? stmt.condition.left : stmt.condition;
  return (inner.value.kind === 'ident' && condition.kind === 'ident' && inner.value.name === condition.name) || (inner.value.kind === 'unary' && inner.value.op === '-');
}
