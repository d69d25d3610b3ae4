/** Behind each field: where its bytes stand in the stream that this file writes, and how many. Off until the settings say so. */
import type { InlayHint, InlayHintParams } from 'vscode-languageserver/node';
import type { SavedField } from '../engine/types';
import type { Context } from './context';
import { guarded } from './guard';
import { toRange } from './places';
import { uriToPath } from './uris';

export function inlayHints(context: Context): void {
  context.connection.languages.inlayHint.on(guarded<InlayHintParams, InlayHint[] | null>(context.log, 'inlay hints', null, (params) => {
    if (!context.settings().inlayHintsEnabled) return [];
    const path = uriToPath(params.textDocument.uri);
    const analysed = context.analysis.of(path);
    const save = analysed === undefined ? undefined : context.handovers.self(analysed);
    if (analysed === undefined || save === undefined) return [];
    const fields = new Map<string, SavedField[]>();
    for (const entry of save.entries) {
      for (const field of entry.fields) {
        if (field.source?.path !== path) continue;
        const key = String(field.source.start);
        fields.set(key, [...(fields.get(key) ?? []), field]);
      }
    }
    return [...fields.values()].flatMap((saved): InlayHint[] => {
      const [first] = saved;
      const range = first?.source === undefined ? undefined : toRange(analysed.unit, first.source);
      if (first === undefined || range === undefined || range.end.line < params.range.start.line || range.end.line > params.range.end.line) return [];
      return [{ position: range.end, label: labelOf(first, saved.length), paddingLeft: true }];
    });
  }));
}

/** `+24, 10 B`; `no bytes (deprecated)`. */
function labelOf(field: SavedField, times: number): string {
  if (field.lengthBytes === 0) return `no bytes${field.skipped === 'deprecated' ? ' (deprecated)' : field.skipped === 'version' ? ' (version above the description\'s)' : ''}`;
  return `+${String(field.offsetBytes)}, ${String(field.lengthBytes)} B${times > 1 ? ` and ${String(times - 1)} more` : ''}`;
}
