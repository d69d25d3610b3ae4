/** A language client in the test's own process, over a pair of streams. */
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type {
  ClientCapabilities, CodeAction, CodeLens, Diagnostic, DocumentDiagnosticReport, DocumentSymbol, Hover, InitializeResult, Location, ProtocolConnection,
  PublishDiagnosticsParams, Range, TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import { StreamMessageReader, StreamMessageWriter, createConnection, createProtocolConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from '../../server/lsp/server';
import type { ServerOptions } from '../../server/lsp/server';
import { notifications } from '../../server/shared/requests';
import type { StatusParams } from '../../server/shared/requests';

export const PULL: ClientCapabilities = { textDocument: { diagnostic: {}, publishDiagnostics: {} }, workspace: { configuration: true } };
export const PUSH: ClientCapabilities = { textDocument: { publishDiagnostics: {} } };

export class Client {
  readonly connection: ProtocolConnection;
  readonly logs: string[] = [];
  readonly published = new Map<string, PublishDiagnosticsParams>();
  private readonly waiting: { matches(params: PublishDiagnosticsParams): boolean; resolve(params: PublishDiagnosticsParams): void }[] = [];
  private readonly statuses: StatusParams[] = [];
  private statusWaiting: { matches(params: StatusParams): boolean; resolve(params: StatusParams): void }[] = [];
  private wasAsked: () => void = () => undefined;
  private readonly asked = new Promise<void>((resolve) => { this.wasAsked = resolve; });
  private versions = new Map<string, number>();
  /** Options of what the server registered later. */
  readonly registered: string[] = [];
  /** How often the server asked for the lenses to be asked for anew. */
  lensRefreshes = 0;
  private readonly refreshWaiting: (() => void)[] = [];
  /** What the client answers when it is asked for `kexecHandover`. */
  settings: unknown = {};

  constructor(options: ServerOptions = {}) {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    startServer(createConnection(ProposedFeatures.all, new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), options);
    this.connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.set(params.uri, params);
      for (const waiter of this.waiting.splice(0)) {
        if (waiter.matches(params)) waiter.resolve(params);
        else this.waiting.push(waiter);
      }
    });
    this.connection.onNotification(notifications.status, (params: StatusParams) => {
      this.statuses.push(params);
      const waiting = this.statusWaiting;
      this.statusWaiting = waiting.filter((w) => !w.matches(params));
      for (const w of waiting) if (w.matches(params)) w.resolve(params);
    });
    this.connection.onNotification('window/logMessage', (params: { message: string }) => { this.logs.push(params.message); });
    this.connection.onRequest('workspace/configuration', (params: { items: unknown[] }) => {
      this.wasAsked();
      return params.items.map(() => this.settings);
    });
    this.connection.onRequest('client/registerCapability', (params: { registrations: { registerOptions?: unknown }[] }) => {
      this.registered.push(...params.registrations.map((one) => JSON.stringify(one.registerOptions)));
      return null;
    });
    this.connection.onRequest('workspace/diagnostic/refresh', () => null);
    this.connection.onRequest('workspace/codeLens/refresh', () => {
      this.lensRefreshes++;
      for (const resolve of this.refreshWaiting.splice(0)) resolve();
      return null;
    });
    this.connection.listen();
  }

  /** The server has asked for settings and has taken the answer. */
  async settled(): Promise<void> {
    await this.asked;
    // Answers are read in the order they were sent.
    await this.connection.sendRequest('textDocument/hover', { textDocument: { uri: 'untitled:none' }, position: { line: 0, character: 0 } });
  }

  async initialize(capabilities: ClientCapabilities, root: string | undefined, initializationOptions?: unknown): Promise<InitializeResult> {
    const rootUri = root === undefined ? null : pathToFileURL(root).href;
    const result: InitializeResult = await this.connection.sendRequest('initialize', {
      processId: null, rootUri, workspaceFolders: rootUri === null ? null : [{ uri: rootUri, name: 'w' }], capabilities, initializationOptions,
    });
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  async open(uri: string, text: string): Promise<void> {
    this.versions.set(uri, 1);
    await this.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text } });
  }

  async change(uri: string, contentChanges: readonly TextDocumentContentChangeEvent[]): Promise<number> {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    await this.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
    return version;
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  async pull(uri: string): Promise<Diagnostic[]> {
    const report: DocumentDiagnosticReport = await this.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
    if (report.kind !== 'full') throw new Error('a full report was due');
    return report.items;
  }

  /** The next diagnostics of a document that are of that version or later. */
  pushed(uri: string, version: number): Promise<PublishDiagnosticsParams> {
    const known = this.published.get(uri);
    if (known !== undefined && (known.version ?? 0) >= version) return Promise.resolve(known);
    return new Promise((resolve) => { this.waiting.push({ matches: (p) => p.uri === uri && (p.version ?? 0) >= version, resolve }); });
  }

  /** Diagnostics of a document that meet a condition, those already there included. */
  publishedWhere(uri: string, matches: (params: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> {
    const known = this.published.get(uri);
    if (known !== undefined && matches(known)) return Promise.resolve(known);
    return new Promise((resolve) => { this.waiting.push({ matches: (params) => params.uri === uri && matches(params), resolve }); });
  }

  status(matches: (params: StatusParams) => boolean): Promise<StatusParams> {
    const known = this.statuses.findLast(matches);
    return known !== undefined ? Promise.resolve(known) : new Promise((resolve) => { this.statusWaiting.push({ matches, resolve }); });
  }

  /** As `status`, but of those that are yet to come. */
  nextStatus(matches: (params: StatusParams) => boolean): Promise<StatusParams> {
    return new Promise((resolve) => { this.statusWaiting.push({ matches, resolve }); });
  }

  at<R>(method: string, uri: string, line: number, character: number): Promise<R> {
    return this.connection.sendRequest(method, { textDocument: { uri }, position: { line, character } });
  }

  hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.at('textDocument/hover', uri, line, character);
  }

  definition(uri: string, line: number, character: number): Promise<Location | null> {
    return this.at('textDocument/definition', uri, line, character);
  }

  symbols(uri: string): Promise<DocumentSymbol[] | null> {
    return this.connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri } });
  }

  actions(uri: string, range: Range, only?: readonly string[]): Promise<CodeAction[] | null> {
    return this.connection.sendRequest('textDocument/codeAction', { textDocument: { uri }, range, context: { diagnostics: [], ...(only === undefined ? {} : { only }) } });
  }

  lenses(uri: string): Promise<CodeLens[] | null> {
    return this.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
  }

  /** The next time the server asks for the lenses to be asked for anew. */
  lensRefresh(): Promise<void> {
    return new Promise((resolve) => { this.refreshWaiting.push(resolve); });
  }

  async lensTitles(uri: string): Promise<readonly string[]> {
    return (await this.lenses(uri) ?? []).map((lens) => lens.command?.title ?? '');
  }

  resolve(lens: CodeLens): Promise<CodeLens> {
    return this.connection.sendRequest('codeLens/resolve', lens);
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    this.connection.dispose();
  }
}

/** Line and column of the first place where `needle` stands, plus `into`. */
export function place(text: string, needle: string, into = 0): { readonly line: number; readonly character: number } {
  const at = text.indexOf(needle);
  if (at < 0) throw new Error(`no ${JSON.stringify(needle)} in the text`);
  const before = text.slice(0, at + into).split('\n');
  return { line: before.length - 1, character: (before.at(-1) ?? '').length };
}

/** Applies edits as an editor does: all positions are of the text before. */
export function applyEdits(text: string, edits: readonly { readonly range: Range; readonly newText: string }[]): string {
  const lines = text.split('\n');
  const offset = (p: { line: number; character: number }): number => lines.slice(0, p.line).reduce((sum, l) => sum + l.length + 1, 0) + p.character;
  return [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce((result, edit) => result.slice(0, offset(edit.range.start)) + edit.newText + result.slice(offset(edit.range.end)), text);
}
