/** Entry of the extension: makes the parts, ties their lives to the window's. */
import type * as vscode from 'vscode';
import { Client } from './client';
import { registerCommands } from './commands';
import { DumpEditors } from './dumpEditor';
import { followDescriptions } from './hasDescriptions';
import { Panels } from './panels';
import { RevisionContent } from './revisionContent';
import { ScenarioTests } from './scenarioTests';
import { StatusItem } from './statusItem';

let client: Client | undefined;

export function activate(context: vscode.ExtensionContext): void {
  client = new Client(context.asAbsolutePath('dist/server.js'));
  const panels = new Panels(context.extensionUri, client);
  const tests = new ScenarioTests(client);
  context.subscriptions.push(
    client, panels, tests, new DumpEditors(context.extensionUri, client), new StatusItem(client), new RevisionContent(client), followDescriptions(client),
    registerCommands({ client, panels, tests }),
  );
  void client.start();
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}
