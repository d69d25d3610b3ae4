/** Hover and go to definition in scenario files: what a name that is used stands for. What properties and words mean, the schema tells. */
import type { Hover, Location, Position } from 'vscode-languageserver/node';
import { MarkupKind } from 'vscode-languageserver/node';
import type { NameChoice } from '../model/scenario/slots';
import { slotAt } from '../model/scenario/slots';
import type { ReadFile, Scenarios } from './scenarios';
import { uriToPath } from './uris';

export function scenarioHover(scenarios: Scenarios, path: string, position: Position): Hover | null {
  const file = scenarios.file(path);
  const named = file === undefined ? undefined : nameAt(file, position);
  if (file === undefined || named === undefined) return null;
  return { contents: { kind: MarkupKind.Markdown, value: `\`${named.choice.name}\`: ${named.choice.detail}` }, range: file.range(named.node) };
}

export function scenarioDefinition(scenarios: Scenarios, uri: string, position: Position): Location | null {
  const file = scenarios.file(uriToPath(uri));
  const place = file === undefined ? undefined : nameAt(file, position)?.choice.place;
  return file === undefined || place === undefined ? null : { uri, range: file.range(place) };
}

function nameAt({ text, lines, read }: ReadFile, position: Position): { readonly choice: NameChoice; readonly node: { readonly offset: number; readonly length: number } } | undefined {
  const slot = slotAt(text, read, lines.offset(position));
  if (slot?.node === undefined) return undefined;
  const { node } = slot;
  const written = text.slice(node.offset, node.offset + node.length);
  const choice = slot.choices.find((one) => JSON.stringify(one.name) === written);
  return choice === undefined ? undefined : { choice, node };
}
