/** One translation unit: puts preprocessor, name index, parser, types and layout behind CUnit. */
import type { Assumption, CFile, CProblem, Const, CUnit, Include, Init, UnitOptions } from './api';
import { Assumptions } from './assumptions';
import type { Block, Declarator, Designator, Expr, Initializer, TopLevel } from './ast';
import { compatible } from './compatible';
import { evaluate } from './constant';
import { resolveInit } from './initializer';
import { alignOf, recordLayout, sizeOf } from './layout';
import { MAX_READ_TOKENS, readUnasked } from './longFile';
import { unknownType } from './makeTypes';
import { offsetOfPath } from './memberPath';
import { Parser } from './parser';
import { parseBody } from './parserDeclarations';
import { parseTypeName } from './parserDeclarators';
import { parseExpression } from './parserExpressions';
import { parseDesignators } from './parserInitializers';
import { parseBlock } from './parserStatements';
import { preprocess } from './preprocess';
import type { Chunk, Preprocessed, PreprocessOptions } from './preprocess';
import { Sema, unknown } from './sema';
import type { Dialect } from './sema';
import type { SrcRange } from './source';
import { spell } from './spell';
import { targetOf } from './targets';
import { TokKind } from './token';
import type { Expansion, MacroDef, Tok } from './token';
import type { CType, EnumDef, Known, MemberLayout, Record, RecordLayout } from './types';
import { typeOf } from './typeOf';
import { UnitScope } from './unitScope';

export interface OpenOptions extends PreprocessOptions {
  readonly dialect?: Dialect;
}

const nowhere: Tok = { kind: TokKind.End, text: '', file: 0, start: 0, end: 0, flags: 0, exp: null };

class Unit implements CUnit {
  private readonly sema: Sema;
  private readonly scope: UnitScope;
  private readonly restsOn: Assumptions;
  private readonly bodies: WeakMap<Declarator, Block>;
  private ownDeclarations: readonly TopLevel[] | undefined;
  private leftOut: CProblem | undefined;
  private problemList: readonly CProblem[] | undefined;

  constructor(private readonly pp: Preprocessed, dialect: Dialect | undefined, previous: Unit | undefined) {
    const target = targetOf(pp.options.target);
    const usable = previous !== undefined && previous.pp.options.target === pp.options.target ? previous : undefined;
    const headers = usable !== undefined && sameHeaders(usable.pp, pp, usable.scope.bottom.to) ? usable.scope.bottom.to : headersEnd(pp);
    // A scope stays when every chunk of it is the previous unit's own object.
    let below = usable?.scope.bottom;
    if (usable === undefined || below === undefined || below === usable.scope || below.to > pp.sharedChunks || below.to !== headers) {
      below = new UnitScope(pp, 0, headers, new Sema(target, dialect), undefined);
      this.bodies = new WeakMap();
    } else {
      this.bodies = usable.bodies;
      below.sema.layouts.forgetUnknown();
      const { scope } = usable;
      const above = scope.below;
      // What a scope expands is told to the unit it was made for: one that has not been parsed whole may have told too little.
      const keeps = !scope.giveBack() && usable.ownDeclarations !== undefined;
      const prefix = unchangedPart(scope, below, pp, keeps);
      if (above !== undefined && above !== below && above !== prefix) above.giveBack();
      if (typeof prefix !== 'number') below = prefix;
      else if (prefix > 0) below = closedScope(pp, prefix, below, () => new Sema(target, dialect, usable.scope.bottom.sema.layouts));
    }
    this.sema = new Sema(target, dialect, below.sema.layouts);
    this.scope = new UnitScope(pp, below.to, pp.chunks.length, this.sema, below);
    this.restsOn = new Assumptions(pp, (name) => this.scope.lookup(name), previous?.restsOn);
  }

  get preprocessed(): Preprocessed {
    return this.pp;
  }

  get main(): CFile {
    return this.pp.main;
  }

  get files(): readonly CFile[] {
    return this.pp.files;
  }

  get includes(): readonly Include[] {
    return this.pp.includes;
  }

  get assumptions(): readonly Assumption[] {
    return this.pp.assumptions;
  }

  /** Parses the main file. Complaints of initialisers come with resolveInit. */
  get problems(): readonly CProblem[] {
    void this.declarations;
    const { scopes } = this.scope;
    const ofPreprocessor = this.pp.problems;
    const count = scopes.reduce((sum, scope, i) => sum + scope.errors.length + (i > 0 ? scope.sema.problems.size : 0), ofPreprocessor.length + (this.leftOut === undefined ? 0 : 1));
    // Only added to: as many as before are the same as before.
    if (this.problemList?.length === count) return this.problemList;
    const all: CProblem[] = [...ofPreprocessor];
    if (this.leftOut !== undefined) all.push(this.leftOut);
    for (const { errors } of scopes) {
      for (const error of errors) {
        const found = error.at.kind === TokKind.End ? 'the end of the text' : `'${error.at.text}'`;
        all.push({ range: this.range(error.at), message: `expected ${error.expected} before ${found}`, severity: 'error' });
      }
    }
    for (const { sema } of scopes.slice(1)) {
      for (const problem of sema.problems.values()) all.push({ range: this.range(problem.first, problem.last), message: problem.message, severity: 'warning' });
    }
    this.problemList = all;
    return all;
  }

