/** The saved entries of an object, nested ones included. */
import type { SavedLayout } from '../compare/savedLayout';
import type { Direction } from './reason';

export function savedEntries(direction: Direction): readonly SavedLayout[] {
  const out = new Set<SavedLayout>();
  const add = (entry: SavedLayout): void => {
    out.add(entry);
    for (const field of entry.fields) for (const inner of field.nested) add(inner);
  };
  for (const pair of direction.alignment.pairs) if (pair.from !== undefined) add(pair.from);
  for (const entry of direction.alignment.unread) add(entry);
  return [...out];
}
