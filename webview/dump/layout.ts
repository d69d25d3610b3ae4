/** The panes of the editor: the tree at the left, the others as tabs beside it; when it is narrow the tree is a tab, too. */
import { h } from '../dom';
import type { Child } from '../dom';
import { grouped } from '../model/bytes';
import { roving } from '../roving';

export const tabNames = ['structures', 'bytes', 'owners', 'blocks', 'findings'] as const;
export type Tab = typeof tabNames[number];

const titles: Readonly<Record<Tab, string>> = { structures: 'Structures', bytes: 'Bytes', owners: 'Owners', blocks: 'Blocks', findings: 'Findings' };

export interface Pane {
  readonly element: HTMLElement;
  /** Beside the title. */
  readonly count?: number;
}

export interface DumpLayout {
  readonly element: HTMLElement;
  readonly tab: Tab;
  pick(tab: Tab): void;
}

/** A tab without a pane is left out. `picked`: another tab is in front. */
export function dumpLayout(header: readonly Child[], panes: Readonly<Partial<Record<Tab, Pane>>>, first: Tab, picked: (tab: Tab) => void): DumpLayout {
  const element = h('div', { class: 'dump' });
  const names = tabNames.filter((name) => panes[name] !== undefined);
  let now = names.includes(first) ? first : 'bytes';
  const tabs = h('div', { class: 'dtabs', attrs: { role: 'tablist' } }, names.map((name) =>
    h('button', { class: 'dtab', id: `tab-${name}`, attrs: { type: 'button', role: 'tab', 'aria-controls': `pane-${name}` }, data: { tab: name }, onclick: () => { pick(name); } },
      titles[name], panes[name]?.count !== undefined && h('span', { class: 'pill' }, grouped(panes[name].count)))));
  const pick = (name: Tab): void => {
    now = name;
    element.dataset['tab'] = name;
    for (const one of tabs.querySelectorAll<HTMLElement>('[role="tab"]')) one.setAttribute('aria-selected', String(one.dataset['tab'] === name));
    picked(name);
  };
  roving(tabs, '[role="tab"]');
  element.append(h('header', { class: 'dtop' }, header), tabs,
    ...names.map((name) => h('section', { class: `dpane p-${name}`, id: `pane-${name}`, attrs: { role: 'tabpanel', 'aria-labelledby': `tab-${name}` } }, panes[name]?.element)));
  pick(now);
  return { element, get tab() { return now; }, pick };
}
