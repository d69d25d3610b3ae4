/**
 * The entry of the lexer and preprocessor.
 *
 * `preprocess` walks the main file and what it includes, obeys the directives, and records the text that is left as
 * top-level chunks of raw tokens. Nothing is macro-expanded until `expand` is asked for a chunk; macro definitions are kept
 * by sequence number, so that a chunk expanded later sees exactly those in force at each of its tokens.
 */
import type { Assumption, CFile, CProblem, Include, UnitOptions } from './api';
import type { TokenBuffer } from './lexer';
import type { SrcRange } from './source';
import type { Expansion, FileId, MacroDef, Tok } from './token';

export interface PreprocessOptions extends UnitOptions {
  /** True when the configuration is known (autoconf.h given): then an undefined CONFIG_* is a fact and no assumption. Default false. */
  readonly configKnown?: boolean;
  /** Token buffers shared between units; without one, a unit shares with `previous` only. */
  readonly buffers?: BufferStore;
  /** Most tokens that macro expansion of one unit may make; default 5 million. */
  readonly maxExpandedTokens?: number;
}

/** Token buffers by path and identity. Make one per process with `createBufferStore` and hand it to every unit. */
export interface BufferStore {
  get(path: string, identity: string, text: string): TokenBuffer;
}

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
}

/**
 * A stretch of the unit that begins and ends between external declarations. It may hold several declarations, never a part of one
 * (unless macros hide braces or parentheses: then `Expanded.open` says so, and expanding it with its successors helps).
 *
 * The object's identity is stable: chunks shared with the previous unit are the same objects, so caches may hang on them.
 */
export interface Chunk {
  readonly index: number;
  readonly ranges: readonly ChunkRange[];
  /** At least one of its tokens is written in the main file. */
  readonly inMain: boolean;
}

/** A preprocessed token with the integer that names its text. */
export interface PpTok extends Tok {
  /** Identifiers and keywords: the atom of the text (`atomText(atom) === text`). Punctuators: the `Raw` code. Others: -1. */
  readonly atom: number;
}

export interface Expanded {
  readonly toks: readonly PpTok[];
  /** Where `#pragma pack` in force changes: from token `at` on it is `pack` bytes (0: none). The first entry has at = 0. */
  readonly packs: readonly { readonly at: number; readonly pack: number }[];
  /** The chunk ended with brackets open or inside a macro's argument list: expand it together with the next one(s). */
  readonly open: boolean;
}

export interface Preprocessed {
  readonly options: PreprocessOptions;
  readonly main: CFile;
  /** Index = FileId. */
  readonly files: readonly CFile[];
  readonly includes: readonly Include[];
  /** Of the walk; expansion adds to it (over budget, bad paste, wrong number of arguments). */
  readonly problems: readonly CProblem[];
  readonly assumptions: readonly Assumption[];
  /** In order of inclusion. */
  readonly chunks: readonly Chunk[];
  /** chunks[0 .. sharedChunks) are the objects of the previous unit; 0 when nothing was shared. */
  readonly sharedChunks: number;
  /** files[0 .. sharedFiles) are the objects of the previous unit. The main file is always new unless its identity is the same. */
  readonly sharedFiles: number;
  /** Everything equal: main file and all included ones have the identities of the previous unit. */
  readonly unchanged: boolean;

  /** Expands one chunk, or `count` of them together as one stretch of text. Not kept: callers keep what they need. */
  expand(chunk: Chunk, count?: number): Expanded;
  /** Expands tokens (for example a macro argument) as text with the definitions at the end of the unit. */
  expandTokens(tokens: readonly Tok[]): readonly PpTok[];

  /** Sequence number at the end of the unit. */
  readonly endSeq: number;
  /** Cheap: no object is made. */
  isMacroAt(atom: number, seq: number): boolean;
  macroAt(atom: number, seq: number): MacroDef | undefined;
  /** The definition in force at the end of the unit. */
  macro(name: string): MacroDef | undefined;
  /** Every macro use whose name is written in the main file outside macro bodies, by offset; expands the main file's chunks, not headers'. */
  mainExpansions(): readonly Expansion[];
  /** Where a person wrote what `first`..`last` came from: see `writtenRange` in provenance.ts. */
  range(first: Tok, last?: Tok): SrcRange;
}

/**
 * Preprocesses `options.path`. Bad input gives problems, never an exception.
 *
 * With `previous` (same options but for texts): when no included file's identity has changed and the main file is equal up to and
 * including an unchanged top-level `#include`, everything up to that directive is taken over instead of walked again.
 */
export declare function preprocess(options: PreprocessOptions, previous?: Preprocessed): Preprocessed;
