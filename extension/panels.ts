/** All panels: one per file and description, beside the editor, brought back after a restart of the window. */
import * as vscode from 'vscode';
import type { PanelTarget } from '../server/shared/protocol';
import type { BaseKernel } from '../server/shared/requests';
import type { Client } from './client';
import { Panel } from './panel';

export const panelType = 'kexecHandover.simulation';

export class Panels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly open = new Map<string, Panel>();
  private readonly registration = vscode.window.registerWebviewPanelSerializer(panelType, this);

  constructor(private readonly extensionUri: vscode.Uri, private readonly client: Client) {}

  show(target: PanelTarget): void {
    const there = this.open.get(keyOf(target));
    if (there !== undefined) { there.reveal(target); return; }
    const panel = vscode.window.createWebviewPanel(panelType, 'Handover', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
    this.adopt(panel, target);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const target = readTarget(state);
    if (target === undefined || this.open.has(keyOf(target))) panel.dispose();
    else this.adopt(panel, target);
    return Promise.resolve();
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.open.values()) panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, target: PanelTarget): void {
    const key = keyOf(target);
    this.open.set(key, new Panel(panel, target, this.extensionUri, this.client, () => { this.open.delete(key); }));
  }
}

function keyOf({ uri, description }: PanelTarget): string {
  return JSON.stringify([uri, description ?? '']);
}

/** The state is what a webview of an earlier session stored: anything may be in it. */
function readTarget(state: unknown): PanelTarget | undefined {
  if (typeof state !== 'object' || state === null || !('target' in state)) return undefined;
  const { target } = state;
  if (typeof target !== 'object' || target === null || !('uri' in target) || typeof target.uri !== 'string') return undefined;
  const base = 'base' in target ? readBase(target.base) : undefined;
  return { uri: target.uri, ...('description' in target && typeof target.description === 'string' ? { description: target.description } : {}), ...(base === undefined ? {} : { base }) };
}

function readBase(value: unknown): BaseKernel | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('ref' in value && typeof value.ref === 'string') return { kind: 'ref', ref: value.ref };
  return 'uri' in value && typeof value.uri === 'string' ? { kind: 'file', uri: value.uri } : undefined;
}
