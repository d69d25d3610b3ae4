/** compile_commands.json, when a build left one: how each file is compiled. Used when present, never required. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { readRegularBytes } from './openRegular';
import { toCorePath } from './paths';

export interface CompileCommand {
  /** The compiler as named. */
  readonly compiler: string;
  readonly directory: string;
  readonly includePaths: readonly string[];
  /** `-D` and `-U` in order; undefined value: `-U`. */
  readonly defines: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly forcedIncludes: readonly string[];
  readonly targetTriple: string | undefined;
  /** `-m32`. */
  readonly word32: boolean;
}

/** A whole kernel's is about 15 MB; beyond this it is passed over. */
const MAX_BYTES = 256 * 1024 * 1024;

interface Loaded {
  readonly mtimeMs: number;
  readonly sizeBytes: number;
  readonly bytes: Buffer;
  /** All of it, once a file was asked for that could not be found by its text alone. */
  commands: ReadonlyMap<string, Entry> | undefined;
  /** Files asked for. */
  readonly known: Map<string, Entry | undefined>;
}
interface Entry {
  readonly directory: string;
  readonly words: readonly string[] | string;
}

export class CompileCommands {
  private readonly loaded = new Map<string, Loaded>();

  /** The command for `file`, from the first of `folders` whose compile_commands.json lists it. Broken files count as absent. */
  find(file: string, folders: readonly string[]): CompileCommand | undefined {
    for (const folder of folders) {
      const entry = this.entryOf(file, `${folder}/compile_commands.json`);
      if (entry !== undefined) return parseCommand(entry.directory, typeof entry.words === 'string' ? shellWords(entry.words) : entry.words);
    }
    return undefined;
  }

  private entryOf(file: string, name: string): Entry | undefined {
    const loaded = this.load(name);
    if (loaded === undefined) return undefined;
    if (!loaded.known.has(file)) loaded.known.set(file, byText(loaded.bytes, file) ?? (loaded.commands ??= readEntries(loaded.bytes.toString('utf8'))).get(file));
    return loaded.known.get(file);
  }

  private load(name: string): Loaded | undefined {
    let mtimeMs: number;
    let sizeBytes: number;
    try {
      const stats = statSync(name);
      if (!stats.isFile() || stats.size > MAX_BYTES) return undefined;
      ({ mtimeMs, size: sizeBytes } = stats);
    } catch {
      return undefined;
    }
    const known = this.loaded.get(name);
    if (known !== undefined && known.mtimeMs === mtimeMs && known.sizeBytes === sizeBytes) return known;
    let bytes: Buffer = Buffer.alloc(0);
    try {
      bytes = readRegularBytes(name);
    } catch {
      // Gone meanwhile.
    }
    const loaded: Loaded = { mtimeMs, sizeBytes, bytes, commands: undefined, known: new Map() };
    this.loaded.set(name, loaded);
    return loaded;
  }
}

/**
 * The first entry of a file that stands in the text as kbuild writes it: an object without objects inside, `"file"` with the very path. Parsing
 * all of a kernel's takes longer than reading the file that is asked for. Undefined: not found in this way.
 */
function byText(bytes: Buffer, file: string): Entry | undefined {
  const at = bytes.indexOf(`"file": ${JSON.stringify(file)}`);
  const [from, to] = [bytes.lastIndexOf('\n  {', at), bytes.indexOf('\n  }', at)];
  if (at < 0 || from < 0 || to < 0) return undefined;
  return readEntries(`[${bytes.toString('utf8', from, to)}\n}]`).get(file);
}

function readEntries(text: string): Map<string, Entry> {
  const result = new Map<string, Entry>();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return result;
  }
  if (!Array.isArray(json)) return result;
  const items: readonly unknown[] = json;
  for (const item of items) {
    if (typeof item !== 'object' || item === null || !('directory' in item) || !('file' in item)) continue;
    const { directory, file } = item;
    if (typeof directory !== 'string' || typeof file !== 'string') continue;
    const words = 'arguments' in item && isStringArray(item.arguments) ? item.arguments
      : 'command' in item && typeof item.command === 'string' ? item.command : undefined;
    if (words === undefined) continue;
    const key = toCorePath(file, directory);
    // The first entry of a file counts: later ones are other configurations of the same text.
    if (!result.has(key)) result.set(key, { directory, words });
  }
  return result;
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Options that take their operand as the next word when it is not glued on. */
const PATH_OPTIONS = ['-I', '-isystem', '-iquote', '-idirafter'];

export function parseCommand(directory: string, words: readonly string[]): CompileCommand {
  const includePaths: string[] = [];
  const defines: { name: string; value: string | undefined }[] = [];
  const forcedIncludes: string[] = [];
  let targetTriple: string | undefined;
  let word32 = false;
  for (let i = 1; i < words.length; i++) {
    const word = words[i] ?? '';
    const operand = (option: string): string => (word.length > option.length ? word.slice(option.length) : (words[++i] ?? ''));
    const pathOption = PATH_OPTIONS.find((option) => word === option || (option === '-I' && word.startsWith('-I')) || (option !== '-I' && word.startsWith(option)));
    if (pathOption !== undefined) includePaths.push(toCorePath(operand(pathOption), directory));
    else if (word === '-include' || word === '-imacros') forcedIncludes.push(toCorePath(words[++i] ?? '', directory));
    else if (word.startsWith('-D')) {
      const text = operand('-D');
      const equals = text.indexOf('=');
      defines.push(equals < 0 ? { name: text, value: '1' } : { name: text.slice(0, equals), value: text.slice(equals + 1) });
    } else if (word.startsWith('-U')) defines.push({ name: operand('-U'), value: undefined });
    else if (word.startsWith('--target=')) targetTriple = word.slice('--target='.length);
    else if (word === '-m32' || word === '-m64') word32 = word === '-m32';
    else if (word === '-target') targetTriple = words[++i];
  }
  return { compiler: words[0] ?? '', directory, includePaths, defines, forcedIncludes, targetTriple, word32 };
}

/** Splits as a POSIX shell would, without expansions: quotes and backslashes only. */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  for (let i = 0; i < command.length; i++) {
    const c = command.charAt(i);
    if (c === "'") {
      const close = command.indexOf("'", i + 1);
      word += command.slice(i + 1, close < 0 ? undefined : close);
      i = close < 0 ? command.length : close;
      inWord = true;
    } else if (c === '"') {
      inWord = true;
      for (i++; i < command.length && command.charAt(i) !== '"'; i++) {
        if (command.charAt(i) === '\\' && '"\\$`\n'.includes(command.charAt(i + 1))) i++;
        word += command.charAt(i);
      }
    } else if (c === '\\') {
      word += command.charAt(++i);
      inWord = true;
    } else if (/\s/.test(c)) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
    } else {
      word += c;
      inWord = true;
    }
  }
  if (inWord) words.push(word);
  return words;
}

/** Folder names where a build may have left the file: the build folder, the tree, the folders above the file (bounded by the caller). */
export function commandFolders(build: string | undefined, root: string, file: string): string[] {
  const result = [build, root, path.posix.dirname(file)].filter((folder) => folder !== undefined);
  return [...new Set(result)];
}
