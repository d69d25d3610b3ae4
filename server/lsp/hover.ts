/** Hover: what the interface's names mean, and what the code at hand says with them. Quiet about everything else. */
import type { Hover, HoverParams } from 'vscode-languageserver/node';
import { MarkupKind } from 'vscode-languageserver/node';
import { LineIndex } from '../c/source';
import type { KstateDescription } from '../model/kstate';
import type { Analysed } from './analysis';
import type { Context } from './context';
import type { FieldPlace } from './fieldPlace';
import { fieldAt } from './fieldPlace';
import { guarded } from './guard';
import { descriptionLines } from './hoverDescription';
import { fieldLines } from './hoverField';
import { layoutBlock, layoutLink } from './hoverLayout';
import { referenceText } from './hoverReference';
import { isScenarioFile } from '../workspace/scenarioFile';
import { scenarioHover } from './scenarioHover';
import { uriToPath } from './uris';
import type { Word } from './words';
import { wordAt } from './words';

export function hover(context: Context): void {
  context.connection.onHover(guarded<HoverParams, Hover | null>(context.log, 'hover', null, (params) => {
    const path = uriToPath(params.textDocument.uri);
    if (isScenarioFile(path)) return scenarioHover(context.scenarios, path, params.position);
    const read = context.source.read(path);
    if (!read.ok) return null;
    const index = new LineIndex(read.text);
    const word = wordAt(read.text, index.offset(params.position));
    if (word === undefined) return null;
    const analysed = context.analysis.of(path);
    const layout = layoutBlock(context, path, read.text, word);
    const blocks = [...(analysed === undefined ? [] : hoverBlocks(context, analysed, word)), ...(layout === undefined ? [] : [layout])];
    if (blocks.length === 0) return null;
    return { contents: { kind: MarkupKind.Markdown, value: blocks.join('\n\n---\n\n') }, range: { start: index.position(word.start), end: index.position(word.end) } };
  }));
}

function hoverBlocks(context: Context, analysed: Analysed, word: Word): string[] {
  const place = fieldAt(analysed, word.start);
  const reference = referenceBlock(analysed, word, place);
  const description = descriptionNamed(analysed, word);
  const save = (): ReturnType<Context['handovers']['self']> => context.handovers.self(analysed);
  const blocks: string[] = [];
  if (description !== undefined) blocks.push([...descriptionLines(analysed, description, save()), ...structLink(context, analysed, description)].join('\n'));
  else if (place?.field !== undefined) blocks.push(fieldLines(analysed, place.description, place.field, save()).join('\n'));
  if (reference !== undefined) blocks.push(reference);
  return blocks;
}

/** To the panel of the struct that a description is about. */
function structLink(context: Context, analysed: Analysed, { struct }: KstateDescription): string[] {
  return struct === undefined ? [] : [layoutLink(context, analysed.path, analysed.unit.spell(struct))].filter((line) => line !== '');
}

/** A use of a description by name: its definition, `&name` in a call, a subsection or `.ksd`. */
function descriptionNamed(analysed: Analysed, word: Word): KstateDescription | undefined {
  if (word.before === '.' || word.before === '>') return undefined;
  return analysed.model.descriptions.find((d) => d.variable === word.text);
}

/** Members are explained only where they are set (`.version_id = …` in a description or a field), other names wherever they stand. */
function referenceBlock(analysed: Analysed, word: Word, place: FieldPlace | undefined): string | undefined {
  if (word.before === '.') {
    if (place === undefined) return undefined;
    return referenceText(word.text, place.field === undefined ? 'descriptionMember' : 'fieldMember', analysed.model.dialect);
  }
  return referenceText(word.text, undefined, analysed.model.dialect);
}
