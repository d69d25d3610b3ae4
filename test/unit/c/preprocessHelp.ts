import { preprocess } from '../../../server/c/preprocess';
import type { PpTok, PreprocessOptions, Preprocessed } from '../../../server/c/preprocess';
import type { SourceProvider } from '../../../server/c/source';

/** Files in memory; the text is the identity. `reads` counts questions. */
export class Memory implements SourceProvider {
  reads = 0;

  constructor(readonly files: Record<string, string>) {}

  read(path: string): ReturnType<SourceProvider['read']> {
    this.reads++;
    const text = this.files[path];
    if (text !== undefined) return { ok: true, text, identity: text };
    const folder = Object.keys(this.files).some((name) => name.startsWith(`${path}/`));
    return { ok: false, reason: folder ? 'folder' : 'missing' };
  }
}

export function options(source: SourceProvider, more: Partial<PreprocessOptions> = {}): PreprocessOptions {
  return { source, path: '/m.c', target: 'x86_64', includePaths: ['/inc'], defines: [], forcedIncludes: [], builtinHeaders: new Map(), ...more };
}

export function unitOf(main: string, headers: Record<string, string> = {}, more: Partial<PreprocessOptions> = {}): Preprocessed {
  return preprocess(options(new Memory({ '/m.c': main, ...headers }), more));
}

/** All chunks expanded in order; those left open are joined with the next ones. */
export function allTokens(unit: Preprocessed): PpTok[] {
  const out: PpTok[] = [];
  for (let i = 0; i < unit.chunks.length; i++) {
    const chunk = unit.chunks[i];
    if (chunk === undefined) break;
    let count = 1;
    let expanded = unit.expand(chunk);
    while (expanded.open && i + count < unit.chunks.length && count < 64) expanded = unit.expand(chunk, ++count);
    for (const t of expanded.toks) out.push(t);
    i += count - 1;
  }
  return out;
}

export function spellings(unit: Preprocessed): string[] {
  return allTokens(unit).map((t) => t.text);
}

/** Token spellings of a main file, joined with blanks. */
export function expand(main: string, headers: Record<string, string> = {}, more: Partial<PreprocessOptions> = {}): string {
  return spellings(unitOf(main, headers, more)).join(' ');
}
