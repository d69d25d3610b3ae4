import type { Expr } from '../c/ast';
import type { KstateModel, KstateRegistration } from '../model/kstate';
import { initcallsOf } from '../model/initcalls';
import { placeOf } from './callPlaces';
import { finding, isV3 } from './finding';
import { indexOf } from './modelIndex';
import type { Finding, Rule } from './rule';

export const unregisterMismatch: Rule = {
  code: 'kstate-unregister-mismatch',
  title: 'An unregistration of what was not registered',
  severity: 'error',
  facts: ['3.4', 'KS58'],
  check({ model, others }) {
    if (!isV3(model)) return [];
    const registering = model.registrations.filter((r) => r.call === 'kstate_register' || r.call === 'kstate_register_restore');
    // A call whose description is not told may register any of them.
    if (registering.some((r) => r.description === undefined)) return [];
    const byDescription = groupedBy(registering, (r) => r.description);
    const byObject = groupedBy(registering, (r) => r.object?.variable);
    return model.registrations.flatMap((call): readonly Finding[] => {
      if (call.call !== 'kstate_unregister' || call.description === undefined || call.args.length !== 3) return [];
      const { description } = call;
      const declared = indexOf(model).descriptions.get(description);
      // Another file may register with it.
      if (declared === undefined || (declared.declarator.storage !== 'static' && others.some((other) => indexOf(other).registrations.has(description)))) return [];
      const wild = 'the search ends at no entry, and a pointer that belongs to nothing is unlinked and freed';
      const own = byDescription.get(description) ?? [];
      const shifted = own.length === 1 && own[0] !== undefined ? shiftBetween(model, own[0], call) : undefined;
      if (shifted !== undefined) {
        return [finding(this, call.range,
          `kstate_unregister takes back ${objectText(model, call)} with instance id ${shifted.given}, but it is registered with ${shifted.registered}: ${wild}`,
          { related: own.map((r) => ({ message: 'registered here', range: r.range })) })];
      }
      if (own.some((r) => matches(model, r, call, false))) return [];
      const other = byObject.get(call.object?.variable)?.find((r) => r.description !== description && matches(model, r, call, true));
      if (other !== undefined) {
        return [finding(this, call.range,
          `kstate_unregister names ${description}, but ${objectText(model, call)} is registered with ${other.description ?? 'another description'}: today's code does not compare descriptions and finds it all the same, a kernel that does frees a wild pointer`,
          { severity: 'warning', related: [{ message: 'registered here', range: other.range }] })];
      }
      if (own.length === 0) {
        const calls = (indexOf(model).registrations.get(description) ?? []).length;
        // Handed to another function or table, it may be registered from there.
        if (declared.declarator.storage !== 'static' || model.unit.main.mentions(declared.declarator.name) > 1 + calls + parentsOf(model, description)) return [];
        return [finding(this, call.range, `kstate_unregister takes back ${objectText(model, call)}, but nothing registers an object with ${description}: ${wild}`)];
      }
      if (registering.some((r) => r.description !== description && matches(model, r, call, false))) return [];
      const instances = [...new Set(own.map((r) => instanceOf(model, r)))].map((i) => (i === undefined ? 'another' : String(i)));
      const objects = [...new Set(own.map((r) => objectText(model, r)))];
      const otherObject = own.every((r) => differentObject(r, call));
      const given = call.instanceId?.known === true ? String(call.instanceId.value) : 'its instance id';
      const what = otherObject
        ? `kstate_unregister takes back ${objectText(model, call)}, but ${firstOf(objects)} is registered with ${description}`
        : `kstate_unregister takes back instance id ${given} of ${description}, but ${objectText(model, call)} is registered with ${firstOf(instances)}`;
      return [finding(this, call.range, `${what}: ${wild}`, { related: own.slice(0, 5).map((r) => ({ message: 'registered here', range: r.range })) })];
    });
  },
};

function groupedBy<K>(list: readonly KstateRegistration[], key: (r: KstateRegistration) => K): ReadonlyMap<K, readonly KstateRegistration[]> {
  const groups = new Map<K, KstateRegistration[]>();
  for (const r of list) {
    const group = groups.get(key(r));
    if (group === undefined) groups.set(key(r), [r]);
    else group.push(r);
  }
  return groups;
}

