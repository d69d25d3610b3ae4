/**
 * What a place in the text rests on: from the conditionals around and inside a stretch of text, through the macros that they and the text
 * use, to the CONFIG_* options and missing headers that decide them.
 *
 * Nothing is collected for this while files are walked but which groups were entered; everything else is read off the token buffers when
 * somebody asks. The answer errs on the side of too much: a macro is taken to rest on whatever decides any of its definitions.
 */
import type { Assumption } from './api';
import { atomOf, atomText, atomStartsWith } from './atoms';
import type { Chunk, ChunkRange, Preprocessed } from './preprocess';
import { ConditionTree } from './conditionTree';
import { isInertBody } from './inertMacros';
import { A, LAST_KEYWORD } from './keywords';
import type { TokenBuffer } from './lexer';
import { Raw } from './rawTokens';
import type { FileRecord } from './sourceManager';

/** Where an option's name was met. */
export interface Met {
  readonly file: FileRecord;
  readonly token: number;
}

interface Site {
  readonly file: FileRecord;
  /** Of `#define` or `#undef`. */
  readonly directive: number;
}

/** A stretch of one chunk, in raw tokens. */
export interface Stretch {
  readonly file: FileRecord;
  readonly from: number;
  readonly to: number;
}

/** What one question has found. */
export class Reached {
  /** Option -> where it was met first. */
  readonly options = new Map<string, Met>();
  /** A name without any definition decided something: it may be one that a missing header defines. */
  undefinedName: Met | undefined;
  /** A built-in header says of its text that it stands for one of a kernel tree without being equal to it. */
  standIn: Met | undefined;
  readonly groups = new Set<string>();
  readonly atoms = new Set<number>();
  readonly files = new Set<number>();
}

const definesOf = new WeakMap<TokenBuffer, ReadonlyMap<number, readonly number[]>>();

/** `#define` and `#undef` directives of a text by name. */
function defines(buffer: TokenBuffer): ReadonlyMap<number, readonly number[]> {
  const known = definesOf.get(buffer);
  if (known !== undefined) return known;
  const made = new Map<number, number[]>();
  const { names } = buffer.structure;
  for (let d = 0; d < names.length; d++) {
    if (names[d] !== A.define && names[d] !== A.undef) continue;
    const atom = buffer.atom((buffer.directives[d] ?? 0) + 2);
    const list = made.get(atom);
    if (list === undefined) made.set(atom, [d]);
    else list.push(d);
  }
  definesOf.set(buffer, made);
  return made;
}

interface IncludeSite {
  readonly file: FileRecord;
  readonly directive: number;
}

/** The part of the index that units with the same headers share. */
export interface SharedIndex {
  readonly files: readonly FileRecord[];
  readonly sites: Map<number, Site[]>;
  /** Where the chunks before the first one of the main file stand. */
  readonly chunks: { readonly count: number; readonly places: ChunkPlaces };
  /** Where headers include others; made when first asked for. */
  includes: ReadonlyMap<FileRecord, readonly IncludeSite[]> | undefined;
  /** What was found for records of headers. */
  readonly answers: WeakMap<object, readonly Assumption[]>;
}

interface ChunkPlace {
  readonly range: ChunkRange;
  readonly chunk: Chunk;
  /** Of the range, in the chunk. */
  readonly at: number;
}
type ChunkPlaces = Map<number, ChunkPlace[]>;

function placeChunks(chunks: readonly Chunk[], from: number, to: number): ChunkPlaces {
  const places: ChunkPlaces = new Map();
  for (let i = from; i < to; i++) {
    const chunk = chunks[i];
    chunk?.ranges.forEach((range, at) => {
      const list = places.get(range.file);
      if (list === undefined) places.set(range.file, [{ range, chunk, at }]);
      else list.push({ range, chunk, at });
    });
  }
  return places;
}

/** Built-in headers put `#ifndef` with this name around records that hold less than a tree's own. */
const STAND_IN = atomOf('KEXEC_HANDOVER_TREE');

export class ConfigGraph {
  readonly shared: SharedIndex;
  /** Chunks that are not in the shared part. */
  private readonly places: ChunkPlaces;
  private mainIncludes: ReadonlyMap<FileRecord, readonly IncludeSite[]> | undefined;
  private readonly inert = new Map<number, boolean>();
  /** Names on the command line and in the list of what every configuration of the architecture has. */
  private readonly facts: ReadonlySet<string>;

