/** References: every place in the tree of a description, a contract, or a function of the KSTATE, KHO and LUO families, from the index. */
import type { Location, ReferenceParams } from 'vscode-languageserver/node';
import type { Context } from './context';
import { guarded } from './guard';
import { uriToPath } from './uris';
import { wordAt } from './words';

export function references(context: Context): void {
  context.connection.onReferences(guarded<ReferenceParams, Location[] | null>(context.log, 'references', null, async (params) => {
    const document = context.documents.get(uriToPath(params.textDocument.uri));
    const word = document === undefined ? undefined : wordAt(document.getText(), document.offsetAt(params.position));
    if (word === undefined) return null;
    const places = await context.indexes?.references(word.text, params.context.includeDeclaration);
    return places?.map(({ path, line, character }) => ({
      uri: context.documents.uriOf(path), range: { start: { line, character }, end: { line, character: character + word.text.length } },
    })) ?? null;
  }));
}
