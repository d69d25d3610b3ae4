/** Where an expression's object is: address, type, and the bits of a bit-field. Loads and stores. */
import type { Declarator, Expr } from '../../c/ast';
import { resolve } from '../../c/makeTypes';
import type { Tok } from '../../c/token';
import type { CType, Record } from '../../c/types';
import { memberOf } from '../memberOf';
import type { Bits } from '../memory/addressSpace';
import { chosen, valueOf } from './evaluate';
import { placeInit } from './initialise';
import type { Machine } from './machine';
import { Stop, convert, decode, encode, intShape, numberOf } from './value';
import type { Value } from './value';

export interface Place {
  readonly address: bigint;
  /** Resolved. */
  readonly type: CType;
  /** From `address`, least significant first. */
  readonly bits?: Bits;
}

/** The object an expression names; a value that is no object (a returned struct) is put on the stack. */
export function placeOf(m: Machine, expr: Expr): Place {
  m.step(expr.first);
  switch (expr.kind) {
    case 'ident':
      return identPlace(m, expr.local ?? m.unit.lookup(expr.name), expr.name, expr.first);
    case 'unary':
      if (expr.op === '*') {
        const pointer = valueOf(m, expr.operand);
        return { address: addressOf(m, numberOf(pointer, expr.first)), type: m.typeOf(expr) };
      }
      if (expr.op === '__extension__') return placeOf(m, expr.operand);
      break;
    case 'index': {
      const [base, index] = resolveBase(m, expr.base, expr.index);
      const type = m.typeOf(expr);
      const step = BigInt(m.sizeOf(type, expr.first));
      return { address: addressOf(m, numberOf(base, expr.first) + numberOf(index, expr.first) * step), type };
    }
    case 'member': {
      const base = expr.arrow ? numberOf(valueOf(m, expr.base), expr.first) : placeOf(m, expr.base).address;
      const baseType = m.typeOf(expr.base);
      const pointed = expr.arrow ? (baseType.kind === 'pointer' ? resolve(baseType.to) : baseType.kind === 'array' ? resolve(baseType.of) : baseType) : baseType;
      if (pointed.kind !== 'record') throw new Stop(`'${expr.name}' is asked of something that is no struct`, expr.nameTok);
      return memberPlace(m, pointed.record, base, expr.name, expr.nameTok);
    }
    case 'string':
      return { address: m.data.place(expr).address, type: m.typeOf(expr) };
    case 'compoundLiteral':
      return placeInit(m, expr.type, expr.init, expr.first);
    case 'chooseExpr':
    case 'generic':
      return placeOf(m, chosen(m, expr));
    case 'cast':
    case 'error':
      break;
    default:
  }
  const value = valueOf(m, expr);
  if (value.kind === 'record') {
    const address = m.stack(value.bytes.length, expr.first);
    m.write(address, value.bytes, expr.first);
    return { address, type: value.type };
  }
  throw new Stop('this names no object', expr.first);
}

/** Array and index, in whichever order they are written. */
function resolveBase(m: Machine, base: Expr, index: Expr): readonly [Value, Value] {
  const a = valueOf(m, base);
  const b = valueOf(m, index);
  return b.kind === 'pointer' && a.kind === 'int' ? [b, a] : [a, b];
}

function addressOf(m: Machine, value: bigint): bigint {
  return BigInt.asUintN(m.pointerBits, value);
}

function memberPlace(m: Machine, record: Record, address: bigint, name: string, at: Tok): Place {
  const found = memberOf(m.unit, record, name);
  if (typeof found === 'string') throw new Stop(found, at);
  const { offsetBytes, type, bits } = found;
  return { address: addressOf(m, address + BigInt(offsetBytes)), type: resolve(type), ...(bits === undefined ? {} : { bits }) };
}

function identPlace(m: Machine, declared: Declarator | undefined, name: string, at: Tok): Place {
  if (declared === undefined) throw new Stop(`'${name}' is not declared`, at);
  const local = m.frame?.locals.get(declared);
  if (local !== undefined) return { address: local, type: resolve(declared.type) };
  if (declared.kind === 'function') return { address: m.data.place(declared).address, type: declared.type };
  if (declared.kind === 'param' || (declared.storage !== 'static' && declared.storage !== 'extern' && declared !== m.unit.lookup(name))) throw new Stop(`'${name}' is used before it is declared`, at);
  const base = kernelVariable(m, declared, name);
  if (base !== undefined) return { address: base, type: resolve(declared.type) };
  if (declared.storage === 'extern' && declared.init === undefined) {
    m.kernel.limit(`${name} is defined in another file: zeros stand in for it.`, m.unit.range(at));
  }
  const placed = m.data.place(declared, 'zero');
  return { address: placed.address, type: resolve(placed.type ?? declared.type) };
}

/** Variables in which a kernel keeps its address bases. */
function kernelVariable(m: Machine, declared: Declarator, name: string): bigint | undefined {
  const { bases } = m.kernel.space;
  const value = name === 'page_offset_base' ? bases.pageOffset : name === 'vmemmap_base' ? bases.vmemmapStart : undefined;
  if (value === undefined) return undefined;
  const { address } = m.data.place(declared, 'zero');
  m.kernel.space.writeU64(address, value);
  return address;
}

export function load(m: Machine, place: Place, at: Tok): Value {
  const { type, bits } = place;
  if (type.kind === 'array') return { kind: 'pointer', type: { kind: 'pointer', to: type.of, quals: type.quals }, value: place.address };
  if (type.kind === 'function') return { kind: 'pointer', type: { kind: 'pointer', to: type, quals: type.quals }, value: place.address };
  if (bits !== undefined) {
    const shape = intShape(m, type);
    if (shape === undefined) throw new Stop('a bit-field of this type is not run', at);
    const raw = m.kernel.space.readBits(place.address, bits);
    const value = shape.signed ? BigInt.asIntN(bits.width, raw) : raw;
    return bits.width > 32 && bits.width < shape.bits ? { kind: 'int', type, value, odd: bits.width } : { kind: 'int', type, value };
  }
  return decode(m, type, m.read(place.address, m.sizeOf(type, at), at), at);
}

/** Stores, and gives the value as the object now holds it. */
export function store(m: Machine, place: Place, value: Value, at: Tok): Value {
  const { type, bits } = place;
  const converted = convert(m, value, type, at);
  if (bits !== undefined) {
    m.kernel.space.writeBits(place.address, bits, numberOf(converted, at));
    return load(m, place, at);
  }
  if (type.kind === 'array') throw new Stop('an array is assigned to', at);
  m.write(place.address, encode(converted, m.sizeOf(type, at), at), at);
  return converted;
}
