/** A kernel's compile_commands.json made fit for a syntax check with gcc, and for clangd. */
import fs from 'node:fs';
import path from 'node:path';

interface Entry {
  readonly directory: string;
  readonly file: string;
  readonly command?: string;
  readonly arguments?: readonly string[];
}

function readEntries(build: string): readonly Entry[] | undefined {
  try {
    return JSON.parse(fs.readFileSync(path.join(build, 'compile_commands.json'), 'utf8')) as readonly Entry[];
  } catch {
    return undefined;
  }
}

/** Words of a shell command: quotes and backslashes, no expansion. */
function shellWords(command: string): string[] {
  const words: string[] = [];
  for (const match of command.matchAll(/(?:[^\s"'\\]+|'[^']*'|"(?:\\.|[^"\\])*"|\\.)+/g)) {
    words.push(match[0].replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? ''));
  }
  return words;
}

const wordsOf = (entry: Entry): readonly string[] => entry.arguments ?? shellWords(entry.command ?? '');

/** Flags of gcc that clang of the versions in use refuses; clangd then shows errors instead of parsing. */
const unknownToClang = [
  /^-fno-allow-store-data-races$/, /^-fconserve-stack$/, /^-mpreferred-stack-boundary=/, /^-mindirect-branch/, /^-mfunction-return=/, /^-mskip-rax-setup$/,
  /^-fno-stack-clash-protection$/, /^-ftrivial-auto-var-init=/, /^-fmin-function-alignment=/, /^-fzero-init-padding-bits=/, /^-mrecord-mcount$/, /^-fplugin/,
  /^-mstack-protector-guard-symbol=/, /^-falign-/, /^-fpatchable-function-entry=/, /^-mno-fp-ret-in-387$/, /^-Wp,/,
  /^-W(no-)?(alloc-size-larger-than|dangling-pointer|packed-not-aligned|format-overflow|format-truncation|stringop|maybe-uninitialized|imply|imaybe|vla-larger-than|designated-init|restrict|implicit-fallthrough=5)/,
  /^-Werror=designated-init$/, /^-Wno-alloc-size/, /^-Wimplicit-fallthrough=5$/, /^-Wvla-larger-than/,
];

/** Writes a copy without those flags into `folder`; undefined when the build folder has no compile_commands.json. */
export function clangCommands(build: string, folder: string): string | undefined {
  const entries = readEntries(build);
  if (entries === undefined) return undefined;
  const fit = entries.map((entry) => ({
    directory: entry.directory, file: entry.file,
    arguments: wordsOf(entry).filter((word) => !unknownToClang.some((flag) => flag.test(word))),
  }));
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'compile_commands.json'), JSON.stringify(fit, undefined, 1));
  return folder;
}

/** The same compilation with `-fsyntax-only` and no output. */
export function gccCheckOf(build: string, file: string): { readonly args: readonly string[]; readonly directory: string } | undefined {
  const entry = readEntries(build)?.find((candidate) => path.resolve(candidate.directory, candidate.file) === path.resolve(file));
  if (entry === undefined) return undefined;
  const args: string[] = [];
  const words = wordsOf(entry).slice(1);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '-o') i++;
    else if (word !== '-c' && !word.startsWith('-Wp,-M')) args.push(word);
  }
  return { args: [...args, '-fsyntax-only'], directory: entry.directory };
}
