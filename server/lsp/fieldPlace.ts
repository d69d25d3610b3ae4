/** Which description and field a place in the text belongs to, and which argument of its macro. */
import type { SrcRange } from '../c/source';
import type { KstateDescription, KstateField } from '../model/kstate';
import type { ArgRole } from '../model/kstateMacros';
import { kstateMacro } from '../model/kstateMacros';
import type { Analysed } from './analysis';
import type { Word } from './words';

export interface FieldPlace {
  readonly description: KstateDescription;
  /** undefined: in the description, in none of its fields. */
  readonly field: KstateField | undefined;
  /** Argument of the field's macro; undefined: none of them. */
  readonly role: ArgRole | undefined;
}

/** undefined: `offset` of the main file lies in no description. */
export function fieldAt(analysed: Analysed, offset: number): FieldPlace | undefined {
  const inside = (range: SrcRange): boolean => range.path === analysed.path && range.start <= offset && offset <= range.end;
  const description = analysed.model.descriptions.find((d) => inside(d.range));
  if (description === undefined) return undefined;
  const field = [...description.fields, ...description.afterEnd].find((f) => inside(f.range));
  const argument = field?.macro?.args.findIndex((arg) => inside(arg.range)) ?? -1;
  // Arguments of a wrapper macro have the meaning that its author gave them.
  const role = argument < 0 || field?.macro?.wrapper !== undefined ? undefined : kstateMacro(field?.macro?.name ?? '')?.args[argument];
  return { description, field, role };
}

/** The declaration of the member that the word names, in the struct that the field is about. */
export function memberDeclaration(analysed: Analysed, place: FieldPlace, word: Word): SrcRange | undefined {
  const member = place.field?.member;
  if (member === undefined) return undefined;
  const steps = member.path.match(/[A-Za-z_]\w*/g) ?? [];
  // `a.b.c`: the word may be any of the steps; walk to it.
  let type = member.struct;
  for (const step of steps) {
    const found = findMember(analysed, type, step);
    if (found === undefined) return undefined;
    if (step === word.text) return found.nameTok === undefined ? undefined : analysed.unit.range(found.nameTok);
    type = found.type;
  }
  return undefined;
}

type Type = NonNullable<KstateField['member']>['type'];
type Member = NonNullable<Extract<Type, { kind: 'record' }>['record']['members']>[number];

function findMember(analysed: Analysed, type: Type, name: string): Member | undefined {
  let at = type;
  for (;;) {
    if (at.kind === 'typedef') at = at.target;
    else if (at.kind === 'array') at = at.of;
    else break;
  }
  if (at.kind !== 'record') return undefined;
  for (const member of at.record.members ?? []) {
    if (member.name === name) return member;
    if (member.name === undefined) {
      const below = findMember(analysed, member.type, name);
      if (below !== undefined) return below;
    }
  }
  return undefined;
}
