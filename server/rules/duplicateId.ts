import type { OtherDescription, OtherFile } from './otherFile';
import { eachDescription, finding, isV3 } from './finding';
import type { Finding, Rule } from './rule';
import { indexOf } from './modelIndex';
import { allModels, isNestedOnly, usageOf } from './usage';
import type { Placed, Usage } from './usage';

/** Others that a finding lists; more are seldom looked at, and every one of many would list every other. */
const MAX_RELATED = 20;

interface Candidate extends Placed {
  readonly id: number;
  readonly usage: Usage;
  readonly parents: ReadonlySet<OtherDescription>;
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
    const own = new Map<OtherDescription, Candidate>();
    const byId = new Map<number, Groups>();
    const instances = new InstanceTable(models);
    for (const m of models) {
      for (const description of m.descriptions) {
        const { id } = description;
        if (!id.known || id.value === 0) continue;
        const usage = usageOf({ description, model: m }, models);
        if (isNestedOnly(usage)) continue;
        const one: Candidate = { description, model: m, id: id.value, usage, parents: parentSet(usage), instances: instances.of(description.variable, usage) };
        own.set(description, one);
        let groups = byId.get(id.value);
        if (groups === undefined) byId.set(id.value, (groups = new Map()));
        groups.set(m, append(groups.get(m) ?? new Map<string, Candidate[]>(), description.variable, one));
      }
    }
    return eachDescription(model, (description) => {
      const one = own.get(description);
      if (one === undefined) return [];
      const clashes = clashesOf(one, byId.get(one.id) ?? new Map<OtherFile, never>());
      const first = clashes.find((c) => c.kind === 'entry') ?? clashes[0];
      return first === undefined ? [] : [report(one, first, clashes.slice(0, MAX_RELATED), isV3(model))];
    });
  },
};

interface Clash {
  readonly other: Candidate;
  /** `entry`: a restore can take the wrong entry. `rule`: only the interface's demand for unique ids is broken. */
  readonly kind: 'entry' | 'rule';
}

/** Candidates of one id by file and by name: those of one name in one file do not clash with each other, however many they are. */
type Groups = Map<OtherFile, Map<string, Candidate[]>>;

function append(groups: Map<string, Candidate[]>, name: string, one: Candidate): Map<string, Candidate[]> {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [one]);
  else group.push(one);
  return groups;
}

/** Within the file the later of two is the one to change; across files each is told of the other. */
function clashesOf(one: Candidate, groups: Groups): readonly Clash[] {
  const clashes: Clash[] = [];
  let entry = false;
  for (const [model, byName] of groups) {
    const own = model === one.model;
    for (const [name, group] of byName) {
      if (own && name === one.description.variable) continue;
      for (const other of group) {
        if (own && other.description.range.start >= one.description.range.start) continue;
        const kind = clash(one, other);
        if (kind === undefined || (clashes.length >= MAX_RELATED && kind !== 'entry')) continue;
        clashes.push({ other, kind });
        entry ||= kind === 'entry';
        if (entry && clashes.length >= MAX_RELATED) return clashes;
      }
    }
  }
  return clashes;
}

function clash(a: Candidate, b: Candidate): Clash['kind'] | undefined {
  // A subsection with the id of its own parent has a rule of its own.
  if (a.parents.has(b.description) || b.parents.has(a.description)) return undefined;
  if (a.instances !== undefined && b.instances !== undefined && !meet(a.instances, b.instances)) return undefined;
  const subsectionsOnly = !a.usage.registered && !b.usage.registered && a.usage.parents.length > 0 && b.usage.parents.length > 0;
  // The search for a subsection never leaves the object's own ones (facts 3.3), so only siblings can be taken for each other.
  return subsectionsOnly && !a.usage.parents.some((p) => b.parents.has(p)) ? 'rule' : 'entry';
}

function meet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const instance of a) if (b.has(instance)) return true;
  return false;
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
class InstanceTable {
  /** By the list of parents, which descriptions of one name share, and the name. */
  private readonly known = new WeakMap<Usage['parents'], Map<string, ReadonlySet<number> | undefined>>();

  constructor(private readonly models: readonly OtherFile[]) {}

  of(variable: string, { parents }: Usage): ReadonlySet<number> | undefined {
    let byName = this.known.get(parents);
    if (byName === undefined) this.known.set(parents, (byName = new Map()));
    if (!byName.has(variable)) byName.set(variable, this.made(new Set([variable, ...parents.map((p) => p.variable)])));
    return byName.get(variable);
  }

  private made(names: ReadonlySet<string>): ReadonlySet<number> | undefined {
    const instances = new Set<number>();
    for (const model of this.models) {
      for (const name of names) {
        for (const call of indexOf(model).registrations.get(name) ?? []) {
          const instance = fixedInstance(call);
          if (instance === undefined) return undefined;
          instances.add(instance);
        }
      }
    }
    return instances.size === 0 ? undefined : instances;
  }
}

const sets = new WeakMap<Usage['parents'], ReadonlySet<OtherDescription>>();
function parentSet({ parents }: Usage): ReadonlySet<OtherDescription> {
  let set = sets.get(parents);
  if (set === undefined) sets.set(parents, (set = new Set(parents)));
  return set;
}

function fixedInstance(call: OtherFile['registrations'][number]): number | undefined {
  return call.instanceId?.known === true ? call.instanceId.value : undefined;
}
