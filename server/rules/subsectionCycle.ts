import type { KstateDescription, KstateModel } from '../model/kstate';
import { eachDescription, finding, isVersioned } from './finding';
import { indexOf } from './modelIndex';
import type { Rule } from './rule';

export const subsectionSelf: Rule = {
  code: 'kstate-subsection-self',
  title: 'A description among its own subsections',
  severity: 'error',
  facts: ['3.3', '7', 'KS27'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachDescription(model, ({ variable, subsections }) => (subsections ?? []).flatMap((ref) => (ref.variable !== variable ? [] : [finding(this, ref.range,
      `${variable} lists itself among its subsections: its fields travel a second time as a subsection with the id of the object's own entry, and restore reads them over what it has just restored`)])));
  },
};

export const subsectionCycle: Rule = {
  code: 'kstate-subsection-cycle',
  title: 'Subsections that list each other',
  severity: 'error',
  facts: ['3.3', 'KS27'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachDescription(model, (description) => {
      const { variable } = description;
      const cycle = inCycle(model, description);
      if (!cycle) return [];
      return (description.subsections ?? []).flatMap((ref) => {
        const next = ref.variable === undefined || ref.variable === variable ? undefined : indexOf(model).descriptions.get(ref.variable);
        if (next === undefined || component(model).get(next.variable) !== component(model).get(variable)) return [];
        return [finding(this, ref.range,
          `${variable} has the subsection ${next.variable}, which lists ${variable} among its own in turn: subsections of a subsection are neither saved nor restored, so the inner list never reaches the next kernel`)];
      });
    });
  },
};

/** The description lists itself by way of others. */
export function inCycle(model: KstateModel, description: KstateDescription): boolean {
  return component(model).has(description.variable);
}

const components = new WeakMap<KstateModel, ReadonlyMap<string, number>>();

/** Descriptions that lie on a cycle of two or more, each with the number of its strongly connected component (Tarjan, without recursion). */
function component(model: KstateModel): ReadonlyMap<string, number> {
  const known = components.get(model);
  if (known !== undefined) return known;
  const { descriptions } = indexOf(model);
  const next = (name: string): readonly string[] => (descriptions.get(name)?.subsections ?? [])
    .flatMap((s) => (s.variable !== undefined && s.variable !== name && descriptions.has(s.variable) ? [s.variable] : []));
  const result = new Map<string, number>();
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const root of descriptions.keys()) {
    if (order.has(root)) continue;
    const stack: { readonly name: string; readonly to: readonly string[]; at: number }[] = [];
    const enter = (name: string): void => {
      order.set(name, order.size);
      low.set(name, order.size - 1);
      open.push(name);
      isOpen.add(name);
      stack.push({ name, to: next(name), at: 0 });
    };
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = top.to[top.at++];
      if (child !== undefined) {
        if (!order.has(child)) enter(child);
        else if (isOpen.has(child)) low.set(top.name, Math.min(low.get(top.name) ?? 0, order.get(child) ?? 0));
        continue;
      }
      stack.pop();
      const parent = stack.at(-1);
      if (parent !== undefined) low.set(parent.name, Math.min(low.get(parent.name) ?? 0, low.get(top.name) ?? 0));
      if (low.get(top.name) !== order.get(top.name)) continue;
      const members = open.splice(open.lastIndexOf(top.name));
      for (const member of members) {
        isOpen.delete(member);
        if (members.length > 1) result.set(member, order.get(top.name) ?? 0);
      }
    }
  }
  components.set(model, result);
  return result;
}
