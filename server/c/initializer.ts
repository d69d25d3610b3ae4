/**
 * Initialisers applied to the object they initialise: C11 6.7.9 in full (brace elision, designators anywhere, later items override
 * earlier ones) with GNU's ranges, empty braces and flexible arrays.
 */
import type { Init, InitElement, InitMember } from './api';
import type { Designator, Expr, InitItem, InitList, Initializer, StringLiteral } from './ast';
import { compatible } from './compatible';
import { evaluate } from './constant';
import { arrayOf, intType, resolve } from './makeTypes';
import { findMember, initialisable, recordName } from './members';
import type { Sema } from './sema';
import { sizeOf } from './layout';
import type { Tok } from './token';
import type { CType, Record, RecordMember } from './types';
import { typeOf } from './typeOf';

/** Elements a range designator may set; past that the array is left unknown. */
const MAX_RANGE = 65536;
const MAX_DEPTH = 400;

/** The object while it is put together. */
type Build =
  | { kind: 'scalar'; type: CType; expr: Expr }
  | { kind: 'string'; type: CType; literal: StringLiteral }
  | { kind: 'record'; type: CType; record: Record; set: Map<RecordMember, Slot>; from: Initializer }
  | { kind: 'array'; type: CType; of: CType; limit: number; set: Map<number, Slot>; from: Initializer }
  | { kind: 'unknown'; type: CType; why: string; at: Tok };
interface Slot { value: Build; first: Tok; last: Tok }
type Aggregate = Build & { kind: 'record' | 'array' };

/** A place within an aggregate: the subobject set last. */
interface Frame {
  readonly of: Aggregate;
  readonly members: readonly RecordMember[];
  index: number;
}

export function resolveInit(sema: Sema, type: CType, init: Initializer): Init {
  return frozen(build(sema, type, init));
}

/** `int a[] = { … }`: the type with the length its initialiser gives. */
export function completeArray(sema: Sema, type: CType, init: Initializer): CType {
  const t = resolve(type);
  if (t.kind !== 'array' || t.lengthExpr !== undefined || t.length !== undefined) return type;
  return arrayOf(t.of, () => {
    const made = resolveInit(sema, arrayOf(t.of, undefined), init);
    if (made.kind === 'array') return made.length;
    return made.kind === 'string' ? made.literal.bytes.length + 1 : undefined;
  });
}

function build(sema: Sema, type: CType, init: Initializer): Build {
  if (sema.deep > MAX_DEPTH) return { kind: 'unknown', type, why: 'nested too deeply', at: init.first };
  sema.deep++;
  const made = init.kind === 'initList' ? fromList(sema, type, init) : fromExpr(sema, type, init);
  sema.deep--;
  return made;
}

function fromExpr(sema: Sema, type: CType, init: Expr): Build {
  const literal = stringFor(sema, type, init);
  return literal === undefined ? { kind: 'scalar', type, expr: init } : { kind: 'string', type, literal };
}

/** A string literal that initialises the whole array (C11 6.7.9p14, p15); parentheses are allowed by gcc. */
function stringFor(sema: Sema, type: CType, init: Initializer): StringLiteral | undefined {
  let at = init;
  while (at.kind === 'unary' && at.op === '__extension__') at = at.operand;
  if (at.kind !== 'string') return undefined;
  const t = resolve(type);
  if (t.kind !== 'array') return undefined;
  const of = resolve(t.of);
  if (of.kind !== 'int') return undefined;
  const element = sizeOf(sema, of);
  const unit = resolve(typeOf(sema, at));
  if (unit.kind !== 'array' || !element.known) return undefined;
  const own = sizeOf(sema, unit.of);
  return own.known && own.value === element.value && of.name !== '_Bool' ? at : undefined;
}

