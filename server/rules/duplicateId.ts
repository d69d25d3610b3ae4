import type { OtherFile } from './otherFile';
import { eachDescription, finding, isV3 } from './finding';
import type { Finding, Rule } from './rule';
import { allModels, isNestedOnly, usageOf } from './usage';
import type { Placed, Usage } from './usage';

interface Candidate extends Placed {
  readonly id: number;
  readonly usage: Usage;
  /** Instances it is registered with; undefined: any. */
  readonly instances: ReadonlySet<number> | undefined;
}

export const duplicateId: Rule = {
  code: 'kstate-duplicate-id',
  title: 'Two descriptions share an id',
  severity: 'error',
  facts: ['2.4', '3.3', '4.2', 'KS03'],
  check({ model, others }) {
    const models = allModels(model, others);
    const candidates = models.flatMap((m) => m.descriptions.flatMap((description): Candidate[] => {
      const { id } = description;
      if (!id.known || id.value === 0) return [];
      const usage = usageOf({ description, model: m }, models);
      return isNestedOnly(usage) ? [] : [{ description, model: m, id: id.value, usage, instances: instancesOf({ description, model: m }, usage, models) }];
    }));
    return eachDescription(model, (description) => {
      const own = candidates.find((c) => c.description === description);
      if (own === undefined) return [];
      // Within the file the later of two is the one to change; across files each is told of the other.
      const clashes = candidates.flatMap((other): Clash[] => {
        const earlier = other.model !== model || other.description.range.start < description.range.start;
        const kind = other !== own && earlier ? clash(own, other) : undefined;
        return kind === undefined ? [] : [{ other, kind }];
      });
      const first = clashes.find((c) => c.kind === 'entry') ?? clashes[0];
      return first === undefined ? [] : [report(own, first, clashes, isV3(model))];
    });
  },
};

interface Clash {
  readonly other: Candidate;
  /** `entry`: a restore can take the wrong entry. `rule`: only the interface's demand for unique ids is broken. */
  readonly kind: 'entry' | 'rule';
}

function clash(a: Candidate, b: Candidate): Clash['kind'] | undefined {
  if (a.id !== b.id) return undefined;
  if (a.model === b.model && a.description.variable === b.description.variable) return undefined;
  // A subsection with the id of its own parent has a rule of its own.
  if (a.usage.parents.includes(b.description) || b.usage.parents.includes(a.description)) return undefined;
  if (a.instances !== undefined && b.instances !== undefined && ![...a.instances].some((i) => b.instances?.has(i))) return undefined;
  const subsectionsOnly = !a.usage.registered && !b.usage.registered && a.usage.parents.length > 0 && b.usage.parents.length > 0;
  // The search for a subsection never leaves the object's own ones (facts 3.3), so only siblings can be taken for each other.
  return subsectionsOnly && !a.usage.parents.some((p) => b.usage.parents.includes(p)) ? 'rule' : 'entry';
}

function report(own: Candidate, { other, kind }: Clash, clashes: readonly Clash[], v3: boolean): Finding {
  const where = other.model === own.model ? '' : ` in ${other.model.unit.main.path.split('/').at(-1) ?? ''}`;
  const same = `${own.description.variable} and ${other.description.variable}${where} both have id ${own.id}`;
  const taken = v3 ? 'the first entry in the stream' : 'every entry in turn, the last one staying';
  const message = kind === 'entry'
    ? `${same}: restore compares only id and instance and takes ${taken}, so one of them is filled with the other's bytes, without an error`
    : `${same}: subsections of different descriptions are not mixed up today, but ids are meant to be unique`;
  const related = clashes.map((c) => ({ message: `${c.other.description.variable} has id ${c.other.id}`, range: c.other.description.id.range }));
  return finding(duplicateId, own.description.id.range, message, { related, severity: kind === 'entry' ? 'error' : 'warning' });
}

/** What a description's entries can be numbered with. A subsection's entry has its object's instance. */
function instancesOf(placed: Placed, usage: Usage, models: readonly Placed['model'][]): ReadonlySet<number> | undefined {
  const names = [placed.description.variable, ...usage.parents.map((p) => p.variable)];
  const calls = models.flatMap((m) => m.registrations.filter((r) => r.description !== undefined && names.includes(r.description)));
  if (calls.length === 0) return undefined;
  const instances = new Set<number>();
  for (const call of calls) {
    const instance = fixedInstance(call);
    if (instance === undefined) return undefined;
    instances.add(instance);
  }
  return instances;
}

function fixedInstance(call: OtherFile['registrations'][number]): number | undefined {
  return call.instanceId?.known === true ? call.instanceId.value : undefined;
}
