/** Small pieces that several parts share. */
import type { SourceLink, ViewVerdict } from '../../server/shared/simulationView';
import type { Context, PartName } from '../context';
import { linkText, linkTitle } from '../context';
import { h, cls } from '../dom';
import type { Child } from '../dom';
import { icon } from '../icons';
import { keyClass } from '../model/keys';
import { proseParts, verdictLook } from '../model/words';

/** The round number of a member. */
export function chip(key: number): HTMLElement {
  return h('span', { class: cls('fk', keyClass(key)) }, String(key));
}

/** A sentence with its `code` in the editor's font. */
export function prose(text: string): Child[] {
  return proseParts(text).map((p) => (p.code ? h('code', {}, p.text) : p.text));
}

export function section(name: string, title: string, aside: Child, ...content: Child[]): HTMLElement {
  const id = `h-${name}`;
  return h('section', { class: `part ${name}`, attrs: { 'aria-labelledby': id } },
    h('h2', {}, h('span', { id }, title), aside), content);
}

export function dim(...children: Child[]): HTMLElement {
  return h('span', { class: 'dim' }, children);
}

export function verdictIcon(verdict: ViewVerdict): HTMLElement {
  const look = verdictLook(verdict);
  return h('span', { class: `tone ${look.tone}` }, icon(look.icon));
}

/** A line that stands for something left out; a click shows it. */
export function foldButton(ctx: Pick<Context, 'unfold'>, part: PartName, id: string, text: string, className = ''): HTMLElement {
  return h('button', { class: cls('fold', className), attrs: { type: 'button', 'aria-expanded': 'false' }, data: { focus: id }, onclick: () => ctx.unfold(id, part) },
    icon('unfold'), h('span', {}, text));
}

/** Not a tab stop: the row it stands in is, and Enter on the row opens it. */
export function sourceLink(ctx: Context, link: SourceLink): HTMLElement {
  return h('button', { class: 'link', title: linkTitle(link), attrs: { type: 'button', 'aria-label': linkTitle(link), tabindex: -1 }, onclick: () => ctx.openSource(link) }, linkText(link, ctx.view.file));
}
