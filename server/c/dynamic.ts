/** Macros that have no definition: their value depends on where they are used (C11 6.10.8.1; gcc manual, Common Predefined Macros). */
import type { Expander } from './expand';
import { hasAttribute, hasBuiltin } from './features';
import { A } from './keywords';
import { isName } from './ppToken';
import { Raw } from './rawTokens';
import type { FileRecord } from './sourceManager';
import { TokKind } from './token';
import type { Tok } from './token';

export interface DynamicContext {
  /** Where the outermost use is written. */
  readonly file: FileRecord;
  readonly offset: number;
  /** Path of the main file. */
  readonly base: string;
  readonly target: string;
  readonly level: number;
  count(): number;
  /** `spelled` with its marks. */
  hasHeader(spelled: string, next: boolean): boolean;
  report(message: string): void;
}

const number = (value: number): { kind: TokKind; text: string } => ({ kind: TokKind.Number, text: String(value) });
const text = (value: string): { kind: TokKind; text: string } => ({ kind: TokKind.String, text: `"${value.replace(/["\\]/g, '\\$&')}"` });

/** The token a built-in macro becomes; undefined when it is none that becomes a token here. */
export function dynamicText(atom: number, name: Tok, expander: Expander, at: DynamicContext): { kind: TokKind; text: string } | undefined {
  switch (atom) {
    case A.__LINE__: return number(lineOf(at.file, at.offset).line);
    case A.__FILE__: return text(lineOf(at.file, at.offset).name);
    case A.__FILE_NAME__: return text(lineOf(at.file, at.offset).name.replace(/^.*\//, ''));
    case A.__BASE_FILE__: return text(at.base);
    case A.__COUNTER__: return number(at.count());
    case A.__INCLUDE_LEVEL__: return number(at.level);
    // What gcc says when it does not know the time: the answer must not depend on when it is asked.
    case A.__DATE__: return text('??? ?? ????');
    case A.__TIME__: return text('??:??:??');
    case A.__TIMESTAMP__: return text('??? ??? ?? ??:??:?? ????');
    case A.__has_include:
    case A.__has_include_next: {
      const spelled = headerOperand(expander);
      if (spelled === undefined) {
        at.report(`operator "${name.text}" requires a header-name`);
        return number(0);
      }
      return number(at.hasHeader(spelled, atom === A.__has_include_next) ? 1 : 0);
    }
    case A.__has_attribute:
    case A.__has_cpp_attribute:
    case A.__has_c_attribute: {
      const names = nameOperand(expander);
      if (names === undefined) {
        at.report(`"${name.text}" requires an identifier in parentheses`);
        return number(0);
      }
      return number(hasAttribute(names, at.target, atom !== A.__has_attribute));
    }
    case A.__has_builtin: {
      const names = nameOperand(expander);
      if (names === undefined) {
        at.report(`"${name.text}" requires an identifier in parentheses`);
        return number(0);
      }
      return number(hasBuiltin(names, at.target) ? 1 : 0);
    }
    default: return undefined;
  }
}

/** Line and file name at an offset, `#line` obeyed. */
function lineOf(file: FileRecord, offset: number): { line: number; name: string } {
  let delta = 0;
  let name = file.shown;
  for (const adjust of file.lineAdjusts) {
    if (adjust.offset > offset) break;
    delta = adjust.delta;
    name = adjust.name ?? file.shown;
  }
  return { line: file.buffer.line(offset) + delta, name };
}

function isPunct(t: Tok & { atom: number }, code: number): boolean {
  return t.kind === TokKind.Punct && t.atom === code;
}

/** `( "name" )` or `( <name> )`; undefined when malformed. */
function headerOperand(expander: Expander): string | undefined {
  const open = expander.nextReal();
  const paren = isPunct(open, Raw.LParen);
  const first = paren ? expander.nextReal() : open;
  let spelled: string | undefined;
  if (first.kind === TokKind.String && first.text.startsWith('"')) spelled = first.text;
  else if (isPunct(first, Raw.Lt)) {
    // Between the marks nothing is a macro.
    spelled = expander.raw(() => {
      let inner = '';
      for (;;) {
        const t = expander.nextReal();
        if (t.kind === TokKind.End) return undefined;
        if (isPunct(t, Raw.Gt)) return `<${inner}>`;
        inner += (inner !== '' && (t.flags & 1) !== 0 ? ' ' : '') + t.text;
      }
    });
  } else expander.backup(first);
  if (paren && spelled !== undefined) {
    const close = expander.nextReal();
    if (!isPunct(close, Raw.RParen)) expander.backup(close);
  }
  return spelled;
}

/** `( name )` or `( scope :: name )`, joined by `::`; undefined when malformed. */
function nameOperand(expander: Expander): string | undefined {
  const open = expander.nextReal();
  if (!isPunct(open, Raw.LParen)) {
    expander.backup(open);
    return undefined;
  }
  let names = '';
  let ok = true;
  for (;;) {
    const t = expander.nextReal();
    if (t.kind === TokKind.End) return undefined;
    if (isPunct(t, Raw.RParen)) return ok && names !== '' ? names : undefined;
    if (isName(t) || isPunct(t, Raw.Colon)) names += t.text;
    else ok = false;
  }
}
