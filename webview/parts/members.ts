/** Every member in one line: how it travels, where its bytes lie, and what each direction does to it. */
import type { MemberFate, MemberView } from '../../server/shared/simulationView';
import type { Context } from '../context';
import { cls, h } from '../dom';
import type { Child } from '../dom';
import { counted, foldText } from '../model/bytes';
import { roving } from '../roving';
import { chip, dim, foldButton, prose, section, sourceLink, verdictIcon } from './common';

/** Rows drawn before a click is asked for. */
const firstRows = 300;
const columns = ['member', 'moved as', 'at', 'saved bytes', 'update', 'rollback'] as const;
const shortBytes = { whole: 12, head: 8, tail: 2 };

export function members(ctx: Context): HTMLElement {
  const all = ctx.view.members;
  const shown = ctx.unfolded.has('rows') ? all : all.slice(0, firstRows);
  const { old, new: newer } = ctx.view;
  const heading = (name: string): Child => {
    if (name === 'update') return [name, dim(`, ${old.label} → ${newer.label}`)];
    if (name === 'rollback') return [name, dim(`, ${newer.label} → ${old.label}`)];
    return name;
  };
  const table = h('table', { class: 'vt', attrs: { role: 'grid', 'aria-labelledby': 'h-members', 'aria-rowcount': all.length + 1 } },
    h('thead', { attrs: { role: 'rowgroup' } }, h('tr', { attrs: { role: 'row' } }, columns.map((c) => h('th', { attrs: { role: 'columnheader', scope: 'col' } }, heading(c))))),
    h('tbody', { attrs: { role: 'rowgroup' } }, shown.map((m) => row(ctx, m))));
  roving(table, 'tr[data-key]');
  table.addEventListener('keydown', (e) => { onKey(ctx, e); });
  return section('members', 'Members, one by one', dim(`what each direction does to the ${counted(all.length, 'member')}`), table,
    all.length > shown.length && foldButton(ctx, 'members', 'rows', counted(all.length - shown.length, 'more member')));
}

function onKey(ctx: Context, e: KeyboardEvent): void {
  if (!(e.target instanceof HTMLTableRowElement)) return;
  const key = Number(e.target.dataset['key']);
  const member = ctx.view.members.find((m) => m.key === key);
  if (e.key === 'Enter' && member?.source) ctx.openSource(member.source);
  else if (e.key === ' ') { ctx.select(key); e.preventDefault(); }
}

function row(ctx: Context, member: MemberView): HTMLElement {
  const saved = member.update?.savedHex ?? member.rollback?.savedHex;
  const cell = (name: string, ...content: Child[]): HTMLElement => h('td', { class: name, attrs: { role: 'gridcell' } }, content);
  return h('tr', { attrs: { role: 'row', 'aria-selected': 'false' }, data: { key: member.key, focus: `member-${member.key}` } },
    cell('who', h('span', { class: 'who' }, chip(member.key), h('span', { class: 'mono name', title: member.name }, member.name)), member.source && sourceLink(ctx, member.source)),
    cell('how', member.movedAs, dim(`, ${member.owner}`)),
    cell('at mono', places(member)),
    cell('raw mono', h('span', { class: 'lead dim' }, 'Saved'), saved === undefined || saved === '' ? dim('none') : foldText(saved, shortBytes)),
    cell('up', fate('Update', member.update)),
    cell('back', fate('Rollback', member.rollback)));
}

function places(member: MemberView): Child {
  const { updateAtBytes: up, rollbackAtBytes: back } = member;
  if (up === undefined && back === undefined) return 'no bytes';
  if (up === back) return `+${up}`;
  return [h('div', {}, up === undefined ? 'no bytes' : `+${up}`, dim(' update')), h('div', {}, back === undefined ? 'no bytes' : `+${back}`, dim(' rollback'))];
}

function fate(direction: string, result: MemberFate | undefined): Child {
  if (result === undefined) return h('span', { class: 'vd na' }, h('span', { class: 'dir' }, direction), h('span', {}, 'not in this direction'));
  return h('span', { class: 'vd', data: { verdict: result.verdict } }, h('span', { class: 'dir' }, direction), verdictIcon(result.verdict),
    h('span', {}, h('span', {}, prose(result.text)), detail(result)));
}

/** `now holds 01 00, read at +50`: what a kept member holds only where it differs from the bytes in the stream (addresses, folios). */
function detail(result: MemberFate): Child {
  const words: Child[] = [];
  if (result.restoredHex !== undefined && result.restoredHex !== result.savedHex) words.push('now holds ', h('code', {}, foldText(result.restoredHex, shortBytes)));
  if (result.readAtBytes !== undefined && result.verdict !== 'loads') words.push(words.length > 0 ? ', ' : '', `read at +${result.readAtBytes}`);
  return words.length > 0 && h('div', { class: cls('dim', 'more') }, words);
}
