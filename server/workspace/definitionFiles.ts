/**
 * Which files of a kernel tree may define a struct, union, typedef or variable, told from their texts: the likely ones first, others
 * when those did not. Whether a file does, a unit says.
 *
 * Three ways, one after the other: the definition's head stands in the text; the whole name is an argument of a macro
 * (`DEFINE_MIN_HEAP(char, min_heap_char)`); a part of it is (`TRACE_EVENT(sched_switch, …)` makes trace_event_raw_sched_switch).
 */
import { readFileSync, statSync } from 'node:fs';
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
const TYPEDEF = /^\}\s*(?:__\w+(?:\([^()]*\))?\s*)*(\w+)\s*(?:__\w+(?:\([^()]*\))?\s*)*;|^typedef\s+(?:struct|union)\s+\w+\s+(\w+)\s*;/gm;
/** File-scope variables: a name between `}` or a type and `=`, at the beginning of a line. */
const VARIABLE = /^(?:static |extern )?(?:struct\s+\w+|\})\s[^;{}()\n]*?\b(\w+)(?:\s+__\w+)*\s*(?:=|;)/gm;
/** A macro that writes the head: `context_lock_struct(mutex) {`, `BTF_TYPE_SAFE_RCU(struct task_struct) {`. */
const MACRO_HEAD = /^\w+\((?:(?:struct|union)\s+)?(\w+)\)\s*\{/gm;
/** Arguments of what may be a macro that declares: at the beginning of a line, or inside a record by its name. */
const ARGUMENTS = /^(?:\w+|[ \t]+\w*(?:struct_group|DEFINE_|DECLARE_)\w*)\(([^(){};]{1,300})/gm;

/** Read whole into one string; larger ones are tables of data. */
const MAX_FILE_BYTES = 8 << 20;
/** Shorter parts of a name say nothing. */
const MIN_PART = 3;
/** Most files that are proposed for the parts of one name. */
const MAX_BY_PARTS = 24;

type Names = Map<string, number[]>;

interface Index {
  readonly heads: Names;
  readonly variables: Names;
  readonly macroHeads: Names;
  readonly arguments: Names;
  /** Files by the last part of what they include. */
  readonly includes: Names;
}

export class DefinitionFiles {
  private readonly files: string[] = [];
  private readonly index: Index = { heads: new Map(), variables: new Map(), macroHeads: new Map(), arguments: new Map(), includes: new Map() };
  private stage = 0;
  private readonly stages: readonly (readonly string[])[];

  /** What is commonly included is looked through first, programs that run beside the kernel not at all. */
  constructor(private readonly root: string, srcArch: string) {
    this.stages = [
      ['include', `arch/${srcArch}`],
      ['kernel', 'mm', 'lib', 'fs', 'block', 'net', 'ipc', 'security', 'init', 'io_uring', 'crypto', 'virt'],
      ['drivers', 'sound', 'scripts'],
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
    do {
      yield* fresh(name.variable === undefined ? index.heads.get(wanted) : index.variables.get(wanted));
      yield* fresh(index.macroHeads.get(wanted));
    } while (this.readStage());
    yield* fresh(index.arguments.get(wanted));
    let left = MAX_BY_PARTS;
    for (const part of partsOf(wanted)) {
      for (const file of fresh([...index.macroHeads.get(part) ?? [], ...index.arguments.get(part) ?? []].slice(0, left))) {
        yield file;
        left--;
      }
      if (left <= 0) return;
    }
  }

  /** Names seen so far, for suggestions. */
  *names(): Generator<string> {
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
    for (const folder of folders) {
      if (!isFolder(`${this.root}/${folder}`)) continue;
      for (const file of walkC(`${this.root}/${folder}`, { ignored: new Set(), maxFiles: 200_000 }).files) this.read(file);
    }
    return true;
  }

  private read(file: string): void {
    const text = readText(file);
    const number = this.files.push(file) - 1;
    const { heads, variables, macroHeads, arguments: args, includes } = this.index;
    for (const match of text.matchAll(HEAD)) add(heads, match[1], number);
    for (const match of text.matchAll(TYPEDEF)) add(heads, match[1] ?? match[2], number);
    for (const match of text.matchAll(VARIABLE)) add(variables, match[1], number);
    for (const match of text.matchAll(MACRO_HEAD)) add(macroHeads, match[1], number);
    for (const match of text.matchAll(ARGUMENTS)) {
      for (const argument of (match[1] ?? '').split(',')) {
        const word = /^\s*(?:(?:struct|union|enum)\s+)?(\w+)\s*\*?\s*$/.exec(argument);
        if (word !== null) add(args, word[1], number);
      }
    }
    for (const match of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*[<"](?:[^">\n]*\/)?([^">/\n]+)[">]/gm)) add(includes, match[1], number);
  }
}

/** Parts of a name between underscores, longest first; the name itself is none. */
export function partsOf(name: string): string[] {
  const starts = [0];
  const ends = [name.length];
  for (let i = 1; i < name.length; i++) {
    if (name[i - 1] === '_' && name[i] !== '_') starts.push(i);
    if (name[i] === '_' && name[i - 1] !== '_') ends.push(i);
  }
  const parts = new Set<string>();
  for (const start of starts) for (const end of ends) if (end - start >= MIN_PART && end - start < name.length) parts.add(name.slice(start, end));
  return [...parts].sort((a, b) => b.length - a.length);
}

function add(index: Names, name: string | undefined, file: number): void {
  if (name === undefined) return;
  const files = index.get(name);
  if (files === undefined) index.set(name, [file]);
  else if (files.at(-1) !== file) files.push(file);
}

function sharedLength(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

function readText(file: string): string {
  try {
    return statSync(file).size > MAX_FILE_BYTES ? '' : readFileSync(file, 'latin1');
  } catch {
    return ''; // gone since the walk
  }
}
