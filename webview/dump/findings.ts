/** What is wrong in the file, in words: place, expected, found. */
import type { ViewFinding } from '../../server/decode/view';
import { h } from '../dom';
import { icon } from '../icons';
import { grouped } from '../model/bytes';

export function findingsPart(findings: readonly ViewFinding[], count: number): HTMLElement {
  if (count === 0) return h('p', { class: 'dim' }, 'No findings: every structure that was reached is as the kernel expects it.');
  return h('div', {}, h('ul', { class: 'dfind' }, findings.map((one) => h('li', {}, h('span', { class: 'tone warn' }, icon('warning')),
    h('div', {}, h('p', {}, one.message), h('p', { class: 'dim' }, h('span', { class: 'mono' }, `${one.structure}.${one.field}`), one.phys !== undefined && h('span', { class: 'mono' }, ` at ${one.phys}`),
      `, expected ${one.expected}, found ${one.found}`))))),
  count > findings.length && h('p', { class: 'dim' }, `${grouped(count - findings.length)} more are not listed; the command line's decode prints all.`));
}
