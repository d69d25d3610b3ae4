/**
 * What a folder's own Makefile adds to the compiler's command line (Documentation/kbuild/makefiles.rst, "Compilation flags"): ccflags-y,
 * subdir-ccflags-y of the folders above, CFLAGS_file.o. Read as text: assignments, and conditions on one option; the rest is passed over.
 */
import { readRegular } from './openRegular';
import { parentOf } from './paths';

export interface KbuildFlags {
  readonly includePaths: readonly string[];
  readonly defines: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly forcedIncludes: readonly string[];
}

export interface KbuildRequest {
  /** Root of the tree and of the build beside it, or the root again. */
  readonly root: string;
  readonly build: string;
  /** `y`, `m`, a value, or undefined for an option that is off. */
  option(name: string): string | undefined;
}

const MAX_MAKEFILE_BYTES = 1 << 20;

/** `file`: a core path below `root`. */
export function kbuildFlags(file: string, request: KbuildRequest): KbuildFlags {
  const folder = parentOf(file);
  const object = `${file.slice(folder.length + 1).replace(/\.[^.]*$/, '')}.o`;
  const words: string[] = [];
  for (let at = folder; at.startsWith(`${request.root}/`); at = parentOf(at)) {
    const own = assignments(at, request);
    const given = [...(own.get('subdir-ccflags') ?? []), ...(at === folder ? [...(own.get('ccflags') ?? []), ...(own.get(`CFLAGS_${object}`) ?? [])] : [])];
    words.unshift(...expanded(given, at, request));
  }
  return flagsOf(words);
}

/** Values by variable, the part after `-y` or an option that is on taken off. */
function assignments(folder: string, { option }: KbuildRequest): Map<string, string[]> {
  const found = new Map<string, string[]>();
  /** Of each condition around a line: whether its text counts. */
  const conditions: boolean[] = [];
  for (const line of makefileOf(folder).replace(/\\\n/g, ' ').split('\n')) {
    const text = line.replace(/(^|\s)#.*$/, '').trim();
    const [, word, rest = ''] = /^(ifdef|ifndef|ifeq|ifneq|else|endif)\b\s*(.*)$/.exec(text) ?? [];
    if (word === 'endif') conditions.pop();
    else if (word === 'else') conditions.push(!(conditions.pop() ?? false));
    else if (word !== undefined) conditions.push(holds(word, rest, option));
    if (word !== undefined || conditions.includes(false)) continue;
    const [, variable = '', suffix, operator, value = ''] = /^((?:subdir-)?ccflags|CFLAGS_[\w.-]+?\.o)(?:-(\w+|\$\(CONFIG_\w+\)))?\s*(\+=|:=|=|\?=)\s*(.*)$/.exec(text) ?? [];
    const named = /^\$\(CONFIG_(\w+)\)$/.exec(suffix ?? '')?.[1];
    const on = suffix === undefined || suffix === 'y' || (named !== undefined && /^[ym]$/.test(option(named) ?? ''));
    if (operator === undefined || !on) continue;
    found.set(variable, [...(operator === '+=' ? found.get(variable) ?? [] : []), ...value.replace(/\$\(call [^()]*\)/g, '$').split(/\s+/).filter((one) => one !== '')]);
  }
  return found;
}

function holds(word: string, rest: string, option: KbuildRequest['option']): boolean {
  const defined = /^CONFIG_(\w+)$/.exec(rest)?.[1];
  if (word === 'ifdef' || word === 'ifndef') return defined !== undefined && (option(defined) !== undefined) === (word === 'ifdef');
  const [, named, value = ''] = /^\(\$\(CONFIG_(\w+)\),\s*(\w*)\)$/.exec(rest) ?? [];
  return named !== undefined && ((option(named) ?? '') === value) === (word === 'ifeq');
}

function makefileOf(folder: string): string {
  for (const name of ['Kbuild', 'Makefile']) {
    try {
      const text = readRegular(`${folder}/${name}`);
      return text.length > MAX_MAKEFILE_BYTES ? '' : text;
    } catch {
      // The other one, or none.
    }
  }
  return '';
}

/** Words that speak of anything but the folders are left out. */
function expanded(words: readonly string[], folder: string, { root, build }: KbuildRequest): string[] {
  const object = `${build}${folder.slice(root.length)}`;
  const folders: Readonly<Record<string, string>> = { src: folder, srctree: root, obj: object, objtree: build, srcroot: root };
  return words.map((word) => word.replace(/\$[({](\w+)[)}]/g, (whole, name: string) => folders[name] ?? whole)).filter((word) => !word.includes('$'));
}

function flagsOf(words: readonly string[]): KbuildFlags {
  const includePaths: string[] = [];
  const defines: { name: string; value: string | undefined }[] = [];
  const forcedIncludes: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const operand = (): string => (word.length > 2 ? word.slice(2) : words[++i] ?? '');
    if (word === '-include') forcedIncludes.push(words[++i] ?? '');
    else if (word.startsWith('-I')) includePaths.push(operand());
    else if (word.startsWith('-D')) {
      const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(operand().replace(/^'(.*)'$/s, '$1')) ?? [];
      defines.push({ name, value: value ?? '1' });
    } else if (word.startsWith('-U')) defines.push({ name: operand(), value: undefined });
  }
  return { includePaths: includePaths.filter((folder) => folder.startsWith('/')), defines: defines.filter(({ name }) => /^\w+(?:\(.*\))?$/.test(name)), forcedIncludes: forcedIncludes.filter((name) => name.startsWith('/')) };
}
