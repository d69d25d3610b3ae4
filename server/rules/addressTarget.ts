import type { Init } from '../c/api';
import type { KstateDescription, KstateField, KstateModel } from '../model/kstate';
import { KS_ADDRESS, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { bare } from '../model/typeTools';
import { assignedFrom } from './assignments';
import { eachField, fieldName, finding, hasFlag } from './finding';
import { indexOf } from './modelIndex';
import type { Rule } from './rule';

/** Allocators whose memory is mapped page by page: its addresses follow neither base. */
const MAPPED: ReadonlySet<string> = new Set(['vmalloc', 'vzalloc', 'vmalloc_user', 'vmalloc_huge', 'vmalloc_node', 'vzalloc_node', 'vmalloc_array', 'vcalloc', 'vmap', 'ioremap', 'ioremap_wc', 'memremap']);

export const addressTarget: Rule = {
  code: 'kstate-address-target',
  title: 'An address that no base can move',
  severity: 'error',
  facts: ['3.2', 'KS37'],
  check({ model }) {
    return eachField(model, (field, description) => {
      const { member } = field;
      if (member === undefined || !hasFlag(field, KS_ADDRESS) || hasFlag(field, KS_DEPRECATED | KS_BASE_TYPE | KS_POINTER | KS_STRUCT | KS_CUSTOM)) return [];
      if (bare(member.type).kind !== 'pointer') return [];
      const from = mapped(model, field) ?? image(model, description, field);
      if (from === undefined) return [];
      return [finding(this, field.range,
        `${fieldName(field)} of ${description.variable} holds an address of ${from.what}, which lies neither in the linear map nor in the memory map: KS_ADDRESS moves it by the wrong amount, and the next kernel gets a wild pointer`,
        { related: [{ message: 'it gets its address here', range: from.range }] })];
    });
  },
};

interface Source {
  readonly what: string;
  readonly range: KstateField['range'];
}

/** The member of this struct is assigned what such an allocator returns, and nothing else is ever assigned to it. */
function mapped(model: KstateModel, field: KstateField): Source | undefined {
  const name = /(\w+)$/.exec(field.member?.path ?? '')?.[1];
  if (name === undefined || field.member === undefined) return undefined;
  const from = assignedFrom(model, name, field.member.struct).filter((assignment) => !assignment.isNull);
  const [first] = from;
  if (first === undefined || !from.every((assignment) => assignment.callee !== undefined && MAPPED.has(assignment.callee))) return undefined;
  return { what: `${first.callee ?? ''}()`, range: first.range };
}

/** A registered object is initialised with the address of a variable of the kernel's image. */
function image(model: KstateModel, description: KstateDescription, field: KstateField): Source | undefined {
  for (const { object } of indexOf(model).registrations.get(description.variable) ?? []) {
    if (object?.init === undefined || field.member === undefined || !model.unit.compatible(object.type, field.member.struct)) continue;
    const value = memberInit(object.init, field.member.path);
    if (value?.kind !== 'scalar') continue;
    const address = model.unit.evaluate(value.expr);
    if (address.kind === 'address') {
      const what = address.of.kind === 'string' || address.of.kind === 'compoundLiteral' ? 'a constant of the image' : `${address.of.name}, a variable of the image`;
      return { what, range: model.unit.range(value.expr.first, value.expr.last) };
    }
  }
  return undefined;
}

function memberInit(init: Init, path: string): Init | undefined {
  let at: Init | undefined = init;
  for (const step of path.split('.')) at = at?.kind === 'record' ? at.members.find((m) => m.member.name === step)?.value : undefined;
  return at;
}
