/**
 * File scope of a run of chunks: names, tags, and which chunks are parsed. A unit is one or two of these: the headers', which the
 * next version of the unit takes over whole, and on top of it the main file's.
 */
import type { Declarator, ErrorNode, TopLevel } from './ast';
import { atomOf } from './atoms';
import { NameIndex } from './nameIndex';
import { Parser } from './parser';
import { parseTopLevels } from './parserDeclarations';
import type { Preprocessed } from './preprocess';
import { EnumBuild, RecordDef } from './records';
import type { FileScope } from './scope';
import type { Sema } from './sema';
import type { Tok } from './token';

/** Most chunks expanded together when macros hide braces. */
const MAX_JOINED = 64;

const enum ChunkState { Raw, Parsing, Parsed }

export class UnitScope implements FileScope {
  private readonly names = new Map<string, Declarator>();
  private readonly records = new Map<string, RecordDef>();
  private readonly enums = new Map<string, EnumBuild>();
  private readonly states: Uint8Array;
  private readonly index: NameIndex;
  private opaqueAt = 0;
  /** What the main file's own chunks declare, by chunk. */
  readonly topLevels = new Map<number, readonly TopLevel[]>();
  readonly errors: ErrorNode[] = [];
  /** Names that were looked for in vain; cleared by nothing, since text does not change. */
  private readonly missing = new Set<string>();
  /** Records of the scope below that chunks of this one define: given back when the unit is replaced. */
  readonly borrowed: RecordDef[] = [];

  constructor(private readonly pp: Preprocessed, readonly from: number, readonly to: number, private readonly sema: Sema, readonly below: UnitScope | undefined) {
    this.states = new Uint8Array(to - from);
    this.index = new NameIndex(pp, from, to);
    sema.lookup = (name) => this.lookup(name);
  }

  lookup(name: string): Declarator | undefined {
    const atom = atomOf(name);
    for (const chunk of this.index.ordinary(atom)) {
      const known = this.names.get(name);
      if (known !== undefined && strength(known) > 2) break;
      this.parse(chunk);
    }
    const own = this.names.get(name);
    if (own !== undefined && strength(own) > 1) return own;
    const lower = this.below?.lookup(name);
    if (own === undefined) return lower ?? this.seekOpaque(name);
    return lower !== undefined && strength(lower) > strength(own) ? lower : own;
  }

  isTypedef(name: string): boolean {
    const known = this.names.get(name);
    if (known !== undefined) return known.kind === 'typedef';
    // A typedef of the headers cannot be redeclared as anything else in the same scope (C11 6.7p3), and the index below only says "may be".
    if (this.below?.isTypedef(name) === true) return true;
    const atom = atomOf(name);
    if (this.index.mayBeTypedef(atom)) return this.lookup(name)?.kind === 'typedef';
    if (this.index.ordinary(atom).length > 0) return false;
    if (this.below !== undefined) return this.below.isTypedef(name) || (this.below.known(name) ? false : this.seekOpaque(name)?.kind === 'typedef');
    return this.seekOpaque(name)?.kind === 'typedef';
  }

  private known(name: string): boolean {
    return this.names.has(name) || this.index.ordinary(atomOf(name)).length > 0 || this.below?.known(name) === true;
  }

  /** Looks into chunks that macros fill, one after another, until the name turns up. */
  private seekOpaque(name: string): Declarator | undefined {
    if (this.missing.has(name)) return undefined;
    const { opaque } = this.index;
    while (this.opaqueAt < opaque.length) {
      const chunk = opaque[this.opaqueAt++];
      if (chunk !== undefined) this.parse(chunk);
      const found = this.names.get(name);
      if (found !== undefined) return found;
    }
    this.missing.add(name);
    return undefined;
  }

  record(tag: string, union: boolean, at: Tok): RecordDef {
    const key = union ? `union ${tag}` : tag;
    const own = this.records.get(key);
    if (own !== undefined) return own;
    const lower = this.below?.records.get(key) ?? (this.below?.index.tag(atomOf(tag)).length ? this.below.record(tag, union, at) : undefined);
    if (lower !== undefined) {
      if (!lower.known && this.index.tag(atomOf(tag)).length > 0) {
        lower.seekAlso(() => this.seekTag(tag, lower));
        this.borrowed.push(lower);
      }
      this.records.set(key, lower);
      return lower;
    }
    const made: RecordDef = new RecordDef(tag, union, at, () => this.seekTag(tag, made));
    this.records.set(key, made);
    return made;
  }

  private seekTag(tag: string, wanted: { readonly defined: boolean }): void {
    for (const chunk of this.index.tag(atomOf(tag))) {
      this.parse(chunk);
      if (wanted.defined) return;
    }
    const { opaque } = this.index;
    while (!wanted.defined && this.opaqueAt < opaque.length) {
      const chunk = opaque[this.opaqueAt++];
      if (chunk !== undefined) this.parse(chunk);
    }
  }

  enum(tag: string, at: Tok): EnumBuild {
    const own = this.enums.get(tag);
    if (own !== undefined) return own;
    const lower = this.below?.enums.get(tag) ?? (this.below?.index.tag(atomOf(tag)).length ? this.below.enum(tag, at) : undefined);
    if (lower !== undefined) {
      this.enums.set(tag, lower);
      return lower;
    }
    const made: EnumBuild = new EnumBuild(tag, at, () => this.seekTag(tag, made));
    this.enums.set(tag, made);
    return made;
  }

  /** The tag's record when a chunk may define it or a parsed one mentioned it. */
  findRecord(tag: string, union: boolean, at: Tok): RecordDef | undefined {
    const key = union ? `union ${tag}` : tag;
    for (let scope: UnitScope | undefined = this; scope !== undefined; scope = scope.below) { // eslint-disable-line @typescript-eslint/no-this-alias -- walks down
      if (scope.records.has(key)) return this.record(tag, union, at);
    }
    const made = this.record(tag, union, at);
    if (made.members !== undefined) return made;
    this.records.delete(key);
    return undefined;
  }

  findEnum(tag: string, at: Tok): EnumBuild | undefined {
    const made = this.enum(tag, at);
    return made.enumerators === undefined ? undefined : made;
  }

  declare(declarator: Declarator): void {
    const known = this.names.get(declarator.name);
    if (known === undefined || strength(declarator) > strength(known)) this.names.set(declarator.name, declarator);
  }

  /** Parses a chunk once; while that goes on, a second call does nothing. */
  parse(chunk: number): void {
    if (chunk < this.from) {
      this.below?.parse(chunk);
      return;
    }
    const slot = chunk - this.from;
    if (this.states[slot] !== ChunkState.Raw || chunk >= this.to) return;
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
    const parser = new Parser(expanded.toks, this.sema, this, undefined, expanded.packs);
    const { deep } = this.sema;
    let made: TopLevel[];
    try {
      made = parseTopLevels(parser);
    } catch (error) {
      // The stack is bounded by Sema.deep; should some input still exhaust it, this chunk alone is lost.
      if (!(error instanceof RangeError)) throw error;
      made = [parser.fail('less nesting')];
    }
    this.sema.deep = deep;
    this.states[slot] = ChunkState.Parsed;
    if (raw.inMain) {
      this.topLevels.set(chunk, made);
      for (const error of parser.errors) this.errors.push(error);
    }
  }
}

/** Definitions win over declarations. */
function strength(d: Declarator): number {
  switch (d.kind) {
    case 'typedef': case 'enumerator': return 3;
    case 'function': return d.bodyTokens !== undefined ? 3 : 1;
    default: return d.init !== undefined ? 3 : d.storage === 'extern' ? 1 : 2;
  }
}