function aggregate(sema: Sema, type: CType, from: Initializer): Aggregate | undefined {
  const t = resolve(type);
  if (t.kind === 'record' && t.record.members !== undefined) return { kind: 'record', type, record: t.record, set: new Map(), from };
  if (t.kind === 'array') return { kind: 'array', type, of: t.of, limit: t.length ?? Infinity, set: new Map(), from };
  if (t.kind === 'vector') {
    const element = sizeOf(sema, t.of);
    return { kind: 'array', type, of: t.of, limit: element.known && element.value > 0 ? t.sizeBytes / element.value : 0, set: new Map(), from };
  }
  return undefined;
}

function frameOf(of: Aggregate): Frame {
  return { of, members: of.kind === 'record' ? initialisable(of.record) : [], index: -1 };
}

function limitOf(frame: Frame): number {
  if (frame.of.kind === 'array') return frame.of.limit;
  return frame.of.record.union ? Math.min(1, frame.members.length) : frame.members.length;
}

function fromList(sema: Sema, type: CType, list: InitList): Build {
  const t = resolve(type);
  if (t.kind === 'unknown') return { kind: 'unknown', type, why: t.why, at: t.at };
  if (t.kind === 'record' && t.record.members === undefined) return { kind: 'unknown', type, why: `${recordName(t.record)} is not defined`, at: list.first };
  const [only] = list.items;
  if (only !== undefined && list.items.length === 1 && only.designators.length === 0) {
    const literal = stringFor(sema, type, only.value);
    if (literal !== undefined) return { kind: 'string', type, literal };
  }
  const root = aggregate(sema, type, list);
  if (root === undefined) {
    if (only === undefined) return { kind: 'scalar', type, expr: { kind: 'int', value: 0n, suffix: '', decimal: true, first: list.first, last: list.last } };
    const second = list.items[1];
    if (second !== undefined) sema.report(second.first, second.last, 'excess elements in scalar initializer');
    return build(sema, type, only.value);
  }
  if (root.kind === 'array' && root.limit === Infinity && t.kind === 'array' && t.lengthExpr !== undefined) {
    return { kind: 'unknown', type, why: 'the length of the array is not known', at: t.lengthExpr.first };
  }
  let frames: Frame[] = [frameOf(root)];
  let excess = false;
  for (const item of list.items) {
    if (item.designators.length > 0) {
      frames = [frameOf(root)];
      if (!designate(sema, frames, item, 0)) frames = [frames[0] ?? frameOf(root)];
      continue;
    }
    if (!advance(frames)) {
      if (!excess) sema.report(item.first, item.last, `excess elements in ${root.kind === 'array' ? 'array' : root.record.union ? 'union' : 'struct'} initializer`);
      excess = true;
      frames = [frames[0] ?? frameOf(root)];
      const [base] = frames;
      if (base !== undefined) base.index = Infinity;
      continue;
    }
    put(sema, frames, item);
  }
  return root;
}

/** To the next subobject; false when there is none left. */
function advance(frames: Frame[]): boolean {
  for (;;) {
    const top = frames[frames.length - 1];
    if (top === undefined) return false;
    // A union takes one value: after any member of it comes what follows the union.
    const next = top.of.kind === 'record' && top.of.record.union && top.index >= 0 ? Infinity : top.index + 1;
    if (next < limitOf(top)) {
      top.index = next;
      return true;
    }
    if (frames.length === 1) return false;
    frames.pop();
  }
}

function subtype(frame: Frame): CType {
  return frame.of.kind === 'array' ? frame.of.of : frame.members[frame.index]?.type ?? intType('int');
}

function store(frame: Frame, value: Build, item: InitItem): void {
  const slot: Slot = { value, first: item.first, last: item.last };
  if (frame.of.kind === 'array') {
    frame.of.set.set(frame.index, slot);
    return;
  }
  const member = frame.members[frame.index];
  if (member === undefined) return;
  if (frame.of.record.union) frame.of.set.clear();
  frame.of.set.set(member, slot);
}

