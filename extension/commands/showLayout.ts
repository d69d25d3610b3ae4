/** Opens the layout panel of a struct: the one that the argument names, the one at the cursor, or one that the person picks. */
import path from 'node:path';
import * as vscode from 'vscode';
import { requests } from '../../server/shared/requests';
import type { LayoutTarget } from '../../server/shared/protocol';
import { documentSelector } from '../client';
import type { Tools } from '../commands';

/** `args`: from a hover `[uri, name]`; from a menu `[Uri]`; from the palette none. */
export async function showLayout(tools: Tools, args: readonly unknown[]): Promise<void> {
  const target = await chooseStruct(tools, args);
  if (target !== undefined) tools.panels.layouts.show(target);
}

async function chooseStruct({ client }: Tools, [first, second]: readonly unknown[]): Promise<LayoutTarget | undefined> {
  if (typeof first === 'string' && typeof second === 'string') return { uri: first, name: second };
  const editor = vscode.window.activeTextEditor;
  const isC = editor !== undefined && vscode.languages.match(documentSelector, editor.document) > 0;
  const uri = first instanceof vscode.Uri ? first.toString() : isC ? editor.document.uri.toString() : undefined;
  if (uri === undefined) {
    void vscode.window.showInformationMessage('Kexec Handover: open a C file first, and put the cursor on a struct.');
    return undefined;
  }
  if (editor?.document.uri.toString() === uri) {
    const { line, character } = editor.selection.active;
    const found = await client.request(requests.layout, { uri, position: { line, character } });
    if (found.ok) return { uri, name: found.view.name };
    if (found.reason === 'unknown') throw new Error(found.message.replaceAll('`', ''));
  }
  const structs = await client.request(requests.structs, { uri });
  if (structs.length === 0) {
    void vscode.window.showInformationMessage(`Kexec Handover: no struct at the cursor, and ${path.posix.basename(vscode.Uri.parse(uri).path)} defines none.`);
    return undefined;
  }
  const items = structs.map(({ name, line }) => ({ label: name, description: `line ${line}`, name }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'Show Layout', placeHolder: 'Which struct?', matchOnDescription: true });
  return chosen === undefined ? undefined : { uri, name: chosen.name };
}
