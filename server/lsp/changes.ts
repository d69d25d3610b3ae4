/**
 * Findings about what a document's changes break, against the base of the settings. Made in the background when typing has paused, never while a
 * keystroke waits: until then the last ones stand, as far as the text around them is still the same.
 */
import type { Reread } from '../rules/refactoringCost';
import type { Finding, Fix, TextEdit } from '../rules/rule';
import { changeFindings } from '../rules/changes/changes';
import type { SrcRange } from '../c/source';
import type { KstateModel } from '../model/kstate';
import type { Settings } from '../shared/settings';
import { isFolderName } from '../workspace/oldKernel';
import type { Analysis } from './analysis';
import { Background } from './background';
import type { Log } from './guard';
import type { Handovers } from './handovers';

/** After the last change of any document. */
const AFTER_MS = 250;

interface Known {
  /** undefined: the base may have changed since. */
  readonly model: KstateModel | undefined;
  /** undefined: there was none. */
  readonly base: KstateModel | undefined;
  readonly text: string;
  readonly findings: readonly Finding[];
}

export interface ChangesTools {
  readonly analysis: Analysis;
  readonly handovers: Handovers;
  readonly log: Log;
  settings(): Settings;
  open(): readonly string[];
  targetOf(path: string): string;
  /** Reads a document as it would be with other texts. */
  rereader(path: string): Reread;
  /** A file that the findings rest on. */
  watch(path: string): void;
  /** What `of` answers is another now. */
  changed(): void;
}

export class Changes {
  private readonly known = new Map<string, Known>();
  private readonly comparison: Background;

  constructor(private readonly tools: ChangesTools) {
    this.comparison = new Background(AFTER_MS, 'comparing with the base', tools.log, () => this.compare());
  }

  /** Something was typed, or the base may be another. */
  schedule(): void {
    if (this.tools.settings().changesEnabled) this.comparison.schedule();
    else this.comparison.stop();
  }

  /** Git, settings or files outside changed: what is known may not hold, but stands until the next comparison. */
  reset(): void {
    for (const [path, known] of this.known) this.known.set(path, { ...known, model: undefined });
    this.schedule();
  }

  closed(path: string): void {
    this.known.delete(path);
  }

  stop(): void {
    this.comparison.stop();
  }

  /** For the text as it stands. */
  of(path: string, model: KstateModel): readonly Finding[] {
    const known = this.known.get(path);
    if (known === undefined || !this.tools.settings().changesEnabled) return [];
    return known.model === model ? known.findings : moved(known, model.unit.main.text);
  }

  private async compare(): Promise<void> {
    let different = false;
    for (const path of this.tools.open()) different = await this.one(path) || different;
    if (different) this.tools.changed();
  }

  /** Whether the findings are other ones now. */
  private async one(path: string): Promise<boolean> {
    const { analysis, handovers, targetOf } = this.tools;
    const before = this.known.get(path);
    const asked = analysis.of(path);
    if (asked === undefined || asked.model.descriptions.length === 0) return false;
    // A folder may have changed without a word.
    if (before?.model === asked.model && !isFolderName(this.tools.settings().base)) return false;
    const base = await handovers.base(asked);
    if (base !== undefined) this.tools.watch(base.file.path);
    if (before?.model === asked.model && before.base === base?.file.model) return false;
    // Meanwhile the person may have typed; then the next pause asks again.
    const now = analysis.of(path);
    if (now === undefined || now.model !== asked.model) return false;
    const findings = base === undefined ? [] : changeFindings(now.model, { model: base.file.model, label: base.label }, { target: targetOf(path), items: handovers.items(base.file.model, now), reread: this.tools.rereader(path) });
    this.known.set(path, { model: now.model, base: base?.file.model, text: now.unit.main.text, findings });
    return JSON.stringify(findings) !== JSON.stringify(before === undefined ? [] : moved(before, now.unit.main.text));
  }
}

/** What still stands where the text around it is the same, at its new place. */
function moved({ text: before, findings }: Known, now: string): readonly Finding[] {
  if (findings.length === 0) return [];
  const most = Math.min(before.length, now.length);
  let head = 0;
  while (head < most && before.charCodeAt(head) === now.charCodeAt(head)) head++;
  let tail = 0;
  while (tail < most - head && before.charCodeAt(before.length - 1 - tail) === now.charCodeAt(now.length - 1 - tail)) tail++;
  const shift = now.length - before.length;
  const place = (range: SrcRange): SrcRange | undefined =>
    range.end < head ? range : range.start > before.length - tail ? { ...range, start: range.start + shift, end: range.end + shift } : undefined;
  const edits = (list: readonly TextEdit[]): readonly TextEdit[] => list.flatMap((edit) => {
    const range = place(edit.range);
    return range === undefined ? [] : [{ ...edit, range }];
  });
  return findings.flatMap((finding) => {
    const range = place(finding.range);
    if (range === undefined) return [];
    const fixes = finding.fixes.map((fix): Fix => ({ ...fix, edits: edits(fix.edits) })).filter((fix, i) => fix.edits.length === finding.fixes[i]?.edits.length);
    return [{ ...finding, range, fixes }];
  });
}
