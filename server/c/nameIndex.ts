/**
 * Which chunk may declare which name, told from raw tokens alone: no macro is expanded, nothing is parsed.
 *
 * A superset is fine, a miss is not: chunks whose names may be made by macros are `opaque`, to be looked into when a name is found
 * nowhere else.
 */
import { atomOf, atomText } from './atoms';
import { keywordOf, Kw } from './keywords';
import type { TokenBuffer } from './lexer';
import type { Chunk, Preprocessed } from './preprocess';
import { Raw } from './rawTokens';
import { TokKind } from './token';
import type { MacroDef } from './token';

const enum Role {
  Ordinary = 1,
  Tag = 2,
  /** The declaration says `typedef`. */
  Typedef = 4,
}

export interface Mentions {
  readonly chunks: readonly number[];
  /** How many of them, from the first one on, have been parsed: whoever looks the name up again begins behind them. */
  parsed: number;
}
const nothing: Mentions = { chunks: [], parsed: 0 };

export class NameIndex {
  /** Chunks that may declare more names than their tokens show. */
  readonly opaque: number[] = [];
  private readonly heads = new Map<number, number>();
  private nexts = new Int32Array(1024);
  private chunks = new Int32Array(1024);
  private roles = new Uint8Array(1024);
  private count = 1;
  /** Lists of `ordinary` by atom, made when first asked for: a name is looked up many times. */
  private readonly lists = new Map<number, Mentions>();

  /** Indexes chunks[from..to). */
  constructor(pp: Preprocessed, from: number, to: number) {
    for (let i = from; i < to; i++) {
      const chunk = pp.chunks[i];
      if (chunk !== undefined && scan(this, pp, chunk, i)) this.opaque.push(i);
    }
  }

  add(atom: number, chunk: number, role: number): void {
    const head = this.heads.get(atom) ?? 0;
    if (head !== 0 && this.chunks[head] === chunk) {
      this.roles[head] = (this.roles[head] ?? 0) | role;
      return;
    }
    if (this.count >= this.nexts.length) {
      this.nexts = grown(this.nexts, new Int32Array(this.count * 2));
      this.chunks = grown(this.chunks, new Int32Array(this.count * 2));
      this.roles = grown(this.roles, new Uint8Array(this.count * 2));
    }
    const at = this.count++;
    this.nexts[at] = head;
    this.chunks[at] = chunk;
    this.roles[at] = role;
    this.heads.set(atom, at);
  }

  /** Chunks in order that may declare the ordinary identifier; the same object each time. */
  ordinary(atom: number): Mentions {
    if (!this.heads.has(atom)) return nothing;
    const known = this.lists.get(atom);
    if (known !== undefined) return known;
    const chunks = this.find(atom, Role.Ordinary);
    const made = chunks.length === 0 ? nothing : { chunks, parsed: 0 };
    this.lists.set(atom, made);
    return made;
  }

  /** Chunks in order that may define the tag. */
  tag(atom: number): number[] {
    return this.find(atom, Role.Tag);
  }

  /** Every tag some chunk may define. */
  *tags(): Generator<string> {
    for (const [atom, head] of this.heads) {
      for (let at = head; at !== 0; at = this.nexts[at] ?? 0) {
        if (((this.roles[at] ?? 0) & Role.Tag) === 0) continue;
        yield atomText(atom);
        break;
      }
    }
  }

  mayBeTypedef(atom: number): boolean {
    for (let at = this.heads.get(atom) ?? 0; at !== 0; at = this.nexts[at] ?? 0) if (((this.roles[at] ?? 0) & Role.Typedef) !== 0) return true;
    return false;
  }

