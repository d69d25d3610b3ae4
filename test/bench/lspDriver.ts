/**
 * Drives any language server over stdio and times it: started cold, first diagnostics of a file, diagnostics after a
 * keystroke, peak memory. Diagnostics are taken as the server gives them: sent (push) or asked for (pull).
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { peakMemoryMb } from './run';

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder that the client opens. */
  readonly root: string;
  /** `initializationOptions`, and the answer to each `workspace/configuration` item. */
  readonly settings?: unknown;
  readonly diagnostics: 'push' | 'pull';
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly { readonly message: string }[];
}

const timeoutMs = 120_000;

export class LspDriver {
  private readonly child: ChildProcessWithoutNullStreams;
  private buffered: Buffer = Buffer.alloc(0);
  private nextId = 1;
  private readonly answers = new Map<number | string, { resolve(value: unknown): void; reject(error: Error): void }>();
  private waiting: ((published: Published) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;
  private text = '';
  private uri = '';
  private version = 0;
  private index = '';
  private whenIndexed: (() => void) | undefined;
  private readonly startedAt = performance.now();

  constructor(private readonly server: ServerCommand) {
    this.child = spawn(server.command, server.args, { cwd: server.root, env: { ...process.env, ...server.env } });
    this.child.stderr.resume();
    this.child.stdout.on('data', (data: Buffer) => { this.receive(data); });
    this.child.stdin.on('error', () => undefined);
    const gone = (why: string): void => {
      const error = new Error(`${server.command} ${why}`);
      this.failed?.(error);
      for (const answer of this.answers.values()) answer.reject(error);
    };
    this.child.once('error', (error) => { gone(`cannot be started: ${error.message}`); });
    this.child.once('exit', (code) => { gone(`ended with code ${String(code)}`); });
  }

  /**
   * From the start of the process to the first diagnostics of the file, in ms. `edited` makes of the file's text what is open, as if typed and not
   * saved.
   */
  async open(file: string, edited: (text: string) => string = (text) => text): Promise<number> {
    const textDocument = this.server.diagnostics === 'pull' ? { publishDiagnostics: {}, diagnostic: {} } : { publishDiagnostics: { versionSupport: true } };
    await this.request('initialize', {
      processId: process.pid, rootUri: pathToFileURL(this.server.root).href, initializationOptions: this.server.settings,
      workspaceFolders: [{ uri: pathToFileURL(this.server.root).href, name: 'tree' }],
      capabilities: { textDocument, workspace: { configuration: this.server.settings !== undefined, workspaceFolders: true } },
    });
    this.notify('initialized', {});
    this.text = edited(fs.readFileSync(file, 'utf8'));
    this.uri = pathToFileURL(file).href;
    this.version = 1;
    await this.diagnosed(() => {
      this.notify('textDocument/didOpen', { textDocument: { uri: this.uri, languageId: 'c', version: 1, text: this.text } });
    });
    return performance.now() - this.startedAt;
  }

  /** Types one character at the end of a line (of `line`, from 0) and takes it away again with the next call; ms to its diagnostics. */
  async keystroke(line: number): Promise<number> {
    const typed = this.version % 2 === 1;
    const lines = this.text.split('\n');
    const column = (lines[line] ?? '').length;
    this.version++;
    const started = performance.now();
    await this.diagnosed(() => {
      this.notify('textDocument/didChange', {
        textDocument: { uri: this.uri, version: this.version },
        contentChanges: [{ range: { start: { line, character: column }, end: { line, character: column + (typed ? 0 : 1) } }, text: typed ? ';' : '' }],
      });
    });
    return performance.now() - started;
  }

  /** Of the last diagnostics that came. */
  messages: readonly string[] = [];

  get lineCount(): number {
    return this.text.split('\n').length;
  }

  /** Resolves when our server says that the tree is indexed; with what it says. */
  async indexed(): Promise<string> {
    if (this.index === '') await this.within(new Promise<void>((resolve) => { this.whenIndexed = resolve; }), 'index');
    return this.index;
  }

  peakMemoryMb(): number | undefined {
    return this.child.pid === undefined ? undefined : peakMemoryMb(this.child.pid);
  }

  /** Lets the server end by itself, after it has done what it does when it is told to: what it keeps for the next start is then on disk. */
  async end(): Promise<void> {
    await this.request('shutdown', undefined);
    const ended = new Promise<void>((resolve) => { this.child.once('close', () => { resolve(); }); });
    this.notify('exit', undefined);
    await this.within(ended, 'end');
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => { this.child.once('close', () => { resolve(); }); });
    this.failed = undefined;
    this.answers.clear();
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await ended;
  }

