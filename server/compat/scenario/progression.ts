/** A handover as a picture in text: a column for each state, a row for each participant, the jump as a double line. */
import type { SimEvent } from '../../engine/handover/result';
import type { HandoverSpec, Scenario, State } from '../../model/scenario/scenario';
import { STATES_BEFORE, STATES_BEHIND } from '../../model/scenario/scenario';
import { COLUMNS, clip, clipMiddle } from '../wrapText';

/** `POST-RESUME`, the longest of the states. */
const CELL = 11;
const MOST_NAME = 13;
const MOST_ROWS = 24;
/** Of one participant in one state. */
const MOST_ITEMS = 6;

/** One word for what pages became: with a count of five characters it fits into a cell. */
export const pageWords = {
  preserved: 'keep', unpreserved: 'unkeep', restored: 'take', free: 'free', allocated: 'alloc', reserved: 'hold', overwritten: 'OVERW',
} as const satisfies Record<NonNullable<SimEvent['pages']>['became'], string>;

export const progressionLegend = 'blocks that are preserved (keep), unpreserved (unkeep), reserved at boot (hold) and restored (take); tree: the root FDT; !: failed';

/** States that stand beside each other; behind the jump is a double line. */
interface Band { readonly states: readonly State[]; readonly behind: boolean }

/**
 * `events`: of one attempt. `to` undefined: it was given up. Where a line has no room for all states, those behind the jump stand below those before it, and
 * where it has none for one side, that is divided, too.
 */
export function progressionText(events: readonly SimEvent[], scenario: Scenario, hop: { readonly from: number; readonly to: number | undefined }, spec: HandoverSpec | undefined, columns = COLUMNS): string[] {
  const rows = rowsOf(events, scenario);
  const nameWidth = Math.min(MOST_NAME, Math.max(4, ...rows.map((row) => row.name.length)));
  const sides: readonly Band[] = [{ states: STATES_BEFORE, behind: false }, ...(hop.to === undefined ? [] : [{ states: STATES_BEHIND, behind: true }])];
  const whole = 2 + nameWidth + 1 + sides.reduce((sum, one) => sum + widthOf(one), 0);
  const parts = whole <= columns ? [sides] : sides.flatMap((side) => divided(side, columns - 3 - nameWidth)).map((band) => [band]);
  const out = parts.flatMap((bands, i) => [
    ...(i === 0 ? [] : ['']),
    `  ${' '.repeat(nameWidth)} ${bands.map((band) => bar(band, scenario, hop)).join('')}`,
    lineOf('', bands, nameWidth, (state) => state),
    ...rows.slice(0, MOST_ROWS).flatMap((row) => rowText(row, bands, nameWidth)),
  ]);
  if (rows.length > MOST_ROWS) out.push(`  … and ${String(rows.length - MOST_ROWS)} more`);
  if (hop.to === undefined) out.push(`  given up${spec?.abortAfter === undefined ? '' : ` behind ${spec.abortAfter}`}: no jump`);
  return out;
}

/** With the double line of a side that is behind the jump. */
function widthOf({ states, behind }: Band): number {
  return states.length * (CELL + 1) - 1 + (behind ? 1 : 0);
}

/** Into bands of nearly the same number of states that are no wider. */
function divided({ states, behind }: Band, columns: number): readonly Band[] {
  const most = Math.max(1, Math.floor((columns + (behind ? 0 : 1)) / (CELL + 1)));
  const count = Math.ceil(states.length / most);
  const each = Math.ceil(states.length / count);
  return Array.from({ length: count }, (_, i) => ({ states: states.slice(i * each, (i + 1) * each), behind }));
}

function bar(band: Band, scenario: Scenario, hop: { readonly from: number; readonly to: number | undefined }): string {
  const kernel = band.behind ? hop.to : hop.from;
  const name = kernel === undefined ? '' : ` ${scenario.kernels[kernel]?.release ?? String(kernel)} `;
  const width = widthOf({ ...band, behind: false });
  return `${band.behind ? '║' : ''}${clip(`──${name}`, width).padEnd(width, '─')}`;
}

function lineOf(name: string, bands: readonly Band[], nameWidth: number, cell: (state: State) => string): string {
  const shown = bands.map(({ states, behind }) => `${behind ? '║' : ''}${states.map((state) => clip(cell(state), CELL).padEnd(CELL)).join(' ')}`);
  return `  ${clipMiddle(name, nameWidth).padEnd(nameWidth)} ${shown.join('')}`.trimEnd();
}