  private find(atom: number, role: number): number[] {
    const found: number[] = [];
    for (let at = this.heads.get(atom) ?? 0; at !== 0; at = this.nexts[at] ?? 0) {
      if (((this.roles[at] ?? 0) & role) !== 0) found.push(this.chunks[at] ?? 0);
    }
    return found.reverse();
  }
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** True: opaque. */
function scan(index: NameIndex, pp: Preprocessed, chunk: Chunk, at: number): boolean {
  const walk: Walk = { index, pp, at, opaque: false, brace: 0, paren: 0, enumAt: -1, tagged: false, tags: [], typedef: false, starGroup: false, body: false, previous: Raw.End, before: Raw.End };
  for (const range of chunk.ranges) for (let i = range.from; i < range.to; i++) token(walk, range.buffer, i, range.to, range.seq);
  return walk.opaque;
}

interface Walk {
  readonly index: NameIndex;
  readonly pp: Preprocessed;
  readonly at: number;
  opaque: boolean;
  brace: number;
  paren: number;
  /** Depth of braces of the enum being read; -1 outside. */
  enumAt: number;
  /** After struct, union or enum, before its brace: names seen may be its tag. */
  tagged: boolean;
  tags: number[];
  typedef: boolean;
  /** Inside `(*`: the name of a pointer to function stands there. */
  starGroup: boolean;
  /** In a function's body. */
  body: boolean;
  previous: number;
  before: number;
}

function token(w: Walk, buffer: TokenBuffer, i: number, to: number, seq: number): void {
  const kind = buffer.kind(i);
  if (kind === Raw.Ident) identifier(w, buffer, i, to, seq);
  else punctuator(w, kind);
  w.before = w.previous;
  w.previous = kind;
}

function punctuator(w: Walk, kind: number): void {
  switch (kind) {
    case Raw.LBrace:
      if (w.tagged) {
        for (const tag of w.tags) w.index.add(tag, w.at, Role.Tag);
        w.tagged = false;
        if (w.enumAt === -2) w.enumAt = w.brace + 1;
      } else if (w.brace === 0 && w.previous === Raw.RParen) w.body = true;
      w.brace++;
      break;
    case Raw.RBrace:
      if (w.enumAt === w.brace) w.enumAt = -1;
      if (w.brace > 0) w.brace--;
      if (w.brace === 0) {
        if (w.body) w.typedef = false;
        w.body = false;
        w.paren = 0;
      }
      break;
    case Raw.LParen: w.paren++; break;
    case Raw.RParen: if (w.paren > 0) w.paren--; break;
    case Raw.Semi:
      w.tagged = false;
      if (w.enumAt === -2) w.enumAt = -1;
      if (w.brace === 0) {
        w.typedef = false;
        w.paren = 0;
      }
      break;
    case Raw.Star: case Raw.Comma: case Raw.Eq:
      if (w.paren === 0 || kind === Raw.Star) {
        w.tagged = false;
        if (w.enumAt === -2) w.enumAt = -1;
      }
      break;
    default: break;
  }
}

function identifier(w: Walk, buffer: TokenBuffer, i: number, to: number, seq: number): void {
  const atom = buffer.atom(i);
  const word = keywordOf(atom);
  if (word !== Kw.None) {
    if (w.body) return;
    if (word === Kw.Struct || word === Kw.Union || word === Kw.Enum) {
      w.tagged = true;
      w.tags = [];
      w.enumAt = word === Kw.Enum ? -2 : w.enumAt === -2 ? -1 : w.enumAt;
    } else if (word === Kw.Typedef && w.brace === 0) w.typedef = true;
    return;
  }
  if (w.body) return;
  const next = i + 1 < to ? buffer.kind(i + 1) : Raw.End;
  if (w.tagged) {
    w.tags.push(atom);
    if (w.pp.isMacroAt(atom, seq) && next === Raw.LParen && w.tags.length === 1) w.opaque = true;
  }
  if (w.enumAt === w.brace && w.brace > 0 && w.paren === 0) {
    if (w.previous !== Raw.LBrace && w.previous !== Raw.Comma) return;
    w.index.add(atom, w.at, Role.Ordinary);
    if (w.pp.isMacroAt(atom, seq)) w.opaque = true;
    return;
  }
  if (w.brace > 0) {
    if (next === Raw.LParen && w.pp.isMacroAt(atom, seq)) tagArguments(w, buffer, i + 1, to);
    return;
  }
  if (!declares(w, buffer, i, next, to, seq)) return;
  w.index.add(atom, w.at, w.typedef ? Role.Ordinary | Role.Typedef : Role.Ordinary);
  if (mayDeclare(w.pp, atom, seq)) w.opaque = true;
}

/** A macro inside a record may make a tag of an argument: struct_group_tagged(tag, name, members). Words that are a whole argument may be it. */
function tagArguments(w: Walk, buffer: TokenBuffer, open: number, to: number): void {
  let depth = 0;
  for (let i = open; i < to; i++) {
    const kind = buffer.kind(i);
    if (kind === Raw.LParen) depth++;
    else if (kind === Raw.RParen && --depth === 0) return;
    if (kind !== Raw.Ident || depth !== 1) continue;
    const before = buffer.kind(i - 1);
    const after = buffer.kind(i + 1);
    if ((before === Raw.LParen || before === Raw.Comma) && (after === Raw.Comma || after === Raw.RParen)) w.index.add(buffer.atom(i), w.at, Role.Tag);
  }
}

const declaring = new WeakMap<MacroDef, boolean>();

/** Whether the atom is a macro that may bring names: not one that is empty, an attribute, or an assertion. */
function mayDeclare(pp: Preprocessed, atom: number, seq: number, depth = 0): boolean {
  if (!pp.isMacroAt(atom, seq)) return false;
  const macro = pp.macroAt(atom, seq);
  if (macro === undefined) return true;
  const kept = declaring.get(macro);
  if (kept !== undefined) return kept;
  const [first] = macro.body;
  let made = true;
  if (first === undefined) made = false;
  else {
    const own = atomOf(first.text);
    const word = keywordOf(own);
    if (word === Kw.Attribute || word === Kw.StaticAssert) made = false;
    else if (word === Kw.None && depth < 4 && own !== atom && first.kind === TokKind.Identifier && macro.params?.includes(first.text) !== true) {
      made = !pp.isMacroAt(own, seq) || mayDeclare(pp, own, seq, depth + 1);
    }
  }
  declaring.set(macro, made);
  return made;
}

/** Whether the identifier stands where a declared name does. */
function declares(w: Walk, buffer: TokenBuffer, i: number, next: number, to: number, seq: number): boolean {
  if (w.paren > 0) {
    // `(*name)(…)`, `(name)`: a declarator in parentheses.
    return (w.previous === Raw.Star || w.previous === Raw.LParen || w.previous === Raw.Ident) && (next === Raw.RParen || next === Raw.LBracket || next === Raw.LParen);
  }
  switch (next) {
    case Raw.Semi: case Raw.Comma: case Raw.Eq: case Raw.LBracket: case Raw.LParen: case Raw.LBrace: case Raw.End: return true;
    case Raw.Ident: {
      const after = buffer.atom(i + 1);
      const word = keywordOf(after);
      if (word === Kw.Attribute || word === Kw.Asm) return true;
      // K&R parameters come after `)`; another identifier is a name's attribute macro, or the name itself.
      return word === Kw.None && i + 1 < to && w.pp.isMacroAt(after, seq);
    }
    default: return false;
  }
}
