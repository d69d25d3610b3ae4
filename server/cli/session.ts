/** What verbs share: the disk, the project as the flags say, and ranges turned into lines. */
import path from 'node:path';
import type { CUnit } from '../c/api';
import type { SourceProvider, SrcRange } from '../c/source';
import { LineIndex } from '../c/source';
import { DiskProvider } from '../workspace/diskProvider';
import { Revisions } from '../workspace/gitRevision';
import { ancestors, toCorePath } from '../workspace/paths';
import type { OpenFile } from '../workspace/project';
import { Project, folderOption } from '../workspace/project';
import type { CliIo } from './io';
import { UsageError } from './io';
import type { Parsed } from './options';

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export class Session {
  readonly disk = new DiskProvider();
  readonly revisions = new Revisions(this.disk);
  readonly project: Project;
  /** Operands as written, by the name they stand for. */
  private readonly spelled = new Map<string, string>();
  private readonly lines = new Map<string, { readonly text: string; readonly index: LineIndex }>();

  constructor(parsed: Parsed, readonly io: CliIo) {
    this.project = new Project({
      generation: parsed.generation, arch: parsed.arch, pageSizeBytes: parsed.pageSizeBytes,
      tree: folderOption(parsed.tree, io.cwd), build: folderOption(parsed.build, io.cwd),
      workspaceFolders: [toCorePath('.', io.cwd)],
    });
  }

  open(file: string, source: SourceProvider = this.disk): OpenFile {
    const opened = this.project.open(file, source);
    for (const notice of this.project.notices()) this.io.stderr(`kexec-handover: ${notice}\n`);
    return opened;
  }

  /** A file that an operand names. Throws UsageError when it cannot be read. */
  openOperand(operand: string, file: string): OpenFile {
    this.spelled.set(file, operand);
    const text = this.disk.read(file);
    if (!text.ok) throw new UsageError(`${operand}: ${text.detail ?? (text.reason === 'folder' ? 'a folder, where a file is wanted' : text.reason)}`);
    return this.open(file);
  }

  /** `name` stands for what the person wrote as `operand`: messages say the latter. */
  spell(name: string, operand: string): void {
    this.spelled.set(name, operand);
  }

  /** A core path as the person wrote it, or as one in the working folder would. */
  shown(file: string): string {
    for (const folder of ancestors(file)) {
      const operand = this.spelled.get(folder);
      if (operand === undefined) continue;
      if (folder === file) return operand;
      return path.posix.join(operand.split(path.sep).join('/'), file.slice(folder.length + 1));
    }
    const relative = path.relative(this.io.cwd, file);
    if (relative === '') return '.';
    return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative.split(path.sep).join('/');
  }

  /** Lines and columns from 1, in the text that `unit` read, or in the disk's. */
  place(range: SrcRange, unit?: CUnit): Place {
    const given = unit?.files.find((file) => file.path === range.path)?.text;
    const { index } = this.lineIndex(range.path, given);
    const start = index.position(range.start);
    const end = index.position(Math.max(range.start, range.end));
    return { line: start.line + 1, column: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
  }

  /** The text of a line (from 1) without its end; undefined past the end. */
  sourceLine(file: string, line: number): string | undefined {
    const { text, index } = this.lineIndex(file);
    if (line < 1 || line > index.lineCount) return undefined;
    return text.slice(index.offset({ line: line - 1, character: 0 }), index.offset({ line, character: 0 })).replace(/[\r\n]+$/, '');
  }

  dispose(): void {
    this.revisions.dispose();
  }

  private lineIndex(file: string, given?: string): { readonly text: string; readonly index: LineIndex } {
    const known = this.lines.get(file);
    if (known !== undefined && (given === undefined || known.text === given)) return known;
    const read = given === undefined ? this.disk.read(file) : undefined;
    const text = given ?? (read?.ok === true ? read.text : '');
    const made = { text, index: new LineIndex(text) };
    if (this.lines.size > 256) this.lines.clear();
    this.lines.set(file, made);
    return made;
  }
}
