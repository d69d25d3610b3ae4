/** Words and icons for verdicts, and the marking of code in sentences. */
import type { SimulationView, ViewVerdict } from '../../server/shared/simulationView';
import type { IconName } from './iconPaths';

export type Direction = 'update' | 'rollback';

interface VerdictLook {
  readonly word: string;
  readonly icon: IconName;
  /** Colour class: `good` = charts.green, `bad` = editorError, `refused` = editorInfo. */
  readonly tone: 'good' | 'bad' | 'refused';
}

const looks: Readonly<Record<ViewVerdict, VerdictLook>> = {
  loads: { word: 'everything arrives', icon: 'kept', tone: 'good' },
  warns: { word: 'arrives, with a warning', icon: 'kept', tone: 'good' },
  loses: { word: 'state is lost', icon: 'lost', tone: 'bad' },
  refused: { word: 'refused', icon: 'refused', tone: 'refused' },
  corrupts: { word: 'silent corruption', icon: 'corrupted', tone: 'bad' },
  crashes: { word: 'the kernel crashes', icon: 'crashed', tone: 'bad' },
};

export function verdictLook(verdict: ViewVerdict): VerdictLook {
  return looks[verdict];
}

/** Worst first, as in ViewVerdict. */
const order: readonly ViewVerdict[] = ['crashes', 'corrupts', 'refused', 'loses', 'warns', 'loads'];

/** The direction to look at first: the one with the worse verdict. */
export function worseDirection(view: SimulationView): Direction {
  return order.indexOf(view.rollback.verdict) < order.indexOf(view.update.verdict) ? 'rollback' : 'update';
}

/** Which kernel saves and which restores in a direction. */
export function kernelsOf(view: SimulationView, direction: Direction): { saver: SimulationView['old']; restorer: SimulationView['old'] } {
  return direction === 'update' ? { saver: view.old, restorer: view.new } : { saver: view.new, restorer: view.old };
}

/** Splits a sentence at `backticks`: every second piece is code. A backtick without a partner stays as it is. */
export function proseParts(text: string): { readonly text: string; readonly code: boolean }[] {
  const parts: { text: string; code: boolean }[] = [];
  let at = 0;
  for (const match of text.matchAll(/`([^`]+)`/g)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), code: false });
    parts.push({ text: match[1] ?? '', code: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), code: false });
  return parts;
}
