/** Reads Kconfig files: the options they define, with their defaults, selects and dependencies (Documentation/kbuild/kconfig-language.rst). */

export type Condition =
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'compare'; readonly op: string; readonly left: string; readonly right: string }
  /** What this reader does not evaluate: `$(…)` of the build, or text that is no condition. */
  | { readonly kind: 'unknown' };

export interface KconfigOption {
  readonly name: string;
  type: 'bool' | 'tristate' | 'int' | 'hex' | 'string' | undefined;
  /** A person can choose. */
  prompt: boolean;
  readonly defaults: { readonly value: string; readonly when: Condition | undefined }[];
  readonly selects: { readonly name: string; readonly when: Condition | undefined }[];
  readonly depends: Condition[];
  /** Stands in a choice: one of several is on, which one its defaults do not say. */
  readonly inChoice: boolean;
}

/** `source` statements are given to `follow`, which returns the text of the file, or undefined to pass it over. */
export function readKconfig(text: string, follow: (name: string) => string | undefined): KconfigOption[] {
  const options: KconfigOption[] = [];
  let files = 0;
  readInto(text, (name) => (++files > MAX_FILES ? undefined : follow(name)), options, [], 0);
  return options;
}

const MAX_DEPTH = 20;
/** A whole tree has some 1,700. */
const MAX_FILES = 10_000;

function readInto(text: string, follow: (name: string) => string | undefined, options: KconfigOption[], outer: readonly Condition[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  const around: Condition[][] = [[...outer]];
  let option: KconfigOption | undefined;
  /** The menu or choice whose own lines are being read. */
  let group: Condition[] | undefined;
  let choices = 0;
  let helpIndent = -1;
  let inHelp = false;
  for (const raw of text.replace(/\\\n/g, ' ').split('\n')) {
    if (inHelp) {
      const indent = raw.trim() === '' ? Infinity : raw.replace(/\t/g, '        ').search(/\S/);
      if (helpIndent < 0 && indent !== Infinity) helpIndent = indent;
      if (indent >= helpIndent && helpIndent > 0) continue;
      inHelp = false;
    }
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    const [, word = '', rest = ''] = /^([\w-]+)\s*(.*)$/.exec(line) ?? [];
    switch (word) {
      case 'config': case 'menuconfig':
        option = { name: rest, type: undefined, prompt: false, defaults: [], selects: [], depends: around.flat(), inChoice: choices > 0 };
        options.push(option);
        group = undefined;
        break;
      case 'menu': case 'choice':
        group = [];
        around.push(group);
        if (word === 'choice') choices++;
        option = undefined;
        break;
      case 'endmenu': case 'endchoice': case 'endif':
        if (word === 'endchoice') choices--;
        if (around.length > 1) around.pop();
        option = undefined;
        group = undefined;
        break;
      case 'if':
        around.push([parseCondition(rest)]);
        option = undefined;
        group = undefined;
        break;
      case 'source': {
        const inner = follow(rest.replace(/^"|"$/g, ''));
        if (inner !== undefined) readInto(inner, follow, options, around.flat(), depth + 1);
        break;
      }
      case 'comment': case 'mainmenu': option = undefined; group = undefined; break;
      case 'help': inHelp = true; helpIndent = -1; break;
      case 'depends': {
        const condition = parseCondition(rest.replace(/^on\s+/, ''));
        if (option !== undefined) option.depends.push(condition);
        else group?.push(condition);
        break;
      }
      default:
        if (option !== undefined) attribute(option, word, rest);
    }
  }
}

function attribute(option: KconfigOption, word: string, rest: string): void {
  const [value = '', condition] = splitIf(rest);
  const when = condition === undefined ? undefined : parseCondition(condition);
  switch (word) {
    case 'bool': case 'tristate': case 'int': case 'hex': case 'string':
      option.type = word;
      if (rest !== '') option.prompt = true;
      break;
    case 'prompt': option.prompt = true; break;
    case 'def_bool': case 'def_tristate':
      option.type = word === 'def_bool' ? 'bool' : 'tristate';
      option.defaults.push({ value, when });
      break;
    case 'default': option.defaults.push({ value, when }); break;
    case 'select': option.selects.push({ name: value, when }); break;
    default: break;
  }
}

function splitIf(text: string): [string, string | undefined] {
  const at = /\sif\s/.exec(text);
  return at === null ? [text.trim(), undefined] : [text.slice(0, at.index).trim(), text.slice(at.index + at[0].length)];
}

export function parseCondition(text: string): Condition {
  const words = text.match(/"[^"]*"|'[^']*'|\$\(.*\)|&&|\|\||!=|<=|>=|[!()=<>]|[\w./-]+/g) ?? [];
  let at = 0;
  const primary = (): Condition => {
    const word = words[at++];
    if (word === undefined) return { kind: 'unknown' };
    if (word === '!') return { kind: 'not', of: primary() };
    if (word === '(') {
      const inner = or();
      at++;
      return inner;
    }
    const op = words[at];
    if (op !== undefined && /^(=|!=|<|>|<=|>=)$/.test(op)) {
      at++;
      return { kind: 'compare', op, left: word, right: words[at++] ?? '' };
    }
    return word.startsWith('$') ? { kind: 'unknown' } : { kind: 'symbol', name: word };
  };
  const and = (): Condition => {
    let left = primary();
    while (words[at] === '&&') {
      at++;
      left = { kind: 'and', left, right: primary() };
    }
    return left;
  };
  const or = (): Condition => {
    let left = and();
    while (words[at] === '||') {
      at++;
      left = { kind: 'or', left, right: and() };
    }
    return left;
  };
  return or();
}