/** Gives the item's value to the subobject the top frame is at, going into it where braces are left out. */
function put(sema: Sema, frames: Frame[], item: InitItem): void {
  const { value } = item;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const top = frames[frames.length - 1];
    if (top === undefined) return;
    const type = subtype(top);
    if (value.kind === 'initList' || value.kind === 'error' || stringFor(sema, type, value) !== undefined) {
      store(top, build(sema, type, value), item);
      return;
    }
    const t = resolve(type);
    const inner = t.kind === 'record' || t.kind === 'array' ? aggregate(sema, type, value) : undefined;
    if (inner === undefined || wholeValue(sema, type, value)) {
      store(top, { kind: 'scalar', type, expr: value }, item);
      return;
    }
    // C11 6.7.9p20: braces left out: this value goes to the first subobject, the following ones to the next. What earlier items gave the
    // other subobjects stays.
    const frame = existing(top, item) ?? started(top, inner, item);
    frames.push(frame);
    if (limitOf(frame) < 1) {
      // Nothing in it can take the value: the object after it does.
      if (!advance(frames)) {
        sema.report(item.first, item.last, 'excess elements in initializer');
        return;
      }
    } else frame.index = 0;
  }
}

/** An expression of the struct's own type initialises it as a whole (C11 6.7.9p13). */
function wholeValue(sema: Sema, type: CType, value: Expr): boolean {
  const t = resolve(type);
  const own = typeOf(sema, value);
  if (t.kind === 'array') return value.kind === 'compoundLiteral' && compatible(sema, type, own);
  return t.kind === 'record' && resolve(own).kind === 'record' && compatible(sema, type, own);
}

/** Follows the designators from `at` on, then gives the value. False: they name nothing there is. */
function designate(sema: Sema, frames: Frame[], item: InitItem, at: number): boolean {
  const step = item.designators[at];
  const top = frames[frames.length - 1];
  if (top === undefined) return false;
  if (step === undefined) {
    put(sema, frames, item);
    return true;
  }
  if (step.kind === 'member') return designateMember(sema, frames, top, step, item, at);
  if (top.of.kind !== 'array') {
    sema.report(step.index.first, step.index.last, 'array index in non-array initializer');
    return false;
  }
  const low = evaluate(sema, step.index);
  const high = step.end === undefined ? low : evaluate(sema, step.end);
  if (low.kind !== 'int' || high.kind !== 'int') {
    markUnknown(top, 'the index is not a constant', step.index.first);
    return false;
  }
  const from = Number(low.value);
  const to = Number(high.value);
  if (from < 0 || to < from || to >= top.of.limit) {
    sema.report(step.index.first, step.index.last, 'array index in initializer exceeds array bounds');
    return false;
  }
  if (to - from >= MAX_RANGE) {
    markUnknown(top, 'the range is too large', step.index.first);
    return false;
  }
  for (let index = from; index < to; index++) {
    top.index = index;
    if (!next(sema, [...frames], item, at)) return false;
  }
  top.index = to;
  return next(sema, frames, item, at);
}

function designateMember(sema: Sema, frames: Frame[], top: Frame, step: Designator & { kind: 'member' }, item: InitItem, at: number): boolean {
  if (top.of.kind !== 'record') {
    sema.report(step.tok, step.tok, 'field name not in record or union initializer');
    return false;
  }
  const path = findMember(top.of.record, step.name);
  if (path === undefined) {
    sema.report(step.tok, step.tok, `'${recordName(top.of.record)}' has no member named '${step.name}'`);
    return false;
  }
  let frame = top;
  for (let i = 0; i < path.length; i++) {
    const member = path[i];
    if (member === undefined) return false;
    frame.index = frame.members.indexOf(member);
    if (frame.index < 0) return false;
    if (i === path.length - 1) break;
    const inner = intoChild(sema, frame, item);
    if (inner === undefined) return false;
    frames.push(inner);
    frame = inner;
  }
  return next(sema, frames, item, at);
}

