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

interface LensData {
  readonly uri: string;
  readonly description: string;
}

export function codeLenses(context: Context): void {
  context.connection.onCodeLens(guarded<CodeLensParams, CodeLens[] | null>(context.log, 'code lenses', null, (params) => {
    if (!context.settings().codeLensEnabled) return [];
    const analysed = context.analysis.of(uriToPath(params.textDocument.uri));
    if (analysed === undefined) return null;
    return analysed.model.descriptions.flatMap((description) => {
      const range = toRange(analysed.unit, description.nameRange);
      const data: LensData = { uri: params.textDocument.uri, description: description.variable };
      return range === undefined ? [] : [{ range, data }];
    });
  }));
  context.connection.onCodeLensResolve((lens, token) => guarded<CodeLens, CodeLens>(context.log, 'code lens', withTitle(lens, 'Simulate handover'), async (asked) => {
    const data = lensData(asked.data);
    if (data === undefined) return asked;
    const summary = await context.handovers.summary(uriToPath(data.uri), data.description);
    return withTitle(asked, summary === undefined ? 'Simulate handover' : summary, data);
  })(lens, token));
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
