/** Files of one unit: reading them once, their token buffers, and finding what an `#include` names. */
import type { CFile } from './api';
import { lex } from './lexer';
import type { TokenBuffer } from './lexer';
import type { SourceProvider } from './source';
import type { FileId } from './token';

/** Token buffers by path and identity. Make one per process with `createBufferStore` and hand it to every unit. */
export interface BufferStore {
  get(path: string, identity: string, text: string): TokenBuffer;
}

/** Keeps the newest buffer of each path, the least recently used paths dropped beyond `maxBytes` of text (two bytes a character reckoned). */
export function createBufferStore(maxBytes = 256 << 20): BufferStore {
  const kept = new Map<string, { identity: string; buffer: TokenBuffer }>();
  let bytes = 0;
  const weight = (buffer: TokenBuffer): number => buffer.text.length * 2 + buffer.count * 14;
  return {
    get(path, identity, text) {
      const known = kept.get(path);
      if (known !== undefined) {
        kept.delete(path);
        if (known.identity === identity && known.buffer.text.length === text.length) {
          kept.set(path, known);
          return known.buffer;
        }
        bytes -= weight(known.buffer);
      }
      const buffer = lex(text);
      kept.set(path, { identity, buffer });
      bytes += weight(buffer);
      for (const [oldPath, old] of kept) {
        if (bytes <= maxBytes || oldPath === path) break;
        kept.delete(oldPath);
        bytes -= weight(old.buffer);
      }
      return buffer;
    },
  };
}

export interface LineAdjust {
  /** From this offset on, `line` = physical line + delta. */
  readonly offset: number;
  readonly delta: number;
  readonly name: string | undefined;
}

export class FileRecord implements CFile {
  /** `#line` directives met, ascending. */
  readonly lineAdjusts: LineAdjust[] = [];
  /** By directive: 1 when the walk has entered the group of a conditional that it begins. */
  private enteredGroups: Uint8Array | undefined;

  constructor(
    readonly id: FileId,
    readonly path: string,
    readonly identity: string,
    readonly buffer: TokenBuffer,
    readonly builtin: boolean,
    /** As `__FILE__` has it: the folder searched and the name as spelled, not normalised. */
    readonly shown: string = path,
  ) {}

  get text(): string {
    return this.buffer.text;
  }

  mentions(name: string, within?: { readonly start: number; readonly end: number }): number {
    return this.buffer.mentions(name, within);
  }

  /** The group that directive `d` begins is in force, at least once. */
  enter(d: number): void {
    (this.enteredGroups ??= new Uint8Array(this.buffer.directives.length))[d] = 1;
  }

  wasEntered(d: number): boolean {
    return this.enteredGroups?.[d] === 1;
  }

  /** Takes over what an earlier walk of the same beginning has entered, up to directive `d`. */
  enteredBefore(d: number, earlier: FileRecord): void {
    if (earlier.enteredGroups !== undefined) (this.enteredGroups ??= new Uint8Array(this.buffer.directives.length)).set(earlier.enteredGroups.subarray(0, d));
  }
}

/** A file and the place in the search order where it was found, for #include_next. */
export interface Found {
  readonly file: FileRecord;
  /** Index into the include paths; -1: beside the including file or named outright. */
  readonly dir: number;
}

export interface NotFound {
  readonly file: undefined;
  /** A path that exists but cannot be read as a file: what to say. */
  readonly problem: string | undefined;
}

/** Joins and normalises: '.' and '..' and doubled slashes go. */
export function joinPath(dir: string, name: string): string {
  const whole = name.startsWith('/') || dir === '' ? name : `${dir}/${name}`;
  if (!/(^|\/)\.{0,2}(\/|$)/.test(whole.slice(1)) && !whole.startsWith('./') && !whole.startsWith('../')) return whole;
  const parts: string[] = [];
  const rooted = whole.startsWith('/');
  for (const part of whole.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop();
    else if (part === '..' && rooted) continue;
    else parts.push(part);
  }
  return (rooted ? '/' : '') + parts.join('/');
}

export function dirOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : slash === 0 ? '/' : path.slice(0, slash);
}

/** Where headers of ours live. Not a path that a tree can have. */
export const BUILTIN_DIR = '<built-in>';

/** What one probe of a path gave. */
type Probe = FileRecord | { readonly reason: 'missing' | 'folder' | 'unreadable'; readonly detail: string | undefined };

export class SourceManager {
  readonly files: FileRecord[];
  /** Every path asked for, with its answer: what must be asked again to know that nothing changed. Those taken over, and our own on top. */
  private readonly taken: ReadonlyMap<string, Probe>;
  private readonly own = new Map<string, Probe>();
  /** State of the provider when these answers were known to hold. */
  private revision: string | undefined;
  private readonly angle = new Map<string, Found | NotFound>();
  private readonly dirs: readonly string[];

