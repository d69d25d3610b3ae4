/**
 * Macro definitions: parsing a `#define`, and the table that keeps every definition a unit ever had, by sequence number.
 *
 * A definition is parsed when it is first used; the parsed form depends on the text alone and stays with the token buffer.
 */
import { atomText } from './atoms';
import { A, LAST_KEYWORD } from './keywords';
import type { TokenBuffer } from './lexer';
import { PFlag, PTok } from './ppToken';
import { Raw, RawFlag, tokKindOfRaw } from './rawTokens';
import { TokKind } from './token';
import type { FileId, MacroDef, Tok } from './token';

/** One token of a replacement list. */
export interface BodyTok {
  readonly kind: TokKind;
  readonly text: string;
  readonly atom: number;
  readonly start: number;
  readonly end: number;
  /** PFlag bits; `Stringify` and `PasteLeft` have taken the place of the operators. */
  flags: number;
  /** 1 for the first parameter, …; 0: no parameter. */
  readonly arg: number;
}

export interface CompiledMacro {
  readonly atom: number;
  /** undefined: object-like. A variadic parameter is the last one. */
  readonly params: readonly number[] | undefined;
  readonly variadic: boolean;
  readonly body: readonly BodyTok[];
  readonly usesVaOpt: boolean;
  /** From the name to the end of the body. */
  readonly start: number;
  readonly end: number;
  /** Why gcc refuses the definition; then the name stays as it was. */
  readonly error: string | undefined;
}

/** Parses the `#define` that is directive `d` of the buffer. */
export function compileMacro(buffer: TokenBuffer, d: number): CompiledMacro {
  const known = buffer.macros.get(d) as CompiledMacro | undefined; // only this function fills the map
  if (known !== undefined) return known;
  const made = parseDefine(buffer, (buffer.directives[d] ?? 0) + 2, buffer.directiveEnds[d] ?? 0);
  buffer.macros.set(d, made);
  return made;
}

function parseDefine(buffer: TokenBuffer, nameAt: number, end: number): CompiledMacro {
  const atom = nameAt < end && buffer.kind(nameAt) === Raw.Ident ? buffer.atom(nameAt) : 0;
  const start = buffer.starts[nameAt] ?? 0;
  const stop = buffer.ends[end - 1] ?? start;
  const refuse = (error: string): CompiledMacro => ({ atom, params: undefined, variadic: false, body: [], usesVaOpt: false, start, end: stop, error });
  if (atom === 0) return refuse(nameAt < end ? 'macro names must be identifiers' : 'no macro name given in #define directive');
  if (atom === A.defined) return refuse('"defined" cannot be used as a macro name');
  let i = nameAt + 1;
  let params: number[] | undefined;
  let variadic = false;
  if (i < end && buffer.kind(i) === Raw.LParen && ((buffer.flags[i] ?? 0) & RawFlag.SpaceBefore) === 0) {
    params = [];
    i++;
    for (;;) {
      const kind = i < end ? buffer.kind(i) : Raw.End;
      if (kind === Raw.RParen && params.length === 0) break;
      if (kind === Raw.Ellipsis) {
        params.push(A.__VA_ARGS__);
        variadic = true;
        i++;
      } else if (kind === Raw.Ident) {
        const param = buffer.atom(i);
        if (param === A.__VA_ARGS__) return refuse('__VA_ARGS__ can only appear in the expansion of a C99 variadic macro');
        if (params.includes(param)) return refuse(`duplicate macro parameter "${atomText(param)}"`);
        params.push(param);
        i++;
        if (i < end && buffer.kind(i) === Raw.Ellipsis) {
          variadic = true;
          i++;
        }
      } else return refuse(kind === Raw.End ? "expected ')' before end of line" : 'expected parameter name in the macro parameter list');
      const after = i < end ? buffer.kind(i) : Raw.End;
      if (after === Raw.RParen) break;
      if (after !== Raw.Comma || variadic) return refuse("expected ',' or ')' in the macro parameter list");
      i++;
    }
    i++;
  }
  const body: BodyTok[] = [];
  let usesVaOpt = false;
  /** A `#` whose parameter must follow: its index, else -1. */
  let hash = -1;
  let pasteLast = false;
  for (; i < end; i++) {
    const raw = buffer.kind(i);
    const rawFlags = buffer.flags[i] ?? 0;
    let flags = rawFlags & RawFlag.SpaceBefore;
    if (raw === Raw.HashHash) {
      if (hash >= 0) return refuse("'#' is not followed by a macro parameter");
      const left = body[body.length - 1];
      if (left === undefined) return refuse("'##' cannot appear at either end of a macro expansion");
      left.flags |= PFlag.PasteLeft;
      pasteLast = true;
      continue;
    }
    if (raw === Raw.Hash && params !== undefined) {
      if (hash >= 0) return refuse("'#' is not followed by a macro parameter");
      hash = i;
      continue;
    }
    let arg = 0;
    let atomOrCode = -1;
    if (raw === Raw.Ident) {
      atomOrCode = buffer.atom(i);
      if (params !== undefined) arg = params.indexOf(atomOrCode) + 1;
      if (atomOrCode === A.__VA_OPT__ && variadic) usesVaOpt = true;
    } else if (raw >= Raw.PunctFirst) atomOrCode = raw;
    if (hash >= 0) {
      if (arg === 0 && !(atomOrCode === A.__VA_OPT__ && variadic && raw === Raw.Ident)) return refuse("'#' is not followed by a macro parameter");
      flags = ((buffer.flags[hash] ?? 0) & RawFlag.SpaceBefore) | PFlag.Stringify;
    }
    if (body.length === 0) flags &= ~PFlag.SpaceBefore;
    body.push({
      kind: raw === Raw.Ident && atomOrCode <= LAST_KEYWORD ? TokKind.Keyword : tokKindOfRaw(raw),
      text: buffer.spelling(i), atom: atomOrCode, start: buffer.starts[hash >= 0 ? hash : i] ?? 0, end: buffer.ends[i] ?? 0, flags, arg,
    });
    hash = -1;
    pasteLast = false;
  }
  if (hash >= 0) return refuse("'#' is not followed by a macro parameter");
  if (pasteLast) return refuse("'##' cannot appear at either end of a macro expansion");
  return { atom, params, variadic, body, usesVaOpt, start, end: stop, error: undefined };
}

