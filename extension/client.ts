/**
 * The language client: starts dist/server.js in a process of its own, starts it again after a crash (three times within
 * three minutes, then a person has to), and tells everyone how it is doing.
 */
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, State, TransportKind } from 'vscode-languageclient/node';
import type { LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
import { notifications } from '../server/shared/requests';
import type { NotificationTypes, RequestTypes, StatusParams } from '../server/shared/requests';

export type Health =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly status: StatusParams | undefined }
  | { readonly kind: 'crashed'; readonly message: string }
  | { readonly kind: 'stopped' };

/** The server does not run; the message says so and what to do. */
export class ServerDown extends Error {}

const crashWindowMs = 3 * 60_000;
const maxCrashes = 3;
/** A start that takes longer counts as failed for whoever waits for it. */
const startLimitMs = 20_000;

/**
 * On top of our own environment. Where certificates are added for every Node, reading them takes longer than all else that a start does; the
 * server opens no connection.
 */
const serverEnvironment = { NODE_EXTRA_CA_CERTS: '' };

/** Headers are C++ to VS Code unless the workspace says otherwise, so `.h` files are taken from there too. */
export const documentSelector: { scheme: string; language: string; pattern?: string }[] = ['file', 'untitled'].flatMap((scheme) => [
  { scheme, language: 'c' },
  { scheme, language: 'cpp', pattern: '**/*.h' },
]);

/** Scenario files; they are JSON with comments to VS Code, which completes and validates them by the schema. */
export const scenarioSelector: { scheme: string; pattern: string }[] = ['file', 'untitled'].map((scheme) => ({ scheme, pattern: '**/*.handover.json' }));

export class Client implements vscode.Disposable {
  readonly output = vscode.window.createOutputChannel('Kexec Handover', { log: true });
  private readonly changed = new vscode.EventEmitter<Health>();
  readonly onDidChangeHealth = this.changed.event;
  private client: LanguageClient | undefined;
  private current: Health = { kind: 'stopped' };
  private crashes: number[] = [];

  constructor(private readonly serverModule: string) {}

  get health(): Health {
    return this.current;
  }

  /** Resolves when the server answers, or when it is known that it does not: then `health` says why. Never rejects. */
  async start(): Promise<void> {
    const client = this.client ??= this.make();
    try {
      await client.start();
    } catch (error) {
      this.crashed(`The server did not start: ${textOf(error)}`);
    }
  }

  async restart(): Promise<void> {
    this.crashes = [];
    await this.stop();
    this.set({ kind: 'starting' });
    await this.start();
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined) return;
    try {
      await client.dispose(2_000);
    } catch (error) {
      this.output.warn(`The server did not stop in order: ${textOf(error)}`);
    }
    this.set({ kind: 'stopped' });
  }

  /** Rejects with ServerDown when there is no server to ask, and with the server's error otherwise. */
  async request<M extends keyof RequestTypes>(method: M, params: RequestTypes[M]['params'], token?: vscode.CancellationToken): Promise<RequestTypes[M]['result']> {
    if (this.current.kind === 'starting') await this.settled();
    const client = this.client;
    if (client === undefined || this.current.kind !== 'ready') {
      const why = this.current.kind === 'crashed' ? ` ${this.current.message}` : this.current.kind === 'starting' ? ' It is still starting.' : '';
      throw new ServerDown(`The Kexec Handover language server is not running.${why}`);
    }
    type Result = RequestTypes[M]['result'];
    // A token that is undefined would be sent as a second parameter.
    return token === undefined ? client.sendRequest<Result>(method, params) : client.sendRequest<Result>(method, params, token);
  }

  /** Tells the server something that needs no answer; without one that runs there is nobody to tell. */
  notify<M extends keyof NotificationTypes>(method: M, params: NotificationTypes[M]): void {
    if (this.current.kind === 'ready') void this.client?.sendNotification(method, params);
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
    this.output.dispose();
  }

  /** Waits for the end of a start, at most its limit. */
  private settled(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => { clearTimeout(timer); listener.dispose(); resolve(); };
      const timer = setTimeout(done, startLimitMs);
      const listener = this.onDidChangeHealth((health) => { if (health.kind !== 'starting') done(); });
    });
  }

  private make(): LanguageClient {
    const env = serverEnvironment;
    const run = { module: this.serverModule, transport: TransportKind.ipc, options: { env } };
    const server: ServerOptions = { run, debug: { ...run, options: { env, execArgv: ['--nolazy', '--inspect=6009'] } } };
    const options: LanguageClientOptions = {
      documentSelector: [...documentSelector, ...scenarioSelector], outputChannel: this.output,
      markdown: { isTrusted: { enabledCommands: ['kexecHandover.showLayout', 'kexecHandover.simulate'] } },
      initializationFailedHandler: (error) => { this.crashed(`The server did not start: ${textOf(error)}`); return false; },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
    };
    const client = new LanguageClient('kexecHandover', 'Kexec Handover', server, options);
    // The server links to the layout panel only where there is one, and leaves to the schema what that says.
    client.registerFeature({
      fillClientCapabilities: (capabilities) => { capabilities.experimental = { ...capabilities.experimental, kexecHandoverLayoutPanel: true, kexecHandoverScenarioSchema: true }; },
      initialize: () => undefined, getState: () => ({ kind: 'static' }), clear: () => undefined,
    });
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) return; // an older client that is being stopped
      if (newState === State.Starting) this.set({ kind: 'starting' });
      else if (newState === State.Running) this.set({ kind: 'ready', status: undefined });
    });
    client.onNotification(notifications.status, (status: StatusParams) => {
      if (client === this.client && this.current.kind === 'ready') this.set({ kind: 'ready', status });
    });
    return client;
  }

  private closed(): { action: CloseAction; handled: true } {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((at) => now - at < crashWindowMs), now];
    if (this.crashes.length <= maxCrashes) {
      this.output.warn(`The server stopped by itself (${this.crashes.length} of ${maxCrashes} within three minutes); starting it again.`);
      this.set({ kind: 'starting' });
      return { action: CloseAction.Restart, handled: true };
    }
    this.crashed(`It stopped by itself ${this.crashes.length} times within three minutes.`);
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private crashed(message: string): void {
    if (this.current.kind === 'crashed') return;
    this.output.error(message);
    this.set({ kind: 'crashed', message });
  }

  private set(health: Health): void {
    this.current = health;
    this.changed.fire(health);
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
