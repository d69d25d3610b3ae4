/** One line that stays in sight: which description, which two kernels, how large the stream is, and how fresh all that is. */
import type { Context } from '../context';
import { append, h } from '../dom';
import { counted } from '../model/bytes';
import { prose } from './common';

export interface HeaderActions {
  readonly run: () => void;
  readonly pickBase: () => void;
}

export interface Header {
  readonly element: HTMLElement;
  /** `stale`: the source changed since. `failed`: the last run after a change failed, with the reason. */
  setFreshness(state: 'fresh' | 'stale' | { readonly failed: string }): void;
}

export function header(ctx: Context, actions: HeaderActions): Header {
  const { old, new: newer, update, rollback } = ctx.view;
  const sizes = update.stream.sizeBytes === rollback.stream.sizeBytes
    ? `stream of ${counted(update.stream.sizeBytes, 'byte')}`
    : `stream of ${counted(update.stream.sizeBytes, 'byte')}, back ${counted(rollback.stream.sizeBytes, 'byte')}`;
  const freshness = h('span', { class: 'fresh', attrs: { 'aria-hidden': 'true' } });
  const kernel = (k: typeof old): HTMLElement => h('span', { class: 'kernel' }, h('b', {}, k.name || k.description), ` version ${k.versionId} `, h('span', { class: 'pill' }, k.label));
  const button = (text: string, title: string, onclick: () => void): HTMLElement =>
    h('vscode-button', { title, attrs: { appearance: 'secondary' }, data: { focus: text }, onclick }, text);
  const element = h('header', { class: 'top' },
    h('h1', { class: 'what' }, kernel(old), h('span', { class: 'dim' }, '→'), kernel(newer), h('span', { class: 'dim size' }, sizes)),
    freshness,
    h('div', { class: 'acts' }, button('Compare with…', 'Choose another old kernel: a git ref or a file', actions.pickBase), button('Run again', 'Simulate both directions again', actions.run)));
  return {
    element,
    setFreshness(state) {
      freshness.replaceChildren();
      freshness.className = 'fresh';
      if (state === 'fresh') return;
      freshness.classList.add('on');
      if (state === 'stale') { freshness.classList.add('late'); freshness.append('The source changed, running again'); }
      else append(freshness, ['Shown is the run before the last edit. ', prose(state.failed)]);
    },
  };
}
