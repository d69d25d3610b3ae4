/** Keeps the context key `kexecHandover.hasDescriptions`, so that menus offer a simulation only where there is something to simulate. */
import * as vscode from 'vscode';
import { requests } from '../server/shared/requests';
import type { Client } from './client';
import { documentSelector } from './client';

export function followDescriptions(client: Client): vscode.Disposable {
  let latest = 0;
  const update = async (): Promise<void> => {
    const mine = ++latest;
    const document = vscode.window.activeTextEditor?.document;
    let found = false;
    if (document !== undefined && client.health.kind === 'ready' && vscode.languages.match(documentSelector, document) > 0) {
      try {
        found = (await client.request(requests.descriptions, { uri: document.uri.toString() })).length > 0;
      } catch {
        // A server that goes down meanwhile is the status item's business.
      }
    }
    if (mine === latest) await vscode.commands.executeCommand('setContext', 'kexecHandover.hasDescriptions', found);
  };
  // The server sends its status after each change of what it read, so typing a first description is noticed too.
  return vscode.Disposable.from(
    client.onDidChangeHealth(() => void update()),
    vscode.window.onDidChangeActiveTextEditor(() => void update()),
  );
}
