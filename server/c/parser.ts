/**
 * The parser's state: tokens, the place in them, scopes, depth. The grammar stands in parserDeclarations.ts, parserSpecifiers.ts,
 * parserDeclarators.ts, parserRecords.ts, parserExpressions.ts, parserPrimary.ts, parserInitializers.ts and parserStatements.ts.
 *
 * Nothing here throws. What can't be read becomes an ErrorNode; recursion is bounded by `enter`.
 */
import type { Attribute, Declarator, ErrorNode } from './ast';
import { attributeName, startsSpecifiers, wordOf } from './parserWords';
import { Scope } from './scope';
import type { FileScope } from './scope';
import type { Sema } from './sema';
import { TokFlag, TokKind } from './token';
import type { Tok } from './token';

/** Deepest nesting of brackets, blocks and declarators; gcc has no limit, kernels stay below 150. */
const MAX_DEPTH = 400;

/** Where `#pragma pack` changes within the tokens (preprocess.ts). */
export interface PackChange {
  readonly at: number;
  readonly pack: number;
}

const digraphs: ReadonlyMap<string, string> = new Map([['<:', '['], [':>', ']'], ['<%', '{'], ['%>', '}']]);
const noToken: Tok = { kind: TokKind.End, text: '', file: 0, start: 0, end: 0, flags: 0, exp: null };

function keyOf(tok: Tok): string {
  if (tok.kind === TokKind.Punct) return tok.text.length === 2 ? digraphs.get(tok.text) ?? tok.text : tok.text;
  if (tok.kind === TokKind.Identifier || tok.kind === TokKind.Keyword) return wordOf(tok.text) ?? '';
  return '';
}

export class Parser {
  /** The token to be read next, and what it is to the grammar: a punctuator, a keyword in one spelling, '' for anything else. */
  tok: Tok;
  key: string;
  pos = 0;
  scope: Scope | undefined;
  /** Inside the braces of a record: a lone `struct tag;` there declares a member or nothing, but no new tag. */
  inRecord = false;
  readonly errors: ErrorNode[] = [];
  readonly end: Tok;

  constructor(
    readonly toks: readonly Tok[],
    readonly sema: Sema,
    readonly file: FileScope,
    scope?: Scope,
    private readonly packs: readonly PackChange[] = [],
  ) {
    const final = toks[toks.length - 1];
    this.end = final === undefined ? noToken : { kind: TokKind.End, text: '', file: final.file, start: final.end, end: final.end, flags: 0, exp: final.exp };
    this.scope = scope;
    this.tok = toks[0] ?? this.end;
    this.key = keyOf(this.tok);
  }

  at(key: string): boolean {
    return this.key === key;
  }

  get atEnd(): boolean {
    return this.pos >= this.toks.length || this.tok.kind === TokKind.End;
  }

  get isIdent(): boolean {
    return this.key === '' && this.tok.kind === TokKind.Identifier;
  }

  peek(ahead = 1): Tok {
    return this.toks[this.pos + ahead] ?? this.end;
  }

  peekKey(ahead = 1): string {
    return keyOf(this.peek(ahead));
  }

  /** The token before the current one. */
  get previous(): Tok {
    return this.toks[this.pos - 1] ?? this.tok;
  }

  seek(pos: number): void {
    this.pos = pos;
    this.tok = this.toks[pos] ?? this.end;
    this.key = keyOf(this.tok);
  }

  next(): Tok {
    const was = this.tok;
    if (this.pos < this.toks.length) this.seek(this.pos + 1);
    return was;
  }

  accept(key: string): Tok | undefined {
    return this.key === key ? this.next() : undefined;
  }

  /** Takes the token, or notes that it is missing and takes nothing. */
  expect(key: string): boolean {
    if (this.key === key) {
      this.next();
      return true;
    }
    this.fail(`'${key}'`);
    return false;
  }

