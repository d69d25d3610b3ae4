/** Verdict and reasons of one description in one direction. The engine gives the verdict; the reasons say why. */
import type { Handover, RestoredObject, Verdict } from '../../engine/types';
import { summaryOf } from '../../engine/kstate/summary';
import { worst } from '../../engine/kstate/words';
import { contains, standsIn } from '../members';
import { reasonsOf } from '../reasons';
import type { Reason } from '../reasons/reason';
import type { Side } from './objectDirection';
import { objectDirection, sectionFor } from './objectDirection';

export interface Explained {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

/** C variables of the description on either side; undefined: that side has none. */
export interface Named {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export function explain(handover: Handover, named: Named, from: Side, to: Side): Explained {
  const { save } = handover;
  const stopped = saveStopped(handover, named, from, to);
  if (stopped !== undefined) return stopped;
  if (named.from === undefined) return oneSided('description-added', named.to ?? '', to.name, rangeOf(to, named.to ?? ''));
  if (named.to === undefined) return oneSided('description-removed', named.from, from.name, rangeOf(from, named.from));
  const { from: fromName, to: toName } = named;
  const own = handover.restore.objects.filter((object) => object.description === toName);
  const holding = handover.restore.objects.filter((object) => object.description !== toName && contains(to.model, object.description, toName));
  const reasons: Reason[] = [...renamed(named, from, to)];
  const verdicts: Verdict[] = [];
  if (own.length > 0) verdicts.push(summaryOf(own, save, handover.restore.messages).verdict);
  for (const object of own) reasons.push(...objectReasons(handover, object, from, to));
  for (const object of holding) {
    const inner = within(objectReasons(handover, object, from, to), object, named, from, to);
    reasons.push(...inner.reasons);
    verdicts.push(inner.verdict);
  }
  for (const text of save.damage ?? []) reasons.push({ code: 'stream-damaged', verdict: 'corrupts', message: text, side: from.name, range: rangeOf(from, fromName) });
  if (own.length === 0 && holding.length === 0) {
    const saved = save.entries.some((entry) => entry.description === fromName);
    const lost = saved ? 'loses' as const : 'loads' as const;
    verdicts.push(lost);
    reasons.push({ code: 'not-restored', verdict: lost, side: to.name, range: rangeOf(to, toName), message: `Nothing in the ${to.name} kernel's file restores ${toName}${saved ? `, which the ${from.name} kernel saves` : ''}.` });
  }
  return finished(worst(verdicts), reasons, from, fromName);
}

/** Each reason once; a verdict that none of them says gets one. */
function finished(verdict: Verdict, all: readonly Reason[], from: Side, variable: string): Explained {
  const seen = new Map<string, Reason>();
  for (const reason of all) {
    const key = `${reason.code} ${reason.side} ${String(reason.range?.start)} ${reason.message}`;
    const known = seen.get(key);
    if (known === undefined || worst([known.verdict, reason.verdict]) !== known.verdict) seen.set(key, reason);
  }
  const reasons = [...seen.values()];
  if (verdict !== 'loads' && reasons.every((reason) => reason.verdict === 'loads')) {
    reasons.push({ code: 'unexplained', verdict, side: from.name, range: rangeOf(from, variable), message: `Running the handover of ${variable} ends with "${verdict}".` });
  }
  return { verdict, reasons };
}

function saveStopped(handover: Handover, named: Named, from: Side, to: Side): Explained | undefined {
  const { save } = handover;
  const variable = named.from ?? named.to ?? '';
  const plan = from.plans.get(variable);
  if (save.crash !== undefined) {
    const code = plan?.terminated === false ? 'list-not-terminated' : 'crash';
    return { verdict: 'crashes', reasons: [{ code, verdict: 'crashes', message: save.crash.why, side: from.name, range: save.crash.range ?? rangeOf(from, variable) }] };
  }
  if (save.rc === 0) return undefined;
  return {
    verdict: 'refused',
    reasons: [{ code: 'save-fails', verdict: 'refused', side: from.name, range: rangeOf(from, variable) ?? rangeOf(to, variable), message: `Saving returns ${String(save.rc)}: kstate_finalize() fails, and the kexec handover with it.` }],
  };
}

/** Of a description that only one kernel has: `description-added` when it restores, `description-removed` when it saves. */
export function oneSided(code: 'description-added' | 'description-removed', variable: string, side: Side['name'], range: Reason['range']): Explained {
  const what = code === 'description-added' ? 'nothing is in the stream for it, and its members keep what they hold' : 'its state is not looked for';
  return { verdict: 'loads', reasons: [{ code, verdict: 'loads', side, range, message: `${variable} is only in the ${side} kernel: ${what}.` }] };
}

function renamed(named: Named, from: Side, to: Side): Reason[] {
  const [then, now] = [from.plans.get(named.from ?? ''), to.plans.get(named.to ?? '')];
  if (then === undefined || now === undefined) return [];
  const base = { code: 'description-renamed' as const, verdict: 'loads' as const, side: to.name, range: now.range };
  const out: Reason[] = [];
  if (then.variable !== now.variable) out.push({ ...base, message: `${now.variable} of the ${to.name} kernel is ${then.variable} in the ${from.name} kernel; they have the same id, ${String(now.id)}.` });
  if (then.name !== now.name) out.push({ ...base, message: `${now.variable} is named "${then.name}" in the ${from.name} kernel and "${now.name}" in the ${to.name} kernel; the name is only printed.` });
  const [before, after] = [from, to].map((side) => side.model.descriptions.find((one) => one.variable === (side === from ? then : now).variable)?.minVersionId);
  if (before?.known === true && after?.known === true && after.value > before.value) {
    out.push({ ...base, code: 'minimum-raised', range: after.range, message: `min_version_id of ${now.variable} is raised from ${String(before.value)} to ${String(after.value)}; no code looks at it, so older streams are still read.` });
  }
  return out;
}

function objectReasons(handover: Handover, object: RestoredObject, from: Side, to: Side): readonly Reason[] {
  const plan = to.plans.get(object.description);
  if (plan === undefined) return [];
  const section = sectionFor(handover, object, plan, from);
  const base = { side: to.name, range: plan.range };
  if (section === undefined) return [{ ...base, code: 'object-missing', verdict: object.verdict, message: object.why }];
  const out: Reason[] = [];
  const notFound = object.rc !== 0 || (object.verdict === 'loses' && object.entries.every((entry) => entry.offsetBytes === undefined));
  if (notFound && object.crash === undefined) {
    const then = from.plans.get(section.description);
    const code = from.model.dialect !== to.model.dialect && then?.id === plan.id && section.instanceId === object.instanceId ? 'dialect-changed'
      : then !== undefined && then.id !== plan.id ? 'id-changed' : section.instanceId !== object.instanceId ? 'instance-changed' : 'not-restored';
    const idAt = to.model.descriptions.find((one) => one.variable === plan.variable)?.id.range;
    out.push({ ...base, ...(code === 'id-changed' && idAt !== undefined ? { range: idAt } : {}), code, verdict: object.verdict, message: object.why });
    return out;
  }
  if (object.crash !== undefined) {
    const code = plan.terminated && (plan.subsections ?? []).every((sub) => sub.terminated) ? 'crash' : 'list-not-terminated';
    out.push({ ...base, code, verdict: 'crashes', message: object.crash.why, range: object.crash.range ?? plan.range });
  }
  const direction = objectDirection(handover, object, section, from, to);
  if (direction !== undefined) {
    const found = reasonsOf(direction, (variable) => to.model.descriptions.find((one) => one.variable === variable));
    // What was not reached when the kernel stopped has the crash for a reason.
    out.push(...(object.crash === undefined ? found : found.filter((reason) => reason.code !== 'unexplained')));
  }
  for (const message of handover.save.messages) {
    if (message.level === 'warn' && message.where !== 'save_kstate') {
      out.push({ code: 'save-warns', verdict: 'warns', side: from.name, range: from.plans.get(section.description)?.range, message: `${message.where}() warns while the ${from.name} kernel saves ${section.description}: "${message.text}".` });
    }
  }
  return out;
}

/** What of an object's fate is that of a description it lists or nests. */
function within(reasons: readonly Reason[], object: RestoredObject, named: Named, from: Side, to: Side): Explained {
  const mine = object.entries.filter((entry) => entry.description === named.to || contains(to.model, named.to ?? '', entry.description));
  const verdicts: Verdict[] = mine.flatMap((entry) => entry.fields.map((field) => field.verdict));
  if (object.crash !== undefined) verdicts.push('crashes');
  const inner = reasons.flatMap((reason): Reason[] => {
    const places = reason.covers?.filter((place) => place.entry.to.variable === named.to || contains(to.model, named.to ?? '', place.entry.to.variable));
    const about = [[from, named.from], [to, named.to]] as const;
    const here = about.some(([side, variable]) => side.name === reason.side && insideOf(side, variable, reason));
    const whole = reason.covers === undefined && (reason.verdict === 'refused' || reason.verdict === 'crashes');
    if (!here && !whole && (places?.length ?? 0) === 0) return [];
    // What it does to the description that holds this one is said there.
    return [{ ...reason, verdict: places === undefined ? reason.verdict : worst(places.map((place) => (place.fate === 'wrong' ? place.verdict : reason.verdict))) }];
  });
  for (const reason of inner) if (reason.covers === undefined) verdicts.push(reason.verdict);
  return { verdict: worst(verdicts), reasons: inner };
}

function insideOf(side: Side, variable: string | undefined, reason: Reason): boolean {
  const description = side.model.descriptions.find((one) => one.variable === variable);
  return description !== undefined && standsIn(description, reason.range);
}

function rangeOf(side: Side, variable: string): Reason['range'] {
  return side.model.descriptions.find((one) => one.variable === variable)?.nameRange;
}
