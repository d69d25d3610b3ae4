/** Wires the editor of decoded files: the tree of structures, the bytes of the one that is selected, owners and blocks, findings. */
import './style/base.css';
import './style/table.css';
import './style/dump.css';
import type { PlacedFinding } from '../server/decode/view';
import type { DumpFailure, OpenDumpResult } from '../server/shared/requests';
import { h } from './dom';
import { BlocksPart } from './dump/blocks';
import type { BlocksState } from './dump/blocks';
import { ContentPane, shownOf } from './dump/content';
import type { Mark, Shown } from './dump/content';
import { followCopies } from './dump/copy';
import type { CopySource } from './dump/copy';
import { findingsPart } from './dump/findings';
import { dumpLayout } from './dump/layout';
import type { Tab } from './dump/layout';
import { ownersPart } from './dump/owners';
import { Tree } from './dump/tree';
import { Host, RequestFailed } from './host';
import { icon } from './icons';
import { counted, sizeText } from './model/bytes';
import { makePage, reason } from './page';
import { prose } from './parts/common';
import { broken, button, frame } from './parts/states';
import { followTheme } from './theme';
import { registerToolkit } from './toolkit';

type Opened = Extract<OpenDumpResult, { ok: true }>;

/** What the editor remembers while it is hidden and over a restart. */
interface DumpState {
  readonly selected: string;
  readonly open: readonly string[];
  readonly tab: Tab;
  /** What the bytes are of: the selected node, or memory that a finding led to. */
  readonly shown?: Shown;
  readonly mark?: Mark | undefined;
  readonly blocks: BlocksState;
  readonly scroll: Readonly<Partial<Record<Tab, number>>>;
}

registerToolkit();
followTheme();

