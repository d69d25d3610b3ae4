/**
 * Top-level chunks: where one stretch of declarations ends and the next begins, found in raw tokens, without expanding a macro.
 *
 * A chunk ends at a `;` outside all brackets, or at the `}` of what is written like a function definition when the next line begins something
 * new. When in doubt it goes on: a chunk may be long, it must not cut a declaration in two.
 */
import { A } from './keywords';
import type { TokenBuffer } from './lexer';
import { END } from './expand';
import type { TokenSource } from './expand';
import { tokenOf } from './ppToken';
import type { PTok } from './ppToken';
import { Raw, RawFlag } from './rawTokens';
import type { FileId } from './token';

/** A run of raw tokens [from, to) of one file, without directives, all under the same macro definitions. */
export interface ChunkRange {
  readonly file: FileId;
  readonly buffer: TokenBuffer;
  readonly from: number;
  readonly to: number;
  /** Definitions in force: those of sequence number <= seq (see `macroAt`). */
  readonly seq: number;
  /** `#pragma pack` in force, in bytes; 0: none. */
  readonly pack: number;
  /** A directive stands between this range and the one before it. */
  readonly afterDirective: boolean;
  /** Depth of inclusion; 0: the main file. */
  readonly level: number;
}

export interface Chunk {
  readonly index: number;
  readonly ranges: readonly ChunkRange[];
  /** At least one of its tokens is written in the main file. */
  readonly inMain: boolean;
}

export interface BuilderState {
  readonly progress: Progress;
  readonly afterDirective: boolean;
}

/** How far a chunk is; copied to remember a place in the walk. */
interface Progress {
  ranges: ChunkRange[];
  /** Open brackets, as their Raw codes. */
  stack: number[];
  /** At depth 0: an `=` was seen, so a brace begins an initialiser. */
  sawEq: boolean;
  /** `struct NAME (`: a macro may stand for what belongs to the tag. */
  oddTag: boolean;
  /** 1 after struct/union/enum, 2 after one name more. */
  tagState: number;
  /** A `)` was the last token at depth 0. */
  afterParen: boolean;
  /** The open brace at depth 0 followed a `)`: written like a function. */
  functionLike: boolean;
  /** A function's `}` was read; the next token decides. */
  pendingCut: boolean;
  /** `) name` at depth 0: an old-style definition may declare its parameters after it. */
  oldStyleHead: boolean;
  /** A brace or an `=` stands in it: it declares no old-style parameters. */
  noParameters: boolean;
  first: boolean;
}

function fresh(): Progress {
  return {
    ranges: [], stack: [], sawEq: false, oddTag: false, tagState: 0, afterParen: false, functionLike: false, pendingCut: false, oldStyleHead: false, noParameters: false, first: true,
  };
}

export class ChunkBuilder {
  readonly chunks: Chunk[];
  private p: Progress = fresh();
  private afterDirective = true;
  /** Per chunk: it may be the head of an old-style function definition. */
  private readonly heads = new Set<Chunk>();
  /** Chunks before this index stay as they are: no old-style body can join them any more. */
  private settledFrom = 0;

  readonly mainChunks: Chunk[];

  constructor(private readonly mainFile: FileId, taken?: { readonly chunks: Chunk[]; readonly mainChunks: Chunk[] }, from?: BuilderState) {
    this.chunks = taken?.chunks ?? [];
    this.mainChunks = taken?.mainChunks ?? [];
    if (from === undefined) return;
    this.p = copy(from.progress);
    this.afterDirective = from.afterDirective;
  }

  /** State to go on from, with `chunks` cut to its present length. */
  snapshot(): BuilderState {
    return { progress: copy(this.p), afterDirective: this.afterDirective };
  }

  /** True when nothing that comes can change a chunk made so far. */
  get settled(): boolean {
    return this.chunks.length >= this.settledFrom;
  }

  /** Copies of the lists, cut to the first `count` chunks. */
  upTo(count: number): { readonly chunks: Chunk[]; readonly mainChunks: Chunk[] } {
    const end = this.mainChunks.findIndex((chunk) => chunk.index >= count);
    return { chunks: this.chunks.slice(0, count), mainChunks: this.mainChunks.slice(0, end < 0 ? undefined : end) };
  }

  directive(): void {
    this.afterDirective = true;
  }

  /**
   * Adds tokens [from, to) of a file. `ended(i)`: chunks have ended before token i, with nothing of a further one read but what may be looked at
   * of tokens i and i + 1.
   */
  run(file: FileId, buffer: TokenBuffer, from: number, to: number, seq: number, pack: number, level: number, ended?: (at: number) => void): void {
    const { kinds, atoms } = buffer;
    let start = from;
    let p = this.p;
    const add = (end: number): void => {
      if (end > start) {
        p.ranges.push({ file, buffer, from: start, to: end, seq, pack, afterDirective: this.afterDirective, level });
        this.afterDirective = false;
      }
      start = end;
    };
    for (let i = from; i < to; i++) {
      const kind = kinds[i] as number; // i < count
      if (p.pendingCut) {
        p.pendingCut = false;
        if (beginsNew(buffer, i, to)) {
          add(i);
          this.finish();
          p = this.p;
          ended?.(i);
        }
      }
      if (p.stack.length > 0) {
        if (kind < Raw.LParen || kind > Raw.RBracket) continue;
        if (kind === Raw.LParen || kind === Raw.LBrace || kind === Raw.LBracket) p.stack.push(kind);
        else if (closeBracket(p.stack, kind) && p.stack.length === 0) {
          p.afterParen = kind === Raw.RParen;
          if (kind === Raw.RBrace && p.functionLike) {
            p.pendingCut = true;
            p.functionLike = false;
          }
        }
        continue;
      }
      switch (kind) {
        case Raw.Semi:
          add(i + 1);
          this.finish();
          p = this.p;
          if (i + 1 < to) ended?.(i + 1);
          continue;
        case Raw.LBrace:
          if (p.first) {
            this.joinOldStyle();
            p = this.p;
          }
          p.functionLike = p.afterParen && !p.sawEq && !p.oddTag;
          p.noParameters = true;
          p.stack.push(kind);
          break;
        case Raw.LParen:
          if (p.tagState === 2) p.oddTag = true;
          p.stack.push(kind);
          break;
        case Raw.LBracket:
          p.stack.push(kind);
          break;
        case Raw.Eq:
          p.sawEq = true;
          p.noParameters = true;
          break;
        case Raw.Ident: {
          const atom = atoms[i] as number; // i < count
          if (p.afterParen) p.oldStyleHead = true;
          p.afterParen = false;
          p.first = false;
          p.tagState = atom === A.struct || atom === A.union || atom === A.enum ? 1 : p.tagState === 1 ? 2 : 0;
          continue;
        }
        default:
          break;
      }
      p.tagState = 0;
      p.afterParen = false;
      p.first = false;
    }
    add(to);
  }

