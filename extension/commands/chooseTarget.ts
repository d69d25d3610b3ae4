/** Which description a command is about: its argument, the one at the cursor, or what the person picks. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { DescriptionInfo } from '../../server/shared/requests';
import { requests } from '../../server/shared/requests';
import type { PanelTarget } from '../../server/shared/protocol';
import { documentSelector } from '../client';
import type { Tools } from '../commands';

/**
 * @param args from a lens `[uri, description]` or `[{ uri, description }]`; from a menu `[Uri]`; from the palette none
 * @returns undefined when there is nothing to choose (said to the person) or the person chose nothing
 */
export async function chooseTarget({ client }: Tools, args: readonly unknown[]): Promise<PanelTarget | undefined> {
  const given = givenTarget(args);
  if (given?.description !== undefined) return given;
  const editor = vscode.window.activeTextEditor;
  const uri = given?.uri ?? (editor !== undefined && vscode.languages.match(documentSelector, editor.document) > 0 ? editor.document.uri.toString() : undefined);
  if (uri === undefined) {
    void vscode.window.showInformationMessage('Kexec Handover: open a C file with a KSTATE description first.');
    return undefined;
  }
  const descriptions = await client.request(requests.descriptions, { uri });
  const only = descriptions.length === 1 ? descriptions[0] : undefined;
  const cursor = editor?.document.uri.toString() === uri ? editor.selection.active : undefined;
  const chosen = only ?? descriptions.find((d) => cursor !== undefined && covers(d, cursor)) ?? (descriptions.length > 0 ? await pick(descriptions) : undefined);
  if (descriptions.length === 0) {
    void vscode.window.showInformationMessage(`Kexec Handover: ${path.posix.basename(vscode.Uri.parse(uri).path)} has no KSTATE description (struct kstate_description).`);
  }
  return chosen === undefined ? undefined : { uri, description: chosen.variable };
}

function givenTarget([first, second]: readonly unknown[]): PanelTarget | undefined {
  if (first instanceof vscode.Uri) return { uri: first.toString() };
  if (typeof first === 'string') return typeof second === 'string' ? { uri: first, description: second } : { uri: first };
  if (typeof first !== 'object' || first === null || !('uri' in first) || typeof first.uri !== 'string') return undefined;
  return 'description' in first && typeof first.description === 'string' ? { uri: first.uri, description: first.description } : { uri: first.uri };
}

function covers({ range }: DescriptionInfo, at: vscode.Position): boolean {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character).contains(at);
}

async function pick(descriptions: readonly DescriptionInfo[]): Promise<DescriptionInfo | undefined> {
  const items = descriptions.map((d) => ({ label: d.variable, description: d.name === '' ? '' : `"${d.name}"`, detail: `line ${d.range.start.line + 1}`, info: d }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'Simulate Handover', placeHolder: 'Which KSTATE description?', matchOnDescription: true });
  return chosen?.info;
}
