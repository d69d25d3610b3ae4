/**
 * File scope of a run of chunks: names, tags, and which chunks are parsed. A unit is one or two of these: the headers', which the
 * next version of the unit takes over whole, and on top of it the main file's.
 */
import type { Declarator, ErrorNode, TopLevel } from './ast';
import { atomOf } from './atoms';
import { MadeNames } from './madeNames';
import { NameIndex } from './nameIndex';
import { Parser } from './parser';
import { parseTopLevels } from './parserDeclarations';
import type { Preprocessed } from './preprocess';
import { EnumBuild, RecordDef } from './records';
import type { FileScope } from './scope';
import type { Sema } from './sema';
import { TokKind } from './token';
import type { Tok } from './token';

const nowhere: Tok = { kind: TokKind.End, text: '', file: 0, start: 0, end: 0, flags: 0, exp: null };

/** Most chunks expanded together when macros hide braces. */
const MAX_JOINED = 64;

const enum ChunkState { Raw, Parsing, Parsed }

export class UnitScope implements FileScope {
  /** The best declaration of each name, the chunk that it stands in, and the first chunk that declares it: text above that does not see it. */
  private readonly names = new Map<string, { readonly best: Declarator; readonly chunk: number; readonly since: number }>();
  private readonly records = new Map<string, RecordDef>();
  private readonly enums = new Map<string, EnumBuild>();
  private readonly states: Uint8Array;
  private readonly index: NameIndex;
  /** Which of the opaque chunks may make a name; made when first asked. */
  private made: MadeNames | undefined;
  /** Opaque chunks that may make the name, by name. */
  private readonly makers = new Map<string, readonly number[]>();
  /** Of the chunks from one to before the other the opaque ones are parsed, or are being; behind them the next one of those, by its index. */
  private clearFrom = 0;
  private clearTo = -1;
  private nextOpaque = 0;
  /** The chunk being parsed; Infinity for none. */
  private innermost = Infinity;
  /** What the main file's own chunks declare, by chunk. */
  private readonly topLevels = new Map<number, readonly TopLevel[]>();
  readonly errors: ErrorNode[] = [];
  /** Names that were looked for in vain; cleared by nothing, since text does not change. */
  private readonly missing = new Set<string>();
  /** Tags of the scope below that chunks of this one may define: given back when the unit is replaced. */
  private readonly borrowed: (RecordDef | EnumBuild)[] = [];

  /** `pp`: of the unit that the scope is made for; units that take the scope over have the same chunks up to `to`. */
  constructor(private readonly pp: Preprocessed, readonly from: number, readonly to: number, readonly sema: Sema, readonly below: UnitScope | undefined) {
    this.states = new Uint8Array(to - from);
    this.index = new NameIndex(pp, from, to);
    sema.lookup = (name) => this.lookup(name);
    // Tags this text may define are tied to the scope below at once: a header's `struct x *` finds its members here.
    if (below !== undefined) {
      for (const tag of this.index.tags()) {
        this.record(tag, false, nowhere);
        this.record(tag, true, nowhere);
        this.enum(tag, nowhere);
      }
    }
  }

  /** The scopes from the lowest to this one. */
  get scopes(): readonly UnitScope[] {
    return this.below === undefined ? [this] : [...this.below.scopes, this];
  }

  get bottom(): UnitScope {
    return this.below?.bottom ?? this;
  }

  /**
   * This scope's text has been replaced: tags of scopes below that it has defined are open again. True when the layout of one was known:
   * something else may have been worked out from it. All layouts are forgotten then.
   */
  giveBack(): boolean {
    const { layouts } = this.sema;
    let laidOut = false;
    for (const tagged of this.borrowed) if (tagged.forget(this.sema) && tagged instanceof RecordDef && layouts.isKnown(tagged)) laidOut = true;
    if (laidOut) layouts.forgetAll();
    return laidOut;
  }

  topLevelsOf(chunk: number): readonly TopLevel[] {
    if (chunk < this.from) return this.below?.topLevelsOf(chunk) ?? [];
    this.parse(chunk);
    return this.topLevels.get(chunk) ?? [];
  }

  /** C declares before use: while a chunk is being parsed, those after it are not looked into. */
  lookup(name: string): Declarator | undefined {
    const mentions = this.index.ordinary(atomOf(name));
    const { chunks } = mentions;
    // Where the same text stands many times, so do the chunks that may declare it: none is looked at twice.
    for (let i = mentions.parsed; i < chunks.length; i = Math.max(i + 1, mentions.parsed)) {
      const chunk = chunks[i] ?? 0;
      const known = this.names.get(name);
      if (chunk > this.innermost || (known !== undefined && known.chunk <= chunk && this.visible(name) === known.best && strength(known.best) > 2)) break;
      this.parse(chunk);
      mentions.parsed = Math.max(mentions.parsed, i + 1);
    }
    const own = this.visible(name);
    if (own !== undefined && strength(own) > 1 && this.below?.known(name) !== true) return own;
    const lower = this.below?.lookup(name);
    if (own === undefined) return lower ?? this.seekOpaque(name);
    // Of two that say as much, as of two definitions, the first counts: wherever the scopes part.
    return lower !== undefined && strength(lower) >= strength(own) ? lower : own;
  }

