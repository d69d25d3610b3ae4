/** What became of each participant's pages, with where they lie and why; and what was expected. */
import type { ExpectationResult, HopReport, ParticipantReport } from '../../engine/handover/result';
import { hex } from '../../formats/problem';
import { sizeText } from '../../formats/text';
import type { Fate } from '../../model/scenario/scenario';
import { clip, clipMiddle, wrap } from '../wrapText';
import { paintWord } from './paint';
import type { Paint } from './paint';

const MOST_PARTICIPANTS = 60;
const MOST_REASONS = 5;

/** Worst first. */
const order: readonly Fate[] = ['overwritten', 'refused', 'lost', 'leaked', 'kept'];

export function fatesText(hop: HopReport, pageBytes: number, paint: Paint): string[] {
  if (hop.participants.length === 0) return [];
  const shown = hop.participants.slice(0, MOST_PARTICIPANTS);
  const nameWidth = Math.min(24, Math.max(...shown.map((one) => one.name.length)));
  const kindWidth = Math.min(14, Math.max(...shown.map((one) => one.kind.length)));
  const out = ['  what became of it'];
  for (const one of shown) out.push(...participantText(one, pageBytes, nameWidth, kindWidth, paint));
  if (hop.participants.length > MOST_PARTICIPANTS) out.push(`    … and ${String(hop.participants.length - MOST_PARTICIPANTS)} more: ${countsText(hop.participants.slice(MOST_PARTICIPANTS))}`);
  if (hop.leakedPages > 0) {
    out.push(...wrap(`${counted(hop.leakedPages, 'page')} (${sizeText(BigInt(hop.leakedPages) * BigInt(pageBytes))}) are leaked: reserved in the new kernel for nobody, until the next kexec`, '    '));
  }
  return out;
}

function participantText(one: ParticipantReport, pageBytes: number, nameWidth: number, kindWidth: number, paint: Paint): string[] {
  const fates = order.filter((fate) => one.pages[fate] > 0);
  const rows = fates.length === 0 ? [one.fate] : fates;
  const out = rows.map((fate, i) => {
    const pages = one.pages[fate];
    const head = i === 0 ? `${clipMiddle(one.name, nameWidth).padEnd(nameWidth)}  ${clip(one.kind, kindWidth).padEnd(kindWidth)}` : ' '.repeat(nameWidth + 2 + kindWidth);
    const amount = pages === 0 ? '' : `${counted(pages, 'page').padEnd(12)} ${sizeText(BigInt(pages) * BigInt(pageBytes)).padEnd(8)} ${placeText(one, fate, pageBytes)}`;
    return paintWord([clip(`    ${head}  ${fate.padEnd(11)} ${amount}`.trimEnd())], `  ${fate}`, fate, paint).join('');
  });
  for (const reason of one.reasons.slice(0, MOST_REASONS)) out.push(...wrap(reason, '      '));
  if (one.reasons.length > MOST_REASONS) out.push(`      … and ${String(one.reasons.length - MOST_REASONS)} more reasons`);
  for (const change of one.changed) out.push(...wrap(`but ${change}`, '      '));
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

export function expectationsText(list: readonly ExpectationResult[], paint: Paint): string[] {
  if (list.length === 0) return [];
  return ['expected', ...list.flatMap((one) => (one.passed
    ? paintWord(wrap(`ok    ${pathText(one)}: ${one.expected}`, '  '), 'ok', 'pass', paint)
    : paintWord(wrap(`FAIL  ${pathText(one)}: expected ${one.expected}, found ${one.found}`, '  '), 'FAIL', 'fail', paint)))];
}

/** `expect.fates.trace` is `fates.trace`. */
function pathText(one: ExpectationResult): string {
  return (one.path[0] === 'expect' ? one.path.slice(1) : one.path).join('.');
}

export function counted(n: number, noun: string): string {
  return `${String(n)} ${noun}${n === 1 ? '' : 's'}`;
}
