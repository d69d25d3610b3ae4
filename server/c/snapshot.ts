/** Places that a walk can be taken up at again. */
import type { Assumption, CProblem, Include } from './api';
import type { BuilderState } from './chunks';
import type { MacroEntry } from './macros';
import type { PackState } from './pragmaPack';
import type { FileRecord } from './sourceManager';

/** What directives change besides macros. All lists only grow. */
export interface WalkLists {
  readonly includes: Include[];
  readonly problems: CProblem[];
  readonly assumptions: Assumption[];
  /** Files not to be read again (`#pragma once`). */
  readonly once: FileRecord[];
}

export interface Conditional {
  /** The group in force began with this directive. */
  readonly directive: number;
}

/** A place in the main file, after a top-level #include or between two declarations, from which a walk can go on. */
export interface Snapshot {
  /** Next directive of the main file and next token. */
  readonly directive: number;
  readonly token: number;
  /** End of the token before it. */
  readonly end: number;
  /** The last token that has been looked at, and its end: text before it has been used. */
  readonly used: number;
  readonly offset: number;
  readonly conditionals: readonly Conditional[];
  readonly seq: number;
  readonly chunks: number;
  readonly files: number;
  readonly includes: number;
  readonly problems: number;
  readonly assumptions: number;
  readonly once: number;
  readonly pack: PackState;
  readonly pushed: ReadonlyMap<number, readonly (MacroEntry | undefined)[]>;
  readonly builder: BuilderState;
}
