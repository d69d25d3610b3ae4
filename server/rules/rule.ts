/** What a diagnostic is. One rule per file; index.ts lists them. */
import type { SrcRange } from '../c/source';
import type { KstateModel } from '../model/kstate';
import type { OtherFile } from './otherFile';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

export interface TextEdit {
  readonly range: SrcRange;
  readonly newText: string;
}

/** A change that is certain to be right. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export interface Finding {
  /** Stable, kebab-case; the anchor in docs/diagnostics.md. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what, where, numbers, and what happens at the handover. Names things as the source spells them. */
  readonly message: string;
  readonly range: SrcRange;
  readonly related: readonly { readonly message: string; readonly range: SrcRange }[];
  readonly fixes: readonly Fix[];
  /** What it assumes because no build folder tells the configuration: `CONFIG_X=n`. Absent when nothing; `related` says it, too. */
  readonly assumes?: readonly string[];
}

export interface RuleContext {
  readonly model: KstateModel;
  /** The other files of the same tree, for ids that must be unique across it. */
  readonly others: readonly OtherFile[];
  /** `2027-01-31`, for what has a date to end; without it the day it is. */
  readonly today?: string;
  /** Codes of all findings, those about changes included; without them none is unknown. */
  readonly codes?: ReadonlySet<string>;
}

export interface Rule {
  readonly code: string;
  /** Heading in docs/diagnostics.md. */
  readonly title: string;
  readonly severity: Severity;
  /** Where the rule comes from: rows of the KSTATE facts. */
  readonly facts: readonly string[];
  /** What it finds depends on how structs lie in memory or which members they have, and so on the configuration. */
  readonly aboutLayout?: boolean;
  check(context: RuleContext): readonly Finding[];
}
