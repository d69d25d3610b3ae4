/**
 * What is known of each open document: its unit, its model, its findings. Made when first asked for, kept until something it was made
 * from changes, and bounded in number.
 */
import { isScenarioFile } from '../workspace/scenarioFile';
import type { CUnit } from '../c/api';
import type { Finding } from '../rules/rule';
import { checkUnit } from '../rules/index';
import type { OtherFile } from '../rules/otherFile';
import type { SourceProvider } from '../c/source';
import type { OpenFile, Project } from '../workspace/project';
import { RecordingProvider } from '../workspace/recordingProvider';
import type { FileState } from '../workspace/recordingProvider';
import { mentionsKstate } from '../shared/kstateWords';
import { isInside } from '../workspace/paths';

export interface Analysed extends OpenFile {
  /** Version of the document, as the client counts; -1: not open, from the disk. */
  readonly version: number;
}

interface Entry {
  readonly analysed: Analysed;
  /** Paths whose change makes the entry stale. */
  readonly reads: ReadonlySet<string>;
  findings: readonly Finding[] | undefined;
}

/** Units kept. One of a kernel file holds its headers' tokens; open editors are few. */
const MAX_UNITS = 24;

export interface AnalysisSource {
  readonly source: SourceProvider;
  project(): Project;
  /** Version of an open document; undefined: not open. */
  versionOf(path: string): number | undefined;
  /** Documents whose ids count as taken, besides the cached ones. */
  candidates(): readonly string[];
  /** Files of the tree that are not open, as far as they are known. */
  closedFiles?(path: string, treeRoot: string): readonly OtherFile[];
}

export class Analysis {
  private readonly entries = new Map<string, Entry>();
  /** Stale units, kept for what the next one of the same file can reuse. */
  private readonly previous = new Map<string, CUnit>();
  /** What those units asked for; a unit and what it takes over ask through the same one. */
  private readonly recorders = new Map<string, RecordingProvider>();

  constructor(private readonly from: AnalysisSource) {}

  /** The file as it is now; undefined when it has no text or its text never says `kstate`. */
  of(path: string): Analysed | undefined {
    const known = this.entries.get(path);
    if (known !== undefined) {
      // Last used, last thrown out.
      this.entries.delete(path);
      this.entries.set(path, known);
      return known.analysed;
    }
    // A scenario may speak of KSTATE, and is no C.
    if (isScenarioFile(path)) return undefined;
    const text = this.from.source.read(path);
    if (!text.ok || !mentionsKstate(text.text)) return undefined;
    let recorder = this.recorders.get(path);
    if (recorder === undefined) this.recorders.set(path, (recorder = new RecordingProvider(this.from.source)));
    const file = this.from.project().open(path, recorder, this.previous.get(path));
    const analysed: Analysed = { ...file, version: this.from.versionOf(path) ?? -1 };
    this.previous.set(path, file.unit);
    this.entries.set(path, { analysed, reads: new Set(file.unit.files.map((f) => f.path)), findings: undefined });
    this.shrink();
    return analysed;
  }

  /** Findings of a file, judged together with the other files of its tree that are at hand. */
  findings(path: string): readonly Finding[] {
    const analysed = this.of(path);
    const entry = this.entries.get(path);
    if (analysed === undefined || entry === undefined) return [];
    const findings = entry.findings ?? checkUnit(analysed.model, this.othersOf(analysed));
    entry.findings = findings;
    return findings;
  }

  /**
   * Reads a file again as after a keystroke, with the texts that `source` gives. The last reading before anything else happens must be of the
   * texts as they are.
   */
  reread(path: string, source: SourceProvider): Analysed | undefined {
    const known = this.entries.get(path);
    if (known === undefined) return undefined;
    const file = this.from.project().open(path, source, this.previous.get(path));
    const analysed: Analysed = { ...file, version: known.analysed.version };
    this.previous.set(path, file.unit);
    this.entries.set(path, { analysed, reads: known.reads, findings: undefined });
    return analysed;
  }

  /** What is already known, without new work. */
  peek(path: string): { readonly analysed: Analysed; readonly findings: readonly Finding[] | undefined } | undefined {
    const entry = this.entries.get(path);
    return entry === undefined ? undefined : { analysed: entry.analysed, findings: entry.findings };
  }

  /** Every path asked for while the file was read, with what it was. */
  readsOf(path: string): ReadonlyMap<string, FileState> | undefined {
    return this.entries.has(path) ? this.recorders.get(path)?.seen : undefined;
  }

  /** The text of `path` changed: everything that was read from it is stale. */
  changed(path: string): void {
    for (const [name, entry] of this.entries) {
      if (name === path || entry.reads.has(path)) this.entries.delete(name);
      else entry.findings = undefined;
    }
  }

  /** What is known of files that are not open changed. */
  othersChanged(): void {
    for (const entry of this.entries.values()) entry.findings = undefined;
  }

  closed(path: string): void {
    this.changed(path);
    this.forget(path);
  }

  /** Settings or the tree changed: nothing holds any more. */
  reset(): void {
    this.entries.clear();
    this.previous.clear();
    this.recorders.clear();
  }

  private forget(path: string): void {
    this.previous.delete(path);
    this.recorders.delete(path);
  }

  private othersOf(file: Analysed): OtherFile[] {
    const { root, kind } = file.tree;
    if (kind === 'folder' || !isInside(file.path, root)) return [];
    const others: OtherFile[] = [];
    const open = new Set(this.from.candidates());
    for (const path of open) {
      if (path === file.path || !isInside(path, root)) continue;
      const other = this.of(path);
      if (other !== undefined && other.tree.root === root) others.push(other.model);
    }
    for (const closed of this.from.closedFiles?.(file.path, root) ?? []) if (!open.has(closed.unit.main.path)) others.push(closed);
    return others;
  }

  private shrink(): void {
    for (const name of this.entries.keys()) {
      if (this.entries.size <= MAX_UNITS) break;
      this.entries.delete(name);
    }
    for (const name of this.previous.keys()) {
      if (this.previous.size <= MAX_UNITS) break;
      this.forget(name);
    }
  }
}
