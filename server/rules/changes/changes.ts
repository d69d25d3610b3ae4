/**
 * What a change of a description breaks, against a base: an older revision of the same file. One finding for each difference, at its place in the
 * new text, with what the update and the rollback make of it.
 */
import type { KstateItem } from '../../compat/compareModels';
import { compareModels, isFine } from '../../compat/compareModels';
import { memberName, standsIn } from '../../compat/members';
import type { Reason, ReasonCode } from '../../compat/reasons/reason';
import type { SrcRange } from '../../c/source';
import type { KstateDescription, KstateModel } from '../../model/kstate';
import type { Reread } from '../refactoringCost';
import { editedTexts } from '../refactoringCost';
import type { Finding, Fix, Severity } from '../rule';
import { withoutSuppressed } from '../suppression';
import { changeFixes, placeOfGone } from './changeFixes';
import { changeCodes, findingCode } from './codes';

export interface Base {
  readonly model: KstateModel;
  /** `HEAD`, `v6.18`, a folder's name. */
  readonly label: string;
}

/** What a comparison may be given to work with. */
export interface ChangeTools {
  /** C target of the file. */
  readonly target: string;
  /** When the two have been compared already. */
  readonly items?: readonly KstateItem[];
  /** Makes each fix prove itself: without it none is offered. */
  readonly reread?: Reread;
  /** `2027-01-31`: what the date of a comment that takes a finding back is compared with; default: the day it is. */
  readonly today?: string;
}

/** Findings in `model`'s main file, by place, without those that a comment takes back. Empty when nothing breaks. */
export function changeFindings(model: KstateModel, base: Base, { target, items = compareModels(base.model, model, { target }), reread, today }: ChangeTools): readonly Finding[] {
  const found: Finding[] = [];
  for (const item of items) {
    const now = model.descriptions.find((one) => one.variable === item.new);
    const then = base.model.descriptions.find((one) => one.variable === item.old);
    if (now === undefined || then === undefined || (isFine(item.forward.verdict) && isFine(item.backward.verdict) && !item.forward.reasons.some(isLoss))) continue;
    for (const group of groups(item, now, then)) {
      if (group.forward.length === 0 && byTheBook(group)) continue;
      const range = placeOf(group, now, then, model);
      const made = findingOf(group, now, base.label, range);
      if (found.some((other) => other.range.start === range.start && other.range.end === range.end && other.code === made.code && other.message === made.message)) continue;
      const proven = reread === undefined || group.forward.length === 0 ? [] : changeFixes(group.code, group.about, model, now, then).filter((fix) => mends(fix, group.about, item, model, base, target, reread));
      found.push({ ...made, fixes: proven });
    }
  }
  // Whether such a comment has something to take back depends on the base: none is told that it has not.
  return [...withoutSuppressed(model, found, today)].sort((a, b) => a.range.start - b.range.start);
}

/** Running the handover with the fix shows the member arriving, and nothing break that did not before. */
function mends(fix: Fix, about: string, before: KstateItem, model: KstateModel, base: Base, target: string, reread: Reread): boolean {
  const texts = editedTexts(model, fix.edits);
  if (texts === undefined) return false;
  const after = compareModels(base.model, reread(texts), { target, only: before.name }).find((item) => item.name === before.name);
  if (after === undefined) return false;
  const [broken, left] = [brokenBy(before), brokenBy(after)];
  return !left.has(about) && [...left].every((name) => broken.has(name)) && (left.size > 0 || isFine(after.forward.verdict));
}

/** What keeps the update from arriving, by the members it is about. */
function brokenBy({ forward }: KstateItem): ReadonlySet<string> {
  return new Set(forward.reasons.filter((reason) => !isFine(reason.verdict)).map((reason) => reason.about ?? ''));
}

interface Group {
  /** Of the update where it breaks, else of the rollback. */
  readonly code: ReasonCode;
  readonly about: string;
  readonly forward: readonly Reason[];
  readonly backward: readonly Reason[];
}

