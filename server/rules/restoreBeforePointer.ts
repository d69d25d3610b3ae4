import type { KstateField, KstateModel, KstateRegistration } from '../model/kstate';
import { KS_CUSTOM, KS_DEPRECATED, KS_POINTER } from '../model/kstateFlags';
import { initcallsOf } from '../model/initcalls';
import { withoutCasts } from '../model/reads';
import { assignedFrom } from './assignments';
import type { MemberAssignment } from './assignments';
import { callsOf, excludeEachOther, placeOf } from './callPlaces';
import { fieldName, fieldSource, finding, hasFlag } from './finding';
import { indexOf } from './modelIndex';
import type { Rule } from './rule';

export const restoreBeforePointer: Rule = {
  code: 'kstate-restore-before-pointer',
  title: 'A restore through a pointer that is set only later',
  severity: 'error',
  facts: ['3.3', 'KS31'],
  check({ model }) {
    return model.registrations.flatMap((call) => {
      const restores = call.call === 'kstate_restore' || call.call === 'kstate_register_restore' || (call.call === 'kstate_register' && model.dialect === 'v2');
      const description = !restores || call.description === undefined ? undefined : indexOf(model).descriptions.get(call.description);
      return (description?.fields ?? []).flatMap((field) => {
        const later = description === undefined ? undefined : setLater(model, call, field);
        if (later === undefined) return [];
        return [finding(this, call.range,
          `${call.call} restores ${fieldName(field)} of ${description?.variable ?? ''} through the pointer itself (${fieldSource(field)}), and ${later.fn} sets that pointer only afterwards: the saved value is written through whatever it holds before that, NULL in a new object, since a restore never allocates`,
          { related: [{ message: `${fieldName(field)} is set here`, range: later.range }, { message: 'the field that is restored through the pointer', range: field.range }] })];
      }).slice(0, 1);
    });
  },
};

/** The first assignment behind the call, when it is certain that none comes before it. */
function setLater(model: KstateModel, call: KstateRegistration, field: KstateField): MemberAssignment | undefined {
  const { member } = field;
  if (member === undefined || !/^\w+$/.test(member.path) || !hasFlag(field, KS_POINTER) || hasFlag(field, KS_DEPRECATED | KS_CUSTOM)) return undefined;
  if (field.versionId.known && field.versionId.value < 0) return undefined;
  const place = placeOf(model, call);
  const name = objectName(call);
  if (place === undefined || name === undefined) return undefined;
  const all = assignedFrom(model, member.path, member.struct).filter((a) => !a.isNull && (a.base === undefined || call.object === undefined || a.base === name || a.arrow));
  if (all.length === 0 || initialised(call, member.path)) return undefined;
  let first: MemberAssignment | undefined;
  for (const assignment of all) {
    const at = whenSet(model, call, assignment);
    if (at !== 'after') return undefined;
    first ??= assignment;
  }
  if (first === undefined) return undefined;
  // Of an object that comes from elsewhere nobody knows what its pointer was; but one that is set anew in any case loses what was restored.
  return isFresh(model, call, name) || (call.object === undefined && first.fn === call.caller && always(model, call, first)) ? first : undefined;
}

/** The assignment is a statement of the function itself, and no way out lies between the call and it. */
function always(model: KstateModel, call: KstateRegistration, assignment: MemberAssignment): boolean {
  const fn = model.unit.lookup(call.caller);
  const body = fn === undefined ? undefined : model.unit.body(fn);
  const outer = body?.body.some((stmt) => stmt.kind === 'expr' && model.unit.range(stmt.first, stmt.last).start === assignment.range.start) === true;
  return outer && fn?.bodyTokens?.some((tok) => {
    const at = model.unit.range(tok).start;
    return at > call.range.start && at < assignment.range.start && (tok.text === 'return' || tok.text === 'goto');
  }) === false;
}

