/** Behind each field: where its bytes stand in the stream that this file writes, and how many; behind members that nothing preserves that it is so. Off until the settings say so. */
import type { InlayHint, InlayHintParams, Range } from 'vscode-languageserver/node';
import type { SrcRange } from '../c/source';
import type { SavedField } from '../engine/types';
import { preservedMembers } from '../model/preserved';
import { recordOf } from '../model/typeTools';
import type { Analysed } from './analysis';
import type { Context } from './context';
import { guarded } from './guard';
import { toRange } from './places';
import { uriToPath } from './uris';

export function inlayHints(context: Context): void {
  context.connection.languages.inlayHint.on(guarded<InlayHintParams, InlayHint[] | null>(context.log, 'inlay hints', null, (params) => {
    if (!context.settings().inlayHintsEnabled) return [];
    const path = uriToPath(params.textDocument.uri);
    const analysed = context.analysis.of(path);
    if (analysed === undefined) return [];
    const inRange = (range: Range | undefined): range is Range => range !== undefined && range.end.line >= params.range.start.line && range.end.line <= params.range.end.line;
    const unpreserved = left(analysed).filter(inRange).map((range): InlayHint => ({ position: range.end, label: 'not preserved', tooltip: 'No description of this file carries it.', paddingLeft: true }));
    const save = context.handovers.self(analysed);
    if (save === undefined) return unpreserved;
    // Elements of an array are saved by one entry of the source.
    const fields = new Map<number, { readonly first: SavedField; readonly source: SrcRange; times: number }>();
    for (const entry of save.entries) {
      for (const field of entry.fields) {
        const { source } = field;
        if (source?.path !== path) continue;
        const known = fields.get(source.start);
        if (known === undefined) fields.set(source.start, { first: field, source, times: 1 });
        else known.times++;
      }
    }
    return [...unpreserved, ...[...fields.values()].flatMap(({ first, source, times }): InlayHint[] => {
      const range = behind(analysed.unit, source);
      return !inRange(range) ? [] : [{ position: range.end, label: labelOf(first, times), tooltip: 'Offset in the stream that this file writes, and bytes.', paddingLeft: true }];
    })];
  }));
}

/** Members of described structs of this file that no description of it carries. */
function left({ unit, model, path }: Analysed): readonly (Range | undefined)[] {
  const seen = new Set<string>();
  return model.descriptions.flatMap((description) => {
    const without = new Set(preservedMembers(model, description)?.without);
    const struct = description.struct === undefined ? undefined : recordOf(description.struct);
    return (struct?.members ?? []).flatMap((member) => {
      if (member.name === undefined || !without.has(member.name)) return [];
      const range = unit.range(member.first, member.last);
      const key = `${range.path} ${String(range.start)}`;
      if (range.path !== path || seen.has(key)) return [];
      seen.add(key);
      return [behind(unit, range)];
    });
  });
}

/** With the comma or semicolon that ends it. */
function behind(unit: Analysed['unit'], range: SrcRange): Range | undefined {
  const ended = range.path === unit.main.path && /[,;]/.test(unit.main.text[range.end] ?? '');
  return toRange(unit, ended ? { ...range, end: range.end + 1 } : range);
}

/** `+24, 10 B`; `no bytes (deprecated)`. */
function labelOf(field: SavedField, times: number): string {
  if (field.lengthBytes === 0) return `no bytes${field.skipped === 'deprecated' ? ' (deprecated)' : field.skipped === 'version' ? ' (version above the description\'s)' : ''}`;
  return `+${String(field.offsetBytes)}, ${String(field.lengthBytes)} B${times > 1 ? ` and ${String(times - 1)} more` : ''}`;
}
