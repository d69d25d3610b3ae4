/** The read-only editor of memory images, FDTs and KSTATE streams. The language server reads and decodes the file; nothing of it is held here. */
import * as vscode from 'vscode';
import type { BlockQuery } from '../server/decode/blockTable';
import type { PanelMethod } from '../server/shared/protocol';
import { notifications, requests } from '../server/shared/requests';
import type { Client } from './client';
import { PanelHost, copyText } from './panelHost';
import type { PanelResult } from './panelHost';

/** The manifest names two view types, for one opens where nothing else does and the other only when asked; the editor is one. */
const dumpViewType = 'kexecHandover.dump';
const imageViewType = 'kexecHandover.image';

/** The editor that the manifest offers for a file of that name. */
export function viewTypeOf(uri: vscode.Uri): string {
  return /\/(?:[^/]*\.elf|vmcore[^/]*)$/.test(uri.path) ? imageViewType : dumpViewType;
}

export class DumpEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  private readonly registration: vscode.Disposable;

  constructor(private readonly extensionUri: vscode.Uri, private readonly client: Client) {
    this.registration = vscode.Disposable.from(...[dumpViewType, imageViewType].map((type) => vscode.window.registerCustomEditorProvider(type, this, { supportsMultipleEditorsPerDocument: true })));
  }

  dispose(): void {
    this.registration.dispose();
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    // Called when the last editor of the file has closed: a file that is still being read is no longer wanted.
    return { uri, dispose: () => { this.client.notify(notifications.closeDump, { uri: uri.toString() }); } };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), uri.path.slice(uri.path.lastIndexOf('/') + 1)));
    const host = new PanelHost({
      panel, extensionUri: this.extensionUri, client: this.client, bundle: 'dump', uri: uri.toString(),
      dependsOn: () => false,
      answer: (method, params) => this.answer(uri, method, params),
      onDispose: () => { watcher.dispose(); },
    });
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) event(() => { host.changed(); });
  }

  private async answer(uri: vscode.Uri, method: PanelMethod, params: unknown): Promise<PanelResult> {
    if (uri.scheme !== 'file') throw new Error(`Only files on the disk can be read; this one is of ${uri.scheme}.`);
    const file = { uri: uri.toString() };
    switch (method) {
      case 'openDump': return this.client.request(requests.openDump, file);
      case 'dumpBlocks':
        if (!isQuestion(params, { query: 'object', from: 'number', count: 'number' })) throw new Error('The question names no blocks.');
        return this.client.request(requests.dumpBlocks, { ...params, ...file });
      case 'dumpChildren':
        if (!isQuestion(params, { id: 'string', from: 'number', count: 'number' })) throw new Error('The question names no branch.');
        return this.client.request(requests.dumpChildren, { ...params, ...file });
      case 'dumpMemory':
        if (!isQuestion(params, { phys: 'string', sizeBytes: 'number', offsetBytes: 'number', lengthBytes: 'number' })) throw new Error('The question names no memory.');
        return this.client.request(requests.dumpMemory, { ...params, ...file });
      case 'dumpNode':
        if (!isQuestion(params, { id: 'string', offsetBytes: 'number', lengthBytes: 'number' })) throw new Error('The question names no structure.');
        return this.client.request(requests.dumpNode, { ...params, ...file });
      case 'copy': return copyText(params);
      case 'layout': case 'openSource': case 'pickBase': case 'simulate': throw new Error('This editor shows a decoded file.');
    }
  }
}

type Primitive = { readonly string: string; readonly number: number };
type QuestionOf<S> = { readonly stamp: string } & { readonly [K in keyof S]: S[K] extends keyof Primitive ? Primitive[S[K]] : BlockQuery };

/** Messages of the page are data from outside: each has a stamp and the members of that kind. */
function isQuestion<const S extends Readonly<Record<string, 'string' | 'number' | 'object'>>>(value: unknown, shape: S): value is QuestionOf<S> {
  if (typeof value !== 'object' || value === null) return false;
  const of: Readonly<Record<string, unknown>> = { ...value };
  return typeof of['stamp'] === 'string' && Object.entries(shape).every(([name, kind]) => (kind === 'number' ? Number.isSafeInteger(of[name]) : typeof of[name] === kind && of[name] !== null));
}