/** As many as a message has room for. */
function firstOf(texts: readonly string[]): string {
  const MOST = 5;
  return texts.slice(0, MOST).join(', ') + (texts.length > MOST ? ` and ${texts.length - MOST} more` : '');
}

/** @param certain only when object and instance are known to be the same; else whenever they may be. */
function matches(model: KstateModel, r: KstateRegistration, call: KstateRegistration, certain: boolean): boolean {
  const a = instanceOf(model, r);
  const b = call.instanceId?.known === true ? call.instanceId.value : undefined;
  if (certain) return r.object !== undefined && call.object !== undefined && r.object.variable === call.object.variable && a !== undefined && a === b;
  if (differentObject(r, call)) return false;
  if (r.call === 'kstate_register_restore' && a === undefined) return b === undefined || b >= 1;
  return a === undefined || b === undefined || a === b;
}

function differentObject(r: KstateRegistration, call: KstateRegistration): boolean {
  return r.object !== undefined && call.object !== undefined && r.object.variable !== call.object.variable;
}

/** The counter of kstate_register_restore gives 1 to the first object; which one that is, is known of a description with one call in an initcall. */
function instanceOf(model: KstateModel, r: KstateRegistration): number | undefined {
  if (r.call === 'kstate_register') return r.instanceId?.known === true ? r.instanceId.value : undefined;
  const place = placeOf(model, r);
  const once = isOnly(model, r) && r.object !== undefined && place !== undefined && initcallsOf(model.unit).has(r.caller) && place.frames.every((f) => f.kind !== 'loop');
  return once ? 1 : undefined;
}

/** No other call registers and restores with the description. */
function isOnly(model: KstateModel, r: KstateRegistration): boolean {
  const same = indexOf(model).registrations.get(r.description ?? '') ?? [];
  return !same.some((other) => other !== r && other.call === 'kstate_register_restore');
}

/** Both calls name the object by one index, and the instance id by that index plus different numbers. */
function shiftBetween(model: KstateModel, r: KstateRegistration, call: KstateRegistration): { readonly given: string; readonly registered: string } | undefined {
  const a = placeOf(model, r)?.call.args;
  const b = placeOf(model, call)?.call.args;
  const [first, second] = [a?.[2], b?.[2]].map((expr) => (expr === undefined ? undefined : sumOf(model, expr)));
  if (first === undefined || second === undefined || first.name !== second.name || first.plus === second.plus) return undefined;
  const index = (args: typeof a): string | undefined => {
    const object = args?.[1];
    if (object?.kind !== 'unary' || object.op !== '&' || object.operand.kind !== 'index' || object.operand.base.kind !== 'ident' || object.operand.index.kind !== 'ident') return undefined;
    return object.operand.index.name === first.name ? object.operand.base.name : undefined;
  };
  const text = ({ name, plus }: typeof first): string => (plus === 0n ? name : `${name} ${plus < 0n ? '-' : '+'} ${plus < 0n ? -plus : plus}`);
  return index(a) !== undefined && index(a) === index(b) ? { given: text(second), registered: text(first) } : undefined;
}

/** `i`, `i + 1`, `i - 1`. */
function sumOf(model: KstateModel, expr: Expr): { readonly name: string; readonly plus: bigint } | undefined {
  if (expr.kind === 'ident') return { name: expr.name, plus: 0n };
  if (expr.kind !== 'binary' || (expr.op !== '+' && expr.op !== '-') || expr.left.kind !== 'ident') return undefined;
  const value = model.unit.evaluate(expr.right);
  return value.kind === 'int' ? { name: expr.left.name, plus: expr.op === '+' ? value.value : -value.value } : undefined;
}

function parentsOf(model: KstateModel, description: string): number {
  return indexOf(model).parents.get(description)?.length ?? 0;
}

function objectText(model: KstateModel, { object, args }: KstateRegistration): string {
  const range = args[1];
  const text = range?.path === model.unit.main.path ? model.unit.main.text.slice(range.start, range.end).replace(/\s+/g, ' ') : '';
  return object?.variable ?? (text === '' || text.length > 60 ? 'the object' : text);
}
