/**
 * Which rows of a long table are in sight. A browser draws no element higher than some tens of millions of pixels, so a table beyond that scrolls in
 * proportion: its bar covers all rows, and the rows in sight still move pixel by pixel.
 */

/** Well below every browser's limit. */
export const MOST_PX = 8_000_000;

export interface RowsAt {
  readonly count: number;
  readonly rowPx: number;
  readonly viewportPx: number;
  readonly scrollTop: number;
}

export interface RowsInSight {
  /** The first row that is to be drawn, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** Where the first one starts, from the top of everything that scrolls. */
  readonly topPx: number;
}

/** Height of everything that scrolls. */
export function heightPx(count: number, rowPx: number): number {
  return Math.min(count * rowPx, MOST_PX);
}

export function rowsInSight({ count, rowPx, viewportPx, scrollTop }: RowsAt): RowsInSight {
  const first = firstOf({ count, rowPx, viewportPx, scrollTop });
  const from = Math.max(0, Math.min(count, Math.floor(first)));
  const to = Math.min(count, Math.ceil(first + viewportPx / rowPx) + 1);
  return { from, to: Math.max(from, to), topPx: scrollTop - (first - from) * rowPx };
}

/** The scroll position that shows a row with as little movement as possible. */
export function scrollTopFor(row: number, at: RowsAt): number {
  const first = firstOf(at);
  const fit = at.viewportPx / at.rowPx;
  if (row >= first && row + 1 <= first + fit) return at.scrollTop;
  const wanted = row < first ? row : row + 1 - fit;
  return Math.max(0, wanted / perPx(at));
}

/** The row at the top edge, with its fraction that is scrolled away. */
function firstOf(at: RowsAt): number {
  return at.scrollTop * perPx(at);
}

/** Rows for each pixel that the bar moves. */
function perPx({ count, rowPx, viewportPx }: RowsAt): number {
  const height = heightPx(count, rowPx);
  if (height === count * rowPx) return 1 / rowPx;
  return Math.max(0, count - viewportPx / rowPx) / Math.max(1, height - viewportPx);
}
