/** What a scenario expects, held against what happened. */
import { sealMask, sealsText } from '../../formats/memfd';
import type { Expectations, ExpectedFile, Fate, HandoverVerdict, SealName } from '../../model/scenario/scenario';
import type { ArrivedFile, ExpectationResult, HopReport, JumpMemory, LoggedLine, ParticipantReport } from './result';

export function checkExpectations(expect: Expectations | undefined, hops: readonly HopReport[], log: readonly LoggedLine[], jumps: readonly JumpMemory[]): readonly ExpectationResult[] {
  if (expect === undefined) return [];
  const out: ExpectationResult[] = [];
  const add = (path: readonly (string | number)[], expected: string, found: string, passed = expected === found): void => { out.push({ path: ['expect', ...path], expected, found, passed }); };
  const last = hops[hops.length - 1];
  if (expect.verdict !== undefined) add(['verdict'], expect.verdict, last?.verdict ?? 'no handover');
  const jumped = hops.filter((hop) => hop.to !== undefined);
  expect.verdicts?.forEach((verdict, i) => { add(['verdicts', i], verdict, jumped[i]?.verdict ?? 'no such handover'); });
  if (expect.verdicts !== undefined && jumped.length > expect.verdicts.length) add(['verdicts'], words(expect.verdicts), words(jumped.map((hop) => hop.verdict)));
  if (expect.corruption !== undefined) add(['corruption'], String(expect.corruption), String(hops.some((hop) => hop.corruption)));
  for (const [name, wanted] of Object.entries(expect.fates)) fate(add, name, wanted, last);
  for (const [name, wanted] of Object.entries(expect.arrives)) arrives(add, name, wanted, last);
  for (const [name, wanted] of Object.entries(expect.changed)) changed(add, name, wanted, last);
  let from = 0;
  expect.messages.forEach((message, i) => {
    const at = log.findIndex((line, n) => n >= from && line.text.includes(message));
    const elsewhere = at < 0 && log.some((line) => line.text.includes(message));
    add(['messages', i], message, at >= 0 ? log[at]?.text ?? '' : elsewhere ? 'logged, but before the messages above' : 'not logged', at >= 0);
    if (at >= 0) from = at + 1;
  });
  expect.noMessages.forEach((message, i) => {
    const line = log.find((one) => one.text.includes(message));
    add(['noMessages', i], `no "${message}"`, line === undefined ? 'not logged' : line.text, line === undefined);
  });
  if (expect.blocks !== undefined) blocks(add, expect.blocks, jumps[jumps.length - 1]);
  return out;
}

type Add = (path: readonly (string | number)[], expected: string, found: string, passed?: boolean) => void;

const words = (verdicts: readonly HandoverVerdict[]): string => verdicts.join(', ') || 'none';

const NOBODY = 'nothing of that name was to be handed over';

function reportOf(hop: HopReport | undefined, name: string): ParticipantReport | undefined {
  return hop?.participants.find((one) => one.name === name);
}

function fate(add: Add, name: string, wanted: Fate | Partial<Readonly<Record<Fate, number>>>, hop: HopReport | undefined): void {
  const report = reportOf(hop, name);
  if (typeof wanted === 'string') {
    add(['fates', name], wanted, report?.fate ?? NOBODY);
    return;
  }
  for (const [kind, pages] of Object.entries(wanted)) add(['fates', name, kind], String(pages), report === undefined ? NOBODY : String(report.pages[kind as Fate]));
}

/** One answer for each property; of a file that nobody has, each says so. */
function arrives(add: Add, name: string, { sizeBytes, pos, seals }: ExpectedFile, hop: HopReport | undefined): void {
  const report = reportOf(hop, name);
  const file = report?.arrived;
  const found = (text: (arrived: ArrivedFile) => string): string => (file !== undefined ? text(file) : report === undefined ? NOBODY : `no file: ${report.fate}`);
  if (sizeBytes !== undefined) add(['arrives', name, 'size'], bytesText(String(sizeBytes)), found((one) => bytesText(one.sizeBytes)));
  if (pos !== undefined) add(['arrives', name, 'pos'], bytesText(String(pos)), found((one) => bytesText(one.pos)));
  if (seals !== undefined) add(['arrives', name, 'seals'], allSeals(seals), found((one) => allSeals(one.seals)));
  if (sizeBytes === undefined && pos === undefined && seals === undefined) add(['arrives', name], 'a file', found(() => 'a file'));
}

const bytesText = (bytes: string): string => (bytes === '1' ? '1 byte' : `${bytes} bytes`);
/** In the order of their numbers, each once. */
const allSeals = (seals: readonly SealName[]): string => sealsText(sealMask(seals));

const NOTHING_CHANGED = 'nothing changed';

function changed(add: Add, name: string, wanted: boolean | readonly string[], hop: HopReport | undefined): void {
  const lines = reportOf(hop, name)?.changed;
  const all = lines === undefined ? NOBODY : lines.join('; ') || NOTHING_CHANGED;
  if (wanted === true) add(['changed', name], 'something changed', all, lines !== undefined && lines.length > 0);
  else if (wanted === false || wanted.length === 0) add(['changed', name], NOTHING_CHANGED, all);
  else wanted.forEach((text, i) => {
    const line = lines?.find((one) => one.includes(text));
    add(['changed', name, i], text, line ?? all, line !== undefined);
  });
}

function blocks(add: Add, wanted: NonNullable<Expectations['blocks']>, jump: JumpMemory | undefined): void {
  const byOrder: Record<string, number> = {};
  for (const { order, blocks: count } of jump?.owners ?? []) byOrder[String(order)] = (byOrder[String(order)] ?? 0) + count;
  if (typeof wanted === 'number') add(['blocks'], String(wanted), String(Object.values(byOrder).reduce((sum, count) => sum + count, 0)));
  else for (const [order, count] of Object.entries(wanted)) add(['blocks', order], String(count), String(byOrder[order] ?? 0));
}
