/**
 * What one C file says about the handover, from its tokens alone: KSTATE descriptions, registrations, contracts, and calls of the kstate_,
 * kho_, luo_ and liveupdate_ families, each with its place and what it stands in. No header is read and no macro expanded, so a file takes a
 * millisecond; what macros make is for whoever parses the file. Comments, strings and `#if 0` hold nothing; of other conditions all
 * branches count.
 */
import { LineIndex } from '../../c/source';
import { lex } from '../../c/lexer';
import { wordFamilies } from '../treeScan/words';
import { compatibleMacro } from './contractMacro';
import { OuterScope, ScopeKind } from './outerScope';
import { Raw, RawFlag } from '../../c/rawTokens';
import type { TokenBuffer } from '../../c/lexer';

/** In the order of their codes in the table (entryTable.ts). */
export const entryKinds = ['description', 'registration', 'contract', 'call', 'function', 'macro'] as const;
/**
 * `description`: a variable of struct kstate_description. `registration`: a call with `register` in its name. `contract`: a macro with a
 * compatible string. `call`: any other call. `function`, `macro`: where a name of the families is defined.
 */
export type EntryKind = (typeof entryKinds)[number];

export interface FileEntry {
  readonly kind: EntryKind;
  readonly name: string;
  /** The function, variable, type or macro around it; '' at file scope. */
  readonly container: string;
  /** Zero-based; UTF-16 column of the name's first character. */
  readonly line: number;
  readonly character: number;
}

const stems = wordFamilies.filter((family) => family.topic !== 'contract').flatMap((family) => family.stems);
/** As the scan finds words (words.ts): a stem as whole segments. */
const family = new RegExp(`(?:^|[^A-Za-z0-9])(?:${stems.join('|')})(?![A-Za-z0-9])`);
/** Upper case: only KHOSER_… and DECLARE_KHOSER_PTR are interface; KSTATE_… are fields of a description, the others constants. */
const upperCall = /(?:^|_)KHOSER(?:_|$)/;
/** What may stand before a call though it looks like a type before a declared name. */
const beforeCall = new Set(['return', 'else', 'do', 'case', 'sizeof', 'typeof', 'goto', '__typeof__', '__alignof__', '_Alignof']);

/** Is it a name of the interfaces: in lower case, or one of the macros that stand for calls? */
export function isInterfaceName(name: string): boolean {
  return family.test(name) && (name !== name.toUpperCase() || upperCall.test(name));
}

/** The entries of a text in order of place. Never throws for what the text is like. */
export function findEntries(text: string): FileEntry[] {
  return new Finder(lex(text)).run();
}

interface Draft {
  readonly kind: EntryKind;
  readonly token: number;
  readonly container: string;
  readonly initialised: boolean;
}

class Finder {
  private readonly drafts: Draft[] = [];
  private readonly known = new Map<number, boolean>();

  constructor(private readonly tokens: TokenBuffer) {}

  run(): FileEntry[] {
    const { tokens } = this;
    const scope = new OuterScope(tokens, (token) => { this.defined(token); });
    for (let i = 0; i < tokens.count; i++) {
      if (tokens.kind(i) === Raw.Hash && ((tokens.flags[i] ?? 0) & RawFlag.LineStart) !== 0) {
        i = this.directive(i, scope);
        continue;
      }
      scope.take(i);
      if (tokens.kind(i) !== Raw.Ident) continue;
      if (tokens.kind(i + 1) === Raw.LParen) this.call(i, scope);
      else if (tokens.kind(i + 1) === Raw.Ident && tokens.spelling(i) === 'kstate_description') this.description(i, scope);
    }
    return this.finish();
  }

  /** Reads a directive; gives its last token, or that of the `#if 0` it begins. */
  private directive(hash: number, scope: OuterScope): number {
    const { tokens } = this;
    let end = hash + 1;
    while (end < tokens.count && ((tokens.flags[end] ?? 0) & RawFlag.LineStart) === 0) end++;
    const word = end > hash + 1 ? tokens.spelling(hash + 1) : '';
    if (word === 'define') this.define(hash + 2, end);
    else if (scope.condition(word, end - hash > 2 ? tokens.spelling(hash + 2) : '', end - hash === 3)) return this.skipDead(end, scope) - 1;
    return end - 1;
  }

  /** From behind `#if 0` (or the `#else` of `#if 1`) to the directive that ends the dead text. */
  private skipDead(from: number, scope: OuterScope): number {
    const { tokens } = this;
    let nested = 0;
    for (let i = from; i < tokens.count; i++) {
      if (tokens.kind(i) !== Raw.Hash || ((tokens.flags[i] ?? 0) & RawFlag.LineStart) === 0) continue;
      const word = tokens.spelling(i + 1);
      if (word.startsWith('if')) nested++;
      else if (nested > 0) nested -= word === 'endif' ? 1 : 0;
      else if (word === 'endif' || (word.startsWith('el') && scope.mayRevive())) return i;
    }
    return tokens.count;
  }

