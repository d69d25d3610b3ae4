/** What every webview panel needs: the page, requests answered one by one, and an event when the source changed. */
import * as vscode from 'vscode';
import type { PanelError, PanelMethod, PanelRequests, ToWebview } from '../server/shared/protocol';
import type { SourceLink } from '../server/shared/simulationView';
import type { Client } from './client';
import { ServerDown, textOf } from './client';
import { panelShell } from './panelShell';

/** Typing pauses shorter than this do not start a run. */
const quietMs = 300;

export type PanelResult = PanelRequests[PanelMethod]['result'];

export interface PanelParts {
  readonly panel: vscode.WebviewPanel;
  readonly extensionUri: vscode.Uri;
  readonly client: Client;
  /** Name of the bundle in dist/, script and style sheet. */
  readonly bundle: 'webview' | 'layout' | 'dump';
  /** The file that the panel is about. */
  readonly uri: string;
  /** Whether what is shown was made from that document. */
  dependsOn(document: vscode.TextDocument): boolean;
  /** Answers what this panel knows; a method of another panel is rejected. */
  answer(method: PanelMethod, params: unknown): Promise<PanelResult>;
  onDispose(): void;
}

export class PanelHost implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: PanelParts) {
    const { panel, extensionUri, client, bundle } = parts;
    const { webview } = panel;
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    this.disposables.push(
      webview.onDidReceiveMessage((message: unknown) => void this.receive(message)),
      panel.onDidDispose(() => { this.dispose(); parts.onDispose(); }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => { if (contentChanges.length > 0 && parts.dependsOn(document)) this.changed(); }),
      vscode.workspace.onDidChangeConfiguration((e) => { if (e.affectsConfiguration('kexecHandover', vscode.Uri.parse(parts.uri))) this.changed(); }),
      client.onDidChangeHealth((health) => { if (health.kind === 'ready' && health.status === undefined) this.changed(); }),
    );
    webview.html = panelShell({
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, `${bundle}.js`)).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, `${bundle}.css`)).toString(),
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const d of this.disposables.splice(0)) d.dispose();
  }

  /** Tells the page that what it shows is old. */
  refresh(): void {
    this.post({ kind: 'event', event: 'changed' });
  }

  /** The source changed: tells the page so when that has come to rest. */
  changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (this.parts.panel.visible) this.refresh(); }, quietMs);
  }

  private post(message: ToWebview): void {
    void this.parts.panel.webview.postMessage(message);
  }

  private async receive(message: unknown): Promise<void> {
    const request = parseRequest(message);
    if (request === undefined) {
      this.parts.client.output.warn('The panel sent a message that is no request.');
      return;
    }
    try {
      this.post({ kind: 'reply', id: request.id, ok: true, result: await this.parts.answer(request.method, request.params) });
    } catch (error) {
      const reason: PanelError['reason'] = error instanceof ServerDown ? 'server-down' : 'failed';
      this.post({ kind: 'reply', id: request.id, ok: false, error: { reason, message: textOf(error) } });
      if (request.method === 'openSource') void vscode.window.showErrorMessage(`Kexec Handover: ${textOf(error)}`);
    }
  }
}

const methods: readonly PanelMethod[] = ['copy', 'dumpBlocks', 'dumpChildren', 'dumpMemory', 'dumpNode', 'layout', 'openDump', 'openSource', 'pickBase', 'simulate'];

function parseRequest(message: unknown): { id: string; method: PanelMethod; params: unknown } | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message) || message.kind !== 'request') return undefined;
  if (!('id' in message) || typeof message.id !== 'string' || !('method' in message)) return undefined;
  const method = methods.find((m) => m === message.method);
  return method === undefined ? undefined : { id: message.id, method, params: 'params' in message ? message.params : undefined };
}

/** Puts the request's text on the clipboard. */
export function copyText(params: unknown): Promise<null> {
  if (typeof params !== 'object' || params === null || !('text' in params) || typeof params.text !== 'string') return Promise.reject(new Error('Nothing to copy.'));
  return Promise.resolve(vscode.env.clipboard.writeText(params.text)).then(() => null);
}

export function isSourceLink(value: unknown): value is SourceLink {
  return typeof value === 'object' && value !== null && 'file' in value && typeof value.file === 'string' && 'line' in value && typeof value.line === 'number'
    && 'column' in value && typeof value.column === 'number' && 'revision' in value && typeof value.revision === 'string';
}

/** A header may be part of anything: which of them are included only the server knows. */
export function isFileOrHeader(document: vscode.TextDocument, uri: string): boolean {
  return document.uri.toString() === vscode.Uri.parse(uri).toString() || (document.uri.scheme === 'file' && document.uri.path.endsWith('.h'));
}