function next(sema: Sema, frames: Frame[], item: InitItem, at: number): boolean {
  if (at === item.designators.length - 1) {
    put(sema, frames, item);
    return true;
  }
  const top = frames[frames.length - 1];
  const inner = top === undefined ? undefined : intoChild(sema, top, item);
  if (inner === undefined) return false;
  frames.push(inner);
  return designate(sema, frames, item, at + 1);
}

/** The aggregate at the frame's index: what is there already, when it can be added to, or a new one. */
function intoChild(sema: Sema, frame: Frame, item: InitItem): Frame | undefined {
  const there = existing(frame, item);
  if (there !== undefined) return there;
  const made = aggregate(sema, subtype(frame), item.value);
  if (made === undefined) {
    sema.report(item.first, item.last, 'designator in initializer for a scalar');
    return undefined;
  }
  return started(frame, made, item);
}

function started(frame: Frame, made: Aggregate, item: InitItem): Frame {
  store(frame, made, item);
  return frameOf(made);
}

/** The aggregate at the frame's index, when earlier items made one; a string is taken apart. */
function existing(frame: Frame, item: InitItem): Frame | undefined {
  const slot = frame.of.kind === 'array' ? frame.of.set.get(frame.index) : memberSlot(frame);
  if (slot === undefined) return undefined;
  if (slot.value.kind === 'string') slot.value = characters(slot.value.type, slot.value.literal, slot);
  if (slot.value.kind !== 'record' && slot.value.kind !== 'array') return undefined;
  slot.last = item.last;
  return frameOf(slot.value);
}

function characters(type: CType, literal: StringLiteral, slot: Slot): Build {
  const t = resolve(type);
  if (t.kind !== 'array') return slot.value;
  const set = new Map<number, Slot>();
  const limit = t.length ?? Infinity;
  literal.bytes.forEach((unit, i) => {
    const expr: Expr = { kind: 'int', value: BigInt(unit), suffix: '', decimal: true, first: literal.first, last: literal.last };
    if (i < limit) set.set(i, { value: { kind: 'scalar', type: t.of, expr }, first: slot.first, last: slot.last });
  });
  return { kind: 'array', type, of: t.of, limit, set, from: literal };
}

function memberSlot(frame: Frame): Slot | undefined {
  const member = frame.members[frame.index];
  return frame.of.kind === 'record' && member !== undefined ? frame.of.set.get(member) : undefined;
}

function markUnknown(frame: Frame, why: string, at: Tok): void {
  if (frame.of.kind === 'array') frame.of.set.set(-1, { value: { kind: 'unknown', type: frame.of.of, why, at }, first: at, last: at });
}

function frozen(made: Build): Init {
  switch (made.kind) {
    case 'scalar': return made.expr.kind === 'error'
      ? { kind: 'unknown', type: made.type, known: false, why: `expected ${made.expr.expected}`, at: made.expr.at }
      : { kind: 'scalar', type: made.type, expr: made.expr };
    case 'string': return { kind: 'string', type: made.type, literal: made.literal };
    case 'unknown': return { kind: 'unknown', type: made.type, known: false, why: made.why, at: made.at };
    case 'record': {
      const members: InitMember[] = [];
      for (const member of made.record.members ?? []) {
        const slot = made.set.get(member);
        if (slot !== undefined) members.push({ member, value: frozen(slot.value), first: slot.first, last: slot.last });
      }
      return { kind: 'record', type: made.type, record: made.record, members, from: made.from };
    }
    case 'array': {
      const broken = made.set.get(-1);
      if (broken?.value.kind === 'unknown') return { kind: 'unknown', type: made.type, known: false, why: broken.value.why, at: broken.value.at };
      const elements: InitElement[] = [];
      let length = Number.isFinite(made.limit) ? made.limit : 0;
      for (const [index, slot] of [...made.set].sort((a, b) => a[0] - b[0])) {
        elements.push({ index, value: frozen(slot.value), first: slot.first, last: slot.last });
        length = Math.max(length, index + 1);
      }
      return { kind: 'array', type: made.type, length, elements, from: made.from };
    }
  }
}
