/** The lens on top of a scenario file. */
import type { CodeLens } from 'vscode-languageserver/node';
import type { Scenarios } from './scenarios';
import { uriToPath } from './uris';

/** The client's command: takes a URI. */
export const RUN_SCENARIO_COMMAND = 'kexecHandover.runScenario';

/** None where nothing can be read. */
export function scenarioLenses(scenarios: Scenarios, uri: string): CodeLens[] | null {
  const file = scenarios.file(uriToPath(uri));
  if (file?.read.root === undefined) return null;
  return [{ range: file.range({ offset: file.read.root.offset, length: 0 }), command: { title: '$(play) Run handover', command: RUN_SCENARIO_COMMAND, arguments: [uri] } }];
}