  private visible(name: string): Declarator | undefined {
    const known = this.names.get(name);
    return known === undefined || known.since > this.innermost ? undefined : known.best;
  }

  isTypedef(name: string): boolean {
    const known = this.visible(name);
    if (known !== undefined) return known.kind === 'typedef';
    // A typedef of the headers cannot be redeclared as anything else in the same scope (C11 6.7p3), and the index below only says "may be".
    if (this.below?.isTypedef(name) === true) return true;
    const atom = atomOf(name);
    if (this.index.mayBeTypedef(atom)) return this.lookup(name)?.kind === 'typedef';
    if (this.index.ordinary(atom).chunks.length > 0) return false;
    if (this.below !== undefined) return this.below.isTypedef(name) || (this.below.known(name) ? false : this.seekOpaque(name)?.kind === 'typedef');
    return this.seekOpaque(name)?.kind === 'typedef';
  }

  private known(name: string): boolean {
    return this.names.has(name) || this.index.ordinary(atomOf(name)).chunks.length > 0 || this.below?.known(name) === true;
  }

  /** Looks into chunks that macros fill, one after another, until the name turns up. */
  private seekOpaque(name: string): Declarator | undefined {
    // The compiler's own names are declared by no text.
    if (this.missing.has(name) || name.startsWith('__builtin_')) return undefined;
    const all = this.throughOpaque(name, () => this.visible(name) !== undefined);
    const found = this.visible(name);
    if (found === undefined && all) this.missing.add(name);
    return found;
  }

  /**
   * Parses in order, until `done`, the opaque chunks that may make the name. From within a chunk only earlier ones are looked into: C
   * declares before use. True when there was no such bound.
   */
  private throughOpaque(name: string, done: () => boolean): boolean {
    for (const chunk of this.makersOf(name)) {
      if (done()) break;
      if (chunk >= this.innermost) return false;
      this.parse(chunk);
    }
    return this.innermost === Infinity;
  }

  private makersOf(name: string): readonly number[] {
    const known = this.makers.get(name);
    if (known !== undefined) return known;
    const { opaque } = this.index;
    this.made ??= new MadeNames(this.pp, opaque.flatMap((i) => this.pp.chunks[i] ?? []));
    const found = this.made.candidates(name).map((i) => opaque[i] ?? 0);
    this.makers.set(name, found);
    return found;
  }

  /**
   * One object per tag for the whole unit: it lives in the lowest scope, where every mention finds it. A definition in this scope's
   * text completes it, until this scope is replaced (`borrowed`).
   */
  record(tag: string, union: boolean, at: Tok): RecordDef {
    const key = union ? `union ${tag}` : tag;
    const own = this.records.get(key);
    if (own !== undefined) {
      own.mention(at);
      return own;
    }
    let made: RecordDef;
    if (this.below === undefined) made = new RecordDef(tag, union, at, () => this.seekTag(tag, made));
    else {
      made = this.below.record(tag, union, at);
      if (!made.defined) {
        made.seekAlso(() => this.seekTag(tag, made));
        this.borrowed.push(made);
      }
    }
    this.records.set(key, made);
    return made;
  }

  recordToDefine(tag: string, union: boolean, at: Tok): RecordDef {
    const made = this.record(tag, union, at);
    this.seekEarlier(tag, made);
    return made;
  }

  enumToDefine(tag: string, at: Tok): EnumBuild {
    const made = this.enum(tag, at);
    this.seekEarlier(tag, made);
    return made;
  }

  /** The first definition counts (a second one is an error in C), whichever chunk is parsed first. */
  private seekEarlier(tag: string, wanted: { readonly defined: boolean }): void {
    if (wanted.defined) return;
    this.below?.seekTag(tag, wanted);
    for (const chunk of this.index.tag(atomOf(tag))) {
      if (wanted.defined || chunk >= this.innermost) return;
      this.parse(chunk);
    }
  }

  private seekTag(tag: string, wanted: { readonly defined: boolean }): boolean {
    const below = this.below?.seekTag(tag, wanted) ?? true;
    if (wanted.defined) return true;
    for (const chunk of this.index.tag(atomOf(tag))) {
      this.parse(chunk);
      if (wanted.defined) return true;
    }
    return (this.throughOpaque(tag, () => wanted.defined) && below) || wanted.defined;
  }

  enum(tag: string, at: Tok): EnumBuild {
    const own = this.enums.get(tag);
    if (own !== undefined) {
      own.mention(at);
      return own;
    }
    let made: EnumBuild;
    if (this.below === undefined) made = new EnumBuild(tag, at, () => this.seekTag(tag, made));
    else {
      made = this.below.enum(tag, at);
      if (!made.defined) {
        made.seekAlso(() => this.seekTag(tag, made));
        this.borrowed.push(made);
      }
    }
    this.enums.set(tag, made);
    return made;
  }

