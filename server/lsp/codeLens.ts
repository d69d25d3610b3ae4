/**
 * A lens above each description: runs the handover on click, and says how it ends.
 *
 * Lenses are sent complete, never to be resolved later: VS Code gives a lens that it is still resolving when it asks for a new list the command of the
 * list that it throws away, and clicks then hit nothing until the file is closed. So the answer waits for git; nothing else waits for the answer.
 */
import type { CodeLens, CodeLensParams } from 'vscode-languageserver/node';
import type { Analysed } from './analysis';
import type { Context } from './context';
import { guarded } from './guard';
import { toRange } from './places';
import { isScenarioFile } from '../workspace/scenarioFile';
import { scenarioLenses } from './scenarioLens';
import { uriToPath } from './uris';

/** The client's command: takes a URI and the name of a description. */
export const SIMULATE_COMMAND = 'kexecHandover.simulate';
/** Where a handover has nothing to tell. */
const UNKNOWN = 'Simulate handover';

export function codeLenses(context: Context): void {
  context.connection.onCodeLens(guarded<CodeLensParams, CodeLens[] | null>(context.log, 'code lenses', null, async (params) => {
    const { uri } = params.textDocument;
    if (isScenarioFile(uriToPath(uri))) return context.settings().codeLensEnabled ? scenarioLenses(context.scenarios, uri) : null;
    const titles = await lensTitles(context, uri);
    const analysed = context.analysis.of(uriToPath(uri));
    if (titles === undefined || analysed === undefined) return null;
    context.lenses.sent(uri, titles);
    return [...titles].flatMap(([description, title]): CodeLens[] => {
      const range = placeOf(analysed, description);
      return range === undefined ? [] : [{ range, command: { title, command: SIMULATE_COMMAND, arguments: [uri, description] } }];
    });
  }));
  // Clients that ask all the same.
  context.connection.onCodeLensResolve((lens) => lens);
}

/** What the lenses of a document say, by description. Empty: lenses are off; undefined: nothing can be said of the document. */
export async function lensTitles(context: Context, uri: string): Promise<ReadonlyMap<string, string> | undefined> {
  if (!context.settings().codeLensEnabled) return new Map();
  const path = uriToPath(uri);
  if (context.analysis.of(path) === undefined) return undefined;
  const summaries = await context.handovers.summaries(path);
  const now = context.analysis.of(path);
  return now === undefined ? undefined : new Map(now.model.descriptions.filter(({ variable }) => placeOf(now, variable) !== undefined).map(({ variable }) => [variable, summaries.get(variable) ?? UNKNOWN]));
}

function placeOf({ unit, model }: Analysed, description: string): CodeLens['range'] | undefined {
  const found = model.descriptions.find(({ variable }) => variable === description);
  return found === undefined ? undefined : toRange(unit, found.nameRange);
}
