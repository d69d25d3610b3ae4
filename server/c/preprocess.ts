/**
 * The entry of the lexer and preprocessor.
 *
 * `preprocess` walks the main file and what it includes, obeys the directives, and records the text that is left as
 * top-level chunks of raw tokens. Nothing is macro-expanded until `expand` is asked for a chunk; macro definitions are kept
 * by sequence number, so that a chunk expanded later sees exactly those in force at each of its tokens.
 */
import type { Assumption, CProblem, Include } from './api';
import { atomOf } from './atoms';
import { ChunkBuilder, ListSource, RangeSource } from './chunks';
import type { Chunk, ChunkRange } from './chunks';
import { Walker } from './directives';
import type { WalkHost } from './directives';
import type { Snapshot, WalkLists } from './snapshot';
import { dynamicText } from './dynamic';
import { Expander } from './expand';
import type { TokenSource } from './expand';
import { readUnasked } from './longFile';
import { lex } from './lexer';
import { MacroTable } from './macros';
import type { BodyTok } from './macros';
import { LEAST_BUDGET, asPTok, budgetFor, drain, openBrackets } from './expandedText';
import { commandLine, predefinedText } from './predefined';
import type { Expanded, PreprocessOptions, Preprocessed } from './preprocessed';
import { sameOptions, standsIn } from './takeOver';
import { tokenOf } from './ppToken';
import type { PTok, PpTok } from './ppToken';
import { applyPack } from './pragmaPack';
import type { PackState } from './pragmaPack';
import { writtenPlace, writtenRange } from './provenance';
import { Raw } from './rawTokens';
import { BUILTIN_DIR, FileRecord, SourceManager, createBufferStore } from './sourceManager';
import type { BufferStore, Found } from './sourceManager';
import type { SrcRange } from './source';
import type { Expansion, MacroDef, TokKind, Tok } from './token';

export type { Chunk, ChunkRange } from './chunks';
export type { Expanded, PreprocessOptions, Preprocessed } from './preprocessed';
export type { PpTok } from './ppToken';
export { createBufferStore } from './sourceManager';
export type { BufferStore } from './sourceManager';

/**
 * Preprocesses `options.path`. Bad input gives problems, never an exception.
 *
 * With `previous` (same options but for texts): when no included file's identity has changed and the main file is equal up to and
 * including an unchanged `#include` of its own, everything up to that directive is taken over instead of walked again. When nothing
 * changed at all, `previous` itself is the answer. The provider is asked for every file of `previous` to know that.
 */
export function preprocess(options: PreprocessOptions, previous?: Preprocessed): Preprocessed {
  const before = previous instanceof Unit && sameOptions(previous.options, options) ? previous : undefined;
  const read = options.source.read(options.path);
  if (before !== undefined && before.sources.stillSame(options.path)) {
    if (read.ok && before.files[0].identity === read.identity && before.files[0].text.length === read.text.length) return before;
    if (read.ok && before.readable) {
      const resumed = resume(options, before, read.text, read.identity);
      if (resumed !== undefined) return resumed;
    }
  }
  const store = options.buffers ?? before?.store ?? createBufferStore();
  const unit = new Unit(options, store, read.ok ? read.text : '', read.ok ? read.identity : '', undefined);
  unit.walkAll(read.ok ? undefined : read.reason === 'folder' ? 'is a folder' : read.reason === 'missing' ? 'is missing' : `cannot be read${read.detail === undefined ? '' : ` (${read.detail})`}`);
  return unit;
}

/** Chunks that begin at one are told apart by how many they are: fewer than so many are expanded as one. */
const STRETCHES = 128;

/** Longest chain of tables a resumed unit may stand on: beyond it the whole unit is walked anew. */
const MAX_TABLES = 4;

function resume(options: PreprocessOptions, before: Unit, text: string, identity: string): Unit | undefined {
  const old = before.files[0].text;
  let same = 0;
  const least = Math.min(old.length, text.length);
  while (same < least && old.charCodeAt(same) === text.charCodeAt(same)) same++;
  // The line of the last token used must end before the change: what follows on it could join that token.
  const newlines = (snapshot: Snapshot): number => old.indexOf('\n', snapshot.offset);
  const best = before.snapshots.findLast((snapshot) => snapshot.offset < same && newlines(snapshot) >= 0 && newlines(snapshot) < same && before.tableAt(snapshot).depth < MAX_TABLES && !before.joinsAcross(snapshot.chunks));
  if (best === undefined || !standsIn(before.store.get(options.path, identity, text), best)) return undefined;
  const unit = new Unit(options, before.store, text, identity, { before, snapshot: best });
  unit.walkFrom(best);
  return unit;
}

