/** What the kernels would log, and what lies around the simulation: preserved pages, limits, stand-in values. */
import type { DirectionView } from '../../server/shared/simulationView';
import type { Context } from '../context';
import { h } from '../dom';
import type { Child } from '../dom';
import { icon } from '../icons';
import { counted, sizeText } from '../model/bytes';
import { dim, prose, section } from './common';

const pageBytes = 4096;

/** Update and rollback as two columns of one section. */
function twin(ctx: Context, draw: (direction: DirectionView) => Child): HTMLElement {
  return h('div', { class: 'cols' },
    h('div', {}, h('h3', {}, 'Update'), draw(ctx.view.update)), h('div', {}, h('h3', {}, 'Rollback'), draw(ctx.view.rollback)));
}

export function messages(ctx: Context): HTMLElement {
  const label = { old: ctx.view.old.label, new: ctx.view.new.label };
  const icons = { warn: 'warning', err: 'lost', info: 'info' } as const;
  const tones = { warn: 'warn', err: 'bad', info: 'refused' } as const;
  const words = { warn: 'warning', err: 'error', info: 'information' } as const;
  return section('messages', 'Kernel messages', dim('what the two kernels would log'), twin(ctx, (d) => (d.messages.length === 0
    ? h('p', { class: 'dim' }, 'none')
    : h('ul', { class: 'msgs' }, d.messages.map((m) => h('li', {},
      h('span', { class: `tone ${tones[m.level]}`, title: words[m.level] }, icon(icons[m.level])), h('span', { class: 'sr' }, words[m.level]),
      dim(label[m.kernel]), h('span', { class: 'mono' }, m.text)))))));
}

export function preserved(ctx: Context): HTMLElement {
  const list = (d: DirectionView): Child => (d.preserved.length === 0
    ? h('p', { class: 'dim' }, 'none')
    : h('ul', { class: 'pres' }, d.preserved.map((p) => h('li', {},
      h('span', { class: 'mono' }, p.phys), dim(`order ${p.order}, ${sizeText(pageBytes * 2 ** p.order)}`), h('span', {}, p.what)))));
  const same = JSON.stringify(ctx.view.update.preserved) === JSON.stringify(ctx.view.rollback.preserved);
  return section('preserved', 'Preserved pages', dim(same ? `${counted(ctx.view.update.preserved.length, 'block')} handed to KHO, the same in both directions` : 'blocks handed to KHO'),
    same ? list(ctx.view.update) : twin(ctx, list));
}

/** Undefined when everything was run. */
export function limits(ctx: Context): HTMLElement | undefined {
  const both = [...new Set([...ctx.view.update.limits, ...ctx.view.rollback.limits])];
  if (both.length === 0) return undefined;
  const where = (text: string): string => {
    const up = ctx.view.update.limits.includes(text);
    return up && ctx.view.rollback.limits.includes(text) ? 'both directions' : up ? 'update' : 'rollback';
  };
  return section('limits', 'Not run', dim(counted(both.length, 'place')), h('ul', { class: 'plainlist' },
    both.map((text) => h('li', {}, h('span', { class: 'tone warn' }, icon('warning')), h('span', {}, prose(text), dim(`, ${where(text)}`))))));
}

/** Undefined when the source gives every value. */
export function notes(ctx: Context): HTMLElement | undefined {
  if (ctx.view.notes.length === 0) return undefined;
  return section('notes', 'Stand-in values', dim('values that the source does not give'), h('ul', { class: 'plainlist' },
    ctx.view.notes.map((text) => h('li', {}, h('span', { class: 'tone refused' }, icon('info')), h('span', {}, prose(text))))));
}