  get declarations(): readonly TopLevel[] {
    if (this.ownDeclarations !== undefined) return this.ownDeclarations;
    const all: TopLevel[] = [];
    const { read, leftOut } = readUnasked(this.pp.mainChunks);
    for (const { index } of read) for (const one of this.scope.topLevelsOf(index)) all.push(one);
    this.leftOut = this.problemOf(leftOut);
    this.ownDeclarations = all;
    return all;
  }

  /** Says what was not read, at the first token of it that stands in the main file itself. */
  private problemOf(leftOut: Chunk | undefined): CProblem | undefined {
    const first = leftOut?.ranges.find(({ buffer }) => buffer.text === this.main.text);
    if (first === undefined) return undefined;
    const range = { path: this.main.path, start: first.buffer.starts[first.from] ?? 0, end: first.buffer.ends[first.from] ?? 0 };
    return { range, message: `the file is too long to be read whole: of its declarations, those that go beyond ${MAX_READ_TOKENS} tokens are read only where something names them`, severity: 'warning', leftOut: true };
  }

  get expansions(): readonly Expansion[] {
    return this.pp.mainExpansions();
  }

  macro(name: string): MacroDef | undefined {
    return this.pp.macro(name);
  }

  lookup(name: string): Declarator | undefined {
    return this.scope.lookup(name);
  }

  record(tag: string, union = false): Record | undefined {
    return this.scope.findRecord(tag, union);
  }

  enum(tag: string): EnumDef | undefined {
    return this.scope.findEnum(tag);
  }

  body(fn: Declarator): Block | undefined {
    if (fn.bodyTokens === undefined) return undefined;
    const kept = this.bodies.get(fn);
    if (kept !== undefined) return kept;
    const { bodyTokens } = fn;
    const tooDeep = (): Block => ({ kind: 'block', body: [this.parser(bodyTokens).fail('less nesting')], first: fn.first, last: fn.last });
    const made = this.guarded(() => parseBody(fn, bodyTokens, parseBlock), tooDeep);
    if (made !== undefined) this.bodies.set(fn, made);
    return made;
  }

  private parser(toks: readonly Tok[]): Parser {
    return new Parser(toks, this.sema, this.scope);
  }

  assumptionsOf(record: Record): readonly Assumption[] {
    return this.guarded(() => this.restsOn.ofRecord(record), () => [tooDeep(record.at, this)]);
  }

  assumptionsOfTag(tag: string): readonly Assumption[] {
    return this.restsOn.ofTag(tag);
  }

  assumptionsOfType(type: CType): readonly Assumption[] {
    return this.guarded(() => this.restsOn.ofType(type), () => [tooDeep(nowhere, this)]);
  }

  assumptionsOfExpr(expr: Expr): readonly Assumption[] {
    return this.guarded(() => this.restsOn.ofExpr(expr), () => [tooDeep(expr.first, this)]);
  }

  assumptionsAt(range: SrcRange): readonly Assumption[] {
    return this.restsOn.ofPlace(range);
  }

