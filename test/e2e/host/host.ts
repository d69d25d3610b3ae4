/** What the tests inside the extension host share: the sample's files, and waiting for an answer that needs the server. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import * as vscode from 'vscode';

/** The sample workspace that the window has open. */
export function workspaceFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the window has a folder open');
  return folder.uri;
}

/** Opens a driver of the sample in an editor. */
export async function openDriver(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.joinPath(workspaceFolder(), 'drivers', name));
}

/**
 * Asks until the answer is there; the test's own time limit ends it.
 * @returns the first answer that is not undefined
 */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await turn();
  }
}

/** Waits until the diagnostics of a document are as wanted. */
export async function diagnosticsWhen(uri: vscode.Uri, wanted: (diagnostics: readonly vscode.Diagnostic[]) => boolean): Promise<readonly vscode.Diagnostic[]> {
  const now = (): readonly vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter((d) => d.source === 'kexec-handover');
  if (wanted(now())) return now();
  return new Promise((resolve) => {
    const listener = vscode.languages.onDidChangeDiagnostics(() => {
      if (!wanted(now())) return;
      listener.dispose();
      resolve(now());
    });
  });
}

/** The code of a diagnostic as a string, with or without a documentation link. */
export function codeOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
}

/** The range of the n-th occurrence (from 0) of a text. */
export function rangeOf(document: vscode.TextDocument, text: string, occurrence = 0): vscode.Range {
  let at = document.getText().indexOf(text);
  for (let i = 0; i < occurrence && at >= 0; i++) at = document.getText().indexOf(text, at + 1);
  assert.ok(at >= 0, `${path.basename(document.fileName)} has ${text}`);
  return new vscode.Range(document.positionAt(at), document.positionAt(at + text.length));
}

/** The text of hovers, Markdown as it was sent. */
export function hoverText(hovers: readonly vscode.Hover[]): string {
  return hovers.flatMap((h) => h.contents).map((c) => (typeof c === 'string' ? c : c.value)).join('\n');
}
