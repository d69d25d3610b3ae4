/** The status bar item: shown while C is open, and always when the server is down, with the way out on click. */
import * as vscode from 'vscode';
import type { Client, Health } from './client';
import { documentSelector } from './client';

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('kexecHandover.status', vscode.StatusBarAlignment.Right, 0);
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly client: Client) {
    this.item.name = 'Kexec Handover';
    this.listeners = [
      client.onDidChangeHealth(() => { this.show(); }),
      vscode.window.onDidChangeActiveTextEditor(() => { this.show(); }),
    ];
    this.show();
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    this.item.dispose();
  }

  private show(): void {
    const { health } = this.client;
    const look = lookOf(health);
    this.item.text = `$(${look.icon}) ${look.text}`;
    this.item.tooltip = tooltip(look.detail);
    this.item.command = health.kind === 'crashed' || health.kind === 'stopped' ? 'kexecHandover.restartServer' : 'kexecHandover.showOutput';
    this.item.accessibilityInformation = { label: `${look.text}. ${look.detail}` };
    this.item.backgroundColor = health.kind === 'crashed' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    const editor = vscode.window.activeTextEditor;
    const isOurs = editor !== undefined && vscode.languages.match(documentSelector, editor.document) > 0;
    if (isOurs || health.kind === 'crashed') this.item.show();
    else this.item.hide();
  }
}

interface Look {
  readonly icon: string;
  readonly text: string;
  readonly detail: string;
}

function lookOf(health: Health): Look {
  switch (health.kind) {
    case 'starting': return { icon: 'sync~spin', text: 'Kexec: starting', detail: 'The language server is starting.' };
    case 'stopped': return { icon: 'circle-slash', text: 'Kexec: stopped', detail: 'The language server is stopped. Click to start it.' };
    case 'crashed': return { icon: 'error', text: 'Kexec: server down', detail: `${health.message} Click to start it again.` };
    case 'ready': {
      const { status } = health;
      if (status === undefined) return { icon: 'check', text: 'Kexec', detail: 'The language server is ready.' };
      const counts = `${counted(status.descriptions, 'KSTATE description')} and ${counted(status.findings, 'finding')} in ${counted(status.openFiles, 'open file')}.${status.index === '' ? '' : ` ${status.index}`}`;
      const text = `Kexec: ${counted(status.descriptions, 'description')}, ${counted(status.findings, 'finding')}`;
      if (status.health === 'warning') return { icon: 'warning', text, detail: `${status.message} ${counts}` };
      if (status.health === 'working') return { icon: 'sync~spin', text: `Kexec: ${status.message.replace(/\.$/, '').toLowerCase()}`, detail: counts };
      return { icon: 'check', text, detail: counts };
    }
  }
}

function counted(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}

function tooltip(detail: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ['kexecHandover.restartServer', 'kexecHandover.showOutput'] };
  text.appendMarkdown('**Kexec Handover**\n\n').appendText(detail);
  return text.appendMarkdown('\n\n[Restart the server](command:kexecHandover.restartServer) · [Show the output](command:kexecHandover.showOutput)');
}
