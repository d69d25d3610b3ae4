/**
 * A lens above each description: runs the handover on click, and says how it ends. The verdict is found when the client resolves the lens,
 * so that opening a file does not wait for git.
 */
import type { CodeLens, CodeLensParams } from 'vscode-languageserver/node';
import type { Context } from './context';
import { guarded } from './guard';
import { toRange } from './places';
import { uriToPath } from './uris';

/** The client's command: takes a URI and the name of a description. */
export const SIMULATE_COMMAND = 'kexecHandover.simulate';

/** Where a handover has nothing to tell. */
const UNKNOWN = 'Simulate handover';

interface LensData {
  readonly uri: string;
  readonly description: string;
}

export function codeLenses(context: Context): void {
  context.connection.onCodeLens(guarded<CodeLensParams, CodeLens[] | null>(context.log, 'code lenses', null, (params) => {
    const { uri } = params.textDocument;
    const described = describedIn(context, uri);
    if (described === undefined) return null;
    context.lenses.listed(uri, described.map(({ data }) => data.description));
    return described;
  }));
  context.connection.onCodeLensResolve((lens, token) => guarded<CodeLens, CodeLens>(context.log, 'code lens', withTitle(lens, UNKNOWN), async (asked) => {
    const data = lensData(asked.data);
    if (data === undefined) return asked;
    const title = await lensTitle(context, data.uri, data.description);
    context.lenses.resolved(data.uri, data.description, title);
    return withTitle(asked, title, data);
  })(lens, token));
}

/** Descriptions that have a lens. Empty: lenses are off; undefined: nothing can be said of the document. */
export function lensNames(context: Context, uri: string): readonly string[] | undefined {
  return describedIn(context, uri)?.map(({ data }) => data.description);
}

export async function lensTitle(context: Context, uri: string, description: string): Promise<string> {
  return await context.handovers.summary(uriToPath(uri), description) ?? UNKNOWN;
}

function describedIn(context: Context, uri: string): (CodeLens & { readonly data: LensData })[] | undefined {
  if (!context.settings().codeLensEnabled) return [];
  const analysed = context.analysis.of(uriToPath(uri));
  return analysed?.model.descriptions.flatMap((description) => {
    const range = toRange(analysed.unit, description.nameRange);
    return range === undefined ? [] : [{ range, data: { uri, description: description.variable } }];
  });
}

function withTitle(lens: CodeLens, title: string, data = lensData(lens.data)): CodeLens {
  return {
    range: lens.range,
    command: { title, command: SIMULATE_COMMAND, arguments: data === undefined ? [] : [data.uri, data.description] },
  };
}

function lensData(data: unknown): LensData | undefined {
  if (typeof data !== 'object' || data === null || !('uri' in data) || !('description' in data)) return undefined;
  return typeof data.uri === 'string' && typeof data.description === 'string' ? { uri: data.uri, description: data.description } : undefined;
}
