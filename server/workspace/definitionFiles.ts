/**
 * Which files of a kernel tree may define a struct, union, typedef or variable, told from their texts: the likely ones first, others
 * when those did not. Whether a file does, a unit says.
 *
 * Three ways, one after the other: the definition's head stands in the text; the whole name is an argument of a macro
 * (`DEFINE_MIN_HEAP(char, min_heap_char)`); a part of it is (`TRACE_EVENT(sched_switch, …)` makes trace_event_raw_sched_switch).
 */
import { closeSync, fstatSync, readFileSync } from 'node:fs';
import { openRegular } from './openRegular';
import { isFolder } from './tree';
import { walkC } from './walk';

export interface WantedName {
  /** Tag or typedef name. */
  readonly tag: string | undefined;
  /** A variable whose type is wanted; then `tag` does not count. */
  readonly variable: string | undefined;
}

/** A definition's head: `struct tag {`, attributes between. */
const HEAD = /\b(?:struct|union)\s+(?:__\w+(?:\([^()]*\))?\s+)*(\w+)\s*(?:__\w+(?:\([^()]*\))?\s*)*\{/g;
/** A typedef's name: `} atomic_t;`, `typedef struct page *pgtable_t;`. */
const TYPEDEF = /\}\s*(?:__\w+(?:\([^()]*\))?\s*)*(\w+)\s*(?:__\w+(?:\([^()]*\))?\s*)*;|^typedef\s+(?:struct|union)\s+\w+\s+(\w+)\s*;/gm;
/** File-scope variables: a name between `}` or a type and `=`, at the beginning of a line. */
const VARIABLE = /^(?:static |extern )?(?:struct\s+\w+|\})\s[^;{}()\n]*?\b(\w+)(?:\s+__\w+)*\s*(?:=|;)/gm;
/** A macro that writes the head: `context_lock_struct(mutex) {`, `BTF_TYPE_SAFE_RCU(struct task_struct) {`. */
const MACRO_HEAD = /^\w+\((?:(?:struct|union)\s+)?(\w+)\)\s*\{/gm;
/** Arguments of what may be a macro that declares: at the beginning of a line, or inside a record by its name. */
const ARGUMENTS = /(?:^\w+|(?:^[ \t]+|[{;}][ \t]*)\w*(?:struct_group|DEFINE_|DECLARE_)\w*)\(([^(){};]{1,300})/gm;

/** Read whole into one string; larger ones are tables of data. */
const MAX_FILE_BYTES = 8 << 20;
/** Parts of names that stand in every file. */
const WORDS_OF_C: ReadonlySet<string> = new Set(['struct', 'union', 'enum', 'char', 'int', 'long', 'short', 'const', 'static', 'void', 'unsigned', 'signed']);
/** Shorter parts of a name say nothing. */
const MIN_PART = 2;
/** Share of the name that a long part has at least. */
const LONG_SHARE = 0.25;
/** Most files that are proposed for the parts of one name. */
const MAX_BY_PARTS = 12;
const MAX_BY_PART = 6;
/** Names that are looked for by themselves, as bytes, before everything is read into an index. */
const MAX_SINGLE = 3;

type Names = Map<string, number[]>;

interface Index {
  readonly heads: Names;
  readonly variables: Names;
  readonly macroHeads: Names;
  readonly arguments: Names;
  /** Words beside `##`. */
  readonly pastes: Names;
  /** Files by the last part of what they include. */
  readonly includes: Names;
}

export class DefinitionFiles {
  private readonly files: string[] = [];
  private readonly listed = new Map<string, readonly string[]>();
  private single = 0;
  private readonly index: Index = { heads: new Map(), variables: new Map(), macroHeads: new Map(), arguments: new Map(), pastes: new Map(), includes: new Map() };
  private stage = 0;
  private readonly stages: readonly (readonly string[])[];

  /** What is commonly included is looked through first, programs that run beside the kernel hardly at all. */
  constructor(private readonly root: string, srcArch: string) {
    this.stages = [
      ['include', `arch/${srcArch}`],
      ['kernel', 'mm', 'lib', 'fs', 'block', 'net', 'ipc', 'security', 'init', 'io_uring', 'crypto', 'virt'],
      ['drivers', 'sound', 'certs', 'samples', 'scripts'],
      // Some of it is compiled into the kernel.
      ['tools/lib'],
    ];
  }

  /** Each file once. Reads on in the tree only when the caller goes on. */
  *of(name: WantedName): Generator<string> {
    const wanted = name.variable ?? name.tag ?? '';
    const given = new Set<number>();
    const { index } = this;
    const fresh = (found: readonly number[] | undefined): string[] => {
      const files: string[] = [];
      for (const file of found ?? []) {
        if (given.has(file)) continue;
        given.add(file);
        files.push(this.files[file] ?? '');
      }
      return files;
    };
    if (this.stage === 0 && this.single < MAX_SINGLE) {
      this.single++;
      yield* this.alone(wanted, name.variable !== undefined);
      return;
    }
    do {
      yield* fresh(name.variable === undefined ? index.heads.get(wanted) : index.variables.get(wanted));
      yield* fresh(index.macroHeads.get(wanted));
    } while (this.readStage());
    yield* fresh(index.arguments.get(wanted));
    const joins = joinsOf(wanted);
    const parts = partsOf(wanted);
    const pasting = [...joins].flatMap((word) => index.pastes.get(word) ?? []);
    const heading = parts.flatMap((part) => index.macroHeads.get(part) ?? []);
    const favoured = new Set([...pasting, ...heading].map((file) => this.files[file] ?? ''));
    yield* likely(wanted, new Map(parts.map((part) => [part, fresh([...index.macroHeads.get(part) ?? [], ...index.arguments.get(part) ?? []])])), favoured);
  }

  /** For one name, without an index: the bytes of the name are looked for first, and what stands around them only where they are. */
  private *alone(name: string, variable: boolean): Generator<string> {
    let found = false;
    const patterns = variable ? [VARIABLE] : [HEAD, TYPEDEF, MACRO_HEAD];
    for (const [file, text] of this.filesWith([name])) {
      if (!patterns.some((pattern) => [...text.matchAll(pattern)].some((match) => (match[1] ?? match[2]) === name))) continue;
      found = true;
      yield file;
    }
    if (found) return;
    const all = partsOf(name);
    const isLong = (part: string): boolean => part.length >= name.length * LONG_SHARE;
    // Short parts stand in most files.
    for (const parts of [[name], all.filter(isLong), all.filter((part) => !isLong(part))]) {
      const byPart = new Map(parts.map((part): [string, string[]] => [part, []]));
      const joins = joinsOf(name);
      const favoured = new Set<string>();
      for (const [file, text] of this.filesWith(parts)) {
        if ([...pastedWords(text)].some((word) => joins.has(word))) favoured.add(file);
        const heads = new Set([...text.matchAll(MACRO_HEAD)].map((match) => match[1] ?? ''));
        const named = new Set([...macroArguments(text), ...heads]);
        for (const [part, files] of byPart) if (named.has(part)) files.push(file);
        if (parts.some((part) => heads.has(part))) favoured.add(file);
      }
      yield* likely(name, byPart, favoured);
    }
  }

  /** Files with the bytes of one of the names, and their texts. */
  private *filesWith(names: readonly string[]): Generator<readonly [file: string, text: string]> {
    const sought = names.map((name) => Buffer.from(name, 'latin1'));
    for (const folder of this.stages.flat()) {
      for (const file of this.filesIn(folder)) {
        const buffer = readBytes(file);
        if (buffer !== undefined && sought.some((bytes) => buffer.includes(bytes))) yield [file, buffer.toString('latin1')];
      }
    }
  }

  private filesIn(folder: string): readonly string[] {
    const known = this.listed.get(folder);
    if (known !== undefined) return known;
    const path = `${this.root}/${folder}`;
    const files = isFolder(path) ? walkC(path, { ignored: new Set(), maxFiles: 200_000 }).files : [];
    this.listed.set(folder, files);
    return files;
  }

  /** Names seen so far, at least those of headers, for suggestions. */
  *names(): Generator<string> {
    if (this.stage === 0) this.readStage();
    yield* this.index.heads.keys();
    yield* this.index.variables.keys();
  }

  /** Files that include a header by its name, .c files first, those nearest to it before others. Reads the whole tree. */
  includersOf(header: string): readonly string[] {
    while (this.readStage());
    const name = header.slice(header.lastIndexOf('/') + 1);
    const found = (this.index.includes.get(name) ?? []).map((file) => this.files[file] ?? '').filter((file) => file !== header);
    const far = (file: string): number => (file.endsWith('.c') ? 0 : 1000) - sharedLength(file, header);
    return found.sort((a, b) => far(a) - far(b));
  }

  /** Reads one more part of the tree into the index; false when all are read. */
  private readStage(): boolean {
    const folders = this.stages[this.stage];
    if (folders === undefined) return false;
    this.stage++;
    for (const folder of folders) for (const file of this.filesIn(folder)) this.read(file);
    return true;
  }

  private read(file: string): void {
    const text = readBytes(file)?.toString('latin1') ?? '';
    const number = this.files.push(file) - 1;
    const { heads, variables, macroHeads, arguments: args, pastes, includes } = this.index;
    for (const match of text.matchAll(HEAD)) add(heads, match[1], number);
    for (const match of text.matchAll(TYPEDEF)) add(heads, match[1] ?? match[2], number);
    for (const match of text.matchAll(VARIABLE)) add(variables, match[1], number);
    for (const match of text.matchAll(MACRO_HEAD)) add(macroHeads, match[1], number);
    for (const word of macroArguments(text)) add(args, word, number);
    for (const word of pastedWords(text)) add(pastes, word, number);
    for (const match of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*[<"](?:[^">\n]*\/)?([^">/\n]+)[">]/gm)) add(includes, match[1], number);
  }
}

/** Words that are whole arguments of what may be a macro that declares. */
function *macroArguments(text: string): Generator<string> {
  for (const match of text.matchAll(ARGUMENTS)) {
    for (const argument of (match[1] ?? '').split(',')) {
      const word = /^\s*(?:(?:struct|union|enum)\s+)?(\w+)\s*\*?\s*$/.exec(argument)?.[1];
      if (word !== undefined) yield word;
    }
  }
}

function *pastedWords(text: string): Generator<string> {
  for (const match of text.matchAll(/\b(\w+)[ \t]*##|##[ \t]*(\w+)\b/g)) yield match[1] ?? match[2] ?? '';
}

/** Beginnings and ends of a name, as a macro would write them beside `##`: `batch_`, `batch`, `_lock`, `lock`. */
function joinsOf(name: string): ReadonlySet<string> {
  const joins = new Set<string>();
  for (let i = 1; i < name.length - 1; i++) {
    if (name[i] !== '_') continue;
    for (const part of [name.slice(0, i), name.slice(0, i + 1), name.slice(i), name.slice(i + 1)]) if (part.length > 2) joins.add(part);
  }
  return joins;
}

/**
 * The first of the files found by each part, those first that head a definition with it or paste the rest of the name to something (`favoured`), or whose path speaks of it: trace
 * headers are named after what their events are about, and lie in a folder of that name.
 */
function *likely(name: string, byPart: ReadonlyMap<string, string[]>, favoured: ReadonlySet<string>): Generator<string> {
  const given = new Set<string>();
  const words = name.split('_').filter((word) => word.length > 2);
  const scores = new Map<string, number>();
  const score = (file: string): number => {
    let known = scores.get(file);
    if (known === undefined) scores.set(file, (known = (favoured.has(file) ? 4 : 0) + words.filter((word) => file.includes(word)).length));
    return known;
  };
  for (const files of byPart.values()) {
    for (const file of files.sort((a, b) => score(b) - score(a)).slice(0, MAX_BY_PART)) {
      if (given.has(file)) continue;
      if (given.size >= MAX_BY_PARTS) return;
      given.add(file);
      yield file;
    }
  }
}

/**
 * Parts of a name between underscores that a macro may have been given; the name itself is none, nor a word of C. Macros mostly put something before
 * what they are given, or behind it: ends come first, then beginnings, longest first each.
 */
export function partsOf(name: string): string[] {
  const ends: string[] = [];
  const beginnings: string[] = [];
  for (let i = 1; i < name.length; i++) {
    if (name[i - 1] === '_' && name[i] !== '_') ends.push(name.slice(i));
    if (name[i] === '_' && name[i - 1] !== '_') beginnings.unshift(name.slice(0, i));
  }
  return [...new Set([...ends, ...beginnings])].filter((part) => part.length >= MIN_PART && !WORDS_OF_C.has(part));
}

function add(index: Names, name: string | undefined, file: number): void {
  if (name === undefined) return;
  const files = index.get(name);
  // A part of a text keeps the whole text in memory; a copy does not.
  if (files === undefined) index.set(Buffer.from(name, 'latin1').toString('latin1'), [file]);
  else if (files.at(-1) !== file) files.push(file);
}

function sharedLength(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

function readBytes(file: string): Buffer | undefined {
  let fd: number;
  try {
    fd = openRegular(file);
  } catch {
    return undefined; // gone since the walk
  }
  try {
    return fstatSync(fd).size > MAX_FILE_BYTES ? undefined : readFileSync(fd);
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