/** C11 6.10.3p2: the same parameters, the same tokens, white space in the same places. */
export function sameDefinition(a: CompiledMacro, b: CompiledMacro): boolean {
  if (a.variadic !== b.variadic || a.params?.join() !== b.params?.join() || a.body.length !== b.body.length) return false;
  return a.body.every((t, i) => {
    const u = b.body[i];
    return u !== undefined && t.text === u.text && t.arg === u.arg && t.flags === u.flags;
  });
}

/** One change of one name: a definition or an #undef. */
export class MacroEntry implements MacroDef {
  /** On the stack of expansions: not to be expanded (C11 6.10.3.4p2). */
  disabled = false;
  /** Number of changes before this one, and one further back: makes `at` logarithmic (jump pointers, Myers 1983). */
  private readonly age: number;
  private readonly jump: MacroEntry | undefined;
  private bodyToks: readonly Tok[] | undefined;

  constructor(
    readonly atom: number,
    readonly seq: number,
    /** The change of the same name before this one, in the same table. */
    readonly prev: MacroEntry | undefined,
    /** undefined: #undef. */
    readonly buffer: TokenBuffer | undefined,
    private readonly directive: number,
    readonly file: FileId,
    readonly builtin: boolean,
  ) {
    this.age = prev === undefined ? 0 : prev.age + 1;
    const far = prev?.jump;
    this.jump = prev !== undefined && far !== undefined && far.jump !== undefined && prev.age - far.age === far.age - far.jump.age ? far.jump : prev;
  }

  /** The newest of this change and those before it that is not after `seq`. */
  at(seq: number): MacroEntry | undefined {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the start of a walk along the chain
    let entry: MacroEntry | undefined = this;
    while (entry !== undefined && entry.seq > seq) entry = entry.jump !== undefined && entry.jump.seq > seq ? entry.jump : entry.prev;
    return entry;
  }

  get compiled(): CompiledMacro {
    return this.buffer === undefined ? NOTHING : compileMacro(this.buffer, this.directive);
  }

  /** The directive of the definition; for `pop_macro`, which defines again. */
  get directiveIndex(): number {
    return this.directive;
  }

  get name(): string {
    return atomText(this.atom);
  }

  get params(): readonly string[] | undefined {
    return this.compiled.params?.map(atomText);
  }

  get variadic(): string | undefined {
    const { params, variadic } = this.compiled;
    return variadic && params !== undefined ? atomText(params[params.length - 1] ?? 0) : undefined;
  }

