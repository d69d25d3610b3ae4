/** The panel of one description's handover. */
import * as vscode from 'vscode';
import type { PanelMethod, PanelRequests, PanelTarget } from '../server/shared/protocol';
import { requests } from '../server/shared/requests';
import type { SimulateParams } from '../server/shared/requests';
import type { Client } from './client';
import { chooseBase } from './commands/chooseBase';
import { openSource } from './openSource';
import { PanelHost, copyText, isFileOrHeader, isSourceLink } from './panelHost';
import type { PanelResult } from './panelHost';

export class Panel implements vscode.Disposable {
  private readonly host: PanelHost;
  private running: vscode.CancellationTokenSource | undefined;

  constructor(private readonly panel: vscode.WebviewPanel, private target: PanelTarget, extensionUri: vscode.Uri, private readonly client: Client, onDispose: () => void) {
    panel.title = `Handover: ${target.description ?? vscode.Uri.parse(target.uri).path.split('/').at(-1) ?? ''}`;
    this.host = new PanelHost({
      panel, extensionUri, client, bundle: 'webview', uri: target.uri,
      dependsOn: (document) => this.dependsOn(document),
      answer: (method, params) => this.answer(method, params),
      onDispose: () => { this.stop(); onDispose(); },
    });
  }

  /** Shows the panel, for another old kernel if `target` says so. */
  reveal(target: PanelTarget): void {
    const differs = JSON.stringify(target.base) !== JSON.stringify(this.target.base);
    this.target = target;
    this.panel.reveal(undefined, true);
    if (differs) this.host.refresh();
  }

  dispose(): void {
    this.stop();
    this.host.dispose();
  }

  private stop(): void {
    this.running?.cancel();
    this.running?.dispose();
  }

  /** The file itself, a file that is the old kernel, and any header. */
  private dependsOn(document: vscode.TextDocument): boolean {
    const { base, uri } = this.target;
    return isFileOrHeader(document, uri) || (base?.kind === 'file' && document.uri.toString() === vscode.Uri.parse(base.uri).toString());
  }

  private answer(method: PanelMethod, params: unknown): Promise<PanelResult> {
    switch (method) {
      case 'simulate': return this.simulate();
      case 'pickBase': return this.pickBase();
      case 'openSource': return isSourceLink(params) ? openSource(params, this.target).then(() => null) : Promise.reject(new Error('The link names no place.'));
      case 'copy': return copyText(params);
      case 'dumpBlocks': case 'dumpChildren': case 'dumpMemory': case 'dumpNode': case 'layout': case 'openDump': return Promise.reject(new Error('This panel shows a handover.'));
    }
  }

  private async simulate(): Promise<PanelRequests['simulate']['result']> {
    this.stop(); // the webview takes only the newest answer
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
