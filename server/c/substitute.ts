/** A macro's body with its arguments put in: `#`, `##` and `__VA_OPT__` (C11 6.10.3.1 to 6.10.3.3, with GNU extensions). */
import type { ExpandHost } from './expand';
import { A } from './keywords';
import type { MacroEntry } from './macros';
import { pasteText } from './paste';
import { PAD_NONE, PFlag, PTok, isPad, padLike, withFlags } from './ppToken';
import { Raw } from './rawTokens';
import { TokKind } from './token';
import type { Expansion } from './token';

/** Longest text that `#` or `##` makes: a literal put into literals doubles its backslashes each time. */
const MAX_TEXT = 1 << 16;

export interface Arg {
  /** Undefined: not given at all, which `, ## args` tells from empty. */
  given: boolean;
  /** As collected, marked with the expansion they go into. */
  toks: PTok[];
  expanded: PTok[] | undefined;
  stringised: PTok | undefined;
}

/** The expansion that a body is put together for. */
export interface Substituting {
  readonly host: ExpandHost;
  readonly inDirective: boolean;
  /** The argument fully expanded, once. */
  expandArg(arg: Arg): readonly PTok[];
  /** Counts tokens made; false: over budget. */
  spend(count: number, macro: MacroEntry, name: PTok): boolean;
}

/** The replacement list with arguments put in (C11 6.10.3.1 to 6.10.3.3). */
export function replaceArgs(by: Substituting, macro: MacroEntry, name: PTok, args: readonly Arg[], exp: Expansion): PTok[] {
  const { host, inDirective } = by;
  const { body, params = [], variadic, usesVaOpt } = macro.compiled;
  // Arguments are expanded or stringised before anything is put together; the order matters for what a use inside them sees.
  let total = body.length;
  body.forEach((src, i) => {
    if (src.arg === 0) return;
    const arg = args[src.arg - 1] as Arg; // one per parameter
    if ((src.flags & PFlag.Stringify) !== 0) arg.stringised ??= stringise(host, arg.toks, name, exp);
    else if ((src.flags & PFlag.PasteLeft) === 0 && ((body[i - 1]?.flags ?? 0) & PFlag.PasteLeft) === 0) total += by.expandArg(arg).length;
    else total += arg.toks.length;
  });
  const out: PTok[] = [];
  if (!by.spend(total, macro, name)) return asWritten(name, args, exp);

  const variable = variadic ? args[params.length - 1] : undefined;
  // __VA_OPT__ state: 0 outside; 1 its name was read; 2 its parenthesis; above, depth of parentheses.
  let vaState = 0;
  let vaInclude = false;
  let vaStart = -1;
  let vaStringify = false;

  for (let i = 0; i < body.length; i++) {
    const src = body[i] as (typeof body)[number]; // i < length
    const afterPaste = i > 0 && ((body[i - 1]?.flags ?? 0) & PFlag.PasteLeft) !== 0;
    if (usesVaOpt) {
      if (vaState === 0 && src.atom === A.__VA_OPT__ && src.kind === TokKind.Identifier) {
        vaState = 1;
        vaStringify = (src.flags & PFlag.Stringify) !== 0;
        if (i > 0 && !afterPaste) out.push(padLike(src2(src)));
        vaStart = out.length - 1;
        continue;
      }
      if (vaState === 1) {
        if (src.atom !== Raw.LParen || src.kind !== TokKind.Punct) {
          host.report(name, name, '__VA_OPT__ must be followed by an open parenthesis', 'error');
          return out;
        }
        vaState = 2;
        vaInclude = variable !== undefined && by.expandArg(variable).some((t) => !isPad(t));
        continue;
      }
      if (vaState >= 2) {
        if (vaState === 2) vaState = 3;
        if (src.kind === TokKind.Punct && src.atom === Raw.LParen) vaState++;
        else if (src.kind === TokKind.Punct && src.atom === Raw.RParen && --vaState === 2) {
          vaState = 0;
          endVaOpt(host, out, vaStart, vaStringify, src.flags, name, exp);
          vaStart = -1;
          continue;
        }
        if (!vaInclude) continue;
      }
    }
    if (src.arg === 0) {
      out.push(new PTok(src.kind, src.text, macro.file, src.start, src.end, src.flags & ~PFlag.Stringify, exp, src.atom));
      continue;
    }
    const arg = args[src.arg - 1] as Arg; // one per parameter
    const atVaStart = vaState >= 2 && vaStart >= 0 && out.length - 1 === vaStart;
    let from: readonly PTok[];
    let skip = 0;
    /** Index of the token whose paste mark is to be set or cleared from `src`. */
    let fix = -1;
    if ((src.flags & PFlag.Stringify) !== 0) from = arg.stringised === undefined ? [] : [arg.stringised];
    else if ((src.flags & PFlag.PasteLeft) !== 0) from = arg.toks;
    else if (afterPaste) {
      from = arg.toks;
      if (out.length > 0) {
        const left = out[out.length - 1] as PTok; // length checked
        if (left.kind === TokKind.Punct && left.atom === Raw.Comma && variadic && src.arg === params.length) {
          if (!arg.given) out.pop();
          else fix = out.length - 1;
        } else if (from.length === 0) fix = out.length - 1;
      }
    } else {
      from = by.expandArg(arg);
      if (atVaStart) while (skip < from.length && isPad(from[skip] as PTok)) skip++; // skip < length
    }
    if (!inDirective && i > 0 && !afterPaste && !atVaStart) out.push(padLike(src2(src)));
    if (from.length > skip) {
      for (let k = skip; k < from.length; k++) out.push(from[k] as PTok); // k < length
      if ((src.flags & PFlag.PasteLeft) !== 0) fix = out.length - 1;
    }
    if (!inDirective && (src.flags & PFlag.PasteLeft) === 0) out.push(PAD_NONE);
    if (fix >= 0) setPaste(out, fix, (src.flags & PFlag.PasteLeft) !== 0);
  }
  return out;
}