  /** The replacement list as written, `#` and `##` included. */
  get body(): readonly Tok[] {
    if (this.bodyToks === undefined) {
      const toks: Tok[] = [];
      const bufferNow = this.buffer;
      if (bufferNow !== undefined) {
        const { body } = this.compiled;
        for (const t of body) {
          if ((t.flags & PFlag.Stringify) !== 0) toks.push(new PTok(TokKind.Punct, '#', this.file, t.start, t.start + 1, t.flags & PFlag.SpaceBefore, null, Raw.Hash));
          const at = t.end - t.text.length;
          toks.push(new PTok(t.kind, t.text, this.file, (t.flags & PFlag.Stringify) !== 0 ? at : t.start, t.end, t.flags & PFlag.SpaceBefore, null, t.atom));
          if ((t.flags & PFlag.PasteLeft) !== 0) toks.push(new PTok(TokKind.Punct, '##', this.file, t.end, t.end, PFlag.SpaceBefore, null, Raw.HashHash));
        }
      }
      this.bodyToks = toks;
    }
    return this.bodyToks;
  }

  get start(): number {
    return this.compiled.start;
  }

  get end(): number {
    return this.compiled.end;
  }
}

const NOTHING: CompiledMacro = { atom: 0, params: undefined, variadic: false, body: [], usesVaOpt: false, start: 0, end: 0, error: undefined };

const NO_BODIES: (readonly BodyTok[])[] = [];

/** Names that are macros without a definition. */
const DYNAMIC: ReadonlySet<number> = new Set([
  A.__FILE__, A.__FILE_NAME__, A.__LINE__, A.__COUNTER__, A.__INCLUDE_LEVEL__, A.__BASE_FILE__, A.__DATE__, A.__TIME__, A.__TIMESTAMP__,
  A.__has_include, A.__has_include_next, A.__has_attribute, A.__has_cpp_attribute, A.__has_c_attribute, A.__has_builtin, A._Pragma,
]);
const DYNAMIC_MAX = Math.max(...DYNAMIC);

export function isDynamic(atom: number): boolean {
  return atom <= DYNAMIC_MAX && DYNAMIC.has(atom);
}

/**
 * All definitions of a unit. A unit that takes over the beginning of another one has that one's table as `base`, seen up to `baseSeq`;
 * nothing in the base changes.
 */
export class MacroTable {
  private readonly own: Map<number, MacroEntry> | undefined;
  private readonly heads: (MacroEntry | undefined)[] = [];
  seq: number;
  readonly depth: number;

  constructor(readonly base: MacroTable | undefined, readonly baseSeq: number) {
    this.seq = baseSeq;
    this.own = base === undefined ? undefined : new Map();
    this.depth = base === undefined ? 0 : base.depth + 1;
  }

  private head(atom: number): MacroEntry | undefined {
    return this.own === undefined ? this.heads[atom] : this.own.get(atom);
  }

  private put(entry: MacroEntry): void {
    if (this.own !== undefined) this.own.set(entry.atom, entry);
    else {
      // Filled without gaps: a sparse array would turn into a slow dictionary.
      while (this.heads.length <= entry.atom) this.heads.push(undefined);
      this.heads[entry.atom] = entry;
    }
  }

  define(atom: number, buffer: TokenBuffer | undefined, directive: number, file: FileId, builtin: boolean): MacroEntry {
    const entry = new MacroEntry(atom, ++this.seq, this.head(atom), buffer, directive, file, builtin);
    this.put(entry);
    return entry;
  }

  undefine(atom: number): void {
    if (this.at(atom, this.seq) !== undefined) this.define(atom, undefined, 0, 0, false);
  }

  /** The bodies of every definition that the name has had. */
  bodiesOf(atom: number): readonly (readonly BodyTok[])[] {
    let found: (readonly BodyTok[])[] = NO_BODIES;
    for (let table: MacroTable | undefined = this; table !== undefined; table = table.base) { // eslint-disable-line @typescript-eslint/no-this-alias -- the start of a walk along the chain
      for (let entry = table.head(atom); entry !== undefined; entry = entry.prev) {
        if (entry.buffer === undefined) continue;
        if (found === NO_BODIES) found = [];
        found.push(entry.compiled.body);
      }
    }
    return found;
  }

  /** The definition in force at `seq`; undefined when there is none. */
  at(atom: number, seq: number): MacroEntry | undefined {
    const entry = this.head(atom)?.at(seq);
    if (entry !== undefined) return entry.buffer === undefined ? undefined : entry;
    return this.base === undefined ? undefined : this.base.at(atom, Math.min(seq, this.baseSeq));
  }
}
