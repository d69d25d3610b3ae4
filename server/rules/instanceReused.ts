import { forEachSubExpr } from '../model/walkCode';
import type { Expr, Stmt } from '../c/ast';
import type { KstateModel, KstateRegistration } from '../model/kstate';
import { bothRun, excludeEachOther, loopAround, placeOf } from './callPlaces';
import { finding, isV3 } from './finding';
import type { Finding, Rule } from './rule';

export const instanceReused: Rule = {
  code: 'kstate-instance-reused',
  title: 'Two objects with one instance id',
  severity: 'error',
  facts: ['3.3', '3.4', 'KS05'],
  check({ model }) {
    if (!isV3(model)) return [];
    const found: Finding[] = [];
    const earlier = new Map<string, KstateRegistration[]>();
    const inOrder = [...model.registrations].sort((a, b) => a.range.start - b.range.start);
    for (const call of inOrder) {
      const { description, instanceId } = call;
      if (call.call !== 'kstate_register' || description === undefined || instanceId?.known !== true) continue;
      const object = objectText(model, call);
      if (object === undefined) continue;
      const message = (other: string): string => `${object} and ${other} are both registered with ${description} and instance id ${instanceId.value}: `
        + 'restore finds an entry by id and instance, so both get the state of the one registered last';
      if (variesInLoop(model, call)) {
        found.push(finding(this, call.range, `Every ${object} of the loop is registered with ${description} and the same instance id ${instanceId.value}: `
          + 'restore finds an entry by id and instance, so all of them get the state of the one registered last'));
        continue;
      }
      const key = `${description}\n${instanceId.value}`;
      const before = earlier.get(key) ?? [];
      // A few of one key are compared; more are the same mistake again.
      const clash = before.slice(-20).find((other) => objectText(model, other) !== object && canBoth(model, other, call));
      if (clash !== undefined) {
        found.push(finding(this, call.range, message(objectText(model, clash) ?? 'another object'),
          { related: [{ message: `${objectText(model, clash) ?? 'the other'} is registered with instance id ${instanceId.value}`, range: clash.range }] }));
      }
      before.push(call);
      earlier.set(key, before);
    }
    return found;
  },
};

/** An object that the text tells: one of static storage, or what stands behind a local name in its function. */
function objectText(model: KstateModel, { object, args, caller }: KstateRegistration): string | undefined {
  if (object !== undefined) return object.variable;
  const range = args[1];
  if (range === undefined || range.path !== model.unit.main.path) return undefined;
  const text = model.unit.main.text.slice(range.start, range.end).replace(/\s+/g, ' ');
  return text === '' || text.length > 60 ? undefined : caller === '' ? undefined : text;
}

function canBoth(model: KstateModel, a: KstateRegistration, b: KstateRegistration): boolean {
  const first = placeOf(model, a);
  const second = placeOf(model, b);
  if (first === undefined || second === undefined) return false;
  const gone = model.registrations.some((r) => r.call === 'kstate_unregister' && r.description === a.description && r.caller === b.caller
    && r.range.start > (a.caller === b.caller ? a.range.start : -1) && r.range.start < b.range.start);
  if (gone) return false;
  if (a.caller === b.caller) {
    // Two names may hold one pointer; members and static objects of different names are different objects.
    return isPlace(a) && isPlace(b) && !excludeEachOther(first, second);
  }
  return a.object !== undefined && b.object !== undefined && first.frames.every((f) => !f.leaves && f.kind === 'loop') && second.frames.every((f) => !f.leaves && f.kind === 'loop')
    && bothRun(model, a.caller, b.caller);
}

/** `&x`, `&p->a`: the address of something that has a name, not a pointer that may hold any. */
function isPlace({ object, objectExpr }: KstateRegistration): boolean {
  return object !== undefined || (objectExpr?.kind === 'unary' && objectExpr.op === '&' && objectExpr.operand.kind === 'member');
}

/** The call stands in a loop whose counter picks the object and not the instance. */
function variesInLoop(model: KstateModel, call: KstateRegistration): boolean {
  const place = placeOf(model, call);
  const loop = place === undefined ? undefined : loopAround(place);
  if (loop?.kind !== 'for' || call.objectExpr === undefined) return false;
  const step = steppedName(loop);
  if (step === undefined || !hasIndex(call.objectExpr, step)) return false;
  // A loop of one round is none; what its bounds are is not asked for.
  return !model.registrations.some((r) => r.call === 'kstate_unregister' && placeOf(model, r)?.frames.some((f) => f.of === loop) === true);
}

function steppedName(loop: Extract<Stmt, { kind: 'for' }>): string | undefined {
  const { step } = loop;
  if (step?.kind === 'unary' && step.operand.kind === 'ident') return step.operand.name;
  return step?.kind === 'assign' && step.target.kind === 'ident' ? step.target.name : undefined;
}

function hasIndex(expr: Expr, name: string): boolean {
  let found = false;
  forEachSubExpr(expr, (e) => { if (e.kind === 'ident' && e.name === name) found = true; });
  return found;
}