/** The end of `__VA_OPT__ ( … )`: what stands in it is put together as one. */
function endVaOpt(host: ExpandHost, out: PTok[], start: number, stringify: boolean, flags: number, name: PTok, exp: Expansion): void {
  const pasteLeft = (flags & PFlag.PasteLeft) !== 0;
  if (stringify) {
    const inside = out.splice(start + 1);
    const joined: PTok[] = [];
    for (let i = 0; i < inside.length; i++) {
      let t = inside[i] as PTok; // i < length
      while ((t.flags & PFlag.PasteLeft) !== 0 && i + 1 < inside.length) {
        const right = inside[++i] as PTok; // i < length
        const pasted = pasteTwo(host, t, right);
        if (pasted === undefined) {
          i--;
          t = withFlags(t, t.flags & ~PFlag.PasteLeft);
        } else t = withFlags(pasted, pasted.flags | (right.flags & PFlag.PasteLeft));
      }
      joined.push(t);
    }
    const text = stringise(host, joined, name, exp);
    out.push(pasteLeft ? withFlags(text, text.flags | PFlag.PasteLeft) : text);
    return;
  }
  if (start >= 0 && out.length - 1 === start && ((out[start]?.flags ?? 0) & PFlag.PasteLeft) !== 0) setPaste(out, start, false);
  if (pasteLeft) {
    while (out.length - 1 > start && out[out.length - 1] === PAD_NONE) out.pop();
    const last = out[out.length - 1];
    if (last !== undefined && !isPad(last)) setPaste(out, out.length - 1, true);
  } else out.push(PAD_NONE);
}

/** C11 6.10.3.2. The literal stands where its first and last token stand; without one, at the macro's use. */
function stringise(host: ExpandHost, toks: readonly PTok[], name: PTok, exp: Expansion): PTok {
  let text = '"';
  let source: PTok | undefined;
  let backslashes = 0;
  let first: PTok | undefined;
  let last: PTok | undefined;
  for (const t of toks) {
    if (isPad(t)) {
      if (source === undefined || ((source.flags & PFlag.SpaceBefore) === 0 && t === PAD_NONE)) source = t === PAD_NONE ? undefined : t;
      continue;
    }
    if (text.length > 1 && (((source ?? t).flags & PFlag.SpaceBefore) !== 0)) text += ' ';
    source = undefined;
    if (text.length + t.text.length > MAX_TEXT) {
      host.report(name, name, 'the string literal made here is too long; it is cut short', 'error');
      break;
    }
    text += t.kind === TokKind.String || t.kind === TokKind.Char ? t.text.replace(/["\\]/g, '\\$&') : t.text;
    backslashes = t.kind === TokKind.Other && t.text === '\\' ? backslashes + 1 : 0;
    first ??= t;
    last = t;
  }
  if (backslashes % 2 === 1) {
    host.report(name, name, "invalid string literal, ignoring final '\\'", 'warning');
    text = text.slice(0, -1);
  }
  const place = first !== undefined && last !== undefined && first.file === last.file && first.start <= last.end ? { file: first.file, start: first.start, end: last.end } : name;
  return new PTok(TokKind.String, text + '"', place.file, place.start, place.end, 0, exp, -1);
}

/** One `##`; undefined when the result is no single token, which gcc reports and leaves as two. */
export function pasteTwo(host: ExpandHost, left: PTok, right: PTok): PTok | undefined {
  const white = left.flags & (PFlag.SpaceBefore | PFlag.LineStart);
  if (isPad(right)) return withFlags(left, left.flags & ~PFlag.PasteLeft);
  const made = left.text.length + right.text.length > MAX_TEXT ? undefined : pasteText(left, right);
  if (made === undefined) {
    host.report(left, right, `pasting "${left.text}" and "${right.text}" does not give a valid preprocessing token`, 'error');
    return undefined;
  }
  return new PTok(made.kind, made.text, left.file, left.start, left.end, white, left.exp, made.atom);
}

/** A use as text, its name painted: for when it is not expanded after all. */
function asWritten(name: PTok, args: readonly Arg[], exp: Expansion): PTok[] {
  const { close } = exp;
  const mark = (code: Raw, text: string): PTok => new PTok(TokKind.Punct, text, close.file, close.start, close.end, 0, close.exp, code);
  const out = [withFlags(name, name.flags | PFlag.NoExpand), mark(Raw.LParen, '(')];
  args.forEach((arg, i) => {
    if (i > 0 && arg.given) out.push(mark(Raw.Comma, ','));
    for (const t of arg.toks) out.push(t);
  });
  out.push(mark(Raw.RParen, ')'));
  return out;
}

/** padLike wants flags only. */
function src2(src: { flags: number }): PTok {
  return (src.flags & PFlag.SpaceBefore) !== 0 ? WHITE : TIGHT;
}
const WHITE = new PTok(TokKind.Other, '', 0, 0, 0, PFlag.SpaceBefore, null, -1);
const TIGHT = new PTok(TokKind.Other, '', 0, 0, 0, 0, null, -1);

function setPaste(out: PTok[], at: number, on: boolean): void {
  const t = out[at];
  if (t === undefined || isPad(t)) return;
  out[at] = withFlags(t, on ? t.flags | PFlag.PasteLeft : t.flags & ~PFlag.PasteLeft);
}
