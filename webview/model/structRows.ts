/**
 * Cuts a struct into rows of equal width and folds what says nothing new: the inner rows of one long member, and runs of
 * rows in which no member travels. Pure; the number of lines stays small for a struct of any size.
 */
import type { StructCell } from '../../server/shared/simulationView';
import { counted, grouped } from './bytes';

export interface RowOptions {
  readonly rowBytes: number;
  /** Fold rows in which no member travels. */
  readonly foldQuiet: boolean;
  readonly maxLanes: number;
}
const defaults: RowOptions = { rowBytes: 8, foldQuiet: true, maxLanes: 4 };

/** The part of a cell that lies in one row. */
export interface RowPiece<C extends StructCell = StructCell> {
  readonly cell: C;
  /** Byte of the row, from 0. */
  readonly column: number;
  readonly widthBytes: number;
  /** Byte of the cell at which this piece starts: 0 for its first piece. */
  readonly fromByte: number;
  /** Cells that share bytes (unions, bit-fields) lie in lanes one below the other; from 0. */
  readonly lane: number;
}

export interface LayoutRow<C extends StructCell = StructCell> {
  readonly kind: 'row';
  readonly offsetBytes: number;
  readonly lanes: number;
  readonly pieces: readonly RowPiece<C>[];
  /** Cells that share these bytes and found no lane. */
  readonly hidden: number;
}

export interface LayoutFold {
  readonly kind: 'fold';
  /** Stable name, for remembering what was unfolded. */
  readonly id: string;
  readonly offsetBytes: number;
  readonly rows: number;
  readonly text: string;
  /** Member number, when the fold is inside one member that travels. */
  readonly key: number | undefined;
}

/** A member without bytes: a flexible array, an empty struct. */
export interface LayoutEmpty<C extends StructCell = StructCell> {
  readonly kind: 'empty';
  readonly offsetBytes: number;
  readonly cell: C;
}

export type LayoutLine<C extends StructCell = StructCell> = LayoutRow<C> | LayoutFold | LayoutEmpty<C>;
type Drawn<C extends StructCell> = LayoutRow<C> | LayoutFold;

/** Rows inside one member that are shown before folding pays. */
const keepRows = 4;
/** Rows that one click unfolds. */
const unfoldRows = 256;
/** Rows without a travelling member in a row before they fold; small structs are shown whole. */
const quietRows = 6;
const smallStructRows = 24;
/** No struct shows more rows than this without a click. */
const maxRows = 2048;

export function structLines<C extends StructCell>(struct: { readonly sizeBytes: number; readonly cells: readonly C[] }, unfolded: ReadonlySet<string>, options: RowOptions = defaults): LayoutLine<C>[] {
  const cells = struct.cells.filter((c) => c.sizeBytes > 0);
  const rows = new Cutter(cells, options, unfolded).cut(struct.sizeBytes);
  const lines: LayoutLine<C>[] = options.foldQuiet ? foldQuiet(rows, Math.ceil(struct.sizeBytes / options.rowBytes), unfolded) : [...rows];
  for (const cell of struct.cells) if (cell.sizeBytes <= 0) lines.push({ kind: 'empty', offsetBytes: cell.offsetBytes, cell });
  return lines;
}

class Cutter<C extends StructCell> {
  constructor(private readonly cells: readonly C[], private readonly options: RowOptions, private readonly unfolded: ReadonlySet<string>) {}

  cut(sizeBytes: number): Drawn<C>[] {
    const { rowBytes } = this.options;
    const lines: Drawn<C>[] = [];
    let budget = maxRows;
    let at = 0;
    while (at < sizeBytes) {
      if (budget <= 0) {
        const id = `rest@${at}`;
        if (!this.unfolded.has(id)) {
          const rows = Math.ceil((sizeBytes - at) / rowBytes);
          lines.push({ kind: 'fold', id, offsetBytes: at, rows, text: `${counted(rows, 'more row')}, ${counted(sizeBytes - at, 'byte')}`, key: undefined });
          break;
        }
        budget = maxRows;
      }
      const run = this.rowsInsideOne(at);
      if (run !== undefined && run.rows > keepRows) {
        const inner = this.insideMember(run, at, budget);
        lines.push(...inner);
        budget -= inner.length;
        at += run.rows * rowBytes;
        continue;
      }
      lines.push(this.rowAt(at));
      at += rowBytes;
      budget--;
    }
    return lines;
  }

