/** What the preprocessor takes and gives. */
import type { Assumption, CFile, CProblem, Include, UnitOptions } from './api';
import type { Chunk } from './chunks';
import type { BodyTok } from './macros';
import type { PpTok } from './ppToken';
import type { SrcRange } from './source';
import type { BufferStore } from './sourceManager';
import type { Expansion, MacroDef, Tok } from './token';

export interface PreprocessOptions extends UnitOptions {
  /** True when the configuration is known (autoconf.h given): then an undefined CONFIG_* is a fact and no assumption. Default false. */
  readonly configKnown?: boolean;
  /** Without a known configuration: options (`CONFIG_X`) that are on or off in every configuration of the architecture. */
  readonly configFacts?: ReadonlySet<string>;
  /** Token buffers shared between units; without one, a unit shares with `previous` only. */
  readonly buffers?: BufferStore;
  /** Most tokens that macro expansion of one unit may make; default: in proportion to the text that was read. */
  readonly maxExpandedTokens?: number;
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
  /** Those with a token of the main file. */
  readonly mainChunks: readonly Chunk[];
  /** chunks[0 .. sharedChunks) are the objects of the previous unit; 0 when nothing was shared. */
  readonly sharedChunks: number;
  /** files[1 .. sharedFiles) are the objects of the previous unit. The main file, files[0], is always a new one. */
  readonly sharedFiles: number;

  /** Expands one chunk, or `count` of them together as one stretch of text. Not kept: callers keep what they need. */
  expand(chunk: Chunk, count?: number): Expanded;
  /** What the chunk leaves open is closed nowhere: text that comes later might. */
  neverClosed(chunk: Chunk): void;
  /** Expands tokens (for example a macro argument) as text with the definitions at the end of the unit. */
  expandTokens(tokens: readonly Tok[]): readonly PpTok[];

  /** Cheap: no object is made. */
  isMacroAt(atom: number, seq: number): boolean;
  macroAt(atom: number, seq: number): MacroDef | undefined;
  /** The definition in force at the end of the unit. */
  macro(name: string): MacroDef | undefined;
  /** The bodies of every definition that the name has had anywhere in the unit. */
  bodiesOf(atom: number): readonly (readonly BodyTok[])[];
  /** Every macro use whose name is written in the main file outside macro bodies, by offset; expands the main file's chunks, not headers'. */
  mainExpansions(): readonly Expansion[];
  /** Where a person wrote what `first`..`last` came from: see `writtenPlace` in provenance.ts. */
  range(first: Tok, last?: Tok): SrcRange;
}