  /** An error node at the current token; nothing is taken. */
  fail(expected: string, first: Tok = this.tok): ErrorNode {
    const at = this.tok;
    const node: ErrorNode = { kind: 'error', expected, at, first, last: first === at ? at : this.previous };
    const before = this.errors[this.errors.length - 1];
    if (before === undefined || before.at !== at) this.errors.push(node);
    return node;
  }

  /** False when nesting is too deep; pair with leave() when true. */
  enter(): boolean {
    if (this.sema.deep >= MAX_DEPTH) return false;
    this.sema.deep++;
    return true;
  }

  leave(): void {
    this.sema.deep--;
  }

  pushScope(scope: Scope = new Scope(this.scope)): Scope {
    this.scope = scope;
    return scope;
  }

  popScope(): void {
    this.scope = this.scope?.parent;
  }

  lookup(name: string): Declarator | undefined {
    return this.scope?.find(name) ?? this.file.lookup(name);
  }

  isTypedef(name: string): boolean {
    const local = this.scope?.find(name);
    return local === undefined ? this.file.isTypedef(name) : local.kind === 'typedef';
  }

  declare(declarator: Declarator): void {
    if (this.scope === undefined) this.file.declare(declarator);
    else if (!this.scope.names.has(declarator.name) || declarator.kind !== 'function') this.scope.names.set(declarator.name, declarator);
  }

  /** Whether the token `ahead` starts a type name or declaration specifiers. */
  startsType(ahead = 0): boolean {
    if (this.key === '' && ahead === 0) return this.namesType(this.tok);
    let at = ahead;
    // `__extension__` stands before expressions too: what follows tells.
    while (keyOf(this.peek(at)) === '__extension__') at++;
    const tok = this.peek(at);
    const key = keyOf(tok);
    return key === '' ? this.namesType(tok) : startsSpecifiers(key);
  }

  private namesType(tok: Tok): boolean {
    return tok.kind === TokKind.Identifier && (this.isTypedef(tok.text) || tok.text === '__int128_t' || tok.text === '__uint128_t');
  }

  /** `#pragma pack` in force at the current token. */
  packAt(pos: number = this.pos): number {
    let pack = 0;
    for (const change of this.packs) {
      if (change.at > pos) break;
      pack = change.pack;
    }
    return pack;
  }

  /** Stands on an opening bracket: goes past its partner. False when there is none: then it stands at the end. */
  skipBalanced(): boolean {
    let open = 0;
    while (!this.atEnd) {
      const { key } = this;
      if (key === '(' || key === '[' || key === '{') open++;
      else if (key === ')' || key === ']' || key === '}') open--;
      this.next();
      if (open <= 0) return true;
    }
    return false;
  }

  /** A block up to its own brace, whatever other brackets in it do. */
  skipBlock(): void {
    let open = 0;
    while (!this.atEnd) {
      if (this.at('{')) open++;
      else if (this.at('}')) open--;
      this.next();
      if (open <= 0) return;
    }
  }

  /** Goes to the next token among `stops` that stands outside of brackets opened on the way, or to a bracket that closes an outer one. */
  skipTo(...stops: string[]): void {
    while (!this.atEnd) {
      const { key } = this;
      if (stops.includes(key)) return;
      if (key === '(' || key === '[' || key === '{') this.skipBalanced();
      else if (key === ')' || key === ']' || key === '}') return;
      else this.next();
    }
  }

  /** A line that starts with a word only a declaration starts with: half-typed code ends before it. */
  get atFreshDeclaration(): boolean {
    if ((this.tok.flags & TokFlag.LineStart) === 0) return false;
    switch (this.key) {
      case 'static': case 'extern': case 'typedef': case 'struct': case 'union': case 'enum': case 'inline': return true;
      default: return false;
    }
  }

  attribute(first: Tok, last: Tok, name: string, args: Attribute['args']): Attribute {
    return { name: attributeName(name), args, first, last };
  }
}
