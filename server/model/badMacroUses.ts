/**
 * Uses of field macros with the wrong number of arguments, or of another dialect. The preprocessor complains and makes no expansion of them, so they are
 * found in the text: a call of such a macro that has no expansion, where the unit has a problem.
 */
import type { CUnit } from '../c/api';
import type { Initializer } from '../c/ast';
import type { SrcRange } from '../c/source';
import type { BadMacroUse } from './kstate';
import { kstateMacro, kstateMacros } from './kstateMacros';
import { forEachSubExpr } from './walkCode';

export function badMacroUses(unit: CUnit): readonly BadMacroUse[] {
  const { path, text } = unit.main;
  const problems = unit.problems.filter((p) => p.range.path === path);
  // Without the interface's header no macro is defined, and nothing follows from it.
  const undefinedNames = unit.macro('KSTATE_END_OF_LIST') === undefined ? new Set<string>() : namesWithoutMacro(unit);
  if (problems.length === 0 && undefinedNames.size === 0) return [];
  const complainedAt = touches(problems.map((p) => p.range));
  const expanded = new Set(unit.expansions.map((expansion) => unit.range(expansion.name).start));
  const found: BadMacroUse[] = [];
  let written: ReadonlySet<number> | undefined;
  const asUse = (call: TextCall): Omit<BadMacroUse, 'wanted'> => {
    const range = (start: number, end: number): SrcRange => ({ path, start, end });
    return {
      name: call.name,
      nameRange: range(call.start, call.start + call.name.length),
      range: range(call.start, call.end),
      args: call.args.map((arg) => trimmed(text, path, arg)),
    };
  };
  for (const call of callsIn(text, new Set([...kstateMacros.map((macro) => macro.name), ...undefinedNames]))) {
    const params = unit.macro(call.name)?.params;
    if (expanded.has(call.start)) continue;
    if (params === undefined) {
      if (!undefinedNames.has(call.name) || unit.lookup(call.name) !== undefined) continue;
      written ??= firstTokens(unit);
      if (written.has(call.start)) found.push({ ...asUse(call), wanted: kstateMacro(call.name)?.args.length ?? 0, undefinedHere: true });
      continue;
    }
    // C11 6.10.3p4: `M()` gives no argument to a macro of none, and one empty argument to a macro of one.
    const blank = call.args.length === 1 && text.slice(call.args[0]?.start, call.args[0]?.end).trim() === '';
    const given = blank && params.length === 0 ? 0 : call.args.length;
    // Text in a branch that is not compiled has neither an expansion nor a problem.
    if (given === params.length || !complainedAt(call.start, call.end)) continue;
    found.push({ ...asUse(call), wanted: params.length });
  }
  return found;
}

/** Field macros of other dialects, and names like theirs that no KSTATE has: those only where every header is at hand that could define them. */
function namesWithoutMacro(unit: CUnit): ReadonlySet<string> {
  const whole = unit.includes.every((include) => include.resolved !== undefined);
  const names = new Set([...unit.main.text.matchAll(/\bKSTATE_[A-Z]\w*(?=\s*\()/g)].map(([name]) => name));
  return new Set([...names].filter((name) => unit.macro(name) === undefined && (whole || kstateMacro(name) !== undefined)));
}

/** Where the items of initialisers of the main file begin: text that a conditional leaves out is not among them. */
function firstTokens(unit: CUnit): ReadonlySet<number> {
  const starts = new Set<number>();
  const add = (init: Initializer, depth: number): void => {
    starts.add(unit.range(init.first).start);
    if (depth > 64) return;
    if (init.kind === 'initList') {
      for (const item of init.items) {
        starts.add(unit.range(item.first).start);
        add(item.value, depth + 1);
      }
    } else {
      forEachSubExpr(init, (expr) => {
        if (expr.kind === 'compoundLiteral') add(expr.init, depth + 1);
      });
    }
  };
  for (const d of unit.declarations) if (d.kind === 'variable' && d.init !== undefined) add(d.init, 0);
  return starts;
}

/** Whether one of the ranges touches `start`..`end`. */
function touches(ranges: readonly SrcRange[]): (start: number, end: number) => boolean {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  // The furthest end of the ranges up to each one.
  const ends: number[] = [];
  for (const { end } of sorted) ends.push(Math.max(end, ends.at(-1) ?? 0));
  return (start, end) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.start ?? 0) <= end) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (ends[low - 1] ?? 0) >= start;
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface TextCall extends Span {
  readonly name: string;
  readonly args: readonly Span[];
}

/** Comments, literals and directives (with their continuation lines) hold no calls. */
const lexemes = /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|^[ \t]*#(?:\\\r?\n|[^\n])*|[A-Za-z_$][\w$]*|[(),[\]{}]/gm;

/** Calls of the given names, each with its arguments split at the commas outside parentheses (C11 6.10.3p11). */
function callsIn(text: string, names: ReadonlySet<string>): readonly TextCall[] {
  const calls: TextCall[] = [];
  const open: { readonly name: string; readonly start: number; readonly args: Span[]; from: number; depth: number }[] = [];
  let candidate: { readonly name: string; readonly start: number } | undefined;
  for (const match of text.matchAll(lexemes)) {
    const token = match[0];
    const at = match.index;
    const first = token[0] ?? '';
    if (first === '/' || first === '#' || /^\s*#/.test(token)) continue;
    const call = open.at(-1);
    if (token === '(') {
      if (candidate !== undefined && text.slice(candidate.start + candidate.name.length, at).replace(/\/\*[\s\S]*?\*\//g, '').trim() === '') {
        open.push({ ...candidate, args: [], from: at + 1, depth: 0 });
      } else if (call !== undefined) call.depth++;
    } else if (call !== undefined && token === ')') {
      if (call.depth > 0) call.depth--;
      else {
        open.pop();
        calls.push({ name: call.name, start: call.start, end: at + 1, args: [...call.args, { start: call.from, end: at }] });
      }
    } else if (call !== undefined && token === ',' && call.depth === 0) {
      call.args.push({ start: call.from, end: at });
      call.from = at + 1;
    }
    candidate = names.has(token) ? { name: token, start: at } : undefined;
  }
  return calls;
}

function trimmed(text: string, path: string, span: Span): BadMacroUse['args'][number] {
  const written = text.slice(span.start, span.end);
  const start = span.start + (written.length - written.trimStart().length);
  const end = Math.max(start, span.start + written.trimEnd().length);
  return { text: text.slice(start, end).replace(/\s+/g, ' '), range: { path, start, end } };
}
