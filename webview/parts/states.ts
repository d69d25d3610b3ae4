/** The screen when there is no simulation to show: loading, nothing to simulate, or an error. */
import type { PanelError } from '../../server/shared/protocol';
import type { SimulateFailure } from '../../server/shared/requests';
import type { SourceLink } from '../../server/shared/simulationView';
import { linkText, linkTitle } from '../context';
import { h } from '../dom';
import type { Child } from '../dom';
import { icon } from '../icons';
import { prose } from './common';

export interface StateActions {
  readonly retry: () => void;
  readonly pickBase: () => void;
  readonly openSource: (link: SourceLink) => void;
}

export const button = (text: string, appearance: 'primary' | 'secondary', onclick: () => void): HTMLElement =>
  h('vscode-button', { attrs: { appearance }, data: { focus: text }, onclick }, text);

export function frame(name: string, ...content: Child[]): HTMLElement {
  return h('div', { class: `state ${name}` }, content);
}

export function loading(description: string | undefined): HTMLElement {
  return frame('loading', h('h2', {}, h('vscode-progress-ring', { attrs: { 'aria-label': 'Simulating' } }), 'Running the handover', description !== undefined && h('code', {}, description)),
    h('p', { class: 'dim' }, 'Both kernels are read; the stream is saved by the one and restored by the other, update and rollback.'));
}

/** The simulation said why it cannot run. */
export function failure(result: SimulateFailure, actions: StateActions): HTMLElement {
  if (result.reason === 'no-description') {
    return frame('empty', h('h2', {}, 'No KSTATE description in this file'), h('p', {}, prose(result.message)),
      h('p', { class: 'dim' }, 'Define a ', h('code', {}, 'struct kstate_description'), ' with a list of fields, or open the file that has one. The panel follows the editor while you type.'),
      h('div', { class: 'acts' }, button('Run again', 'secondary', actions.retry)));
  }
  const titles = { 'no-base': 'The old kernel\u2019s source was not found', unreadable: 'The source could not be read far enough', failed: 'The simulation stopped' } as const;
  const { where } = result;
  const fact = (name: string, content: Child): Child => [h('dt', {}, name), h('dd', {}, content)];
  return frame('error', h('h2', {}, h('span', { class: 'tone bad' }, icon('lost')), titles[result.reason]), h('p', {}, prose(result.message)),
    h('dl', {},
      where && fact('where', h('button', { class: 'link', title: linkTitle(where), attrs: { type: 'button' }, onclick: () => actions.openSource(where) }, linkText(where))),
      result.expected !== undefined && fact('expected', h('code', {}, result.expected)),
      result.found !== undefined && fact('found', h('code', {}, result.found))),
    h('div', { class: 'acts' }, button('Retry', 'primary', actions.retry), button('Choose the old kernel', 'secondary', actions.pickBase)));
}

/** No answer at all. */
export function broken(error: PanelError, actions: Pick<StateActions, 'retry'>, what = 'simulation'): HTMLElement {
  const title = error.reason === 'server-down' ? 'The language server is not running' : error.reason === 'timeout' ? `The ${what} took too long` : `The ${what} failed`;
  return frame('error', h('h2', {}, h('span', { class: 'tone bad' }, icon('lost')), title), h('p', {}, prose(error.message)),
    error.reason === 'server-down' && h('p', { class: 'dim' }, 'Run "Kexec Handover: Restart Language Server" from the command palette, then retry.'),
    h('div', { class: 'acts' }, button('Retry', 'primary', actions.retry)));
}
