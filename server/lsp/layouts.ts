/**
 * Layouts of structs in any C file. A file that says kstate is read anyway; another one only when a layout is asked for, and of those few are
 * kept, for a unit of a kernel file holds its headers.
 */
import type { CUnit } from '../c/api';
import type { Record } from '../c/types';
import { layoutView } from '../compat/layoutView';
import type { Known } from '../c/types';
import type { KstateModel } from '../model/kstate';
import type { LayoutView } from '../shared/layoutView';
import type { SourceProvider } from '../c/source';
import { openHeader } from '../workspace/headerUnit';
import type { Project } from '../workspace/project';
import type { Analysis } from './analysis';

const MAX_UNITS = 2;

interface Entry {
  readonly unit: CUnit;
  readonly reads: ReadonlySet<string>;
  /** A file it was read from has changed: good only for what the next unit can take over. */
  stale: boolean;
}

export interface LayoutSource {
  readonly source: SourceProvider;
  readonly analysis: Analysis;
  project(): Project;
  /** Open documents, whose descriptions count. */
  candidates(): readonly string[];
}

export class Layouts {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly from: LayoutSource) {}

  /** The unit in which the file is read; undefined when it has no text. */
  unitOf(path: string): CUnit | undefined {
    const analysed = this.from.analysis.of(path);
    if (analysed !== undefined) return analysed.unit;
    const known = this.entries.get(path);
    if (known?.stale === false) return known.unit;
    if (!this.from.source.read(path).ok) return undefined;
    const unit = this.open(path, known?.unit);
    this.entries.delete(path);
    this.entries.set(path, { unit, reads: new Set(unit.files.map((file) => file.path)), stale: false });
    for (const name of this.entries.keys()) {
      if (this.entries.size <= MAX_UNITS) break;
      this.entries.delete(name);
    }
    return unit;
  }

  /** `name`: as the person knows it. */
  view(unit: CUnit, record: Record, name: string): Known<LayoutView> {
    return layoutView(unit, record, { name, target: this.from.project().targetOf(unit.main.path), models: this.models() });
  }

  changed(path: string): void {
    for (const [name, entry] of this.entries) if (name === path || entry.reads.has(path)) entry.stale = true;
  }

  closed(path: string): void {
    this.changed(path);
    this.entries.delete(path);
  }

  reset(): void {
    this.entries.clear();
  }

  private open(path: string, previous: CUnit | undefined): CUnit {
    const project = this.from.project();
    const tree = project.treeOf(path);
    if (path.endsWith('.h') && tree.kind === 'kernel') return openHeader(path, tree.root, project, this.from.source);
    return project.open(path, this.from.source, previous).unit;
  }

  private models(): readonly KstateModel[] {
    return this.from.candidates().flatMap((path) => this.from.analysis.of(path)?.model ?? []);
  }
}