/** Reasons about one member: the update's and the rollback's. A removal seen backwards is an addition. */
function groups(item: KstateItem, now: KstateDescription, then: KstateDescription): readonly Group[] {
  // A description that another one holds suffers from the other's changes; they are told there.
  const here = (reason: Reason): boolean => changeCodes.includes(reason.code) && standsIn(reason.side === 'new' ? now : then, reason.range);
  const harmful = (reasons: readonly Reason[]): readonly Reason[] => reasons.filter((reason) => here(reason) && !isFine(reason.verdict));
  // An older kernel knows nothing of the folios that came after it, and nobody can help that.
  const [forward, backward] = [[...harmful(item.forward.reasons), ...item.forward.reasons.filter((reason) => here(reason) && isLoss(reason))], harmful(item.backward.reasons)];
  const names = [...new Set([...forward, ...backward].map((reason) => reason.about ?? ''))];
  return names.flatMap((about): readonly Group[] => {
    const [update, rollback] = [forward, backward].map((reasons) => reasons.filter((reason) => (reason.about ?? '') === about));
    const first = update?.[0] ?? rollback?.[0];
    // Of two members that changed places either counts as the one that moved.
    if (update?.length === 0 && first?.code === 'field-reordered' && forward.some((reason) => reason.code === 'field-reordered')) return [];
    return first === undefined || update === undefined || rollback === undefined ? [] : [{ code: update.length > 0 ? first.code : turned(first.code), about, forward: update, backward: rollback }];
  });
}

/** The state arrives, and still something is lost. */
function isLoss({ code }: Reason): boolean {
  return code === 'folio-abandoned';
}

/** What the rollback calls an addition was a removal, for who reads the new text. */
function turned(code: ReasonCode): ReasonCode {
  return code === 'field-added' ? 'field-removed' : code === 'field-removed' ? 'field-added' : code;
}

function findingOf(group: Group, now: KstateDescription, label: string, range: SrcRange): Finding {
  const text = (reason: Reason): string => reason.message.replaceAll('the old kernel', label).replaceAll('the new kernel', 'this file').replace(/\.$/, '');
  const [update] = group.forward;
  const [rollback] = group.backward;
  const parts = [
    ...(update === undefined ? [] : [`update from ${label}${isFine(update.verdict) ? '' : ` ${words(update)}`}: ${text(update)}`]),
    ...(rollback === undefined ? [] : [`rollback to ${label} ${words(rollback)}${update === undefined ? `: ${text(rollback)}` : ''}`]),
  ];
  // A value that a deprecated entry skips and a new one does not take over is dropped on purpose.
  const dropped = update?.code === 'field-not-in-version' && group.forward.every((reason) => reason.verdict === 'loses' || isFine(reason.verdict));
  const severity: Severity = update !== undefined && !dropped && !isFine(update.verdict) ? 'error' : 'warning';
  return { code: findingCode(group.code), severity, message: `${now.variable}: ${parts.join('; ')}`, range, related: [], fixes: [] };
}

const WORDS: Readonly<Record<Reason['verdict'], string>> = {
  crashes: 'stops the kernel', corrupts: 'corrupts state', refused: 'restores nothing', loses: 'loses state', warns: 'warns', loads: 'loads',
};

function words(reason: Reason): string {
  return WORDS[reason.verdict];
}

/** A removal that the update survives is the best there is: the older kernel expects what is gone. The lens says so; it is no finding. */
function byTheBook({ code }: Group): boolean {
  return code === 'field-removed' || code === 'field-resized' || code === 'array-length-changed' || code === 'field-not-in-version';
}

/** In the new text: the field itself; where something is gone, what stands in its place, else the description's name. */
function placeOf(group: Group, now: KstateDescription, then: KstateDescription, model: KstateModel): SrcRange {
  const path = model.unit.main.path;
  const own = [...group.forward, ...group.backward].find((reason) => reason.side === 'new' && reason.range !== undefined)?.range;
  if (own?.path === path) return own;
  const field = now.fields.find((one) => memberName(one) === group.about);
  if (field?.range.path === path) return field.range;
  const gone = placeOfGone(group.about, then, now);
  return gone?.path === path ? gone : now.nameRange;
}