  constructor(
    private readonly source: SourceProvider,
    private readonly store: BufferStore,
    includePaths: readonly string[],
    private readonly builtinHeaders: ReadonlyMap<string, string>,
    /** The main file comes first. */
    taken?: { files: readonly FileRecord[]; probes: ReadonlyMap<string, Probe> },
  ) {
    this.revision = taken?.files[0] === undefined ? undefined : source.revision?.(taken.files[0].path);
    this.dirs = [...new Set(includePaths.map((dir) => joinPath('', dir.replace(/(.)\/+$/, '$1'))))];
    this.files = taken === undefined ? [] : [...taken.files];
    this.taken = taken?.probes ?? new Map();
    for (const file of taken?.files.slice(0, 1) ?? []) this.own.set(file.path, file);
  }

  /** A text of ours, not from the provider. */
  addText(path: string, text: string): FileRecord {
    const file = new FileRecord(this.files.length, path, text, this.store.get(path, text, text), true);
    this.files.push(file);
    this.own.set(path, file);
    return file;
  }

  private known(path: string): Probe | undefined {
    return this.own.get(path) ?? this.taken.get(path);
  }

  probe(path: string, shown: string = path): Probe {
    const known = this.known(path);
    if (known !== undefined) return known;
    let probe: Probe;
    if (path.startsWith(BUILTIN_DIR)) {
      // A folder of ours among the include paths: headers that a build would have generated.
      const text = this.builtinHeaders.get(path.slice(BUILTIN_DIR.length + 1));
      if (text !== undefined) return this.addText(path, text);
      probe = { reason: 'missing', detail: undefined };
      this.own.set(path, probe);
      return probe;
    }
    const result = this.source.read(path);
    if (result.ok) {
      probe = new FileRecord(this.files.length, path, result.identity, this.store.get(path, result.identity, result.text), false, shown);
      this.files.push(probe);
    } else probe = { reason: result.reason, detail: result.detail };
    this.own.set(path, probe);
    return probe;
  }

  /** Probes to take over: those that found files beyond the first `files` are left out. */
  probesOf(files: number): ReadonlyMap<string, Probe> {
    // Most edits ask for no file that was not asked for before: only the main file is our own.
    if (this.own.size <= 1 && this.files.length === files) return this.taken;
    const all = new Map([...this.taken, ...this.own]);
    for (const file of this.files.slice(files)) all.delete(file.path);
    return all;
  }

  /** True when asking the provider again gives the identities known; `except` is not asked. */
  stillSame(except: string): boolean {
    const now = this.source.revision?.(except);
    if (now !== undefined && now === this.revision) return true;
    for (const [path, probe] of [...this.taken, ...this.own]) {
      if (path === except || path.startsWith(BUILTIN_DIR)) continue;
      const read = this.source.read(path);
      if (probe instanceof FileRecord ? probe.builtin ? false : !read.ok || read.identity !== probe.identity : read.ok || read.reason !== probe.reason) return false;
    }
    this.revision = now;
    return true;
  }

  /**
   * Finds a header. `from` is the including file and where it was found; `next` starts after that place (gcc manual, Wrapper Headers).
   */
  find(name: string, quoted: boolean, from: Found | undefined, next: boolean): Found | NotFound {
    let problem: string | undefined;
    const look = (inDir: string, dir: number): Found | undefined => {
      const path = joinPath(inDir, name);
      const probe = this.probe(path, inDir === '' || name.startsWith('/') ? name : `${inDir}/${name}`);
      if (probe instanceof FileRecord) return { file: probe, dir };
      if (probe.reason !== 'missing') problem ??= `${path}: ${probe.reason === 'folder' ? 'is a folder' : 'cannot be read'}${probe.detail === undefined ? '' : ` (${probe.detail})`}`;
      return undefined;
    };
    if (name.startsWith('/')) return look('', -1) ?? { file: undefined, problem };
    let first = 0;
    if (next && from !== undefined) first = from.dir + 1;
    else if (quoted && from !== undefined) {
      const found = from.file.path.startsWith(`${BUILTIN_DIR}/`) ? undefined : look(dirOf(from.file.shown), -1);
      if (found !== undefined) return found;
    }
    if (first === 0) {
      const known = this.angle.get(name);
      if (known !== undefined) return known;
    }
    let found: Found | undefined;
    for (let d = first; d < this.dirs.length && found === undefined; d++) found = look(this.dirs[d] ?? '', d);
    if (found === undefined && first <= this.dirs.length) {
      const text = this.builtinHeaders.get(name);
      if (text !== undefined) {
        const path = `${BUILTIN_DIR}/${name}`;
        const probe = this.known(path);
        found = { file: probe instanceof FileRecord ? probe : this.addText(path, text), dir: this.dirs.length };
      }
    }
    const answer = found ?? { file: undefined, problem };
    if (first === 0) this.angle.set(name, answer);
    return answer;
  }
}
