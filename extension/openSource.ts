/** Opens the source a link of the panel names: the file itself, or the file as it was in the old kernel. */
import * as vscode from 'vscode';
import type { PanelTarget } from '../server/shared/protocol';
import type { SourceLink } from '../server/shared/simulationView';
import { revisionUri } from './revisionContent';

const workingTree = 'working tree';

export async function openSource(link: SourceLink, target: Pick<PanelTarget, 'uri' | 'base'>): Promise<void> {
  const file = fileUri(link.file, target);
  // An old kernel that is a file is opened as that file; only a git ref needs its text from the server.
  const isFile = link.revision === workingTree || target.base?.kind === 'file';
  const uri = isFile ? file : revisionUri(file, link.revision);
  const at = new vscode.Position(Math.max(0, link.line - 1), Math.max(0, link.column - 1));
  const shown = vscode.window.visibleTextEditors.find((e) => e.document.uri.toString() === uri.toString());
  await vscode.window.showTextDocument(uri, {
    viewColumn: shown?.viewColumn ?? vscode.window.visibleTextEditors[0]?.viewColumn ?? vscode.ViewColumn.One,
    selection: new vscode.Range(at, at), preview: true,
  });
}

/** `file` is a path, absolute or below the workspace folder of the panel's file, or a URI. */
function fileUri(file: string, target: Pick<PanelTarget, 'uri'>): vscode.Uri {
  if (/^[a-z][a-z0-9+.-]+:\//i.test(file)) return vscode.Uri.parse(file);
  if (/^(\/|[a-z]:[\\/])/i.test(file)) return vscode.Uri.file(file);
  const source = vscode.Uri.parse(target.uri);
  const folder = vscode.workspace.getWorkspaceFolder(source)?.uri;
  return folder === undefined ? vscode.Uri.joinPath(source, '..', file) : vscode.Uri.joinPath(folder, file);
}
