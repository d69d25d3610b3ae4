/** One webview panel: answers its requests, tells it when the source changed. */
import * as vscode from 'vscode';
import type { PanelError, PanelMethod, PanelRequests, PanelTarget, ToWebview } from '../server/shared/protocol';
import { requests } from '../server/shared/requests';
import type { SimulateParams } from '../server/shared/requests';
import type { SourceLink } from '../server/shared/simulationView';
import type { Client } from './client';
import { ServerDown, textOf } from './client';
import { chooseBase } from './commands/chooseBase';
import { openSource } from './openSource';
import { panelShell } from './panelShell';

/** Typing pauses shorter than this do not start a run. */
const quietMs = 300;

export class Panel implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private running: vscode.CancellationTokenSource | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly panel: vscode.WebviewPanel, private target: PanelTarget, extensionUri: vscode.Uri, private readonly client: Client, onDispose: () => void) {
    const { webview } = panel;
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    this.disposables.push(
      webview.onDidReceiveMessage((message: unknown) => void this.receive(message)),
      panel.onDidDispose(() => { this.dispose(); onDispose(); }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => { if (contentChanges.length > 0 && this.dependsOn(document)) this.changed(); }),
      vscode.workspace.onDidChangeConfiguration((e) => { if (e.affectsConfiguration('kexecHandover', vscode.Uri.parse(target.uri))) this.changed(); }),
      client.onDidChangeHealth((health) => { if (health.kind === 'ready' && health.status === undefined) this.changed(); }),
    );
    this.entitle();
    webview.html = panelShell({
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.css')).toString(),
    });
  }

  /** Shows the panel, for another old kernel if `target` says so. */
  reveal(target: PanelTarget): void {
    const differs = JSON.stringify(target.base) !== JSON.stringify(this.target.base);
    this.target = target;
    this.panel.reveal(undefined, true);
    if (differs) this.post({ kind: 'event', event: 'changed' });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.running?.cancel();
    this.running?.dispose();
    for (const d of this.disposables.splice(0)) d.dispose();
  }

  private entitle(): void {
    this.panel.title = `Handover: ${this.target.description ?? vscode.Uri.parse(this.target.uri).path.split('/').at(-1) ?? ''}`;
  }

  /** The file itself, a file that is the old kernel, and any header: which of them are included only the server knows. */
  private dependsOn(document: vscode.TextDocument): boolean {
    const uri = document.uri.toString();
    const { base } = this.target;
    return uri === vscode.Uri.parse(this.target.uri).toString() || (base?.kind === 'file' && uri === vscode.Uri.parse(base.uri).toString())
      || (document.uri.scheme === 'file' && document.uri.path.endsWith('.h'));
  }

  private changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (this.panel.visible) this.post({ kind: 'event', event: 'changed' }); }, quietMs);
  }

  private post(message: ToWebview): void {
    void this.panel.webview.postMessage(message);
  }

  private async receive(message: unknown): Promise<void> {
    const request = parseRequest(message);
    if (request === undefined) {
      this.client.output.warn('The panel sent a message that is no request.');
      return;
    }
    try {
      this.post({ kind: 'reply', id: request.id, ok: true, result: await this.answer(request.method, request.params) });
    } catch (error) {
      const reason: PanelError['reason'] = error instanceof ServerDown ? 'server-down' : 'failed';
      this.post({ kind: 'reply', id: request.id, ok: false, error: { reason, message: textOf(error) } });
      if (request.method === 'openSource') void vscode.window.showErrorMessage(`Kexec Handover: ${textOf(error)}`);
    }
  }

  private answer(method: PanelMethod, params: unknown): Promise<PanelRequests[PanelMethod]['result']> {
    switch (method) {
      case 'simulate': return this.simulate();
      case 'pickBase': return this.pickBase();
      case 'openSource': return isSourceLink(params) ? openSource(params, this.target).then(() => null) : Promise.reject(new Error('The link names no place.'));
      case 'copy': return hasText(params) ? Promise.resolve(vscode.env.clipboard.writeText(params.text)).then(() => null) : Promise.reject(new Error('Nothing to copy.'));
    }
  }

  private async simulate(): Promise<PanelRequests['simulate']['result']> {
    this.running?.cancel(); // the webview takes only the newest answer
    this.running?.dispose();
    const source = this.running = new vscode.CancellationTokenSource();
    const { target } = this;
    const params: SimulateParams = { uri: target.uri, ...(target.description === undefined ? {} : { description: target.description }), ...(target.base === undefined ? {} : { base: target.base }) };
    return { target, simulation: await this.client.request(requests.simulate, params, source.token) };
  }

  private async pickBase(): Promise<PanelTarget> {
    const choice = await chooseBase(this.client, this.target.uri);
    if (choice !== undefined) {
      const { uri, description } = this.target;
      this.target = { uri, ...(description === undefined ? {} : { description }), ...(choice === 'default' ? {} : { base: choice }) };
    }
    return this.target;
  }
}

const methods: readonly PanelMethod[] = ['copy', 'openSource', 'pickBase', 'simulate'];

function parseRequest(message: unknown): { id: string; method: PanelMethod; params: unknown } | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message) || message.kind !== 'request') return undefined;
  if (!('id' in message) || typeof message.id !== 'string' || !('method' in message)) return undefined;
  const method = methods.find((m) => m === message.method);
  return method === undefined ? undefined : { id: message.id, method, params: 'params' in message ? message.params : undefined };
}

function isSourceLink(value: unknown): value is SourceLink {
  return typeof value === 'object' && value !== null && 'file' in value && typeof value.file === 'string' && 'line' in value && typeof value.line === 'number'
    && 'column' in value && typeof value.column === 'number' && 'revision' in value && typeof value.revision === 'string';
}

function hasText(value: unknown): value is { text: string } {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}
