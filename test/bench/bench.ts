/** What a bench is, and what it tells. A bench never fails for being slow. */
import type { Comparison } from './measure';

export interface BenchContext {
  /** A kernel tree, and its build folder with compile_commands.json; undefined: not given. */
  readonly tree: string | undefined;
  readonly build: string | undefined;
  /** C source of the tracker's reference; undefined: ours. */
  readonly tracker: string | undefined;
  readonly pairs: number;
  /** For files a bench makes; emptied before each run. */
  readonly scratch: string;
  /** Folder of the built product. */
  readonly dist: string;
  /** Folder of the bundled bench. */
  readonly here: string;
}

export interface BenchRow {
  readonly ours: string;
  readonly theirs: string;
  readonly unit: 'ms' | 'MB';
  readonly comparison: Comparison;
  /** The ratio asked for; undefined: shown for orientation. */
  readonly aim: number | undefined;
  readonly note?: string;
}

export type BenchReport =
  | { readonly ran: true; readonly rows: readonly BenchRow[]; readonly skipped?: readonly string[] }
  | { readonly ran: false; readonly why: string };

export interface Bench {
  readonly name: string;
  readonly what: string;
  run(context: BenchContext): Promise<BenchReport>;
}
