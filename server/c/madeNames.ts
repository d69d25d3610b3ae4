/**
 * Which names the macros of a chunk can make, told without expanding it.
 *
 * Every identifier that an expansion brings is a token of the chunk, a token of a macro that can be reached from it, or pasted from such
 * tokens and from numbers (__COUNTER__, __LINE__). So a name that cannot be put together from them is not made there. The answer may be
 * yes in vain; it is never no in vain.
 */
import { atomText } from './atoms';
import type { Chunk } from './chunks';
import type { BodyTok } from './macros';
import { Raw } from './rawTokens';
import { TokKind } from './token';

export interface MacroBodies {
  /** The bodies of every definition that the name has had anywhere in the unit; empty when it has never been a macro. */
  bodiesOf(atom: number): readonly (readonly BodyTok[])[];
}

type Words = ReadonlySet<string>;

export class MadeNames {
  /** Words that a macro's expansion may bring, those of the macros it names included; by its atom. */
  private readonly ofMacro = new Map<number, Words>();
  /** By index into `chunks`: the chunk's own words, then those of each macro that it names. */
  private readonly ofChunk: (readonly Words[])[] = [];
  private all: Words | undefined;

  constructor(private readonly macros: MacroBodies, private readonly chunks: readonly Chunk[]) {}

  /** Indexes into the chunks given, ascending: those that may make the name. */
  candidates(name: string): number[] {
    // Most names that are looked for in vain fall at the first test.
    const pieces = piecesOf(name, this.allWords());
    if (pieces.length === 0 || !joins(name, pieces)) return [];
    const found: number[] = [];
    for (const [i, sets] of this.ofChunk.entries()) {
      if (joins(name, pieces.filter((piece) => sets.some((words) => words.has(piece))))) found.push(i);
    }
    return found;
  }

  private allWords(): Words {
    if (this.all !== undefined) return this.all;
    const all = new Set<string>();
    for (const chunk of this.chunks) {
      const sets = this.wordsOf(chunk);
      this.ofChunk.push(sets);
      for (const word of sets[0] ?? []) all.add(word);
    }
    for (const words of this.ofMacro.values()) for (const word of words) all.add(word);
    this.all = all;
    return all;
  }

  private wordsOf(chunk: Chunk): readonly Words[] {
    const own = new Set<string>();
    const sets: Words[] = [own];
    const seen = new Set<number>();
    for (const { buffer, from, to } of chunk.ranges) {
      for (let i = from; i < to; i++) {
        const kind = buffer.kind(i);
        if (kind === Raw.Number) own.add(buffer.spelling(i));
        if (kind !== Raw.Ident) continue;
        const atom = buffer.atom(i);
        if (seen.has(atom)) continue;
        seen.add(atom);
        own.add(atomText(atom));
        const words = this.wordsOfMacro(atom);
        if (words !== undefined) sets.push(words);
      }
    }
    return sets;
  }

  private wordsOfMacro(atom: number): Words | undefined {
    const known = this.ofMacro.get(atom);
    if (known !== undefined) return known;
    const bodies = this.macros.bodiesOf(atom);
    if (bodies.length === 0) return undefined;
    const words = new Set<string>();
    const seen = new Set<number>([atom]);
    const pending = [...bodies];
    for (let body = pending.pop(); body !== undefined; body = pending.pop()) {
      for (const { kind, text, atom: named } of body) {
        if (kind === TokKind.Number) words.add(text);
        if ((kind !== TokKind.Identifier && kind !== TokKind.Keyword) || seen.has(named)) continue;
        seen.add(named);
        words.add(text);
        for (const inner of this.macros.bodiesOf(named)) pending.push(inner);
      }
    }
    this.ofMacro.set(atom, words);
    return words;
  }
}

/** Longer names are made by nobody; they are taken to be possible everywhere. */
const MAX_NAME = 256;

/** The words that stand somewhere in the name. */
function piecesOf(name: string, words: Words): string[] {
  if (name.length > MAX_NAME) return [name];
  const found: string[] = [];
  const seen = new Set<string>();
  for (let from = 0; from < name.length; from++) {
    for (let to = from + 1; to <= name.length; to++) {
      const piece = name.slice(from, to);
      if (words.has(piece) && !seen.has(piece)) {
        seen.add(piece);
        found.push(piece);
      }
    }
  }
  return found;
}

/** Whether the name is pieces and digits, one behind the other. */
function joins(name: string, pieces: readonly string[]): boolean {
  if (name.length > MAX_NAME) return true;
  const reached = new Uint8Array(name.length + 1);
  reached[0] = 1;
  for (let at = 0; at < name.length; at++) {
    if (reached[at] === 0) continue;
    const c = name.charCodeAt(at);
    if (at > 0 && c >= 48 && c <= 57) reached[at + 1] = 1;
    for (const piece of pieces) if (name.startsWith(piece, at)) reached[at + piece.length] = 1;
  }
  return reached[name.length] === 1;
}
