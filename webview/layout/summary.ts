/** The line that stays in sight, and what is preserved, description by description. */
import type { LayoutView } from '../../server/shared/layoutView';
import { linkText, linkTitle } from '../context';
import { h } from '../dom';
import type { Child } from '../dom';
import { counted } from '../model/bytes';
import { dim, section } from '../parts/common';
import type { LayoutContext } from './context';

export interface LayoutHeader {
  readonly element: HTMLElement;
  /** The source changed and what is shown is of before, or the last reading failed with the reason. */
  setFreshness(state: 'fresh' | 'stale' | { readonly failed: string }): void;
}

export function header(ctx: LayoutContext): LayoutHeader {
  const { view } = ctx;
  const { source } = view;
  const freshness = h('span', { class: 'fresh', attrs: { 'aria-hidden': 'true' } });
  const element = h('header', { class: 'top' },
    h('h1', { class: 'what' }, h('b', { class: 'mono big' }, view.name), h('span', { class: 'pill' }, view.target), dim(facts(view)),
      source !== undefined && h('button', { class: 'link', title: linkTitle(source), attrs: { type: 'button' }, onclick: () => ctx.openSource(source) }, linkText(source))),
    freshness,
    h('div', { class: 'acts' }, h('vscode-button', { title: 'Copy the layout as text', attrs: { appearance: 'secondary' }, data: { focus: 'copy' }, onclick: () => ctx.copy() }, 'Copy as text')));
  return {
    element,
    setFreshness(state) {
      freshness.className = state === 'fresh' ? 'fresh' : state === 'stale' ? 'fresh on late' : 'fresh on';
      freshness.textContent = state === 'fresh' ? '' : state === 'stale' ? 'The source changed, reading again' : `Shown is the layout before the last edit. ${state.failed}`;
    },
  };
}

export function facts(view: LayoutView): string {
  const { totals } = view;
  return [
    counted(view.sizeBytes, 'byte'), `aligned to ${String(view.alignBytes)}`, counted(totals.lines, 'cache line'),
    totals.holes > 0 && `${counted(totals.holes, 'hole')} (${counted(totals.holeBytes, 'byte')})`, totals.bitHoles > 0 && `${counted(totals.bitHoles, 'bit hole')} (${counted(totals.holeBits, 'bit')})`,
    totals.paddingBytes > 0 && `padding ${counted(totals.paddingBytes, 'byte')}`,
  ].filter((part) => part !== false).join(', ');
}

export function summary(ctx: LayoutContext): HTMLElement | false {
  const { view } = ctx;
  const warnings: Child[] = [
    view.standIn && h('li', {}, 'Read from a built-in header, which has only what the interface needs: the real struct differs.'),
    ...view.assumptions.map((one) => h('li', {}, 'Assumes ', h('code', {}, one), ', for no configuration is known.')),
  ].filter((one) => one !== false);
  const { whole, partly, leaves, preservedBytes } = view.totals;
  const content: Child[] = view.descriptions.length === 0 ? [h('p', { class: 'dim' }, 'No KSTATE description in the open files is about it.')] : [
    h('ul', { class: 'plainlist descs' }, view.descriptions.map((one) => h('li', {},
      one.source === undefined ? h('span', { class: 'mono' }, one.variable) : h('button', { class: 'link mono', title: linkTitle(one.source), attrs: { type: 'button' }, onclick: () => { if (one.source !== undefined) ctx.openSource(one.source); } }, one.variable),
      h('span', {}, one.version === undefined ? 'version not known' : `version ${String(one.version)}`),
      one.subsectionOf !== undefined && dim(`subsection of ${one.subsectionOf}`), dim(counted(one.bytes, 'byte'))))),
  ];
  const said = view.descriptions.length === 0 ? undefined
    : `${String(whole)} of ${counted(leaves, 'member')}${partly > 0 ? `, ${String(partly)} in part` : ''}, ${String(preservedBytes)} of ${counted(view.sizeBytes, 'byte')}`;
  return section('preserved', 'Preserved', said === undefined ? false : dim(said), content, warnings.length > 0 && h('ul', { class: 'plainlist dim' }, warnings));
}
