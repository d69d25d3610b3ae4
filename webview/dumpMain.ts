/** Wires the editor of decoded files: a tree of structures, the bytes of the one that is selected, and the findings. */
import './style/base.css';
import './style/table.css';
import './style/dump.css';
import type { ViewNode } from '../server/decode/view';
import type { DumpFailure, OpenDumpResult } from '../server/shared/requests';
import { h } from './dom';
import { bytesPart, followFields } from './dump/bytes';
import { findingsPart } from './dump/findings';
import { BRANCH, Tree } from './dump/tree';
import { Host, RequestFailed } from './host';
import { icon } from './icons';
import { counted, grouped, sizeText } from './model/bytes';
import { makePage, reason } from './page';
import { prose } from './parts/common';
import { broken, button, frame } from './parts/states';
import { roving } from './roving';
import { followTheme } from './theme';
import { registerToolkit } from './toolkit';

type Opened = Extract<OpenDumpResult, { ok: true }>;
const tabNames = ['structures', 'bytes', 'findings'] as const;
type Tab = typeof tabNames[number];

interface DumpState {
  readonly selected: string;
  readonly open: readonly string[];
  readonly tab: Tab;
}

registerToolkit();
followTheme();

/** Bytes drawn at first, and with each click. */
const firstBytes = 1024;
const bytesPerClick = 8192;
const host = new Host<DumpState>((event) => { if (event === 'changed') void run(); });
const { stage, say } = makePage(() => undefined);
let state: DumpState = host.state ?? { selected: '0', open: [], tab: 'bytes' };
let latestRun = 0;
let latestNode = 0;
const remember = (change: Partial<DumpState>): void => { host.state = state = { ...state, ...change }; };
const retry = (): void => void run();
/** A file that changed meanwhile is read again; once, for the answer to the next question may be the same. */
const refused = (failure: DumpFailure): void => {
  say(failure.message);
  if (failure.reason === 'changed') void run();
};

async function run(): Promise<void> {
  const mine = ++latestRun;
  stage.setAttribute('aria-busy', 'true');
  if (stage.childElementCount === 0) stage.replaceChildren(frame('loading', h('h2', {}, h('vscode-progress-ring', { attrs: { 'aria-label': 'Reading' } }), 'Reading the file')));
  try {
    const answer = await host.request('openDump', null);
    if (mine !== latestRun) return;
    if (answer.ok) await show(answer);
    else stage.replaceChildren(frame('error', h('h2', {}, h('span', { class: 'tone bad' }, icon('lost')), 'The file cannot be shown'), h('p', {}, prose(answer.message)), h('div', { class: 'acts' }, button('Retry', 'primary', retry))));
    if (!answer.ok) say(answer.message);
  } catch (e) {
    if (mine !== latestRun) return;
    const error = e instanceof RequestFailed ? e.error : { reason: 'failed' as const, message: reason(e) };
    stage.replaceChildren(broken(error, { retry }, 'reading'));
    say(error.message);
  } finally {
    if (mine === latestRun) stage.removeAttribute('aria-busy');
  }
}

async function show(opened: Opened): Promise<void> {
  const bytes = h('div', { class: 'dbytes' });
  const tree = new Tree({
    changed: () => { remember({ open: [...tree.open] }); },
    select: (node) => { remember({ selected: node.id }); void showNode(opened, node, bytes, firstBytes); },
    children: async (id, from) => {
      try {
        const answer = await host.request('dumpChildren', { stamp: opened.stamp, id, from, count: BRANCH });
        if (answer.ok) return answer.nodes;
        refused(answer);
      } catch (e) { say(reason(e)); }
      return undefined;
    },
  });
  const { open, selected } = state;
  const panes = { structures: tree.element, bytes, findings: h('div', { class: 'dbytes' }, findingsPart(opened.findings, opened.findingCount)) };
  stage.replaceChildren(layout(opened, panes));
  say(`${opened.name}: ${opened.what}, ${counted(opened.findingCount, 'finding')}`);
  await tree.fill(opened.root, open.length > 0 ? open : [`${opened.root.id}.0`]);
  await tree.reveal(selected);
  if (bytes.childElementCount === 0) await tree.reveal(opened.root.id);
}

function layout(opened: Opened, panes: Readonly<Record<Tab, HTMLElement>>): HTMLElement {
  const page = h('div', { class: 'dump' });
  const tab = (name: Tab): HTMLElement => h('button', { class: 'dtab', id: `tab-${name}`, attrs: { type: 'button', role: 'tab', 'aria-controls': `pane-${name}` }, data: { tab: name }, onclick: () => { pick(name); } },
    { structures: 'Structures', bytes: 'Bytes', findings: 'Findings' }[name], name === 'findings' && h('span', { class: 'pill' }, grouped(opened.findingCount)));
  const tabs = h('div', { class: 'dtabs', attrs: { role: 'tablist' } }, tabNames.map(tab));
  const pick = (name: Tab): void => {
    page.dataset['tab'] = name;
    for (const one of tabs.querySelectorAll<HTMLElement>('[role="tab"]')) one.setAttribute('aria-selected', String(one.dataset['tab'] === name));
    remember({ tab: name });
  };
  roving(tabs, '[role="tab"]');
  page.append(h('header', { class: 'dtop' }, h('b', { class: 'mono' }, opened.name), h('span', { class: 'pill' }, opened.what), h('span', { class: 'dim' }, sizeText(opened.fileBytes)), h('span', { class: 'dim' }, opened.root.detail)),
    tabs, ...tabNames.map((name) => h('section', { class: `dpane p-${name}`, id: `pane-${name}`, attrs: { role: 'tabpanel', 'aria-labelledby': `tab-${name}` } }, panes[name])));
  pick(state.tab);
  return page;
}

async function showNode(opened: Opened, node: ViewNode, into: HTMLElement, lengthBytes: number): Promise<void> {
  const mine = ++latestNode;
  try {
    const answer = await host.request('dumpNode', { stamp: opened.stamp, id: node.id, offsetBytes: 0, lengthBytes });
    if (mine !== latestNode) return;
    if (!answer.ok) { into.replaceChildren(h('p', {}, answer.message)); refused(answer); return; }
    const part = bytesPart(answer, { more: () => void showNode(opened, node, into, Math.min(65536, lengthBytes + bytesPerClick)) });
    followFields(part);
    into.replaceChildren(part);
  } catch (e) {
    if (mine === latestNode) into.replaceChildren(h('p', {}, reason(e)));
  }
}

void run();
