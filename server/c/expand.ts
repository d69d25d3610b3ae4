/**
 * Macro expansion (C11 6.10.3 with GNU extensions), token by token, with gcc's own order of events: a stack of contexts, one per replacement
 * list being read; a macro is disabled while its context is on the stack, and a name read while disabled is painted for good.
 * White space for `#` follows the padding rules of the gcc preprocessor's internals manual (Token Spacing).
 */
import { A } from './keywords';
import { ARG_END, PAD_NONE, PFlag, PTok, isPad, padLike, withExpansion, withFlags } from './ppToken';
import type { MacroEntry, MacroTable } from './macros';
import { isDynamic } from './macros';
import { Raw } from './rawTokens';
import { pasteTwo, replaceArgs } from './substitute';
import type { Arg, Substituting } from './substitute';
import { TokKind } from './token';
import type { Expansion, Tok } from './token';

/** Where unexpanded tokens come from. */
export interface TokenSource {
  /** The next token; one of kind End when there is none (again and again). */
  next(): PTok;
  /** True when a directive stands before the next token: a macro's name does not look for its `(` beyond one. */
  blocked(): boolean;
  /** Sequence number of the definitions in force where the source stands. */
  readonly seq: number;
}

/** What expansion needs to know of the unit around it. */
export interface ExpandHost {
  readonly macros: MacroTable;
  readonly mainFile: number;
  /** Tokens that expansion may still make. */
  budget: number;
  report(first: Tok, last: Tok, message: string, severity: 'error' | 'warning', leftOut?: true): void;
  /** A use whose name is written in the main file. */
  used(expansion: Expansion): void;
  /** Text of a built-in macro (`__LINE__`, …) used at `name`; undefined: not one that gives a token. */
  dynamic(atom: number, name: Tok, expander: Expander): { kind: TokKind; text: string } | undefined;
  /** `_Pragma("text")`, text destringised. */
  pragmaOperator(text: string, at: Tok): void;
}

/** Most tokens one outermost macro use may make. */
const MAX_PER_USE = 500_000;
/** Macro arguments expanded inside each other's expansion. */
const MAX_ARG_DEPTH = 128;

export class Expander implements Substituting {
  // The context stack, as parallel arrays.
  private readonly ctxToks: (readonly PTok[])[] = [];
  private readonly ctxPos: number[] = [];
  private readonly ctxMacro: (MacroEntry | undefined)[] = [];
  private depth = 0;
  private lookahead: PTok | undefined;
  private preventExpansion = 0;
  /** 1: a macro looks for its `(`; 2: it reads its arguments. */
  private parsingArgs = 0;
  /** `_Pragma` whose operand is being read: another may stand where it is wanted. */
  private pragmaDepth = 0;
  private argDepth = 0;
  private useSpent = 0;
  /** Over budget: names are left as they are until the outermost use is read to its end. */
  private giveUp = false;
  private ignorePragma = false;
  /** The text ended inside a macro's arguments. */
  unterminated = false;

  constructor(
    readonly host: ExpandHost,
    private readonly source: TokenSource,
    /** In a directive white space does not matter, and the line's end is the end. */
    readonly inDirective: boolean,
  ) {}

  /** The next token of the expanded text, marks included (`isPad`); kind End with `atom` -1 at the end. */
  next(): PTok {
    for (;;) {
      let t: PTok;
      if (this.depth === 0) {
        if (this.lookahead !== undefined) {
          t = this.lookahead;
          this.lookahead = undefined;
        } else if (this.parsingArgs === 1 && this.source.blocked()) return END;
        else t = this.source.next();
        this.giveUp = false;
      } else {
        const top = this.depth - 1;
        const toks = this.ctxToks[top] as readonly PTok[]; // the arrays are as long as the stack
        const pos = this.ctxPos[top] as number;
        const read = toks[pos];
        if (read === undefined) {
          this.pop();
          if (this.inDirective) continue;
          return PAD_NONE;
        }
        t = read;
        this.ctxPos[top] = pos + 1;
        if ((t.flags & PFlag.PasteLeft) !== 0) {
          const pasted = this.pasteAll(t);
          this.push([pasted], undefined);
          if (this.inDirective) continue;
          return padLike(pasted);
        }
      }
      if ((t.kind !== TokKind.Identifier && t.kind !== TokKind.Keyword) || (t.flags & PFlag.NoExpand) !== 0) return t;
      const macro = this.host.macros.at(t.atom, this.source.seq);
      if (macro === undefined) {
        if (this.preventExpansion === 0 && isDynamic(t.atom) && this.builtIn(t)) {
          if (this.inDirective) continue;
          return padLike(t);
        }
        return t;
      }
      if (macro.disabled) return withFlags(t, t.flags | PFlag.NoExpand);
      if (this.preventExpansion > 0 || this.giveUp) return t;
      if (this.enter(macro, t)) {
        if (this.inDirective) continue;
        return padLike(t);
      }
      return t;
    }
  }

