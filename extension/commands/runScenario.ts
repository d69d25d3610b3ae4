/** Runs a scenario file in the Test Explorer, and shows the report: the file of the argument, or the one in the editor. */
import * as vscode from 'vscode';
import { scenarioSelector } from '../client';
import type { Tools } from '../commands';

/** `args`: from the lens the URI as text, from menus `[Uri]`, from the palette none. */
export async function runScenario({ tests }: Tools, [first]: readonly unknown[]): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const active = document !== undefined && vscode.languages.match(scenarioSelector, document) > 0 ? document.uri : undefined;
  const uri = first instanceof vscode.Uri ? first : typeof first === 'string' ? vscode.Uri.parse(first) : active;
  if (uri === undefined) throw new Error('Open a file *.handover.json to run the handover that it describes.');
  await tests.runFile(uri);
}
