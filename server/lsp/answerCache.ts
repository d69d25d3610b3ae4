/**
 * Diagnostics of files kept on disk from one start of the server to the next.
 *
 * An answer is taken only when everything it was made from is the same: the program, the settings, how the file is compiled, its text,
 * and every path that was asked for on the way, those that did not exist included. What is asked of the disk are states (modification
 * time, size, inode), not texts. One file per document; a file that is cut short or altered fails its checksum and counts as absent.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { Diagnostic } from 'vscode-languageserver/node';
import type { FileState } from '../workspace/recordingProvider';

/** Counted up whenever the form of a file changes. */
const FORMAT = 1;
const SUFFIX = '.answer';
/** Of all answers together; one of a kernel file is some 200 KB. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Larger ones are not worth the time to check. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** What an answer is for. */
export interface Question {
  /** Of the document. */
  readonly path: string;
  readonly text: string;
  /** Everything else that is known beforehand: settings, options, URIs. Must survive JSON. */
  readonly circumstances: unknown;
}

interface Stored {
  readonly format: number;
  readonly question: string;
  /** Folder by folder: its path, then name and state in turn. */
  readonly states: readonly (readonly string[])[];
  readonly diagnostics: readonly Diagnostic[];
}

export class AnswerCache {
  private writing: Promise<void> = Promise.resolve();
  private readonly program: string;

  /** `folder` is made when first written to. `program` is the file whose change makes all answers void. */
  constructor(private readonly folder: string, version: string, program: string) {
    const stats = statSync(program, { throwIfNoEntry: false });
    this.program = `${version} ${String(stats?.mtimeMs)} ${String(stats?.size)} ${String(stats?.ino)}`;
  }

  /** The answer kept for the question when `stateOf` says of every path what it said then. */
  find(question: Question, stateOf: (path: string) => FileState): Diagnostic[] | undefined {
    let whole: string;
    try {
      const name = this.nameOf(question.path);
      if ((statSync(name, { throwIfNoEntry: false })?.size ?? Infinity) > MAX_ANSWER_BYTES) return undefined;
      whole = readFileSync(name, 'utf8');
    } catch {
      return undefined;
    }
    const newline = whole.indexOf('\n');
    const body = whole.slice(newline + 1);
    if (newline < 0 || whole.slice(0, newline) !== digest(body)) return undefined;
    // The checksum says that this is what `keep` wrote.
    const stored = JSON.parse(body) as Stored;
    if (stored.format !== FORMAT || stored.question !== this.keyOf(question)) return undefined;
    for (const [folder = '', ...states] of stored.states) {
      for (let i = 0; i < states.length; i += 2) if (stateOf(`${folder}/${states[i] ?? ''}`) !== states[i + 1]) return undefined;
    }
    return [...stored.diagnostics];
  }

  /** Keeps an answer. Written later and aside, then put in place at once; failures are nobody's concern. */
  keep(question: Question, seen: ReadonlyMap<string, FileState>, diagnostics: readonly Diagnostic[]): void {
    const folders = new Map<string, string[]>();
    for (const [name, state] of seen) {
      const slash = name.lastIndexOf('/');
      // What cannot be read may be readable the next time without any state of ours telling.
      if (state === 'unreadable' || slash < 0) return;
      const folder = name.slice(0, slash);
      let states = folders.get(folder);
      if (states === undefined) folders.set(folder, (states = [folder]));
      states.push(name.slice(slash + 1), state);
    }
    const stored: Stored = { format: FORMAT, question: this.keyOf(question), states: [...folders.values()], diagnostics };
    const body = JSON.stringify(stored);
    const whole = `${digest(body)}\n${body}`;
    if (whole.length > MAX_ANSWER_BYTES) return;
    this.writing = this.writing.then(() => this.write(this.nameOf(question.path), whole)).catch(() => undefined);
  }

  /** Everything given to `keep` so far is on disk. */
  written(): Promise<void> {
    return this.writing;
  }

  private async write(name: string, whole: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const aside = `${name}.${String(process.pid)}.tmp`;
    try {
      await writeFile(aside, whole);
      await rename(aside, name);
    } catch {
      await rm(aside, { force: true });
    }
    await this.shrink();
  }

  /** The oldest go first. */
  private async shrink(): Promise<void> {
    const files: { readonly name: string; readonly bytes: number; readonly at: number }[] = [];
    for (const entry of await readdir(this.folder)) {
      if (!entry.endsWith(SUFFIX) && !entry.endsWith('.tmp')) continue;
      const name = path.join(this.folder, entry);
      const stats = await stat(name).catch(() => undefined);
      if (stats !== undefined) files.push({ name, bytes: stats.size, at: stats.mtimeMs });
    }
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files.sort((a, b) => a.at - b.at)) {
      if (bytes <= MAX_BYTES) break;
      await rm(file.name, { force: true });
      bytes -= file.bytes;
    }
  }

  private nameOf(document: string): string {
    return path.join(this.folder, `${digest(document)}${SUFFIX}`);
  }

  private keyOf({ path: document, text, circumstances }: Question): string {
    return digest(JSON.stringify([FORMAT, this.program, document, circumstances, text]));
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