  /** The next token that is no mark. */
  nextReal(): PTok {
    for (;;) {
      const t = this.next();
      if (!isPad(t)) return t;
    }
  }

  /** Reads tokens without expanding them, for the operand of `defined`. */
  raw<T>(read: () => T): T {
    this.preventExpansion++;
    const result = read();
    this.preventExpansion--;
    return result;
  }

  backup(t: PTok): void {
    if (this.depth === 0) {
      if (t.kind !== TokKind.End) this.lookahead = t;
    } else {
      const top = this.depth - 1;
      this.ctxPos[top] = (this.ctxPos[top] ?? 1) - 1;
    }
  }

  /** Frees every macro on the stack; call when done, however it ended. */
  close(): void {
    while (this.depth > 0) this.pop();
  }

  /** Place of the outermost macro use being read, for `__LINE__`. */
  private push(toks: readonly PTok[], macro: MacroEntry | undefined): void {
    const of = macro ?? (this.depth > 0 ? this.ctxMacro[this.depth - 1] : undefined);
    this.ctxToks[this.depth] = toks;
    this.ctxPos[this.depth] = 0;
    this.ctxMacro[this.depth] = of;
    this.depth++;
  }

  private pop(): void {
    this.depth--;
    const macro = this.ctxMacro[this.depth];
    // Contexts that follow from one expansion share its macro; it is free when the last of them is gone.
    if (macro !== undefined && (this.depth === 0 || this.ctxMacro[this.depth - 1] !== macro)) macro.disabled = false;
    this.ctxToks.length = this.depth;
    this.ctxMacro.length = this.depth;
  }

  /** Counts tokens made; false: over budget, and the use in progress is not expanded further. */
  spend(count: number, macro: MacroEntry, name: PTok): boolean {
    if (this.depth === 0) this.useSpent = 0;
    this.useSpent += count;
    this.host.budget -= count;
    if (this.useSpent <= MAX_PER_USE && this.host.budget >= 0) return true;
    if (!this.giveUp) this.host.report(name, name, `expansion of macro "${macro.name}" makes too many tokens; it is left unexpanded here`, 'error', true);
    this.giveUp = true;
    return false;
  }

  private enter(macro: MacroEntry, name: PTok): boolean {
    const compiled = macro.compiled;
    let toks: PTok[];
    if (compiled.params !== undefined) {
      if (this.argDepth >= MAX_ARG_DEPTH) {
        this.host.report(name, name, `arguments of macro "${macro.name}" are nested too deeply; it is left unexpanded here`, 'error', true);
        this.giveUp = true;
        return false;
      }
      this.preventExpansion++;
      this.parsingArgs = 1;
      const call = this.findArguments(macro, name);
      this.parsingArgs = 0;
      this.preventExpansion--;
      if (call === undefined) return false;
      if (!this.spend(1, macro, name)) return false;
      this.noteUse(call.expansion);
      toks = compiled.params.length > 0 ? replaceArgs(this, macro, name, call.args, call.expansion) : this.copyBody(macro, call.expansion);
    } else {
      if (!this.spend(compiled.body.length + 1, macro, name)) return false;
      const expansion: Expansion = { macro, name, args: undefined, close: name };
      this.noteUse(expansion);
      toks = this.copyBody(macro, expansion);
    }
    macro.disabled = true;
    this.push(toks, macro);
    return true;
  }