/** Before the call, after it, or not known. */
function whenSet(model: KstateModel, call: KstateRegistration, assignment: MemberAssignment): 'before' | 'after' | 'unknown' {
  if (assignment.fn === call.caller) return assignment.range.start > call.range.start ? 'after' : 'before';
  const calls = callsOf(model, call.caller, assignment.fn);
  if (calls.length > 0) {
    const here = placeOf(model, call);
    const after = calls.every((c) => model.unit.range(c.call.first, c.call.last).start > call.range.start && here !== undefined && !excludeEachOther(here, c));
    return after && !mentioned(model, assignment.fn, call.caller) ? 'after' : 'before';
  }
  return 'unknown';
}

/** Some other function of the file names it, too. */
function mentioned(model: KstateModel, fn: string, besides: string): boolean {
  return model.unit.declarations.some((d) => d.kind === 'function' && d.name !== fn && d.name !== besides && d.bodyTokens?.some((tok) => tok.text === fn) === true);
}

/** `x` of `&x`, `p` of `p`. */
function objectName(call: KstateRegistration): string | undefined {
  if (call.objectExpr === undefined) return undefined;
  const at = withoutCasts(call.objectExpr);
  if (at.kind === 'ident') return at.name;
  return at.kind === 'unary' && at.op === '&' && at.operand.kind === 'ident' ? at.operand.name : undefined;
}

function initialised(call: KstateRegistration, member: string): boolean {
  const init = call.object?.init;
  if (init === undefined || init.kind === 'zero') return false;
  return init.kind !== 'record' || init.members.some((m) => m.member.name === member && m.value.kind !== 'zero');
}

const ALLOCATING: ReadonlySet<string> = new Set(['kzalloc', 'kcalloc', 'kvzalloc', 'kvcalloc', 'devm_kzalloc', 'devm_kcalloc', 'vzalloc', 'kzalloc_obj', 'kzalloc_node', 'kmalloc', 'devm_kmalloc', 'kmalloc_obj']);

/** All that happened to the object before the call is that it came into being: its pointers are NULL, or anything. */
function isFresh(model: KstateModel, call: KstateRegistration, name: string): boolean {
  const fn = model.unit.lookup(call.caller);
  const tokens = fn?.bodyTokens ?? [];
  if (call.object !== undefined) {
    // A pointer to it may have been handed to somebody who sets the member.
    return (initcallsOf(model.unit).has(call.caller) || call.object.declarator.storage === 'static') && !handedOn(model, call, name);
  }
  let allocated = false;
  for (const [i, tok] of tokens.entries()) {
    if (model.unit.range(tok).start >= call.range.start) break;
    if (tok.text !== name) continue;
    const before = tokens[i - 1]?.text;
    const after = tokens[i + 1]?.text;
    if (after === '=' && before !== '.' && before !== '->') {
      if (!ALLOCATING.has(tokens[i + 2]?.text ?? '')) return false;
      allocated = true;
    } else if ((before === '(' || before === ',') && (after === ')' || after === ',')) {
      // `foo(p)`: whoever gets it may set the member; `if (p)` and `if (!p)` do not.
      const opener = before === '(' ? tokens[i - 2]?.text : undefined;
      if (opener !== 'if' && opener !== 'sizeof' && opener !== 'unlikely' && !(opener ?? '').startsWith('kstate_')) return false;
    }
  }
  return allocated;
}

/** `&x` is given to something else than the interface before the call. */
function handedOn(model: KstateModel, call: KstateRegistration, name: string): boolean {
  const tokens = model.unit.lookup(call.caller)?.bodyTokens ?? [];
  for (const [i, tok] of tokens.entries()) {
    if (model.unit.range(tok).start >= call.range.start) break;
    if (tok.text !== name || tokens[i - 1]?.text !== '&' || tokens[i + 1]?.text === '.' || tokens[i + 1]?.text === '->') continue;
    let depth = 0;
    let j = i - 1;
    for (; j >= 0; j--) {
      const text = tokens[j]?.text;
      if (text === ')') depth++;
      else if (text === '(' && depth-- === 0) break;
      else if (text === ';') break;
    }
    if (!(tokens[j - 1]?.text ?? '').startsWith('kstate_')) return true;
  }
  return false;
}
