/** All panels: one per thing shown, beside the editor, brought back after a restart of the window. */
import * as vscode from 'vscode';
import type { LayoutTarget, PanelTarget } from '../server/shared/protocol';
import type { BaseKernel } from '../server/shared/requests';
import type { Client } from './client';
import { LayoutPanel } from './layoutPanel';
import { Panel } from './panel';

interface Kind<T> {
  /** Of the webview, as package.json's activation events name it. */
  readonly type: string;
  readonly title: string;
  /** Two targets with one key are one panel. */
  key(target: T): string;
  /** From what a webview of an earlier session stored: anything may be in it. */
  read(target: object): T | undefined;
  make(panel: vscode.WebviewPanel, target: T, onDispose: () => void): vscode.Disposable & { reveal(target: T): void };
}

export class PanelSet<T> implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, ReturnType<Kind<T>['make']>>();
  private readonly registration: vscode.Disposable;

  constructor(private readonly kind: Kind<T>) {
    this.registration = vscode.window.registerWebviewPanelSerializer(kind.type, this);
  }

  show(target: T): void {
    const there = this.open.get(this.kind.key(target));
    if (there !== undefined) { there.reveal(target); return; }
    this.adopt(vscode.window.createWebviewPanel(this.kind.type, this.kind.title, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }), target);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const stored = typeof state === 'object' && state !== null && 'target' in state ? state.target : undefined;
    const target = typeof stored === 'object' && stored !== null ? this.kind.read(stored) : undefined;
    if (target === undefined || this.open.has(this.kind.key(target))) panel.dispose();
    else this.adopt(panel, target);
    return Promise.resolve();
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.open.values()) panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, target: T): void {
    const key = this.kind.key(target);
    this.open.set(key, this.kind.make(panel, target, () => { this.open.delete(key); }));
  }
}

export class Panels implements vscode.Disposable {
  /** One per file and description. */
  readonly handovers: PanelSet<PanelTarget>;
  /** One per file and struct. */
  readonly layouts: PanelSet<LayoutTarget>;

  constructor(extensionUri: vscode.Uri, client: Client) {
    this.handovers = new PanelSet({
      type: 'kexecHandover.simulation', title: 'Handover', key: ({ uri, description }) => JSON.stringify([uri, description ?? '']), read: readTarget,
      make: (panel, target, onDispose) => new Panel(panel, target, extensionUri, client, onDispose),
    });
    this.layouts = new PanelSet({
      type: 'kexecHandover.layout', title: 'Layout', key: ({ uri, name }) => JSON.stringify([uri, name]), read: readLayoutTarget,
      make: (panel, target, onDispose) => new LayoutPanel(panel, target, extensionUri, client, onDispose),
    });
  }

  dispose(): void {
    this.handovers.dispose();
    this.layouts.dispose();
  }
}

function readTarget(target: object): PanelTarget | undefined {
  if (!('uri' in target) || typeof target.uri !== 'string') return undefined;
  const base = 'base' in target ? readBase(target.base) : undefined;
  return { uri: target.uri, ...('description' in target && typeof target.description === 'string' ? { description: target.description } : {}), ...(base === undefined ? {} : { base }) };
}

function readLayoutTarget(target: object): LayoutTarget | undefined {
  return 'uri' in target && typeof target.uri === 'string' && 'name' in target && typeof target.name === 'string' ? { uri: target.uri, name: target.name } : undefined;
}

function readBase(value: unknown): BaseKernel | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('ref' in value && typeof value.ref === 'string') return { kind: 'ref', ref: value.ref };
  return 'uri' in value && typeof value.uri === 'string' ? { kind: 'file', uri: value.uri } : undefined;
}