  private noteUse(expansion: Expansion): void {
    const { name } = expansion;
    if (name.file === this.host.mainFile && !inSomeBody(name)) this.host.used(expansion);
  }

  private copyBody(macro: MacroEntry, exp: Expansion): PTok[] {
    const { body } = macro.compiled;
    const out: PTok[] = [];
    for (const t of body) out.push(new PTok(t.kind, t.text, macro.file, t.start, t.end, t.flags & ~PFlag.Stringify, exp, t.atom));
    return out;
  }

  /** Looks for `(`, over ends of contexts and lines, and reads the arguments; undefined: this is no use of the macro. */
  private findArguments(macro: MacroEntry, name: PTok): { args: Arg[]; expansion: Expansion } | undefined {
    let padding: PTok | undefined;
    let t: PTok;
    for (;;) {
      t = this.next();
      if (!isPad(t)) break;
      if (padding === undefined || padding === PAD_NONE || ((padding.flags & PFlag.SpaceBefore) === 0 && t === PAD_NONE)) padding = t;
    }
    if (t.atom === Raw.LParen && t.kind === TokKind.Punct) {
      this.parsingArgs = 2;
      return this.collect(macro, name, t);
    }
    if (t !== END) {
      this.backup(t);
      if (padding !== undefined) this.push([padding], undefined);
    }
    return undefined;
  }

  private collect(macro: MacroEntry, name: PTok, open: PTok): { args: Arg[]; expansion: Expansion } | undefined {
    const { params = [], variadic } = macro.compiled;
    const argLists: PTok[][] = [];
    /** Everything read, to give it back when this turns out to be no use. */
    const all: PTok[] = [open];
    let t: PTok;
    do {
      let parens = 0;
      const toks: PTok[] = [];
      const last = variadic && argLists.length + 1 === params.length;
      for (;;) {
        t = this.next();
        if (isPad(t)) {
          if (toks.length > 0) toks.push(t);
          continue;
        }
        if (t.kind === TokKind.End) break;
        if ((t.flags & PFlag.LineStart) !== 0 && (t.flags & PFlag.SpaceBefore) === 0) t = withFlags(t, t.flags | PFlag.SpaceBefore);
        all.push(t);
        if (t.kind === TokKind.Punct) {
          if (t.atom === Raw.LParen) parens++;
          else if (t.atom === Raw.RParen) {
            if (parens-- === 0) break;
          } else if (t.atom === Raw.Comma && parens === 0 && !last) break;
        }
        toks.push(t);
      }
      while (toks.length > 0 && isPad(toks[toks.length - 1] as PTok)) toks.pop(); // length checked
      argLists.push(toks);
    } while (t.kind !== TokKind.End && t.atom !== Raw.RParen);

    const giveBack = (): undefined => {
      // Names in it are tried again; without a limit, text full of uses without an end would be read once for each.
      this.useSpent += all.length;
      if (this.useSpent > MAX_PER_USE >> 1) this.giveUp = true;
      this.push(all, undefined);
      return undefined;
    };
    // Reading is work, too, and every token read is kept with the use: uses nested in arguments read the same tokens again at each level.
    this.useSpent += all.length;
    this.host.budget -= all.length;
    if (t.kind === TokKind.End) {
      if (t === ARG_END) this.backup(t);
      else this.unterminated = true;
      this.host.report(name, name, `unterminated argument list invoking macro "${macro.name}"`, 'error');
      return giveBack();
    }
    let count = argLists.length;
    if (count === 1 && params.length === 0 && argLists[0]?.length === 0) count = 0;
    if (count !== params.length && !(variadic && count + 1 === params.length)) {
      this.host.report(name, t, count < params.length
        ? `macro "${macro.name}" requires ${String(params.length)} arguments, but only ${String(count)} given`
        : `macro "${macro.name}" passed ${String(count)} arguments, but takes just ${String(params.length)}`, 'error');
      return giveBack();
    }
    const expansion: Expansion = { macro, name, args: argLists.slice(0, Math.max(count, 0)).map((arg) => arg.filter((a) => !isPad(a))), close: t };
    // `, ## args` drops its comma when the variable arguments are left out, or are empty and the only ones (gcc manual, Variadic Macros).
    const omitted = variadic && (count < params.length || (count === 1 && argLists[0]?.length === 0));
    const args: Arg[] = params.map((_, i) => ({
      given: !(omitted && i === params.length - 1),
      toks: (argLists[i] ?? []).map((a) => (isPad(a) ? a : withExpansion(a, expansion, a.flags))),
      expanded: undefined,
      stringised: undefined,
    }));
    return { args, expansion };
  }