  /** The nesting of everything is bounded; should the stack run out all the same, only this answer is lost. */
  private guarded<T>(work: () => T, otherwise: () => T): T {
    const { deep, work: { depth } } = this.sema;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return otherwise();
    } finally {
      this.sema.deep = deep;
      this.sema.work.reset(depth);
    }
  }

  parseType(tokens: readonly Tok[]): CType {
    const parser = this.parser(this.pp.expandTokens(tokens));
    const at = parser.tok;
    return this.guarded(() => {
      const type = parseTypeName(parser);
      return parser.atEnd || type.kind === 'unknown' ? type : unknownType('more than a type name', parser.tok);
    }, () => unknownType('nested too deeply', at));
  }

  parseExpr(tokens: readonly Tok[]): Expr {
    const parser = this.parser(this.pp.expandTokens(tokens));
    return this.guarded(() => {
      const expr = parseExpression(parser);
      return parser.atEnd || expr.kind === 'error' ? expr : parser.fail('the end of the expression');
    }, () => parser.fail('less nesting'));
  }

  typeOf(expr: Expr): CType {
    return this.guarded(() => typeOf(this.sema, expr), () => unknownType('nested too deeply', expr.first));
  }

  evaluate(expr: Expr): Const {
    return this.guarded(() => evaluate(this.sema, expr), (): Const => ({ kind: 'unknown', known: false, why: 'nested too deeply', at: expr.first }));
  }

  resolveInit(type: CType, init: Initializer): Init {
    return this.guarded(() => resolveInit(this.sema, type, init), (): Init => ({ kind: 'unknown', type, known: false, why: 'nested too deeply', at: init.first }));
  }

  sizeOf(type: CType): Known<number> {
    return this.guarded(() => sizeOf(this.sema, type), () => unknown('nested too deeply', nowhere));
  }

  alignOf(type: CType): Known<number> {
    return this.guarded(() => alignOf(this.sema, type), () => unknown('nested too deeply', nowhere));
  }

  layout(record: Record): Known<RecordLayout> {
    return this.guarded((): Known<RecordLayout> => recordLayout(this.sema, record), () => unknown('nested too deeply', nowhere));
  }

  memberAt(type: CType, path: readonly Tok[]): Known<{ layout: MemberLayout; offsetBytes: number; type: CType }> {
    const expanded = this.pp.expandTokens(path);
    const parser = this.parser(expanded);
    const steps: Designator[] = [];
    const first = parser.tok;
    if (!parser.isIdent) return unknown('expected a member name', first);
    const tok = parser.next();
    steps.push({ kind: 'member', name: tok.text, tok });
    parseDesignators(parser, steps);
    if (!parser.atEnd) return unknown('expected a member path', parser.tok);
    const found = this.guarded(() => offsetOfPath(this.sema, type, steps), () => unknown('nested too deeply', first));
    if (!found.known) return found;
    const { layout, offsetBytes } = found.value;
    if (layout === undefined) return unknown('no member is named', first);
    return { known: true, value: { layout, offsetBytes: Number(offsetBytes), type: found.value.type } };
  }

  compatible(a: CType, b: CType): boolean {
    return this.guarded(() => compatible(this.sema, a, b), () => false);
  }

  spell(type: CType): string {
    return spell(type);
  }

  range(first: Tok, last?: Tok): SrcRange {
    return this.pp.range(first, last);
  }
}

/**
 * The part of the main file above a change, which stays over the keystrokes that follow at the same place: the scope that the previous unit has
 * for it, or where a new one is to end; 0 for none.
 */
function unchangedPart(previous: UnitScope, headers: UnitScope, pp: Preprocessed, keeps: boolean): UnitScope | number {
  const known = previous.below;
  const end = pp.sharedChunks;
  // A little more than it holds is not worth making it anew.
  if (keeps && known !== undefined && known !== headers && known.to <= end && end - known.to <= (end - headers.to) / 4) return known;
  return end > headers.to ? end : 0;
}

/** A scope for the main file's chunks up to an end, or up to where a brace that macros hide stays open. */
function closedScope(pp: Preprocessed, end: number, below: UnitScope, sema: () => Sema): UnitScope {
  const made = new UnitScope(pp, below.to, end, sema(), below);
  const closed = made.closedTo;
  if (closed === end) return made;
  made.giveBack();
  return closed > below.to ? new UnitScope(pp, below.to, closed, sema(), below) : below;
}

/** Whether the headers end where they did: with what is shared, and as many chunks of headers in all. */
function sameHeaders(before: Preprocessed, pp: Preprocessed, end: number): boolean {
  return end <= pp.sharedChunks && before.chunks.length - before.mainChunks.length === pp.chunks.length - pp.mainChunks.length;
}

/** The stack ran out: what the answer rests on cannot be told, and that is said. */
function tooDeep(at: Tok, unit: CUnit): Assumption {
  return { what: 'options that could not be told, for the type is nested too deeply', range: unit.range(at) };
}

/** Share of the headers' chunks that the taken-over part holds at least: an `#include` far down must not make all of them the main file's. */
const HEADERS_SHARE = 0.9;

/**
 * Chunks that stay when the main file changes below its includes: up to the end of the run of header chunks by which most of them
 * have come. The last one of the run is left out, because only the text after it tells that it has ended.
 */
function headersEnd(pp: Preprocessed): number {
  const { chunks } = pp;
  const enough = (chunks.length - pp.mainChunks.length) * HEADERS_SHARE;
  for (let i = 0, seen = 0; i < chunks.length; i++) {
    if (chunks[i]?.inMain === true) continue;
    seen++;
    if (seen >= enough && chunks[i + 1]?.inMain !== false) return i;
  }
  return 0;
}

/**
 * Opens a unit. Nothing is parsed yet. With `previous`, what the preprocessor shares with it (the headers) keeps its parsed
 * declarations, records and layouts. Never throws for what the texts hold.
 */
export function openUnit(options: UnitOptions & OpenOptions, previous?: CUnit): CUnit {
  const before = previous instanceof Unit ? previous : undefined;
  const pp = preprocess(options, before?.preprocessed);
  if (before !== undefined && pp === before.preprocessed) return before;
  return new Unit(pp, options.dialect, before);
}
