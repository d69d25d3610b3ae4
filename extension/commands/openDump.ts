/** Opens a memory image, an FDT or a KSTATE stream in the editor that shows what it holds: the file of the argument, or one that the person picks. */
import * as vscode from 'vscode';
import type { Tools } from '../commands';
import { viewTypeOf } from '../dumpEditor';

/** `args`: from the explorer `[Uri]`; from the palette none. */
export async function openDump(_tools: Tools, [first]: readonly unknown[]): Promise<void> {
  const uri = first instanceof vscode.Uri ? first : await choose();
  if (uri !== undefined) await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri));
}

async function choose(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const files = await vscode.window.showOpenDialog({
    title: 'Open Memory Image or FDT', openLabel: 'Open', canSelectMany: false, ...(folder === undefined ? {} : { defaultUri: folder }),
    filters: { 'All files': ['*'], 'Memory images, FDTs and streams': ['elf', 'core', 'dtb', 'fdt', 'kstate'] },
  });
  return files?.[0];
}