  constructor(private readonly pp: Preprocessed, before?: SharedIndex) {
    const files = pp.files as readonly FileRecord[]; // made by the source manager
    this.facts = pp.options.configFacts ?? new Set();
    const first = pp.chunks.findIndex(({ inMain }) => inMain);
    const count = first < 0 ? pp.chunks.length : first;
    const chunks = before !== undefined && before.chunks.count === count && count <= pp.sharedChunks ? before.chunks : { count, places: placeChunks(pp.chunks, 0, count) };
    if (before !== undefined && before.files.length === files.length && before.files.every((file, i) => i === 0 || file === files[i])) {
      this.shared = { ...before, files, chunks, answers: chunks === before.chunks ? before.answers : new WeakMap() };
    } else {
      const sites = new Map<number, Site[]>();
      files.forEach((file, i) => {
        if (i === 0) return;
        for (const [atom, found] of defines(file.buffer)) {
          const list = sites.get(atom);
          const own = found.map((directive) => ({ file, directive }));
          if (list === undefined) sites.set(atom, own);
          else list.push(...own);
        }
      });
      this.shared = { files, sites, chunks, includes: undefined, answers: new WeakMap() };
    }
    this.places = placeChunks(pp.chunks, count, pp.chunks.length);
  }

  private get files(): readonly FileRecord[] {
    return this.shared.files;
  }

  fileOf(id: number): FileRecord | undefined {
    return this.files[id];
  }

  fileAt(path: string): FileRecord | undefined {
    return this.files.find((file) => file.path === path);
  }

  /** Where a file of the unit writes `tag {` after struct, union or enum, whether or not the text is in force. */
  definitionsOf(tag: string): readonly Met[] {
    const atom = atomOf(tag);
    const found: Met[] = [];
    for (const file of this.files) {
      const { buffer } = file;
      for (let i = buffer.atoms.indexOf(atom); i > 0 && i < buffer.count; i = buffer.atoms.indexOf(atom, i + 1)) {
        const word = buffer.atom(i - 1);
        if (buffer.kind(i + 1) === Raw.LBrace && (word === A.struct || word === A.union || word === A.enum)) found.push({ file, token: i });
      }
    }
    return found;
  }

