/**
 * .gitignore as git reads it (gitignore(5)): last matching line of a file wins, a deeper file wins over a higher one,
 * and nothing below an ignored folder comes back. Text in, rules out; the walk brings the files.
 */

interface Rule {
  readonly keep: boolean;
  readonly foldersOnly: boolean;
  /** Against the path below the folder of the .gitignore when true, else against the last name alone. */
  readonly wholePath: boolean;
  readonly regExp: RegExp;
}

/** Rules of one kind of entry, with one expression each that tells quickly that none of them matches. */
interface RuleList {
  readonly rules: readonly Rule[];
  readonly anyName: RegExp | undefined;
  readonly anyPath: RegExp | undefined;
}

export interface IgnoreRules {
  readonly folders: RuleList;
  readonly files: RuleList;
}

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', blank: ' \\t', digit: '0-9', lower: 'a-z', upper: 'A-Z', space: '\\s', xdigit: '0-9A-Fa-f',
  punct: '!-\\/:-@\\[-`{-~', word: '\\w',
};

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** The bracket expression that opens at `at`: its regular expression and where it ends; undefined when it never closes. */
function bracket(glob: string, at: number): { readonly source: string; readonly end: number } | undefined {
  let i = at + 1;
  const negated = glob[i] === '!' || glob[i] === '^';
  if (negated) i++;
  let source = '';
  for (let first = true; i < glob.length; first = false) {
    const c = glob.charAt(i);
    if (c === ']' && !first) return { source: negated ? `(?!/)[^${source}]` : `(?!/)[${source}]`, end: i + 1 };
    const named = c === '[' ? /^\[:([a-z]+):\]/.exec(glob.slice(i)) : null;
    if (named !== null) {
      source += classes[named[1] ?? ''] ?? '';
      i += named[0].length;
      continue;
    }
    let literal = c;
    if (c === '\\' && i + 1 < glob.length) literal = glob.charAt(++i);
    else if (c === '-' && !first && i + 1 < glob.length && glob[i + 1] !== ']') {
      source += '-';
      i++;
      continue;
    }
    source += escapeRegExp(literal);
    i++;
  }
  return undefined;
}

/** The expression for one pattern; undefined when git would match nothing by it. */
function globSource(glob: string): string | undefined {
  let out = '';
  for (let i = 0; i < glob.length;) {
    const c = glob.charAt(i);
    if (c === '*') {
      let stars = 1;
      while (glob[i + stars] === '*') stars++;
      const startsPart = i === 0 || glob[i - 1] === '/';
      const after = glob[i + stars];
      if (stars === 2 && startsPart && after === '/') {
        out += '(?:[^/]+/)*';
        i += 3;
      } else if (stars === 2 && startsPart && after === undefined) {
        out += '.+';
        i += 2;
      } else {
        out += '[^/]*';
        i += stars;
      }
    } else if (c === '?') {
      out += '[^/]';
      i++;
    } else if (c === '[') {
      const set = bracket(glob, i);
      if (set === undefined) return undefined;
      out += set.source;
      i = set.end;
    } else if (c === '\\') {
      if (i + 1 >= glob.length) return undefined;
      out += escapeRegExp(glob.charAt(i + 1));
      i += 2;
    } else {
      out += escapeRegExp(c);
      i++;
    }
  }
  return out;
}

function parseLine(line: string): Rule | undefined {
  // Trailing blanks go unless a backslash holds them.
  let glob = line.replace(/\r$/, '');
  while (/[ \t]$/.test(glob) && !/\\[ \t]$/.test(glob)) glob = glob.slice(0, -1);
  if (glob === '' || glob.startsWith('#')) return undefined;
  const keep = glob.startsWith('!');
  if (keep) glob = glob.slice(1);
  const foldersOnly = glob.endsWith('/');
  if (foldersOnly) glob = glob.slice(0, -1);
  const wholePath = glob.includes('/');
  if (glob.startsWith('/')) glob = glob.slice(1);
  if (glob === '') return undefined;
  const source = globSource(glob);
  if (source === undefined) return undefined;
  try {
    return { keep, foldersOnly, wholePath, regExp: new RegExp(`^${source}$`, 's') };
  } catch {
    return undefined; // A range out of order, say: git matches nothing by it either.
  }
}

/** Whether the rule could match a name that ends in `.c` or `.h`, as far as its last letter tells. */
function mayMatchC(glob: string): boolean {
  return !/[^*?\]\\ch]$/.test(glob.replace(/[ \t\r]+$/, ''));
}

function join(rules: readonly Rule[], wholePath: boolean): RegExp | undefined {
  const sources = rules.filter((rule) => rule.wholePath === wholePath).map((rule) => rule.regExp.source);
  return sources.length === 0 ? undefined : new RegExp(sources.join('|'), 's');
}

const listOf = (rules: readonly Rule[]): RuleList => ({ rules, anyName: join(rules, false), anyPath: join(rules, true) });

/** Parses a .gitignore. `files` holds only what can matter for names ending in `.c` or `.h`, the only ones the scan asks for. */
export function parseIgnore(text: string): IgnoreRules {
  const folders: Rule[] = [];
  const files: Rule[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    const rule = parseLine(line);
    if (rule === undefined) continue;
    folders.push(rule);
    if (!rule.foldersOnly && mayMatchC(line)) files.push(rule);
  }
  return { folders: listOf(folders), files: listOf(files) };
}

/** Rules and the folder they count from. */
export interface IgnoreLevel {
  readonly folder: string;
  readonly rules: IgnoreRules;
}

function verdict(list: RuleList, name: string, pathBelow: string): boolean | undefined {
  if (list.anyName?.test(name) !== true && list.anyPath?.test(pathBelow) !== true) return undefined;
  for (let i = list.rules.length - 1; i >= 0; i--) {
    const rule = list.rules[i];
    if (rule?.regExp.test(rule.wholePath ? pathBelow : name) === true) return !rule.keep;
  }
  return undefined;
}

/** Whether `folder/name` is ignored. `levels` from the highest folder to the deepest. A file's name must end in `.c` or `.h`. */
export function isIgnored(levels: readonly IgnoreLevel[], folder: string, name: string, isFolder: boolean): boolean {
  for (let i = levels.length - 1; i >= 0; i--) {
    const level = levels[i];
    if (level === undefined) continue;
    const list = isFolder ? level.rules.folders : level.rules.files;
    if (list.rules.length === 0) continue;
    const below = folder.length === level.folder.length ? name
      : list.anyPath === undefined ? '' : `${folder.slice(level.folder === '/' ? 1 : level.folder.length + 1)}/${name}`;
    const ignored = verdict(list, name, below);
    if (ignored !== undefined) return ignored;
  }
  return false;
}