  /** The rows of one long member: the first, what was unfolded, a fold for the rest, the last. */
  private insideMember(run: { cell: C; rows: number }, start: number, budget: number): Drawn<C>[] {
    const { rowBytes } = this.options;
    const last = start + (run.rows - 1) * rowBytes;
    const lines: Drawn<C>[] = [this.rowAt(start)];
    for (let at = start + rowBytes; at < last;) {
      const id = `${run.cell.name}@${at}`;
      if (!this.unfolded.has(id) || lines.length >= budget) {
        const hidden = (last - at) / rowBytes;
        const same = run.cell.kind === 'member' ? 'the same member' : `the same ${run.cell.kind}`;
        lines.push({ kind: 'fold', id, offsetBytes: at, rows: hidden, text: `${counted(hidden, 'more row')} of ${same}, ${counted(last - at, 'byte')}`, key: run.cell.key });
        break;
      }
      for (let i = 0; i < unfoldRows && at < last; i++, at += rowBytes) lines.push(this.rowAt(at));
    }
    lines.push(this.rowAt(last));
    return lines;
  }

  /** The cell that alone fills the rows from `at` on, and how many whole rows; undefined when several cells share the row. */
  private rowsInsideOne(at: number): { cell: C; rows: number } | undefined {
    let only: C | undefined;
    let nextStart = Infinity;
    for (const cell of this.cells) {
      const end = cell.offsetBytes + cell.sizeBytes;
      if (end <= at) continue;
      if (cell.offsetBytes <= at) {
        if (only !== undefined) return undefined;
        only = cell;
      } else if (cell.offsetBytes < nextStart) nextStart = cell.offsetBytes;
    }
    if (only === undefined) return undefined;
    const end = Math.min(only.offsetBytes + only.sizeBytes, nextStart);
    return { cell: only, rows: Math.floor((end - at) / this.options.rowBytes) };
  }

  private rowAt(at: number): LayoutRow<C> {
    const { rowBytes, maxLanes } = this.options;
    const pieces: RowPiece<C>[] = [];
    const laneEnds: number[] = [];
    let hidden = 0;
    for (const cell of this.cells) {
      const start = Math.max(cell.offsetBytes, at);
      const end = Math.min(cell.offsetBytes + cell.sizeBytes, at + rowBytes);
      if (end <= start) continue;
      let lane = laneEnds.findIndex((laneEnd) => laneEnd <= start);
      if (lane < 0) lane = laneEnds.length;
      // Past the last lane the cells that share these bytes would push the row out of sight.
      if (lane >= maxLanes) {
        hidden++;
        continue;
      }
      laneEnds[lane] = end;
      pieces.push({ cell, column: start - at, widthBytes: end - start, fromByte: start - cell.offsetBytes, lane });
    }
    return { kind: 'row', offsetBytes: at, lanes: Math.max(1, laneEnds.length), pieces, hidden };
  }
}

function travels(line: LayoutRow<StructCell>): boolean {
  return line.pieces.some((p) => p.cell.key !== undefined);
}

function foldQuiet<C extends StructCell>(lines: readonly Drawn<C>[], totalRows: number, unfolded: ReadonlySet<string>): LayoutLine<C>[] {
  if (totalRows <= smallStructRows) return [...lines];
  const out: LayoutLine<C>[] = [];
  let run: Drawn<C>[] = [];
  const flush = (): void => {
    const rows = run.reduce((sum, l) => sum + (l.kind === 'fold' ? l.rows : 1), 0);
    const first = run[0];
    const id = `quiet@${first?.offsetBytes ?? 0}`;
    if (first === undefined || rows < quietRows || unfolded.has(id)) out.push(...run);
    else out.push({ kind: 'fold', id, offsetBytes: first.offsetBytes, rows, key: undefined, text: quietText(run, rows) });
    run = [];
  };
  for (const line of lines) {
    const quiet = line.kind === 'fold' ? line.key === undefined && !line.id.startsWith('rest@') : !travels(line);
    if (quiet) run.push(line);
    else { flush(); out.push(line); }
  }
  flush();
  return out;
}

function quietText(run: readonly (LayoutRow | LayoutFold)[], rows: number): string {
  const names = new Set<string>();
  for (const line of run) if (line.kind === 'row') for (const p of line.pieces) if (p.cell.kind === 'member') names.add(p.cell.name);
  const list = [...names];
  const shown = list.length <= 3 ? list.join(', ') : `${list.slice(0, 2).join(', ')} … ${list.at(-1) ?? ''} (${grouped(list.length)} members)`;
  return `${counted(rows, 'row')} that ${rows === 1 ? 'does' : 'do'} not travel${shown === '' ? '' : `: ${shown}`}`;
}
