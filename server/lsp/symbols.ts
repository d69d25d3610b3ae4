/** Document symbols: descriptions, with their fields and subsections below. */
import type { DocumentSymbol, DocumentSymbolParams } from 'vscode-languageserver/node';
import { SymbolKind } from 'vscode-languageserver/node';
import type { KstateDescription, KstateField } from '../model/kstate';
import type { Analysed } from './analysis';
import type { Context } from './context';
import { guarded } from './guard';
import { toRange } from './places';
import { uriToPath } from './uris';

export function documentSymbols(context: Context): void {
  context.connection.onDocumentSymbol(guarded<DocumentSymbolParams, DocumentSymbol[] | null>(context.log, 'document symbols', null, (params) => {
    const analysed = context.analysis.of(uriToPath(params.textDocument.uri));
    if (analysed === undefined) return null;
    return analysed.model.descriptions.flatMap((description) => descriptionSymbol(analysed, description) ?? []);
  }));
}

function descriptionSymbol(analysed: Analysed, d: KstateDescription): DocumentSymbol | undefined {
  const range = toRange(analysed.unit, d.range);
  const selectionRange = toRange(analysed.unit, d.nameRange);
  if (range === undefined || selectionRange === undefined) return undefined;
  const version = d.versionId.known ? `version ${d.versionId.value}` : 'version ?';
  return {
    name: d.variable, kind: SymbolKind.Struct, range, selectionRange,
    detail: `${d.name.known ? `"${d.name.value}", ` : ''}id ${d.id.known ? d.id.value : '?'}, ${version}`,
    children: [
      ...d.fields.flatMap((field) => fieldSymbol(analysed, field) ?? []),
      ...(d.subsections ?? []).flatMap((s) => {
        const at = toRange(analysed.unit, s.range);
        return at === undefined ? [] : [{ name: s.variable ?? '(subsection)', detail: 'subsection', kind: SymbolKind.Namespace, range: at, selectionRange: at }];
      }),
    ],
  };
}

function fieldSymbol(analysed: Analysed, f: KstateField): DocumentSymbol | undefined {
  const range = toRange(analysed.unit, f.range);
  if (range === undefined) return undefined;
  const type = f.member?.type ?? f.statedType;
  const name = f.member?.path ?? (f.name.known ? f.name.value : '');
  return {
    // An empty name is refused by clients.
    name: name === '' ? `field ${f.index}` : name, kind: SymbolKind.Field, range, selectionRange: range,
    detail: [type === undefined ? '' : analysed.unit.spell(type), f.macro?.wrapper ?? f.macro?.name ?? ''].filter((part) => part !== '').join(' · '),
  };
}
