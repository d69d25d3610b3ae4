/**
 * Completion in scenario files: names of participants, files, areas and regions. Properties and words are completed by the editor from the schema. Offered to
 * clients that register it for these files alone: nobody who types C is asked to wait for it.
 */
import type { CompletionItem, CompletionParams } from 'vscode-languageserver/node';
import { CompletionItemKind, CompletionRequest, InsertTextFormat, MarkupKind } from 'vscode-languageserver/node';
import { FATES } from '../model/scenario/schemaScalars';
import { slotAt } from '../model/scenario/slots';
import { SCENARIO_SUFFIX } from '../workspace/scenarioFile';
import type { Context } from './context';
import { describe, guarded } from './guard';
import type { ReadFile } from './scenarios';
import { uriToPath } from './uris';

export function scenarioCompletion(context: Context): void {
  const { connection, log } = context;
  connection.onCompletion(guarded<CompletionParams, CompletionItem[] | null>(log, 'completion', null, ({ textDocument, position }) => {
    const file = context.scenarios.file(uriToPath(textDocument.uri));
    return file === undefined ? null : completions(file, file.lines.offset(position));
  }));
}

/** To be called once the client is ready for it. */
export function registerScenarioCompletion({ connection, capabilities, log }: Context): void {
  if (capabilities.textDocument?.completion?.dynamicRegistration !== true) return;
  connection.client.register(CompletionRequest.type, { documentSelector: [{ pattern: `**/*${SCENARIO_SUFFIX}` }], triggerCharacters: ['"', '/'] })
    .catch((error: unknown) => { log.warn(`names in scenarios are not completed: ${describe(error)}`); });
}

/** Names that may stand at an offset; what stands there already is replaced. */
export function completions({ text, read, range }: ReadFile, offset: number): CompletionItem[] {
  const slot = slotAt(text, read, offset);
  if (slot === undefined) return [];
  const at = slot.node ?? { offset, length: 0 };
  const hasValue = slot.isKey && /^\s*:/.test(text.slice(at.offset + at.length));
  return slot.choices.map(({ name, detail }) => {
    const quoted = JSON.stringify(name);
    const isSnippet = slot.isKey && !hasValue;
    return {
      label: name, kind: CompletionItemKind.Reference, documentation: { kind: MarkupKind.Markdown, value: detail }, filterText: quoted,
      insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
      textEdit: { range: range(at), newText: isSnippet ? `${quoted.replace(/[\\$}]/g, '\\$&')}: "\${1|${FATES.join(',')}|}"` : quoted },
    };
  });
}
