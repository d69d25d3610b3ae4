/**
 * What a tree's own Kconfig says of options when nobody has made a configuration: those that every configuration of the architecture has,
 * and those that are on when a person changes nothing.
 */
import { parseCondition } from './kconfigText';
import type { Condition, KconfigOption } from './kconfigText';

export interface OptionValues {
  /** Option without `CONFIG_` -> `y` or the number. */
  readonly certain: ReadonlyMap<string, string>;
  /** Holds `certain`, too. */
  readonly assumed: ReadonlyMap<string, string>;
}

/** @param certain what the architecture fixes; @param off what it excludes; @param assumed what is taken beside. Names without `CONFIG_`; values `y` or numbers. */
export function optionValues(
  definitions: readonly KconfigOption[], certain: ReadonlyMap<string, string>, off: ReadonlySet<string>, assumed: ReadonlyMap<string, string>,
): OptionValues {
  const options = merged(definitions);
  // First only what follows whatever else is chosen: an option nobody has spoken of is neither on nor off.
  const facts = closure(options, new Map(certain), (name) => (off.has(name) ? false : undefined), false);
  // Then as `make olddefconfig` would: what nobody asks for is off, and defaults hold.
  const taken = closure(options, new Map([...assumed, ...facts]), () => false, true);
  return { certain: facts, assumed: taken };
}

/** An option may be defined in several places; the defaults of each hold under its own dependencies, those that come first win. */
function merged(definitions: readonly KconfigOption[]): KconfigOption[] {
  const byName = new Map<string, KconfigOption>();
  for (const one of definitions) {
    const known = byName.get(one.name);
    if (known === undefined) {
      byName.set(one.name, one);
      continue;
    }
    const under = (option: KconfigOption, when: Condition | undefined): Condition | undefined =>
      option.depends.reduce<Condition | undefined>((all, next) => (all === undefined ? next : { kind: 'and', left: all, right: next }), when);
    byName.set(one.name, {
      name: one.name, type: known.type ?? one.type, prompt: known.prompt || one.prompt, inChoice: known.inChoice || one.inChoice, depends: [],
      defaults: [known, one].flatMap((option) => option.defaults.map(({ value, when }) => ({ value, when: under(option, when) }))),
      selects: [known, one].flatMap((option) => option.selects),
    });
  }
  return [...byName.values()];
}

/** Rounds until nothing changes; an option can only be added. */
const MAX_ROUNDS = 30;

function closure(options: readonly KconfigOption[], on: Map<string, string>, unset: (name: string) => boolean | undefined, defaults: boolean): Map<string, string> {
  const truth = (condition: Condition | undefined): boolean | undefined => (condition === undefined ? true : holds(condition, on, unset));
  for (let round = 0, changed = true; changed && round < MAX_ROUNDS; round++) {
    changed = false;
    for (const option of options) {
      if (on.get(option.name) === 'y') {
        for (const { name, when } of option.selects) {
          if (on.get(name) === 'y' || truth(when) !== true) continue;
          on.set(name, 'y');
          changed = true;
        }
      }
      if (on.has(option.name) || option.inChoice || (option.prompt && !defaults) || option.depends.some((d) => truth(d) !== true)) continue;
      const value = defaultOf(option, truth, on);
      if (value === undefined) continue;
      on.set(option.name, value);
      changed = true;
    }
  }
  return on;
}

/** The first default whose condition holds, when those before it certainly do not. */
function defaultOf(option: KconfigOption, truth: (c: Condition | undefined) => boolean | undefined, on: ReadonlyMap<string, string>): string | undefined {
  for (const { value, when } of option.defaults) {
    const applies = truth(when);
    if (applies === false) continue;
    if (applies === undefined) return undefined;
    // A bool's default may be an expression: `def_bool 64BIT || LPAE`.
    if (option.type === 'bool' || option.type === 'tristate') return truth(parseCondition(value)) === true ? 'y' : undefined;
    if (option.type === 'hex' && /^[0-9a-fA-F]+$/.test(value)) return `0x${value}`;
    if (option.type === 'int' || option.type === 'hex') return /^(-?\d+|0[xX][0-9a-fA-F]+)$/.test(value) ? value : on.get(value);
    return undefined;
  }
  return undefined;
}

function holds(condition: Condition, on: ReadonlyMap<string, string>, unset: (name: string) => boolean | undefined): boolean | undefined {
  switch (condition.kind) {
    case 'symbol': {
      if (condition.name === 'y') return true;
      if (condition.name === 'n' || condition.name === 'm') return false;
      const value = on.get(condition.name);
      return value === undefined ? unset(condition.name) : value === 'y';
    }
    case 'not': {
      const of = holds(condition.of, on, unset);
      return of === undefined ? undefined : !of;
    }
    case 'and': {
      const left = holds(condition.left, on, unset);
      const right = holds(condition.right, on, unset);
      return left === false || right === false ? false : left === true && right === true ? true : undefined;
    }
    case 'or': {
      const left = holds(condition.left, on, unset);
      const right = holds(condition.right, on, unset);
      return left === true || right === true ? true : left === false && right === false ? false : undefined;
    }
    case 'compare': return compare(condition.op, condition.left, condition.right, on);
    case 'unknown': return undefined;
  }
}

function compare(op: string, left: string, right: string, on: ReadonlyMap<string, string>): boolean | undefined {
  const value = (word: string): string | undefined => (/^\d|^0x/.test(word) || word === 'y' || word === 'n' || word === 'm' ? word : on.get(word));
  const [a, b] = [value(left), value(right)];
  if (a === undefined || b === undefined) return undefined;
  const [x, y] = [Number(a), Number(b)];
  switch (op) {
    case '=': return a === b;
    case '!=': return a !== b;
    case '<': return x < y;
    case '>': return x > y;
    case '<=': return x <= y;
    case '>=': return x >= y;
    default: return undefined;
  }
}