function rowText(row: Row, bands: readonly Band[], nameWidth: number): string[] {
  const shown = bands.flatMap(({ states }) => states);
  const height = Math.max(1, ...shown.map((state) => row.cells.get(state)?.length ?? 0));
  return Array.from({ length: height }, (_, i) => lineOf(i === 0 ? row.name : '', bands, nameWidth, (state) => row.cells.get(state)?.[i] ?? (i === 0 ? '·' : '')));
}

interface Row { readonly name: string; readonly cells: ReadonlyMap<State, readonly string[]> }

/** Last, in this order. */
const others = ['reserve_mem', 'LUO', 'KHO', 'kexec', 'userspace'];

/** Participants as the scenario has them, each with its files behind it; then whoever else did something. A session speaks through its files. */
function rowsOf(events: readonly SimEvent[], scenario: Scenario): readonly Row[] {
  const byWho = new Map<string, Map<State, SimEvent[]>>(scenario.participants.map((one) => [one.name, new Map()]));
  for (const event of events) {
    if (event.state === 'KEXEC') continue;
    const states = byWho.get(event.who) ?? new Map<State, SimEvent[]>();
    byWho.set(event.who, states);
    const list = states.get(event.state);
    if (list === undefined) states.set(event.state, [event]);
    else list.push(event);
  }
  const names = [...byWho.keys()];
  const filesOf = (name: string): readonly string[] => names.filter((one) => one.startsWith(`${name}/`));
  const place = (name: string): number => names.indexOf(names.find((one) => name === one || name.startsWith(`${one}/`)) ?? name);
  const rank = (name: string): number => (others.includes(name) ? names.length + others.indexOf(name) : place(name));
  const shown = names.filter((name) => (byWho.get(name)?.size ?? 0) > 0 || filesOf(name).length === 0);
  return shown.sort((a, b) => rank(a) - rank(b)).map((name) => [name, byWho.get(name) ?? new Map<State, SimEvent[]>()] as const).map(([name, states]) => ({ name, cells: new Map([...states].map(([state, list]) => [state, cellOf(list)])) }));
}

/** Each kind of thing once, with its sum, in the order in which they first happened. */
function cellOf(events: readonly SimEvent[]): readonly string[] {
  const items = new Map<string, number>();
  for (const event of events) {
    const [word, n] = itemOf(event);
    items.set(word, (items.get(word) ?? 0) + n);
  }
  const all = [...items].map(([word, n]) => (n === 0 ? word : `${word} ${shortCount(n)}`));
  return all.length > MOST_ITEMS ? [...all.slice(0, MOST_ITEMS - 1), `… ${String(all.length - MOST_ITEMS + 1)} more`] : all;
}

function itemOf(event: SimEvent): readonly [string, number] {
  if (event.error !== undefined) return [`!${event.error}`, 0];
  if (event.pages !== undefined) return [pageWords[event.pages.became], event.pages.blocks];
  if (event.tree !== undefined) return [event.call.includes('remove') ? 'tree -' : event.call.includes('retrieve') ? 'tree read' : 'tree +', 0];
  return [callWord(event.call), 0];
}

/** Calls whose names are longer than a cell. */
const shortCalls: Readonly<Record<string, string>> = {
  kexec_file_load: 'load image', machine_kexec: 'boot', kho_populate: 'tree read', liveupdate_reboot: 'freeze', LIVEUPDATE_IOCTL_CREATE_SESSION: 'new session',
  LIVEUPDATE_IOCTL_RETRIEVE_SESSION: 'get session', LIVEUPDATE_SESSION_RETRIEVE_FD: 'get file', LIVEUPDATE_SESSION_PRESERVE_FD: 'keep file', LIVEUPDATE_SESSION_FINISH: 'finish',
  kho_restore_vmalloc: 'take area', kstate_finalize: 'save', kstate_save_state: 'save', 'kstate_stream=': 'hold', kstate_restore: 'restore', kho_restore_folio: 'take', memfd_pin_folios: 'pin', 'kho/out/finalize': 'finalize',
};

/** `kho_finalize` is `finalize`. */
export function callWord(call: string): string {
  return shortCalls[call] ?? call.replace(/\(\)$/, '').replace(/^(LIVEUPDATE_SESSION_|LIVEUPDATE_|LIVEUPDATE_IOCTL_|kho_|luo_|memfd_luo_|liveupdate_)/, '').toLowerCase();
}

/** Five characters at most. */
export function shortCount(n: number): string {
  if (n < 10_000) return String(n);
  if (n < 1_000_000) return `${String(Math.floor(n / 1000))}k`;
  return `${(Math.floor(n / 100_000) / 10).toFixed(1)}M`;
}
