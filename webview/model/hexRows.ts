/**
 * The whole stream, sixteen bytes a row, cut into runs that belong to one cell each. Rows deep inside one field fold, as
 * `xxd -a` does with zeros. Pure.
 */
import type { StreamCell, StreamView } from '../../server/shared/simulationView';
import { asciiOf, bytesOf, counted } from './bytes';

export const hexRowBytes = 16;

export interface HexRun {
  /** Column of its first byte, 0 to 15. */
  readonly column: number;
  readonly bytes: readonly string[];
  readonly ascii: string;
  readonly cell: StreamCell | undefined;
  /** The cell starts in this row: its name goes here. */
  readonly starts: boolean;
  /** The cell goes on in the row before, after: the outline stays open there. */
  readonly openLeft: boolean;
  readonly openRight: boolean;
  readonly misread: boolean;
}

export type HexLine =
  | { readonly kind: 'row'; readonly offsetBytes: number; readonly runs: readonly HexRun[] }
  | { readonly kind: 'fold'; readonly id: string; readonly offsetBytes: number; readonly rows: number; readonly text: string; readonly key: number | undefined };

/** From so many rows inside one field on, the inner ones fold. */
const foldFrom = 5;

/** Every cell of a stream, outer before inner, so that the innermost wins where they overlap. */
export function cellsOf(stream: StreamView): StreamCell[] {
  const byDepth = [...stream.entries].sort((a, b) => a.depth - b.depth);
  const cells: StreamCell[] = [];
  if (stream.magic) cells.push(stream.magic);
  for (const entry of byDepth) cells.push(...entry.cells);
  if (stream.end) cells.push(stream.end);
  return cells;
}

export function hexLines(stream: StreamView, unfolded: ReadonlySet<string>): HexLine[] {
  const bytes = bytesOf(stream.hex);
  const cells = cellsOf(stream);
  const owner = new Int32Array(bytes.length).fill(-1);
  const misread = new Uint8Array(bytes.length);
  cells.forEach((cell, index) => {
    const from = Math.max(0, cell.offsetBytes);
    owner.fill(index, from, Math.min(bytes.length, from + cell.hex.length / 2));
    if (cell.misread) misread.fill(1, from + cell.misread.from, Math.min(bytes.length, from + cell.misread.from + cell.misread.lengthBytes));
  });

  const lines: HexLine[] = [];
  const row = (at: number): void => { lines.push(rowAt(bytes, owner, misread, cells, at)); };
  for (let at = 0; at < bytes.length;) {
    const rows = rowsInsideOne(owner, misread, bytes.length, at);
    if (rows < foldFrom) {
      row(at);
      at += hexRowBytes;
      continue;
    }
    // The first and the last whole row stay, so that the fold has both its ends in sight.
    const last = at + (rows - 1) * hexRowBytes;
    const cell = cells[owner[at] ?? -1];
    row(at);
    at += hexRowBytes;
    const id = `hex@${at}`;
    if (unfolded.has(id)) for (; at < last; at += hexRowBytes) row(at);
    else lines.push({ kind: 'fold', id, offsetBytes: at, rows: rows - 2, key: cell?.key, text: `${counted(rows - 2, 'more row')} of ${cell?.label ?? 'the same bytes'}, ${counted(last - at, 'byte')}` });
    row(last);
    at = last + hexRowBytes;
  }
  return lines;
}

/** How many rows from `at` on lie whole inside one cell, without a misread byte. */
function rowsInsideOne(owner: Int32Array, misread: Uint8Array, length: number, at: number): number {
  const cell = owner[at];
  if (cell === undefined || cell < 0) return 0;
  let end = at;
  while (end < length && owner[end] === cell && misread[end] === 0) end++;
  return Math.floor((end - at) / hexRowBytes);
}

function rowAt(bytes: readonly string[], owner: Int32Array, misread: Uint8Array, cells: readonly StreamCell[], at: number): HexLine {
  const end = Math.min(bytes.length, at + hexRowBytes);
  const runs: HexRun[] = [];
  let i = at;
  while (i < end) {
    const from = i;
    const index = owner[i] ?? -1;
    const wrong = misread[i] === 1;
    while (i < end && owner[i] === index && (misread[i] === 1) === wrong) i++;
    const cell = cells[index];
    const part = bytes.slice(from, i);
    runs.push({
      column: from - at, bytes: part, ascii: asciiOf(part), cell, misread: wrong,
      starts: cell !== undefined && cell.offsetBytes === from,
      openLeft: from === at && from > 0 && owner[from - 1] === index && index >= 0,
      openRight: i === end && i < bytes.length && owner[i] === index && index >= 0,
    });
  }
  return { kind: 'row', offsetBytes: at, runs };
}