  /** The tag's record when some text defines it. */
  findRecord(tag: string, union: boolean): RecordDef | undefined {
    const made = this.record(tag, union, nowhere);
    return made.members === undefined ? undefined : made;
  }

  findEnum(tag: string): EnumBuild | undefined {
    const made = this.enum(tag, nowhere);
    return made.enumerators === undefined ? undefined : made;
  }

  declare(declarator: Declarator): void {
    const known = this.names.get(declarator.name);
    const more = known === undefined ? 1 : strength(declarator) - strength(known.best);
    // Of two that say as much the first in the text counts, whichever chunk is parsed first.
    const better = known === undefined || more > 0 || (more === 0 && this.innermost < known.chunk);
    const since = Math.min(known?.since ?? Infinity, this.innermost);
    if (better) this.names.set(declarator.name, { best: declarator, chunk: this.innermost, since });
    else if (since !== known.since) this.names.set(declarator.name, { ...known, since });
  }

  here(): <T>(work: () => T) => T {
    const at = this.innermost;
    return (work) => {
      const outer = this.innermost;
      this.innermost = at;
      try {
        return work();
      } finally {
        this.innermost = outer;
      }
    };
  }

  /** Macros above may hide a brace and join the chunk to theirs: whichever is asked for first, they come first. */
  private parseBefore(chunk: number): void {
    const { opaque } = this.index;
    const first = Math.max(this.from, chunk - MAX_JOINED);
    if (first < this.clearFrom || first > this.clearTo) {
      this.clearFrom = this.clearTo = first;
      this.nextOpaque = firstFrom(opaque, first);
    }
    // Mostly chunks are asked for one after the other, and there is one more at most. Parsing one may come here, too: what it leaves is gone on with.
    while ((opaque[this.nextOpaque] ?? Infinity) < chunk) this.parse(opaque[this.nextOpaque++] ?? 0);
    this.clearTo = Math.max(this.clearTo, chunk);
  }

  /** The first chunk whose hidden brace is not closed before the scope ends; `to` when there is none. */
  get closedTo(): number {
    const { opaque } = this.index;
    for (const one of opaque.slice(firstFrom(opaque, this.to - MAX_JOINED))) {
      const raw = this.pp.chunks[one];
      if (raw?.inMain !== true || !this.pp.expand(raw).open) continue;
      let count = 2;
      while (one + count <= this.to && count <= MAX_JOINED && this.pp.expand(raw, count).open) count++;
      if (one + count > this.to) return one;
    }
    return this.to;
  }

  /** Parses a chunk once; while that goes on, a second call does nothing. */
  parse(chunk: number): void {
    if (chunk < this.from) {
      this.below?.parse(chunk);
      return;
    }
    const slot = chunk - this.from;
    if (this.states[slot] !== ChunkState.Raw || chunk >= this.to) return;
    if (this.below !== undefined) {
      this.parseBefore(chunk);
      if (this.states[slot] !== ChunkState.Raw) return;
    }
    this.states[slot] = ChunkState.Parsing;
    const raw = this.pp.chunks[chunk];
    if (raw === undefined) return;
    let count = 1;
    let expanded = this.pp.expand(raw);
    while (expanded.open && count < MAX_JOINED && chunk + count < this.to && this.states[slot + count] === ChunkState.Raw) {
      const more = this.pp.chunks[chunk + count];
      if (more === undefined) break;
      count++;
      const joined = this.pp.expand(raw, count);
      if (!joined.open) {
        expanded = joined;
        for (let i = 1; i < count; i++) this.states[slot + i] = ChunkState.Parsed;
        break;
      }
    }
    if (expanded.open) this.pp.neverClosed(raw);
    const parser = new Parser(expanded.toks, this.sema, this, undefined, expanded.packs);
    const { deep } = this.sema;
    const outer = this.innermost;
    this.innermost = chunk;
    this.sema.parsing++;
    let made: TopLevel[];
    try {
      made = this.sema.work.apart(() => parseTopLevels(parser));
    } catch (error) {
      // The stack is bounded by Sema.deep; should some input still exhaust it, this chunk alone is lost.
      if (!(error instanceof RangeError)) throw error;
      made = [parser.fail('less nesting')];
    }
    this.sema.deep = deep;
    this.sema.parsing--;
    this.innermost = outer;
    this.states[slot] = ChunkState.Parsed;
    if (raw.inMain) {
      this.topLevels.set(chunk, made);
      for (const error of parser.errors) this.errors.push(error);
    }
  }
}

/** Index of the first of ascending chunks that is not before `least`. */
function firstFrom(chunks: readonly number[], least: number): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunks[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Definitions win over declarations. */
function strength(d: Declarator): number {
  switch (d.kind) {
    case 'typedef': case 'enumerator': return 3;
    case 'function': return d.bodyTokens !== undefined ? 3 : 1;
    default: return d.init !== undefined ? 3 : d.storage === 'extern' ? 1 : 2;
  }
}