class Unit implements Preprocessed, WalkHost {
  readonly files: readonly [FileRecord, ...FileRecord[]];
  readonly main: FileRecord;
  readonly mainFile = 0;
  readonly sources: SourceManager;
  readonly macros: MacroTable;
  readonly lists: WalkLists;
  readonly builder: ChunkBuilder;
  readonly configKnown: boolean;
  readonly sharedChunks: number;
  readonly sharedFiles: number;
  readable = true;
  budget: number;
  snapshots: readonly Snapshot[] = [];
  private readonly walker: Walker;
  private counter = 0;
  private readonly counterAt = new Map<number, number>();
  /** Of chunks of the main file that have been expanded, by the key of counterAt: a macro's argument list goes on beyond them. */
  private readonly unterminated = new Map<number, boolean>();
  private level = 0;
  private readonly uses = new Map<number, Expansion>();
  /** Those of them that directives have told: no expansion of a chunk tells them again. */
  private readonly usesOfWalk = new Map<number, Expansion>();
  private usesList: readonly Expansion[] | undefined;
  private readonly said = new Set<string>();
  /** Runs of chunks that have been expanded as one. */
  private readonly joins: { readonly from: number; readonly to: number }[] = [];
  /** Problems told by expanding; those of the walk stand in `lists`. */
  private readonly ofExpansion: CProblem[] = [];
  private packNow: PackState | undefined;
  /** Resolves __has_include outside the walk: no file is being read. */
  private walking = false;

  constructor(readonly options: PreprocessOptions, readonly store: BufferStore, text: string, identity: string, from: { before: Unit; snapshot: Snapshot } | undefined) {
    const buffer = store.get(options.path, identity, text);
    this.main = new FileRecord(0, options.path, identity, buffer, false);
    this.budget = options.maxExpandedTokens ?? LEAST_BUDGET;
    this.configKnown = options.configKnown ?? false;
    const taken = from === undefined ? [] : from.before.sources.files.slice(1, from.snapshot.files);
    this.sources = new SourceManager(options.source, store, options.includePaths, options.builtinHeaders, {
      files: [this.main, ...taken], probes: from === undefined ? new Map() : from.before.sources.probesOf(from.snapshot.files),
    });
    this.files = this.sources.files as [FileRecord, ...FileRecord[]]; // made with the main file in front
    if (from === undefined) {
      this.macros = new MacroTable(undefined, 0);
      this.lists = { includes: [], problems: [], assumptions: [], once: [] };
      this.builder = new ChunkBuilder(0);
      this.sharedChunks = 0;
      this.sharedFiles = 0;
      this.walker = new Walker(this);
    } else {
      const { before, snapshot } = from;
      this.macros = new MacroTable(before.tableAt(snapshot), snapshot.seq);
      this.lists = {
        includes: before.lists.includes.slice(0, snapshot.includes), problems: before.lists.problems.slice(0, snapshot.problems),
        assumptions: before.lists.assumptions.slice(0, snapshot.assumptions), once: before.lists.once.slice(0, snapshot.once),
      };
      for (const problem of this.lists.problems) this.said.add(keyOf(problem));
      this.builder = new ChunkBuilder(0, before.builder.upTo(snapshot.chunks), snapshot.builder);
      this.sharedChunks = snapshot.chunks;
      this.sharedFiles = snapshot.files;
      this.main.enteredBefore(snapshot.directive, before.main);
      this.snapshots = before.snapshots.slice(0, before.snapshots.indexOf(snapshot) + 1);
      this.walker = new Walker(this, snapshot);
      this.takeExpansions(before, snapshot);
    }
  }

  /** Whether chunks on both sides of the place have been expanded as one. */
  joinsAcross(place: number): boolean {
    return this.joins.some(({ from, to }) => from < place && place < to);
  }

  neverClosed(chunk: Chunk): void {
    this.joins.push({ from: chunk.index, to: Infinity });
  }

  /** What expanding the shared chunks of the main file has told: whoever has their tokens does not expand them again. */
  private takeExpansions(before: Unit, { chunks, end: to, builder }: Snapshot): void {
    // A chunk that goes on over the place is made anew.
    const open = builder.progress.ranges.find((range) => range.file === this.mainFile);
    const end = open === undefined ? to : open.buffer.starts[open.from] ?? to;
    this.counter = before.counter;
    for (const join of before.joins) if (join.to <= chunks) this.joins.push(join);
    const isShared = (key: number): boolean => Math.floor(key / STRETCHES) + (key % STRETCHES) <= chunks;
    for (const [key, value] of before.unterminated) if (isShared(key)) this.unterminated.set(key, value);
    for (const [key, value] of before.counterAt) if (isShared(key)) this.counterAt.set(key, value);
    for (const [start, use] of before.uses) if (start < end) this.uses.set(start, use);
    for (const [start, use] of before.usesOfWalk) if (start < to) this.usesOfWalk.set(start, use);
    for (const problem of before.ofExpansion) {
      if (problem.range.path === this.options.path && problem.range.end <= end) this.say(problem);
    }
  }

