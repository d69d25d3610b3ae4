/** What became of each participant's pages, with where they lie and why; and what was expected. */
import type { ExpectationResult, HopReport, ParticipantReport } from '../../engine/handover/result';
import { hex } from '../../formats/problem';
import { sizeText } from '../../formats/text';
import type { Fate } from '../../model/scenario/scenario';
import { clip, clipMiddle, nameColumns, wrap } from '../wrapText';
import { paintWord } from './paint';
import type { Paint } from './paint';

const MOST_PARTICIPANTS = 60;
const MOST_REASONS = 5;

/** Worst first. */
const order: readonly Fate[] = ['overwritten', 'refused', 'lost', 'leaked', 'kept'];

export function fatesText(hop: HopReport, pageBytes: number, paint: Paint, columns: number): string[] {
  if (hop.participants.length === 0) return [];
  const shown = hop.participants.slice(0, MOST_PARTICIPANTS);
  const nameWidth = Math.min(nameColumns(columns), Math.max(...shown.map((one) => one.name.length)));
  const kindWidth = Math.min(14, Math.max(...shown.map((one) => one.kind.length)));
  const out = ['  what became of it'];
  for (const one of shown) out.push(...participantText(one, pageBytes, nameWidth, kindWidth, paint, columns));
  if (hop.participants.length > MOST_PARTICIPANTS) out.push(...wrap(`… and ${String(hop.participants.length - MOST_PARTICIPANTS)} more: ${countsText(hop.participants.slice(MOST_PARTICIPANTS))}`, '    ', columns));
  if (hop.leakedPages > 0) {
    out.push(...wrap(`${counted(hop.leakedPages, 'page')} (${sizeText(BigInt(hop.leakedPages) * BigInt(pageBytes))}) are leaked: reserved in the new kernel for nobody, until the next kexec`, '    ', columns));
  }
  return out;
}

function participantText(one: ParticipantReport, pageBytes: number, nameWidth: number, kindWidth: number, paint: Paint, columns: number): string[] {
  const fates = order.filter((fate) => one.pages[fate] > 0);
  const rows = fates.length === 0 ? [one.fate] : fates;
  const out = rows.flatMap((fate, i) => {
    const pages = one.pages[fate];
    const head = i === 0 ? `${clipMiddle(one.name, nameWidth).padEnd(nameWidth)}  ${clip(one.kind, kindWidth).padEnd(kindWidth)}` : ' '.repeat(nameWidth + 2 + kindWidth);
    const amount = pages === 0 ? '' : `${counted(pages, 'page').padEnd(12)} ${sizeText(BigInt(pages) * BigInt(pageBytes)).padEnd(8)}`;
    const place = placeText(one, fate, pageBytes);
    const whole = `    ${head}  ${fate.padEnd(11)} ${amount} ${place}`.trimEnd();
    // Where it lies has a line of its own when there is no room behind the rest.
    const lines = whole.length <= columns ? [whole] : [clip(`    ${head}  ${fate.padEnd(11)} ${amount}`.trimEnd(), columns), ...(place === '' ? [] : wrap(`at ${place}`, '      ', columns))];
    return paintWord(lines, `  ${fate}`, fate, paint);
  });
  for (const reason of one.reasons.slice(0, MOST_REASONS)) out.push(...wrap(reason, '      ', columns));
  if (one.reasons.length > MOST_REASONS) out.push(`      … and ${String(one.reasons.length - MOST_REASONS)} more reasons`);
  for (const change of one.changed) out.push(...wrap(`but ${change}`, '      ', columns));
  return out;
}

/** Where it begins, and in how many runs it lies: how scattered it is. */
function placeText(one: ParticipantReport, fate: Fate, pageBytes: number): string {
  const runs = one.runs.filter((run) => run.fate === fate);
  const [first] = runs;
  if (first === undefined) return '';
  const all = one.runsLeftOut > 0 ? `over ${counted(runs.length, 'run')}` : counted(runs.length, 'run');
  return `${hex(BigInt(first.pfn) * BigInt(pageBytes))}${runs.length === 1 && one.runsLeftOut === 0 ? '' : `, ${all}`}`;
}

function countsText(list: readonly ParticipantReport[]): string {
  return order.map((fate) => [fate, list.filter((one) => one.fate === fate).length] as const).filter(([, n]) => n > 0).map(([fate, n]) => `${String(n)} ${fate}`).join(', ');
}

export function expectationsText(list: readonly ExpectationResult[], paint: Paint, columns: number): string[] {
  if (list.length === 0) return [];
  return ['expected', ...list.flatMap((one) => (one.passed
    ? paintWord(wrap(`ok    ${pathText(one)}: ${one.expected}`, '  ', columns), 'ok', 'pass', paint)
    : paintWord(wrap(`FAIL  ${pathText(one)}: expected ${one.expected}, found ${one.found}`, '  ', columns), 'FAIL', 'fail', paint)))];
}

/** `expect.fates.trace` is `fates.trace`. */
function pathText(one: ExpectationResult): string {
  return (one.path[0] === 'expect' ? one.path.slice(1) : one.path).join('.');
}

export function counted(n: number, noun: string): string {
  return `${String(n)} ${noun}${n === 1 ? '' : 's'}`;
}