  private async diagnosed(act: () => void): Promise<void> {
    if (this.server.diagnostics === 'pull') {
      act();
      // The answer's shape is the protocol's full report; an unchanged one has no items.
      const report = await this.request('textDocument/diagnostic', { textDocument: { uri: this.uri } }) as { readonly items?: Published['diagnostics'] };
      if (report.items !== undefined) this.messages = report.items.map((item) => item.message);
      return;
    }
    await this.within(new Promise<void>((resolve, reject) => {
      this.failed = reject;
      this.waiting = (published) => {
        // A server that names no version is taken at its word that this is the newest.
        if (published.uri === this.uri && (published.version ?? this.version) === this.version) {
          this.messages = published.diagnostics.map((item) => item.message);
          resolve();
        }
      };
      act();
    }), 'diagnostics');
    this.waiting = undefined;
  }

  private within<T>(promise: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => { reject(new Error(`${this.server.command} gave no ${what} in ${String(timeoutMs / 1000)} s`)); }, timeoutMs);
    });
    return Promise.race([promise, late]).finally(() => { clearTimeout(timer); });
  }

  private request(method: string, params: unknown): Promise<unknown> {
    const id = this.nextId++;
    const answer = new Promise<unknown>((resolve, reject) => { this.answers.set(id, { resolve, reject }); });
    this.send({ id, method, params });
    return this.within(answer, `answer to ${method}`);
  }

  private notify(method: string, params: unknown): void {
    this.send({ method, params });
  }

  private send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.child.stdin.write(`Content-Length: ${String(Buffer.byteLength(text))}\r\n\r\n${text}`);
  }

  private receive(data: Buffer): void {
    this.buffered = this.buffered.length === 0 ? data : Buffer.concat([this.buffered, data]);
    for (;;) {
      const headEnd = this.buffered.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.buffered.toString('latin1', 0, headEnd))?.[1] ?? 0);
      const start = headEnd + 4;
      if (this.buffered.length < start + length) return;
      // What the server sends is trusted to be JSON-RPC: a bench, and a server of ours or clangd.
      const message = JSON.parse(this.buffered.toString('utf8', start, start + length)) as Message;
      this.buffered = this.buffered.subarray(start + length);
      this.handle(message);
    }
  }

  private handle(message: Message): void {
    const { id, method } = message;
    if (method === undefined) {
      const answer = id === undefined ? undefined : this.answers.get(id);
      if (answer === undefined || id === undefined) return;
      this.answers.delete(id);
      if (message.error !== undefined) answer.reject(new Error(message.error.message));
      else answer.resolve(message.result);
    } else if (id !== undefined) {
      const items = method === 'workspace/configuration' ? (message.params as { items: readonly unknown[] }).items : undefined;
      this.send({ id, result: items === undefined ? null : items.map(() => this.server.settings ?? null) });
    } else if (method === 'kexecHandover/status') {
      const { index } = message.params as { readonly index: string };
      if (!/^(?:Index:|No index)/.test(index)) return;
      this.index = index;
      this.whenIndexed?.();
    } else if (method === 'textDocument/publishDiagnostics') this.waiting?.(message.params as Published);
  }
}