  // ---- the walk ----

  walkAll(unreadable: string | undefined): void {
    this.walking = true;
    const place = (file: FileRecord): Found => ({ file, dir: -1 });
    this.walker.walk(place(this.sources.addText(`${BUILTIN_DIR}/predefined`, predefinedText(this.options.target))));
    this.walker.walk(place(this.sources.addText(`${BUILTIN_DIR}/command-line`, commandLine(this.options.defines))));
    for (const name of this.options.forcedIncludes) {
      const found = this.forced(name);
      this.lists.includes.push({ range: { path: this.options.path, start: 0, end: 0 }, spelled: `"${name}"`, resolved: found?.file });
      if (found !== undefined) this.walker.walk(found);
    }
    if (unreadable !== undefined) {
      this.readable = false;
      this.reportAt(this.main, 0, 0, `${this.options.path}: ${unreadable}`, 'error');
    }
    this.walker.snapshots.length = 0;
    this.walker.walk(place(this.main));
    this.finishWalk();
  }

  walkFrom(snapshot: Snapshot): void {
    this.walking = true;
    this.walker.walk({ file: this.main, dir: -1 }, snapshot);
    this.finishWalk();
  }

  private finishWalk(): void {
    this.walking = false;
    this.builder.finish();
    if (this.options.maxExpandedTokens === undefined) {
      const read = this.files.reduce((sum, { buffer }) => sum + buffer.count, 0);
      this.budget += budgetFor(read);
    }
    this.snapshots = [...this.snapshots, ...this.walker.snapshots];
  }

  /** `-include`: the working directory first (paths are given from there), then the include paths. */
  private forced(name: string): Found | undefined {
    const probe = this.sources.probe(name);
    if (probe instanceof FileRecord) return { file: probe, dir: -1 };
    const found = this.sources.find(name, false, undefined, false);
    return found.file === undefined ? undefined : found;
  }

  /** The table that holds the definitions up to the snapshot. Later ones are left behind, else the chain would grow with every edit. */
  tableAt(snapshot: Snapshot): MacroTable {
    let table: MacroTable = this.macros;
    while (table.base !== undefined && snapshot.seq <= table.baseSeq) table = table.base;
    return table;
  }

  // ---- Preprocessed ----

  get includes(): readonly Include[] {
    return this.lists.includes;
  }

  get problems(): readonly CProblem[] {
    return [...this.lists.problems, ...this.ofExpansion];
  }

  get assumptions(): readonly Assumption[] {
    return this.lists.assumptions;
  }

  get chunks(): readonly Chunk[] {
    return this.builder.chunks;
  }

  get mainChunks(): readonly Chunk[] {
    return this.builder.mainChunks;
  }

  isMacroAt(atom: number, seq: number): boolean {
    return this.macros.at(atom, seq) !== undefined;
  }

  macroAt(atom: number, seq: number): MacroDef | undefined {
    return this.macros.at(atom, seq);
  }

  macro(name: string): MacroDef | undefined {
    return this.macros.at(atomOf(name), this.macros.seq);
  }

  bodiesOf(atom: number): readonly (readonly BodyTok[])[] {
    return this.macros.bodiesOf(atom);
  }

  expand(chunk: Chunk, count = 1): Expanded {
    const chunks = count === 1 ? [chunk] : this.chunks.slice(chunk.index, chunk.index + count);
    const ranges = count === 1 ? chunk.ranges : chunks.flatMap((c) => c.ranges);
    // The same chunks asked for again get the same __COUNTER__ values.
    const key = chunk.index * STRETCHES + count;
    const saved = this.counter;
    const again = this.counterAt.get(key);
    if (again === undefined) this.counterAt.set(key, this.counter);
    else this.counter = again;
    if (count > 1) this.joins.push({ from: chunk.index, to: chunk.index + count });
    const atEnd = chunk.index + count >= this.chunks.length;
    const out = this.run(ranges, atEnd);
    if (again !== undefined) this.counter = saved;
    if (chunk.inMain) this.unterminated.set(key, out.open && !openBrackets(out.toks));
    return out;
  }

