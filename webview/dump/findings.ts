/** What is wrong in the file, in words: place, expected, found. One that has a place leads there. */
import type { PlacedFinding } from '../../server/decode/view';
import { h } from '../dom';
import { icon } from '../icons';
import { grouped } from '../model/bytes';
import { roving } from '../roving';

/** `go`: show the bytes that the finding is about. */
export function findingsPart(findings: readonly PlacedFinding[], count: number, go: (finding: PlacedFinding) => void): HTMLElement {
  if (count === 0) return h('p', { class: 'dim' }, 'No findings: every structure that was reached is as the kernel expects it.');
  const list = h('ul', { class: 'dfind' }, findings.map((one) => {
    const content = [h('span', { class: 'tone warn' }, icon('warning')), h('span', { class: 'fw' }, h('span', { class: 'fm' }, one.message),
      h('span', { class: 'dim' }, h('span', { class: 'mono' }, `${one.structure}.${one.field}`), one.phys !== undefined && [' at ', h('span', { class: 'mono' }, one.phys)], one.offsetBytes > 0 && ` +0x${one.offsetBytes.toString(16)}`))];
    return h('li', {}, one.goto === undefined ? h('div', { class: 'finding' }, content) : h('button', { class: 'finding', title: 'Show the bytes', attrs: { type: 'button' }, onclick: () => { go(one); } }, content));
  }));
  roving(list, 'button.finding');
  return h('div', {}, list, count > findings.length && h('p', { class: 'dim' }, `${grouped(count - findings.length)} more are not listed; the command line's decode prints all.`));
}
