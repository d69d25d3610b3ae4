/** Whether a unit can take over from the one before it. */
import type { Snapshot } from './snapshot';
import type { TokenBuffer } from './lexer';
import type { PreprocessOptions } from './preprocessed';

/** The same text gives the same tokens up to there, unless a comment opened before swallows them: then they are not where they were. */
export function standsIn(buffer: TokenBuffer, { token, end, used, offset, directive, builder }: Snapshot): boolean {
  const { directives } = buffer;
  // A line that goes on (a backslash at its end, a string nobody closed) may have grown by what was changed.
  if ((buffer.ends[token - 1] ?? 0) !== end || (buffer.ends[used] ?? 0) !== offset || (directives[directive] ?? token) < token || (directives[directive - 1] ?? -1) >= token) return false;
  return !builder.afterDirective || directive === 0 || buffer.directiveEnds[directive - 1] === token;
}

export function sameOptions(a: PreprocessOptions, b: PreprocessOptions): boolean {
  const list = (x: readonly string[], y: readonly string[]): boolean => x === y || (x.length === y.length && x.every((v, i) => v === y[i]));
  return a.path === b.path && a.target === b.target && a.configKnown === b.configKnown && a.configFacts === b.configFacts && sameTexts(a.builtinHeaders, b.builtinHeaders) &&
    list(a.includePaths, b.includePaths) && list(a.forcedIncludes, b.forcedIncludes) &&
    (a.defines === b.defines || (a.defines.length === b.defines.length && a.defines.every((d, i) => d.name === b.defines[i]?.name && d.value === b.defines[i].value)));
}

function sameTexts(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a === b || (a.size === b.size && [...a].every(([name, text]) => b.get(name) === text));
}
