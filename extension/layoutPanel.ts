/** The panel of one struct's layout. */
import type * as vscode from 'vscode';
import type { LayoutTarget, PanelMethod } from '../server/shared/protocol';
import { requests } from '../server/shared/requests';
import type { Client } from './client';
import { openSource } from './openSource';
import { PanelHost, copyText, isFileOrHeader, isSourceLink } from './panelHost';
import type { PanelResult } from './panelHost';

export class LayoutPanel implements vscode.Disposable {
  private readonly host: PanelHost;

  constructor(private readonly panel: vscode.WebviewPanel, private readonly target: LayoutTarget, extensionUri: vscode.Uri, private readonly client: Client, onDispose: () => void) {
    panel.title = `Layout: ${target.name}`;
    this.host = new PanelHost({
      panel, extensionUri, client, bundle: 'layout', uri: target.uri, onDispose,
      dependsOn: (document) => isFileOrHeader(document, target.uri),
      answer: (method, params) => this.answer(method, params),
    });
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  dispose(): void {
    this.host.dispose();
  }

  private async answer(method: PanelMethod, params: unknown): Promise<PanelResult> {
    switch (method) {
      case 'layout': return { target: this.target, layout: await this.client.request(requests.layout, this.target) };
      case 'openSource':
        if (!isSourceLink(params)) throw new Error('The link names no place.');
        await openSource(params, this.target);
        return null;
      case 'copy': return copyText(params);
      case 'dumpBlocks': case 'dumpChildren': case 'dumpMemory': case 'dumpNode': case 'openDump': case 'pickBase': case 'simulate': throw new Error('This panel shows a layout.');
    }
  }
}
