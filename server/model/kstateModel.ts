/** The entry of the room: what a translation unit says about KSTATE. */
import type { CUnit, Init } from '../c/api';
import type { Declarator } from '../c/ast';
import type { SrcRange } from '../c/source';
import type { CType } from '../c/types';
import { badMacroUses } from './badMacroUses';
import { detectDialect, dialectSource } from './dialect';
import type { BadMacroUse, KstateDescription, KstateModel } from './kstate';
import { readDescription } from './readDescription';
import { readRegistrations } from './registrations';
import { bare, isRecordTagged } from './typeTools';

/**
 * Reads all descriptions and registrations of the main file. Never throws; what could not be read is in the model with the reason.
 * A unit without KSTATE gives an empty model of dialect v3.
 */
export function readKstate(unit: CUnit): KstateModel {
  const badUses = badMacroUses(unit);
  return {
    unit,
    dialect: detectDialect(unit) ?? 'v3',
    dialectFrom: dialectSource(unit),
    descriptions: readDescriptions(unit, badUses),
    registrations: readRegistrations(unit),
    badMacroUses: badUses,
  };
}

function readDescriptions(unit: CUnit, badUses: readonly BadMacroUse[]): readonly KstateDescription[] {
  const found: KstateDescription[] = [];
  for (const declaration of unit.declarations) {
    // Without an initialiser a description is filled at run time, and nothing can be said about it.
    if (declaration.kind !== 'variable' || declaration.init === undefined || !holdsDescription(declaration.type, 0)) continue;
    const nameRange = unit.range(declaration.nameTok);
    const range = unit.range(declaration.first, declaration.last);
    collect(unit, declaration, declaration.name, unit.resolveInit(declaration.type, declaration.init), { nameRange, range, badUses }, found);
  }
  return found;
}

/** By value: the variable itself, an array of them, or a struct that has one as a member. */
function holdsDescription(type: CType, depth: number): boolean {
  if (isRecordTagged(type, 'kstate_description')) return true;
  const at = bare(type);
  if (depth > 4) return false;
  if (at.kind === 'array') return holdsDescription(at.of, depth + 1);
  return at.kind === 'record' && (at.record.members?.some((m) => holdsDescription(m.type, depth + 1)) ?? false);
}

interface Place {
  readonly nameRange: SrcRange;
  readonly range: SrcRange;
  readonly badUses: readonly BadMacroUse[];
}

function collect(unit: CUnit, declarator: Declarator, variable: string, init: Init,
    place: Place, into: KstateDescription[]): void {
  if (init.kind === 'array') {
    for (const element of init.elements) {
      const range = unit.range(element.first, element.last);
      collect(unit, declarator, `${variable}[${element.index}]`, element.value, { ...place, range }, into);
    }
  } else if (init.kind === 'record') {
    if (isRecordTagged(init.type, 'kstate_description')) into.push(readDescription(unit, { variable, declarator, init, nameRange: place.nameRange, range: place.range }, place.badUses));
    else {
      for (const member of init.members) {
        if (!holdsDescription(member.member.type, 1)) continue;
        const name = member.member.name === undefined ? variable : `${variable}.${member.member.name}`;
        collect(unit, declarator, name, member.value, { ...place, nameRange: unit.range(member.first), range: unit.range(member.first, member.last) }, into);
      }
    }
  }
}
