/** What happened, state by state, and what the kernels logged. */
import type { LoggedLine, SimEvent } from '../../engine/handover/result';
import type { Scenario, State } from '../../model/scenario/scenario';
import { STATES } from '../../model/scenario/scenario';
import { clipMiddle, hang, wrap } from '../wrapText';
import { counted } from './fates';

const MOST_EVENTS = 24;
const MOST_LINES = 60;
const MOST_NAME = 16;

/** `events`: of one attempt. */
export function eventsText(events: readonly SimEvent[], columns: number): string[] {
  if (events.length === 0) return [];
  const out = ['  what happened'];
  const nameWidth = Math.min(MOST_NAME, Math.max(...events.map((one) => one.who.length)));
  for (const state of STATES) {
    const inState = events.filter((one) => one.state === state);
    if (inState.length === 0) continue;
    out.push(`    ${state}`);
    for (const event of inState.slice(0, MOST_EVENTS)) out.push(...eventText(event, nameWidth, columns));
    if (inState.length > MOST_EVENTS) out.push(`      … and ${String(inState.length - MOST_EVENTS)} more`);
  }
  return out;
}

function eventText(event: SimEvent, nameWidth: number, columns: number): string[] {
  const blocks = event.pages === undefined ? '' : blocksText(event.pages);
  // What only counts blocks is said once.
  const what = blocks === '' ? event.what : /^\d+ blocks? /.test(event.what) ? blocks : `${event.what} (${blocks})`;
  return hang(`      ${clipMiddle(event.who, nameWidth).padEnd(nameWidth)}  `, `${event.call}: ${what}${event.error === undefined ? '' : ` -> -${event.error}`}`, columns);
}

/** `514 blocks: 512 of order 0, 2 of order 9`. */
function blocksText(pages: NonNullable<SimEvent['pages']>): string {
  const orders = Object.entries(pages.byOrder).filter(([, n]) => n > 0).sort(([a], [b]) => Number(a) - Number(b));
  const only = orders.length === 1 ? orders[0] : undefined;
  if (only !== undefined) return `${counted(pages.blocks, 'block')} of order ${only[0]}`;
  return `${counted(pages.blocks, 'block')}: ${orders.map(([order, n]) => `${String(n)} of order ${order}`).join(', ')}`;
}

/** `log`: of one attempt. */
export function logText(log: readonly LoggedLine[], scenario: Scenario, columns: number): string[] {
  const kernels = [...new Set(log.map((one) => one.kernel))];
  return kernels.flatMap((kernel) => {
    const lines = log.filter((one) => one.kernel === kernel);
    const width = Math.max(...lines.map((one) => one.state.length));
    return [
      ...wrap(`kernel ${String(kernel)}, ${scenario.kernels[kernel]?.release ?? '?'}, logs`, '  ', columns),
      ...lines.slice(0, MOST_LINES).flatMap((one) => lineText(one, width, columns)),
      ...(lines.length > MOST_LINES ? [`    … and ${String(lines.length - MOST_LINES)} more lines`] : []),
    ];
  });
}

const levels: Readonly<Record<LoggedLine['level'], string>> = { info: ' ', warn: 'w', err: 'e', panic: 'P' };

function lineText(one: LoggedLine & { readonly state: State }, width: number, columns: number): string[] {
  const lines = wrap(one.text, ' '.repeat(width + 8), columns);
  return lines.map((line, i) => (i === 0 ? `    ${one.state.padEnd(width)} ${levels[one.level]} ${line.trimStart()}` : line));
}