const host = new Host<DumpState>((event) => { if (event === 'changed') void run(); });
const { stage, say } = makePage(() => undefined);
const nothingYet: DumpState = { selected: '0', open: [], tab: 'bytes', blocks: { query: { sort: 'phys', descending: false }, scrollTop: 0 }, scroll: {} };
// A state that an earlier version left may lack members.
let state: DumpState = { ...nothingYet, ...host.state };
let latestRun = 0;
let sources: readonly CopySource[] = [];
const remember = (change: Partial<DumpState>): void => { host.state = state = { ...state, ...change }; };
const retry = (): void => void run();
const copy = (text: string): void => {
  if (text === '') say('Nothing is selected that has it.');
  else host.request('copy', { text }).then(() => { say('Copied'); }, (e: unknown) => { say(reason(e)); });
};
followCopies(() => sources, say);

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
    else {
      stage.replaceChildren(frame('error', h('h2', {}, h('span', { class: 'tone bad' }, icon('lost')), 'The file cannot be shown'), h('p', {}, prose(answer.message)), h('div', { class: 'acts' }, button('Retry', 'primary', retry))));
      say(answer.message);
    }
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
  const { stamp, blocks: summary } = opened;
  const pageBytes = summary?.pageBytes;
  const ask = (shown: Shown, offsetBytes: number, lengthBytes: number) => (shown.kind === 'node'
    ? host.request('dumpNode', { stamp, id: shown.id, offsetBytes, lengthBytes })
    : host.request('dumpMemory', { stamp, phys: shown.phys, sizeBytes: shown.sizeBytes, offsetBytes, lengthBytes }));
  const pane = (selected: (offsetBytes: number | undefined) => void): ContentPane => new ContentPane({ pageBytes, ask, refused, copy, selected, follow: (id) => void goToNode(id) });
  const bytes = pane((offsetBytes) => { if (offsetBytes !== undefined) remember({ mark: { offsetBytes, field: '' } }); });
  const blockBytes = pane(() => undefined);
  const blocks = summary === undefined ? undefined : new BlocksPart({
    pageBytes: summary.pageBytes, owners: summary.owners, refused, say,
    ask: (query, from, count, find) => host.request('dumpBlocks', { stamp, query, from, count, ...(find === undefined ? {} : { find }) }),
    select: (phys, sizeBytes) => void blockBytes.show({ kind: 'memory', phys, sizeBytes }),
    changed: (now) => { remember({ blocks: now }); },
  }, state.blocks);
  const tree = new Tree({
    changed: () => { remember({ open: [...tree.open] }); },
    select: (node) => {
      remember({ selected: node.id });
      if (node.kind === 'blocks') {
        if (node.owner !== undefined) blocks?.choose(node.owner);
        layout.pick(node.owner === undefined ? 'owners' : 'blocks');
        return;
      }
      if (layout.tab === 'owners' || layout.tab === 'blocks' || layout.tab === 'findings') layout.pick('bytes');
      void showBytes({ kind: 'node', id: node.id });
    },
    children: async (id, from, count) => {
      try {
        const answer = await host.request('dumpChildren', { stamp, id, from, count });
        if (answer.ok) return answer.nodes;
        refused(answer);
      } catch (e) { say(reason(e)); }
      return undefined;
    },
  });

  async function showBytes(shown: Shown, mark?: Mark): Promise<void> {
    remember({ shown, mark });
    await bytes.show(shown, mark);
  }
  async function goToNode(id: string, mark?: Mark): Promise<void> {
    await tree.reveal(id, true);
    remember({ selected: id });
    layout.pick('bytes');
    await showBytes({ kind: 'node', id }, mark);
    bytes.focus();
  }
  async function goToFinding({ goto, field }: PlacedFinding): Promise<void> {
    if (goto === undefined) return;
    if (goto.kind === 'block') {
      layout.pick('blocks');
      blocks?.choose(goto.unowned ? 0 : undefined);
      await blocks?.goTo(goto.phys);
      blocks?.focus();
    } else if (goto.kind === 'node') await goToNode(goto.id, { offsetBytes: goto.offsetBytes, field });
    else {
      layout.pick('bytes');
      await showBytes(shownOf(goto), { offsetBytes: goto.offsetBytes, field });
      bytes.focus();
    }
  }

  const before = state;
  const layout = dumpLayout(
    [h('b', { class: 'mono' }, opened.name), h('span', { class: 'pill' }, opened.what), h('span', { class: 'dim' }, sizeText(opened.fileBytes)), h('span', { class: 'dim' }, opened.root.detail)],
    {
      structures: { element: tree.element }, bytes: { element: bytes.element },
      ...(summary === undefined || blocks === undefined ? {} : {
        owners: { element: h('div', { class: 'dbytes' }, ownersPart(summary.owners, summary.pageBytes, (owner) => { blocks.choose(owner); layout.pick('blocks'); })), count: summary.owners.filter(({ owner }) => owner !== 0).length },
        blocks: { element: h('div', { class: 'bsplit' }, blocks.element, blockBytes.element), count: summary.count },
      }),
      findings: { element: h('div', { class: 'dbytes' }, findingsPart(opened.findings, opened.findingCount, (finding) => void goToFinding(finding))), count: opened.findingCount },
    }, before.tab, (tab) => { remember({ tab }); });
  sources = [tree, bytes, blockBytes, ...(blocks === undefined ? [] : [blocks])];
  stage.replaceChildren(layout.element);
  say(`${opened.name}: ${opened.what}, ${counted(opened.findingCount, 'finding')}`);
  await Promise.all([restoreTree(tree, opened, before), showBytes(before.shown ?? { kind: 'node', id: opened.root.id }, before.mark), blocks?.start()]);
  keepScroll(layout.element, before.scroll);
}

async function restoreTree(tree: Tree, opened: Opened, { open, selected }: DumpState): Promise<void> {
  await tree.fill(opened.root, open.length > 0 ? open : [`${opened.root.id}.0`]);
  await tree.reveal(selected, true);
  if (tree.selected === undefined) await tree.reveal(opened.root.id, true);
}

/** Panes come back where they were. */
function keepScroll(page: HTMLElement, scroll: DumpState['scroll']): void {
  for (const [name, top] of Object.entries(scroll)) page.querySelector(`#pane-${name}`)?.scrollTo({ top });
  for (const pane of page.querySelectorAll<HTMLElement>('.dpane')) {
    pane.addEventListener('scroll', () => { remember({ scroll: { ...state.scroll, [pane.id.replace('pane-', '')]: pane.scrollTop } }); }, { passive: true });
  }
}

void run();
