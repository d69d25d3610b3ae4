/** How the index stands, in words for the status item. */
import type { IndexState } from './treeIndexes';

/** `text`: a sentence, empty when there is nothing to say. */
export function indexWords(folders: readonly { readonly root: string; readonly state: IndexState }[]): { readonly working: boolean; readonly text: string } {
  const working = folders.find(({ state }) => state.kind === 'working')?.state;
  if (working?.kind === 'working') return { working: true, text: `Indexing ${String(working.percent)} %.` };
  const ready = folders.flatMap(({ state }) => (state.kind === 'ready' ? [state.summary] : []));
  const stopped = folders.flatMap(({ state }) => (state.kind === 'stopped' ? [`No index: ${state.message}.`.replace(/\.\.$/, '.')] : []));
  const sum = (of: (summary: (typeof ready)[number]) => number): number => ready.reduce((total, summary) => total + of(summary), 0);
  const found = ready.length === 0 ? [] : [`Index: ${counted(sum((s) => s.counts.description), 'description')}, ${counted(sum((s) => s.counts.contract), 'contract')} and ${
    counted(sum((s) => s.counts.call + s.counts.registration), 'call')} in ${counted(sum((s) => s.files), 'file')} of ${String(sum((s) => s.scanned))}.`];
  return { working: false, text: [...found, ...stopped].join(' ') };
}

function counted(n: number, one: string): string {
  return `${String(n)} ${one}${n === 1 ? '' : 's'}`;
}
