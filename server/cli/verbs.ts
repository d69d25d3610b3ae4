/** The verbs, by name. A verb is one file; this table is all that knows them. */
import type { CliIo } from './io';
import { check } from './check';
import { compat } from './compat';
import { decode } from './decode';
import { layout } from './layout';
import type { Parsed } from './options';
import type { FlagName } from './options';
import { realtree } from './realtree';
import { simulate } from './simulate';

export interface Verb {
  readonly name: string;
  /** Operands and own flags, as the usage line shows them. */
  readonly usage: string;
  readonly summary: string;
  readonly formats: readonly string[];
  /** Flags beside the common ones. */
  readonly flags: readonly FlagName[];
  /** Fewest and most operands. */
  readonly operands: readonly [number, number];
  /** Gives the exit code. Throws UsageError for wrong use and unreadable input. */
  run(parsed: Parsed, io: CliIo): Promise<number>;
}

export const VERBS: readonly Verb[] = [check, compat, decode, layout, realtree, simulate];
