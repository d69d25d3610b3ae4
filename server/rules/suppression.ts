/** Findings that a comment in the source takes back, and what is wrong with such comments. */
import type { KstateModel } from '../model/kstate';
import { finding } from './finding';
import type { Finding, Rule } from './rule';
import { suppressionsIn } from './suppressionComments';
import type { Suppression } from './suppressionComments';

export const suppression: Rule = {
  code: 'kstate-suppression',
  title: 'A comment that takes back a finding and does not count',
  severity: 'warning',
  facts: [],
  check({ model, today = thisDay(), codes }) {
    return suppressionsOf(model).flatMap((comment) => problemsOf(comment, today, codes).map(({ range, message }) => finding(this, range, message)));
  },
};

interface Problem {
  readonly range: Finding['range'];
  readonly message: string;
}

function problemsOf(comment: Suppression, today: string, codes: ReadonlySet<string> | undefined): readonly Problem[] {
  const names = comment.codes.map(({ code }) => code).join(', ');
  const problems: Problem[] = [];
  if (comment.codes.length === 0) problems.push({ range: comment.range, message: 'The comment takes back no finding, for it names no code: kexec-handover: ignore CODE -- reason' });
  for (const { code, range } of comment.codes) {
    if (codes !== undefined && (!codes.has(code) || code === suppression.code)) problems.push({ range, message: `There is no finding ${code} that could be taken back` });
  }
  if (comment.reason === '' && comment.codes.length > 0) problems.push({ range: comment.range, message: `${names} is taken back without a reason, so it still counts: add one behind --` });
  const { until } = comment;
  if (until !== undefined && !isDate(until.text)) problems.push({ range: until.range, message: `${until.text === '' ? 'Nothing' : until.text} is no date of the form 2027-01-31, so ${names} still counts` });
  else if (until !== undefined && until.text < today) {
    problems.push({ range: until.range, message: `${names} was taken back until ${until.text}, which is over, and counts again: remove what it is about, or say until when it is to be left` });
  }
  return problems;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** `2027-01-31`. */
export function thisDay(): string {
  return new Date().toISOString().slice(0, 10);
}

/**
 * @param findings of the file.
 * @param codes of which all that the file deserves are among them.
 * @returns those that no valid comment takes back, and a hint for each of `codes` in a comment that takes back nothing.
 */
export function withoutSuppressed(model: KstateModel, findings: readonly Finding[], today = thisDay(), codes: ReadonlySet<string> = new Set()): readonly Finding[] {
  const all = suppressionsOf(model);
  if (all.length === 0) return findings;
  const valid = all.filter((comment) => problemsOf(comment, today, undefined).length === 0);
  const used = new Set<string>();
  const kept = findings.filter((found) => {
    if (found.code === suppression.code || found.range.path !== model.unit.main.path) return true;
    let taken = false;
    for (const [i, comment] of valid.entries()) {
      if (found.range.start < comment.from || found.range.start > comment.to || !comment.codes.some(({ code }) => code === found.code)) continue;
      used.add(`${i} ${found.code}`);
      taken = true;
    }
    return !taken;
  });
  const unused = valid.flatMap((comment, i) => comment.codes.flatMap(({ code, range }) => (used.has(`${i} ${code}`) || !codes.has(code) ? []
    : [finding(suppression, range, `There is no ${code} ${comment.wholeFile ? 'in this file' : 'here'} to take back: the comment can go`, { severity: 'hint' })])));
  return [...kept, ...unused];
}

const known = new WeakMap<KstateModel, readonly Suppression[]>();

function suppressionsOf(model: KstateModel): readonly Suppression[] {
  let comments = known.get(model);
  if (comments === undefined) known.set(model, (comments = suppressionsIn(model.unit.main.path, model.unit.main.text)));
  return comments;
}
