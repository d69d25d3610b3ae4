/** Text to raw tokens, in one pass, into typed arrays. */

/** The raw tokens of one text. Depends on nothing else, so units share it. */
export interface TokenBuffer {
  readonly text: string;
  /** Tokens are 0 .. count-1, directives included. */
  readonly count: number;
  /** `Raw` codes (rawTokens.ts); kinds[count] is Raw.End. */
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** `RawFlag` bits. */
  readonly flags: Uint8Array;
  /** Identifiers: the atom (atoms.ts); others 0. */
  readonly atoms: Int32Array;
  kind(i: number): number;
  atom(i: number): number;
  /** The spelling without line continuations. */
  spelling(i: number): string;
}
