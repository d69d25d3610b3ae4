/** Scenario files: read once for each text, open or on the disk, with their problems as diagnostics. Their syntax and schema are the editor's business where it has the schema. */
import type { Diagnostic, Range } from 'vscode-languageserver/node';
import { DiagnosticSeverity } from 'vscode-languageserver/node';
import type { SourceProvider } from '../c/source';
import { LineIndex } from '../c/source';
import { expectationsOf } from '../model/scenario/outline';
import type { ReadScenario } from '../model/scenario/read';
import { scenarioProblemText } from '../model/scenario/problems';
import type { ScenarioOutlineResult } from '../shared/requests';
import { DiskProvider } from '../workspace/diskProvider';
import type { ScenarioSources } from '../workspace/scenarioFile';
import { readScenarioText, sourcesOf } from '../workspace/scenarioFile';

const DIAGNOSTIC_SOURCE = 'kexec-handover';
const MOST_KEPT = 20;

export interface ReadFile {
  readonly text: string;
  readonly lines: LineIndex;
  readonly read: ReadScenario;
  range(place: { readonly offset: number; readonly length: number }): Range;
}

export interface ScenariosFrom {
  /** Open documents over the disk. */
  readonly source: SourceProvider;
  isOpen(path: string): boolean;
  /** The editor validates with the schema and shows what it finds. */
  readonly hasSchema: boolean;
}

export class Scenarios {
  /** Of its own: looking at a closed scenario makes nobody read C again. */
  private readonly disk = new DiskProvider();
  private readonly kept = new Map<string, ReadFile>();

  constructor(private readonly from: ScenariosFrom) {}

  /** Undefined: there is no such file. */
  file(path: string): ReadFile | undefined {
    const provider = this.from.isOpen(path) ? this.from.source : this.disk;
    this.disk.refresh();
    const found = provider.read(path);
    if (!found.ok) return undefined;
    const { text } = found;
    const known = this.kept.get(path);
    // Which C sources there are may have changed since; that is looked at again when the text does, and before it runs.
    if (known?.text === text) return known;
    const lines = new LineIndex(text);
    const made: ReadFile = {
      text, lines, read: readScenarioText(path, text, this.sources(path)),
      range: ({ offset, length }) => ({ start: lines.position(offset), end: lines.position(offset + length) }),
    };
    this.kept.delete(path);
    this.kept.set(path, made);
    for (const oldest of this.kept.keys()) if (this.kept.size > MOST_KEPT) this.kept.delete(oldest);
    return made;
  }

  sources(path: string): ScenarioSources {
    return sourcesOf(path, this.from.source);
  }

  /** Reads it anew whatever its text: its C sources may have come or gone. */
  fresh(path: string): ReadFile | undefined {
    this.kept.delete(path);
    return this.file(path);
  }

  diagnostics(path: string): Diagnostic[] {
    const file = this.file(path);
    if (file === undefined) return [];
    return file.read.problems.filter((one) => !(one.bySchema && this.from.hasSchema)).map((one) => ({
      range: file.range(one), severity: one.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, code: one.code, source: DIAGNOSTIC_SOURCE, message: capital(scenarioProblemText(one)),
    }));
  }

  outline(path: string): ScenarioOutlineResult {
    const file = this.file(path);
    const scenario = file?.read.draft;
    if (file === undefined || scenario === undefined) return null;
    const start = { offset: 0, length: 0 };
    return {
      name: scenario.name, range: file.range(file.read.place(['name']) ?? start),
      expectations: expectationsOf(scenario.expect).map((one) => ({ ...one, range: file.range(file.read.place(one.path) ?? start) })),
    };
  }

  closed(path: string): void {
    this.kept.delete(path);
  }
}

function capital(text: string): string {
  return text.replace(/^expected/, 'Expected');
}
