/** Workspace symbols: descriptions, contracts, registrations and call sites of the whole tree, from the index. */
import type { SymbolInformation, WorkspaceSymbolParams } from 'vscode-languageserver/node';
import { SymbolKind } from 'vscode-languageserver/node';
import type { EntryKind } from '../workspace/treeIndex/entries';
import type { TreeEntry } from '../workspace/treeIndex/entryTable';
import type { Context } from './context';
import { guarded } from './guard';

const kinds: Readonly<Record<EntryKind, SymbolKind>> = {
  description: SymbolKind.Struct, registration: SymbolKind.Event, contract: SymbolKind.Constant,
  call: SymbolKind.Method, function: SymbolKind.Function, macro: SymbolKind.Function,
};

export function workspaceSymbols(context: Context): void {
  context.connection.onWorkspaceSymbol(guarded<WorkspaceSymbolParams, SymbolInformation[]>(context.log, 'workspace symbols', [], async ({ query }) =>
    (await context.indexes?.symbols(query) ?? []).map((entry) => symbolOf(context, entry))));
}

function symbolOf(context: Context, { kind, name, container, path, line, character }: TreeEntry): SymbolInformation {
  return {
    name, kind: kinds[kind], containerName: container === '' ? kind : `${kind} in ${container}`,
    location: { uri: context.documents.uriOf(path), range: { start: { line, character }, end: { line, character: character + name.length } } },
  };
}
