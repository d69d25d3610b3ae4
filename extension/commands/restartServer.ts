import * as vscode from 'vscode';
import type { Tools } from '../commands';

/** Starts the language server anew, whatever state it is in. */
export async function restartServer({ client }: Pick<Tools, 'client'>): Promise<void> {
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Kexec Handover: restarting the language server' }, () => client.restart());
}