  private define(at: number, end: number): void {
    const { tokens } = this;
    if (at >= end || tokens.kind(at) !== Raw.Ident) return;
    const name = tokens.spelling(at);
    let body = at + 1;
    const takesArguments = body < end && tokens.kind(body) === Raw.LParen && ((tokens.flags[body] ?? 0) & RawFlag.SpaceBefore) === 0;
    if (takesArguments) {
      while (body < end && tokens.kind(body) !== Raw.RParen) body++;
      body++;
    }
    if (body < end && tokens.kind(body) === Raw.String && compatibleMacro(name, tokens.spelling(body), family)) this.add('contract', at, '');
    else if (takesArguments && isInterfaceName(name)) this.add('macro', at, '');
    for (let i = body; i + 1 < end; i++) {
      if (tokens.kind(i) === Raw.Ident && tokens.kind(i + 1) === Raw.LParen && this.isInterface(i) && this.isCallPlace(i)) this.add(this.kindOfCall(i), i, name);
    }
  }

  private call(i: number, scope: OuterScope): void {
    if (!this.isInterface(i)) return;
    const inside = scope.kind === ScopeKind.Body || scope.kind === ScopeKind.Initializer || scope.afterEquals;
    // A macro may make a member; a name in lower case there is a member itself.
    const makesMember = scope.kind === ScopeKind.Type && upperCall.test(this.tokens.spelling(i));
    if ((inside && this.isCallPlace(i)) || makesMember) this.add(this.kindOfCall(i), i, scope.container);
  }

  /** `struct kstate_description NAME` where a variable is defined. */
  private description(i: number, scope: OuterScope): void {
    const { tokens } = this;
    if (i === 0 || tokens.spelling(i - 1) !== 'struct' || scope.kind === ScopeKind.Type || scope.inParens || scope.kind === ScopeKind.Initializer) return;
    if (scope.isExtern) return;
    // Attributes are words, too, before the name or behind it.
    let name = i + 1;
    while (tokens.kind(name + 1) === Raw.Ident && tokens.spelling(name).startsWith('__')) name++;
    let after = name + 1;
    if (tokens.kind(after) === Raw.LParen) return; // A function that gives one.
    for (let square = 0; after < tokens.count; after++) {
      const kind = tokens.kind(after);
      if (kind === Raw.LBracket) square++;
      else if (kind === Raw.RBracket) square--;
      else if (square === 0 && (kind === Raw.Eq || kind === Raw.Semi || kind === Raw.Comma)) break;
      else if (kind === Raw.LBrace || kind === Raw.RBrace) return;
    }
    this.add('description', name, scope.kind === ScopeKind.Body ? scope.container : '', tokens.kind(after) === Raw.Eq);
  }

  /** A function's body begins, and this token names it. */
  private defined(token: number): void {
    if (this.isInterface(token)) this.add('function', token, '');
  }

  private isInterface(token: number): boolean {
    const atom = this.tokens.atom(token);
    let is = this.known.get(atom);
    if (is === undefined) this.known.set(atom, (is = isInterfaceName(this.tokens.spelling(token))));
    return is;
  }

  /** Not a member (`ops->kho_x(…)`) nor a declaration (`int kho_x(…)`). */
  private isCallPlace(token: number): boolean {
    const { tokens } = this;
    if (token === 0) return false;
    const before = tokens.kind(token - 1);
    if (before === Raw.Dot || before === Raw.Arrow) return false;
    return before !== Raw.Ident || beforeCall.has(tokens.spelling(token - 1)) || ((tokens.flags[token] ?? 0) & RawFlag.LineStart) !== 0;
  }

  private kindOfCall(token: number): EntryKind {
    return /(?:^|_)register(?:_|$)/.test(this.tokens.spelling(token)) ? 'registration' : 'call';
  }

  private add(kind: EntryKind, token: number, container: string, initialised = true): void {
    this.drafts.push({ kind, token, container, initialised });
  }

  private finish(): FileEntry[] {
    const { tokens, drafts } = this;
    if (drafts.length === 0) return [];
    const lines = new LineIndex(tokens.text);
    // `static struct kstate_description x;` before `… x = { … };` says it twice.
    const initialised = new Set(drafts.filter((d) => d.kind === 'description' && d.initialised).map((d) => tokens.spelling(d.token)));
    return drafts.sort((a, b) => a.token - b.token).flatMap(({ kind, token, container, initialised: whole }) => {
      const name = tokens.spelling(token);
      return kind === 'description' && !whole && initialised.has(name) ? [] : [{ kind, name, container, ...lines.position(tokens.starts[token] ?? 0) }];
    });
  }
}
