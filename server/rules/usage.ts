/** How descriptions are used: registered, listed as a subsection, or nested through `.ksd`. */
import { indexOf } from './modelIndex';
import type { FileIndex } from './modelIndex';
import type { OtherDescription, OtherFile } from './otherFile';

export interface Usage {
  readonly registered: boolean;
  /** Descriptions that list it among their subsections. */
  readonly parents: readonly OtherDescription[];
  readonly nested: boolean;
}

/** A description and the model it is from. */
export interface Placed {
  readonly description: OtherDescription;
  readonly model: OtherFile;
}

/** Only a variable with external linkage can be meant by another file. */
function sees(user: OtherFile, placed: Placed): boolean {
  return user === placed.model || placed.description.declarator.storage !== 'static';
}

export function usageOf(placed: Placed, models: readonly OtherFile[]): Usage {
  const name = placed.description.variable;
  const users = models.filter((model) => sees(model, placed)).map((model) => indexOf(model));
  return {
    registered: users.some((user) => user.registrations.has(name)),
    parents: parentsIn(users, name),
    nested: users.some((user) => user.nested.has(name)),
  };
}

/** One list per name where one file alone is asked: many descriptions of a name share it. */
function parentsIn(users: readonly FileIndex[], name: string): readonly OtherDescription[] {
  const lists = users.flatMap((user) => {
    const list = user.parents.get(name);
    return list === undefined ? [] : [list];
  });
  return lists.length > 1 ? lists.flat() : (lists[0] ?? none);
}
const none: readonly OtherDescription[] = [];

/** Used through `.ksd` and in no other way: its id is never compared (KSTATE facts 3.3, KS26). */
export function isNestedOnly(usage: Usage): boolean {
  return usage.nested && !usage.registered && usage.parents.length === 0;
}

/** Used as a subsection and in no other way that needs an id. */
export function isSubsectionOnly(usage: Usage): boolean {
  return usage.parents.length > 0 && !usage.registered;
}

/** This file's model and the others', each file once. */
export function allModels(model: OtherFile, others: readonly OtherFile[]): readonly OtherFile[] {
  return [model, ...others.filter((other) => other.unit.main.path !== model.unit.main.path)];
}