  /** Ends the chunk being read, if it has tokens. */
  finish(): void {
    const { ranges, oldStyleHead, noParameters } = this.p;
    if (ranges.length > 0) {
      if (noParameters) {
        this.heads.clear();
        this.settledFrom = 0;
      }
      const chunk: Chunk = { index: this.chunks.length, ranges, inMain: ranges.some((r) => r.file === this.mainFile) };
      this.chunks.push(chunk);
      if (chunk.inMain) this.mainChunks.push(chunk);
      if (oldStyleHead) {
        this.heads.add(chunk);
        this.settledFrom = this.chunks.length + MAX_OLD_STYLE;
      }
    }
    this.p = fresh();
  }

  get empty(): boolean {
    return this.p.ranges.length === 0;
  }

  /** True when brackets are open. */
  get open(): boolean {
    return this.p.stack.length > 0;
  }

  /** A `{` begins a chunk: the body of `int f(a) int a; {`. The chunks back to the head belong to it. */
  private joinOldStyle(): void {
    let head = this.chunks.length - 1;
    const least = Math.max(0, head - MAX_OLD_STYLE);
    while (head >= least && !this.heads.has(this.chunks[head] as Chunk)) head--; // head is an index
    if (head < least || head < 0) return;
    const taken = this.chunks.splice(head);
    while ((this.mainChunks.at(-1)?.index ?? -1) >= head) this.mainChunks.pop();
    const p = fresh();
    p.ranges = [...taken.flatMap((chunk) => chunk.ranges), ...this.p.ranges];
    p.afterParen = true;
    p.first = false;
    this.p = p;
  }
}

/** Declarations of parameters that may stand between an old-style head and its body. */
const MAX_OLD_STYLE = 32;

function copy(p: Progress): Progress {
  return { ...p, ranges: [...p.ranges], stack: [...p.stack] };
}

/** Pops up to the partner of a closing bracket; a brace closes parentheses left open inside it. False: it closes nothing. */
function closeBracket(stack: number[], close: number): boolean {
  const open = close - 1; // each closing code follows its opening one
  const top = stack.length - 1;
  if (stack[top] === open) {
    stack.length = top;
    return true;
  }
  const at = stack.lastIndexOf(open);
  if (at < 0 || (close !== Raw.RBrace && stack.lastIndexOf(Raw.LBrace) > at)) return false;
  stack.length = at;
  return true;
}

/** After a function's `}`: token i begins a new declaration for sure. Column 0, a name, and nothing that could go on a declarator. */
function beginsNew(buffer: TokenBuffer, i: number, to: number): boolean {
  if (((buffer.flags[i] ?? 0) & RawFlag.Column0) === 0 || buffer.kinds[i] !== Raw.Ident) return false;
  const atom = buffer.atoms[i] ?? 0;
  if (atom === A.__attribute__ || atom === A.__attribute || atom === A.__packed || atom === A.__aligned) return false;
  const next = i + 1 < to ? (buffer.kinds[i + 1] ?? Raw.End) : Raw.End;
  return next === Raw.Ident || next === Raw.Star || next === Raw.LParen;
}

/** Reads the tokens of ranges one after another. */
export class RangeSource implements TokenSource {
  private range = 0;
  private at: number;
  private current: ChunkRange | undefined;

  constructor(private readonly ranges: readonly ChunkRange[], private readonly onRange?: (range: ChunkRange) => void) {
    this.current = ranges[0];
    this.at = this.current?.from ?? 0;
    if (this.current !== undefined) onRange?.(this.current);
  }

  get seq(): number {
    return this.current?.seq ?? 0;
  }

  get level(): number {
    return this.current?.level ?? 0;
  }

  blocked(): boolean {
    const { current } = this;
    if (current === undefined || this.at < current.to) return false;
    return this.ranges[this.range + 1]?.afterDirective ?? true;
  }

  next(): PTok {
    for (;;) {
      const { current } = this;
      if (current === undefined) return END;
      if (this.at < current.to) return tokenOf(current.buffer, this.at++, current.file);
      const following = this.ranges[this.range + 1];
      // The last range stays current: its definitions hold to the end.
      if (following === undefined) return END;
      this.range++;
      this.current = following;
      this.at = following.from;
      this.onRange?.(following);
    }
  }
}

/** Reads tokens that exist already. */
export class ListSource implements TokenSource {
  private at = 0;

  constructor(private readonly toks: readonly PTok[], readonly seq: number) {}

  blocked(): boolean {
    return false;
  }

  next(): PTok {
    return this.toks[this.at++] ?? END;
  }
}