  private run(ranges: readonly ChunkRange[], atEnd: boolean): Expanded {
    const out: PTok[] = [];
    const packs: { at: number; pack: number }[] = [];
    const setPack = (pack: number): void => {
      const last = packs[packs.length - 1];
      if (last?.at === out.length) packs.pop();
      if (packs[packs.length - 1]?.pack !== pack) packs.push({ at: out.length, pack });
    };
    const source = new RangeSource(ranges, (range) => {
      this.level = range.level;
      this.packNow = { value: range.pack, stack: [] };
      setPack(range.pack);
    });
    const problems = this.ofExpansion.length;
    const expander = new Expander(this, source, false);
    drain(expander, out, () => {
      if (this.packNow !== undefined) setPack(this.packNow.value);
    });
    this.packNow = undefined;
    // An argument list cut off by the end of the chunk is no mistake as long as more text follows.
    if (expander.unterminated && !atEnd) {
      const { ofExpansion: list } = this;
      for (let i = list.length - 1; i >= problems; i--) if (list[i]?.message.startsWith('unterminated argument list') === true) list.splice(i, 1);
    }
    if (packs.length === 0) packs.push({ at: 0, pack: 0 });
    return { toks: out, packs, open: expander.unterminated || openBrackets(out) };
  }

  expandTokens(tokens: readonly Tok[]): readonly PpTok[] {
    const out: PTok[] = [];
    const source: TokenSource = new ListSource(tokens.map(asPTok), this.macros.seq);
    drain(new Expander(this, source, false), out, () => undefined);
    return out;
  }

  mainExpansions(): readonly Expansion[] {
    if (this.usesList === undefined) {
      let next = 0;
      for (const chunk of readUnasked(this.mainChunks).read) {
        if (chunk.index < next) continue;
        let count = 1;
        // Joined only where a macro's argument list goes on: a brace left open changes no expansion.
        const { unterminated } = this.expandForUses(chunk, count);
        if (unterminated) while (count < 8 && chunk.index + count < this.chunks.length && this.expandForUses(chunk, ++count).unterminated);
        next = chunk.index + count;
      }
      this.usesList = [...this.uses.values(), ...this.usesOfWalk.values()].sort((a, b) => a.name.start - b.name.start);
    }
    return this.usesList;
  }

  /** A chunk that the parser has had expanded has told its uses already. */
  private expandForUses(chunk: Chunk, count: number): { unterminated: boolean } {
    const key = chunk.index * STRETCHES + count;
    if (!this.unterminated.has(key)) this.expand(chunk, count);
    return { unterminated: this.unterminated.get(key) ?? false };
  }

  range(first: Tok, last: Tok = first): SrcRange {
    return writtenRange(first, last, (file) => this.files[file]?.path ?? this.options.path);
  }

  // ---- what the walk and the expansion ask ----

  report(first: Tok, last: Tok, message: string, severity: 'error' | 'warning', leftOut?: true): void {
    this.say({ range: this.range(first, last), message, severity, ...(leftOut === true ? { leftOut } : {}) });
  }

  reportAt(file: FileRecord, start: number, end: number, message: string, severity: 'error' | 'warning', leftOut?: true): void {
    this.say({ range: { path: file.path, start, end }, message, severity, ...(leftOut === true ? { leftOut } : {}) });
  }

  /** A chunk may be expanded more than once; a problem is said once. */
  private say(problem: CProblem): void {
    const key = keyOf(problem);
    if (this.said.has(key)) return;
    this.said.add(key);
    (this.walking ? this.lists.problems : this.ofExpansion).push(problem);
  }

  used(expansion: Expansion): void {
    const uses = this.walking ? this.usesOfWalk : this.uses;
    if (!uses.has(expansion.name.start)) uses.set(expansion.name.start, expansion);
  }

  dynamic(atom: number, name: Tok, expander: Expander): { kind: TokKind; text: string } | undefined {
    const { file, start } = writtenPlace(name);
    return dynamicText(atom, name, expander, {
      file: this.files[file] ?? this.main, offset: start, base: this.options.path, target: this.options.target,
      level: this.walking ? this.walker.level : this.level,
      count: () => this.counter++,
      hasHeader: (spelled, next) => {
        const here = this.walking ? this.walker.here : { file: this.files[file] ?? this.main, dir: -1 };
        return this.sources.find(spelled.slice(1, -1), spelled.startsWith('"'), here, next).file !== undefined;
      },
      report: (message) => {
        this.report(name, name, message, 'error');
      },
    });
  }

  pragmaOperator(text: string, at: Tok): void {
    const buffer = lex(text);
    if (this.packNow === undefined || buffer.kind(0) !== Raw.Ident || buffer.spelling(0) !== 'pack') return;
    const toks: Tok[] = [];
    for (let i = 1; i < buffer.count; i++) toks.push(tokenOf(buffer, i, at.file));
    applyPack(this.packNow, toks);
  }
}

function keyOf({ range, message }: CProblem): string {
  return `${range.path}\n${String(range.start)}\n${message}`;
}
