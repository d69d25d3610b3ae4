/** Update and rollback side by side: they differ, and whoever plans the one must know the other. */
import type { DirectionView } from '../../server/shared/simulationView';
import type { Context } from '../context';
import { h } from '../dom';
import { icon } from '../icons';
import { verdictLook } from '../model/words';
import { prose, verdictIcon } from './common';

export function verdicts(ctx: Context): HTMLElement {
  return h('div', { class: 'twin', attrs: { role: 'group', 'aria-label': 'Verdicts' } },
    box('Update', ctx.view.update), box('Rollback', ctx.view.rollback));
}

function box(name: string, direction: DirectionView): HTMLElement {
  const look = verdictLook(direction.verdict);
  return h('section', { class: `sum ${look.tone}`, data: { verdict: direction.verdict }, attrs: { 'aria-label': `${name}: ${look.word}` } },
    h('h3', {},
      verdictIcon(direction.verdict), h('span', { class: 'title' }, direction.title.startsWith(`${name}:`) ? direction.title : `${name}: ${direction.title}`),
      h('span', { class: 'word' }, direction.verdict === 'warns' && h('span', { class: 'tone warn' }, icon('warning')), look.word)),
    h('p', {}, prose(direction.summary)));
}
