/**
 * What a token stands in: which function, initialiser or type, from braces alone. Branches of `#if` that open the same brace twice, and a
 * brace that macros hide, are mended as editors do it: each branch begins as the first one did, and a `}` in column 0 ends whatever is open.
 */
import type { TokenBuffer } from '../../c/lexer';
import { Raw, RawFlag } from '../../c/rawTokens';

export const enum ScopeKind {
  None = 0,
  /** A function's body. */
  Body,
  Initializer,
  /** The braces of a struct, union or enum. */
  Type,
}

/** Names before `(` that are no function's. */
const attributes = new Set([
  '__attribute__', '__attribute', '__printf', '__scanf', '__releases', '__acquires', '__must_hold', '__cond_acquires', '__section', '__aligned',
  '__alloc_size', '__no_sanitize', '__assume_aligned', '__counted_by', '__guarded_by', '__realloc_size', 'typeof', '__typeof__', 'asm', '__asm__', '_Alignas', '__declspec',
]);

interface State {
  depth: number;
  parens: number;
  kind: ScopeKind;
  container: string;
  /** Of the declaration at hand, outside braces. */
  functionToken: number;
  lastName: string;
  equals: boolean;
  external: boolean;
}

interface Branch {
  readonly atIf: State;
  /** A branch that is surely taken has been: the others are dead. */
  taken: boolean;
}

const fresh = (): State => ({ depth: 0, parens: 0, kind: ScopeKind.None, container: '', functionToken: -1, lastName: '', equals: false, external: false });

export class OuterScope {
  private state = fresh();
  private readonly branches: Branch[] = [];

  /** @param onBody told the token of a function's name when its body begins. */
  constructor(private readonly tokens: TokenBuffer, private readonly onBody: (nameToken: number) => void) {}

  get kind(): ScopeKind {
    return this.state.kind;
  }

  /** Name of what the token stands in; '' outside. */
  get container(): string {
    const { state } = this;
    return state.kind === ScopeKind.None ? (state.equals ? state.lastName : '') : state.container;
  }

  /** Behind the `=` of a declaration, outside braces. */
  get afterEquals(): boolean {
    return this.state.kind === ScopeKind.None && this.state.equals;
  }

  get inParens(): boolean {
    return this.state.parens > 0;
  }

  get isExtern(): boolean {
    return this.state.external;
  }

  take(i: number): void {
    const { tokens, state } = this;
    const kind = tokens.kind(i);
    if (kind === Raw.RBrace) {
      state.depth = ((tokens.flags[i] ?? 0) & RawFlag.Column0) !== 0 ? 0 : Math.max(0, state.depth - 1);
      if (state.depth === 0) this.close();
    } else if (kind === Raw.LBrace) {
      if (state.depth++ === 0) this.open(i);
    } else if (kind === Raw.LParen) state.parens++;
    else if (kind === Raw.RParen) state.parens = Math.max(0, state.parens - 1);
    else if (kind === Raw.Semi && state.depth === 0) this.state = fresh();
    else if (kind === Raw.Semi) {
      state.parens = 0;
      state.external = false;
    } else if (state.depth === 0 && state.parens === 0) this.outside(i, kind);
    else if (kind === Raw.Ident && tokens.spelling(i) === 'extern') state.external = true;
  }

  /** A conditional directive. True: the text behind it is dead. `only`: its first word is all it says. */
  condition(word: string, first: string, only: boolean): boolean {
    if (word === 'if' || word === 'ifdef' || word === 'ifndef') {
      this.branches.push({ atIf: { ...this.state }, taken: word === 'if' && only && first === '1' });
      return word === 'if' && only && first === '0';
    }
    const branch = this.branches.at(-1);
    if (branch === undefined) return false;
    if (word === 'endif') this.branches.pop();
    else if (word === 'else' || word.startsWith('elif')) {
      this.state = { ...branch.atIf };
      return branch.taken || (word === 'elif' && only && first === '0');
    }
    return false;
  }

  /** May a later branch of the conditional at hand be alive? */
  mayRevive(): boolean {
    return this.branches.at(-1)?.taken !== true;
  }

  private outside(i: number, kind: number): void {
    const { tokens } = this;
    if (kind === Raw.Eq) this.state.equals = true;
    if (kind !== Raw.Ident || this.state.equals) return;
    const name = tokens.spelling(i);
    const isCall = tokens.kind(i + 1) === Raw.LParen;
    if (isCall && attributes.has(name)) return;
    // A macro's use on a line of its own, without `;`, before the next declaration.
    if (((tokens.flags[i] ?? 0) & RawFlag.Column0) !== 0 && i > 0 && tokens.kind(i - 1) === Raw.RParen) this.state = fresh();
    const { state } = this;
    if (name === 'extern') state.external = true;
    if (isCall && state.functionToken < 0) state.functionToken = i;
    if (!name.startsWith('__') || state.lastName === '') state.lastName = name;
  }

  private open(i: number): void {
    const { tokens, state } = this;
    if (i > 0 && tokens.kind(i - 1) === Raw.String) { // extern "C" {
      state.depth = 0;
      return;
    }
    if (state.equals || state.parens > 0) {
      state.kind = ScopeKind.Initializer;
      state.container = state.lastName;
    } else if (state.functionToken >= 0) {
      state.kind = ScopeKind.Body;
      state.container = this.functionName(state.functionToken);
      this.onBody(state.functionToken);
    } else {
      state.kind = ScopeKind.Type;
      state.container = state.lastName;
    }
  }

  /** `SYSCALL_DEFINE4(reboot)` for what such a macro defines. */
  private functionName(token: number): string {
    const { tokens } = this;
    const name = tokens.spelling(token);
    return name === name.toUpperCase() && tokens.kind(token + 2) === Raw.Ident ? `${name}(${tokens.spelling(token + 2)})` : name;
  }

  private close(): void {
    if (this.state.kind === ScopeKind.Body) this.state = fresh();
    else {
      this.state.kind = ScopeKind.None;
      this.state.parens = 0;
    }
  }
}
