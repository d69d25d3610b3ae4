/** What the approaches before KHO would have kept, with what each verdict rests on. */
import type { ApproachReport } from '../../engine/alternatives/alternatives';
import type { Statement } from '../../engine/alternatives/approaches';
import { needsPlace } from '../../engine/alternatives/approaches';
import { sizeText } from '../../formats/text';
import type { AlternativesSpec } from '../../model/scenario/scenario';
import { COLUMNS, clipMiddle, hang, nameColumns, wrap } from '../wrapText';

const MOST_PARTICIPANTS = 20;

const marks: Readonly<Record<Statement['ground'], string>> = { posting: '', scenario: '', assumption: ' [assumed]' };

export function alternativesText(reports: readonly ApproachReport[], spec: AlternativesSpec, columns = COLUMNS): string[] {
  const place = spec.samePlace ? 'every kernel is told the same place' : 'the new kernel is not told the place';
  const out = ['What the alternatives would have kept'];
  out.push(...wrap(`set aside for them on the command line: ${spec.carvedOutBytes === 0n ? 'nothing' : sizeText(spec.carvedOutBytes)}; ${place}`, '  ', columns));
  out.push(...wrap(`${statementText(needsPlace)}. Sentences are the posting's (KHO v4, 6 February 2025) or follow from the scenario; what the posting leaves open is marked as assumed.`, '  ', columns), '');
  for (const report of reports) out.push(...reportText(report, columns), '');
  return out;
}

function reportText({ approach, setAsideBytes, participants }: ApproachReport, columns: number): string[] {
  const shown = participants.slice(0, MOST_PARTICIPANTS);
  const width = Math.min(nameColumns(columns), Math.max(4, ...shown.map((one) => one.name.length)));
  const out = wrap(`${approach.id}: ${statementText(approach.what)}; ${setAsideBytes === 0n ? 'nothing' : sizeText(setAsideBytes)} out of use for others`, '  ', columns);
  // What was said once of an approach holds for those behind it, too.
  const saidAlready = new Set<string>();
  for (const one of shown) {
    const copied = one.copiedBytes === 0n ? '' : `, ${sizeText(one.copiedBytes)} copied or allocated there`;
    const amount = one.fate === 'kept' ? sizeText(one.keptBytes) : `${sizeText(one.keptBytes)} of ${sizeText(one.bytes)}`;
    const news = one.why.filter((statement) => !saidAlready.has(statement.text));
    const head = `    ${clipMiddle(one.name, width).padEnd(width)}  ${one.fate.padEnd(8)}  `;
    out.push(...hang(head, `${amount}${copied}${news.length === 0 ? '; as above' : ''}`, columns));
    for (const statement of news) {
      saidAlready.add(statement.text);
      out.push(...wrap(statementText(statement), '      ', columns));
    }
  }
  if (participants.length > MOST_PARTICIPANTS) out.push(`    … and ${String(participants.length - MOST_PARTICIPANTS)} more`);
  return out;
}

function statementText(one: Statement): string {
  return `${one.text}${marks[one.ground]}`;
}
