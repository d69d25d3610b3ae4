/** Binary operators on values: C11 6.5.5 to 6.5.12, pointers included. */
import type { BinaryOp, Expr } from '../../c/ast';
import { resolve } from '../../c/makeTypes';
import type { Tok } from '../../c/token';
import type { CType } from '../../c/types';
import { EngineStop } from '../memory/fault';
import type { Machine } from './machine';
import { Stop, convert, intShape, numberOf, wrapped } from './value';
import type { Value } from './value';

export interface Operation {
  readonly op: BinaryOp;
  readonly at: Tok;
  /** The node the types are kept by. */
  readonly node: Expr;
  readonly left: Expr;
  readonly right: Expr;
}

/** One operator on two values; '&&', '||' and ',' are not among them. */
export function operate(m: Machine, of: Operation, a: Value, b: Value): Value {
  const { op, at } = of;
  refuseOdd(op, a, b, at);
  if (a.kind === 'pointer' || b.kind === 'pointer') return pointers(m, of, a, b);
  if (op === '<<' || op === '>>') return shift(m, of, a, b);
  const type = m.commonType(of.node, of.left, of.right);
  const shape = intShape(m, type);
  if (shape === undefined) throw new Stop(type.kind === 'float' ? 'floating point is not run' : `operands of '${op}' are no integers`, at);
  const x = wrapped(shape, numberOf(a, at));
  const y = wrapped(shape, numberOf(b, at));
  const compared = compare(op, x, y);
  if (compared !== undefined) return m.int(compared ? 1 : 0);
  return { kind: 'int', type, value: wrapped(shape, arithmetic(op, x, y, at)) };
}

const comparisons: ReadonlySet<BinaryOp> = new Set<BinaryOp>(['<', '>', '<=', '>=', '==', '!=']);

/** Arithmetic in a bit-field's own width is gcc's alone; comparing with what is not negative comes to the same in any. */
function refuseOdd(op: BinaryOp, a: Value, b: Value, at: Tok): void {
  const bits = a.kind === 'int' && a.odd !== undefined ? a.odd : b.kind === 'int' ? b.odd : undefined;
  if (bits === undefined) return;
  const plain = (value: Value): boolean => value.kind === 'int' && value.value >= 0n;
  if (!comparisons.has(op) || !plain(a) || !plain(b)) throw new Stop(`'${op}' on a bit-field of ${String(bits)} bits is computed in a type of the compiler's own`, at);
}

function compare(op: BinaryOp, x: bigint, y: bigint): boolean | undefined {
  switch (op) {
    case '<': return x < y;
    case '>': return x > y;
    case '<=': return x <= y;
    case '>=': return x >= y;
    case '==': return x === y;
    case '!=': return x !== y;
    default: return undefined;
  }
}

function arithmetic(op: BinaryOp, x: bigint, y: bigint, at: Tok): bigint {
  switch (op) {
    case '+': return x + y;
    case '-': return x - y;
    case '*': return x * y;
    case '&': return x & y;
    case '|': return x | y;
    case '^': return x ^ y;
    case '/':
    case '%':
      if (y === 0n) throw new EngineStop('runs-off', 'divides by zero.');
      return op === '/' ? x / y : x % y;
    default: throw new Stop(`'${op}' is not run`, at);
  }
}

function shift(m: Machine, of: Operation, a: Value, b: Value): Value {
  const type = m.typeOf({ kind: 'unary', op: '+', operand: of.left, first: of.left.first, last: of.left.last });
  const shape = intShape(m, type);
  if (shape === undefined) throw new Stop(`operands of '${of.op}' are no integers`, of.at);
  const x = wrapped(shape, numberOf(a, of.at));
  const by = numberOf(b, of.at);
  if (by < 0n || by >= BigInt(shape.bits)) throw new Stop(`a shift by ${String(by)} in ${String(shape.bits)} bits has no meaning`, of.at);
  return { kind: 'int', type, value: wrapped(shape, of.op === '<<' ? x << by : x >> by) };
}

function pointers(m: Machine, of: Operation, a: Value, b: Value): Value {
  const { op, at } = of;
  const x = BigInt.asUintN(m.pointerBits, numberOf(a, at));
  const y = BigInt.asUintN(m.pointerBits, numberOf(b, at));
  const compared = compare(op, x, y);
  if (compared !== undefined) return m.int(compared ? 1 : 0);
  if (op === '-' && a.kind === 'pointer' && b.kind === 'pointer') {
    const type = m.typeOf(of.node);
    return convert(m, { kind: 'int', type, value: BigInt.asIntN(m.pointerBits, x - y) / stride(m, a.type, at) }, type, at);
  }
  if (op === '+' || (op === '-' && a.kind === 'pointer')) {
    const [pointer, index] = a.kind === 'pointer' ? [a, b] : [b, a];
    if (pointer.kind !== 'pointer' || index.kind === 'pointer') throw new Stop('two addresses are added', at);
    const moved = numberOf(index, at) * stride(m, pointer.type, at);
    return { kind: 'pointer', type: pointer.type, value: BigInt.asUintN(m.pointerBits, pointer.value + (op === '+' ? moved : -moved)) };
  }
  throw new Stop(`'${op}' of an address is not run`, at);
}

/** Bytes that a pointer moves by one. */
export function stride(m: Machine, type: CType, at: Tok): bigint {
  const of = resolve(type);
  const size = of.kind === 'pointer' ? m.sizeOf(of.to, at) : 1;
  if (size === 0) throw new Stop('a pointer to something of no size is moved', at);
  return BigInt(size);
}
