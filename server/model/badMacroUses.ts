/** Uses of field macros with the wrong number of arguments: the preprocessor leaves them as they are, so they make no field. */
import type { CUnit } from '../c/api';
import type { BadMacroUse } from './kstate';
import { kstateMacro } from './kstateMacros';
import { argument } from './macroUse';

export function badMacroUses(unit: CUnit): readonly BadMacroUse[] {
  const found: BadMacroUse[] = [];
  for (const expansion of unit.expansions) {
    if (kstateMacro(expansion.macro.name) === undefined) continue;
    const { params, variadic } = expansion.macro;
    const args = expansion.args;
    if (params === undefined || args === undefined || variadic !== undefined) continue;
    // C11 6.10.3p4: `M()` gives no argument to a macro of none, and one empty argument to a macro of one.
    const given = args.length === 1 && args[0]?.length === 0 && params.length === 0 ? 0 : args.length;
    if (given === params.length) continue;
    found.push({
      name: expansion.macro.name,
      nameRange: unit.range(expansion.name),
      range: unit.range(expansion.name, expansion.close),
      args: args.map((tokens) => argument(unit, tokens, expansion)),
      wanted: params.length,
    });
  }
  return found;
}
