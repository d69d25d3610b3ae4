/** Walks over function bodies: every expression, outer before inner, or what they return. */
import type { Expr, Initializer, Stmt, TopLevel } from '../c/ast';

/** The parser bounds its own nesting; this holds for trees made otherwise. */
const deepest = 2000;

export function forEachExpr(stmt: Stmt, visit: (expr: Expr) => void): void {
  new Walker(visit).stmt(stmt, 0);
}

export function forEachSubExpr(expr: Expr, visit: (expr: Expr) => void): void {
  new Walker(visit).expr(expr, 0);
}

/** What a body's return statements give, in the order of the source; undefined: nothing. */
export function returnsOf(body: Stmt): readonly (Expr | undefined)[] {
  const found: (Expr | undefined)[] = [];
  const visit = (stmt: Stmt | undefined, depth: number): void => {
    if (stmt === undefined || depth > deepest) return;
    switch (stmt.kind) {
      case 'return': found.push(stmt.value); return;
      case 'block': for (const inner of stmt.body) visit(inner, depth + 1); return;
      case 'if': visit(stmt.then, depth + 1); visit(stmt.otherwise, depth + 1); return;
      case 'while': case 'doWhile': case 'for': case 'switch': case 'case': case 'default': case 'label': visit(stmt.body, depth + 1); return;
      default: return;
    }
  };
  visit(body, 0);
  return found;
}

class Walker {
  constructor(private readonly visit: (expr: Expr) => void) {}

  stmt(stmt: Stmt | undefined, depth: number): void {
    if (stmt === undefined || depth > deepest) return;
    const d = depth + 1;
    switch (stmt.kind) {
      case 'block': for (const inner of stmt.body) this.stmt(inner, d); return;
      case 'expr': this.expr(stmt.expr, d); return;
      case 'decl': for (const declared of stmt.declarations) this.declaration(declared, d); return;
      case 'if': this.expr(stmt.condition, d); this.stmt(stmt.then, d); this.stmt(stmt.otherwise, d); return;
      case 'while': this.expr(stmt.condition, d); this.stmt(stmt.body, d); return;
      case 'doWhile': this.stmt(stmt.body, d); this.expr(stmt.condition, d); return;
      case 'for':
        if (stmt.init?.kind === 'decl') this.stmt(stmt.init, d);
        else this.expr(stmt.init, d);
        this.expr(stmt.condition, d);
        this.expr(stmt.step, d);
        this.stmt(stmt.body, d);
        return;
      case 'switch': this.expr(stmt.value, d); this.stmt(stmt.body, d); return;
      case 'case': this.expr(stmt.value, d); this.expr(stmt.end, d); this.stmt(stmt.body, d); return;
      case 'default': case 'label': this.stmt(stmt.body, d); return;
      case 'goto': this.expr(stmt.target, d); return;
      case 'return': this.expr(stmt.value, d); return;
      case 'asm': for (const operand of stmt.operands) this.expr(operand, d); return;
      case 'break': case 'continue': case 'empty': case 'error': return;
    }
  }

  private declaration(declared: TopLevel, depth: number): void {
    if (declared.kind === 'variable' && declared.init !== undefined) this.initializer(declared.init, depth);
  }

  private initializer(init: Initializer, depth: number): void {
    if (depth > deepest) return;
    if (init.kind !== 'initList') this.expr(init, depth + 1);
    else for (const item of init.items) this.initializer(item.value, depth + 1);
  }

  expr(expr: Expr | undefined, depth: number): void {
    if (expr === undefined || depth > deepest) return;
    this.visit(expr);
    const d = depth + 1;
    switch (expr.kind) {
      case 'unary': case 'cast': this.expr(expr.operand, d); return;
      case 'binary': this.expr(expr.left, d); this.expr(expr.right, d); return;
      case 'assign': this.expr(expr.target, d); this.expr(expr.value, d); return;
      case 'conditional': this.expr(expr.condition, d); this.expr(expr.then, d); this.expr(expr.otherwise, d); return;
      case 'call': this.expr(expr.callee, d); for (const arg of expr.args) this.expr(arg, d); return;
      case 'index': this.expr(expr.base, d); this.expr(expr.index, d); return;
      case 'member': this.expr(expr.base, d); return;
      case 'compoundLiteral': this.initializer(expr.init, d); return;
      case 'chooseExpr': this.expr(expr.condition, d); this.expr(expr.then, d); this.expr(expr.otherwise, d); return;
      case 'generic': for (const option of expr.cases) this.expr(option.value, d); return;
      case 'statementExpr': this.stmt(expr.body, d); return;
      case 'vaArg': this.expr(expr.list, d); return;
      default: return;
    }
  }
}