  /** Of a use whose body is being put together. */
  expandArg(arg: Arg): readonly PTok[] {
    if (arg.expanded !== undefined) return arg.expanded;
    const out: PTok[] = [];
    if (arg.toks.length > 0) {
      const savedIgnore = this.ignorePragma;
      const savedPrevent = this.preventExpansion;
      this.ignorePragma = true;
      this.argDepth++;
      this.push([...arg.toks, ARG_END], undefined);
      for (let t = this.next(); t !== ARG_END; t = this.next()) out.push(t);
      this.pop();
      this.argDepth--;
      this.ignorePragma = savedIgnore;
      this.preventExpansion = savedPrevent;
    }
    arg.expanded = out;
    return out;
  }

  /** Reads on from the current context as long as `##` asks for it. */
  private pasteAll(first: PTok): PTok {
    const top = this.depth - 1;
    let left = first;
    let right: PTok | undefined;
    do {
      const pos = this.ctxPos[top] ?? 0;
      right = this.ctxToks[top]?.[pos];
      if (right === undefined) return withFlags(left, left.flags & ~PFlag.PasteLeft);
      this.ctxPos[top] = pos + 1;
      const pasted = pasteTwo(this.host, left, right);
      if (pasted === undefined) {
        this.ctxPos[top] = pos;
        return withFlags(left, left.flags & ~PFlag.PasteLeft);
      }
      left = pasted;
    } while ((right.flags & PFlag.PasteLeft) !== 0);
    return left;
  }

  private builtIn(name: PTok): boolean {
    if (name.atom === A._Pragma) return !this.inDirective && !this.ignorePragma && this.pragma(name);
    const made = this.host.dynamic(name.atom, name, this);
    if (made === undefined) return false;
    this.push([new PTok(made.kind, made.text, name.file, name.start, name.end, 0, name.exp, -1)], undefined);
    return true;
  }

  /** `_Pragma ( string-literal )` (C11 6.10.9). */
  private pragma(name: PTok): boolean {
    if (this.pragmaDepth >= MAX_ARG_DEPTH) {
      if (!this.giveUp) this.host.report(name, name, '_Pragma operators are nested too deeply; the innermost are left as they are', 'error', true);
      this.giveUp = true;
      return false;
    }
    this.pragmaDepth++;
    const done = this.pragmaOperand(name);
    this.pragmaDepth--;
    return done;
  }

  private pragmaOperand(name: PTok): boolean {
    const open = this.nextReal();
    const text = open.atom === Raw.LParen && open.kind === TokKind.Punct ? this.nextReal() : open;
    const close = text !== open && text.kind === TokKind.String ? this.nextReal() : text;
    if (close === text || close.kind !== TokKind.Punct || close.atom !== Raw.RParen) {
      this.host.report(name, name, '_Pragma takes a parenthesized string literal', 'error');
      if (close.kind !== TokKind.End) this.backup(close);
      return true;
    }
    this.host.pragmaOperator(text.text.replace(/^(?:L|u8|u|U)?"|"$/g, '').replace(/\\(["\\])/g, '$1'), name);
    return true;
  }
}

/** What the source gives at its end. */
export const END = new PTok(TokKind.End, '', 0, 0, 0, PFlag.LineStart, null, -1);

/** The characters of `t` stand in the body of a macro that its chain of expansions goes through. */
export function inSomeBody(t: Tok): boolean {
  for (let exp = t.exp; exp !== null; exp = exp.name.exp) {
    const { macro } = exp;
    if (macro.file === t.file && t.start >= macro.start && t.end <= macro.end) return true;
  }
  return false;
}