  /** The chunk that holds the character, with the range it stands in. */
  chunkAt(file: number, offset: number): ChunkPlace | undefined {
    for (const places of [this.shared.chunks.places, this.places]) {
      const found = places.get(file)?.find(({ range }) => (range.buffer.starts[range.from] ?? 0) <= offset && offset < (range.buffer.ends[range.to - 1] ?? 0));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  // ---- reaching ----

  /** Everything that decides a stretch of text: what stands around it, what decides its inner conditionals, and the macros it uses. */
  reachText(stretch: Stretch, into: Reached): void {
    const { file, from, to } = stretch;
    const tree = ConditionTree.of(file.buffer);
    this.reachPlace(file, tree.groupAtToken(from), into);
    const { directives, directiveEnds } = file.buffer;
    for (let d = tree.firstAfter(from); d < directives.length && (directives[d] ?? 0) < to; d++) {
      if (tree.isGroup(d)) {
        // A conditional inside a group that was not entered decides nothing as long as that group's own condition holds.
        if (this.entered(file, tree.parent(d))) this.reachGroup(file, d, into);
      }
    }
    for (let i = from, d = tree.firstAfter(from); i < to; i++) {
      if (d < directives.length && directives[d] === i) {
        i = (directiveEnds[d] ?? i + 1) - 1;
        d++;
        continue;
      }
      if (file.buffer.kind(i) !== Raw.Ident) continue;
      const group = d === 0 ? -1 : tree.groupAfter(d - 1);
      if (!this.entered(file, group)) continue;
      this.reachName(file.buffer.atom(i), { file, token: i }, into, true);
    }
  }

  /** What decides that a place of a file is reached: its groups, outermost first until one that was not entered, and the file itself. */
  reachPlace(file: FileRecord, group: number, into: Reached): void {
    const tree = ConditionTree.of(file.buffer);
    for (const g of tree.chain(group)) {
      this.reachGroup(file, g, into);
      if (!file.wasEntered(g)) break;
    }
    this.reachFile(file, into);
  }

  private entered(file: FileRecord, group: number): boolean {
    return ConditionTree.of(file.buffer).chain(group).every((g) => file.wasEntered(g));
  }

  private reachGroup(file: FileRecord, group: number, into: Reached): void {
    const key = `${file.id}:${group}`;
    if (into.groups.has(key)) return;
    into.groups.add(key);
    const { buffer } = file;
    if (buffer.structure.names[group] !== A.else) {
      for (let i = (buffer.directives[group] ?? 0) + 2; i < (buffer.directiveEnds[group] ?? 0); i++) {
        if (buffer.kind(i) === Raw.Ident && buffer.atom(i) !== A.defined) this.reachName(buffer.atom(i), { file, token: i }, into, false);
      }
    }
    const before = ConditionTree.of(buffer).before(group);
    if (before >= 0) this.reachGroup(file, before, into);
  }

  /** `inText`: the name stands in the text that is kept, so that a macro which only adds what no layout depends on does not count. */
  private reachName(atom: number, at: Met, into: Reached, inText: boolean): void {
    if (atomStartsWith(atom, 'CONFIG_')) {
      const name = atomText(atom);
      if (!this.facts.has(name) && !into.options.has(name)) into.options.set(name, at);
      return;
    }
    if (atom === STAND_IN) {
      into.standIn ??= at;
      return;
    }
    if (inText && this.isInert(atom)) return;
    if (into.atoms.has(atom)) return;
    into.atoms.add(atom);
    const sites = this.sitesOf(atom);
    if (sites.length === 0 && !inText && atom > LAST_KEYWORD && !isCompilers(atomText(atom))) into.undefinedName ??= at;
    for (const { file, directive } of sites) {
      const tree = ConditionTree.of(file.buffer);
      const group = tree.groupAfter(directive);
      this.reachPlace(file, group, into);
      if (!this.entered(file, group)) continue;
      const { buffer } = file;
      const end = buffer.directiveEnds[directive] ?? 0;
      for (let i = (buffer.directives[directive] ?? 0) + 3; i < end; i++) {
        if (buffer.kind(i) === Raw.Ident) this.reachName(buffer.atom(i), { file, token: i }, into, true);
      }
    }
  }

  /** A file that some place includes whatever the configuration says rests on nothing. */
  private reachFile(file: FileRecord, into: Reached): void {
    if (into.files.has(file.id)) return;
    into.files.add(file.id);
    const sites = this.includesOf(file);
    let best: IncludeSite | undefined;
    let fewest = Infinity;
    for (const site of sites) {
      const conditions = ConditionTree.of(site.file.buffer).chain(ConditionTree.of(site.file.buffer).groupAfter(site.directive)).length;
      if (conditions < fewest && site.file !== file) {
        best = site;
        fewest = conditions;
      }
    }
    if (best !== undefined) this.reachPlace(best.file, ConditionTree.of(best.file.buffer).groupAfter(best.directive), into);
  }

  private sitesOf(atom: number): readonly Site[] {
    const own = this.files[0];
    const inMain = own === undefined ? undefined : defines(own.buffer).get(atom);
    const others = this.shared.sites.get(atom) ?? [];
    return own === undefined || inMain === undefined ? others : [...others, ...inMain.map((directive) => ({ file: own, directive }))];
  }

  /** Whatever decides it, the macro never changes a layout: it is empty, or attributes that say nothing about size and place. */
  private isInert(atom: number): boolean {
    const known = this.inert.get(atom);
    if (known !== undefined) return known;
    this.inert.set(atom, false); // a macro that comes back to itself
    const sites = this.sitesOf(atom);
    const result = sites.length > 0 && sites.every(({ file, directive }) => isInertBody(file.buffer, directive, (inner) => this.isInert(inner)));
    this.inert.set(atom, result);
    return result;
  }

  private includesOf(file: FileRecord): readonly IncludeSite[] {
    const main = this.files[0]?.path ?? '';
    this.shared.includes ??= this.indexIncludes((path) => path !== main);
    this.mainIncludes ??= this.indexIncludes((path) => path === main);
    return [...(this.shared.includes.get(file) ?? []), ...(this.mainIncludes.get(file) ?? [])];
  }

  private indexIncludes(wanted: (path: string) => boolean): ReadonlyMap<FileRecord, readonly IncludeSite[]> {
    const byPath = new Map(this.files.map((file) => [file.path, file]));
    const result = new Map<FileRecord, IncludeSite[]>();
    for (const { range, resolved } of this.pp.includes) {
      if (resolved === undefined || range.end === 0 || !wanted(range.path)) continue;
      const from = byPath.get(range.path);
      const to = byPath.get(resolved.path);
      if (from === undefined || to === undefined) continue;
      const directive = ConditionTree.of(from.buffer).directiveAt(range.start);
      const list = result.get(to);
      if (list === undefined) result.set(to, [{ file: from, directive }]);
      else list.push({ file: from, directive });
    }
    return result;
  }
}

/** Names that a compiler or the build's command line defines or not; no header does. */
function isCompilers(name: string): boolean {
  return /^(__(KERNEL|ASSEMBLY|ASSEMBLER|CHECKER|clang|GNUC|STDC|cplusplus|SANITIZE|OPTIMIZE|DISABLE|BINDGEN|GENKSYMS|has_|SIZEOF|INT|LONG|CHAR|BYTE|ORDER)|MODULE$|KBUILD_|RANDSTRUCT|BUILD_VDSO|__VDSO|COMPILE_OFFSETS|__GENERATING_)/.test(name);
}
