/** Classes of bytes, and what an entry of the table of punctuators says. Read by two compilers: TypeScript's and AssemblyScript's. */

export const enum Cls {
  Other = 0, Blank, Newline, Ident, Digit, Quote, Punct, Slash, Backslash,
  Mask = 15,
  /** May continue an identifier or a preprocessing number. */
  Word = 16,
  /** A punctuator by itself that begins no longer one. */
  Single = 32,
}

/** Of an entry: bits 0-7 the `Raw` code, bits 8-11 its length, then these. */
export const DIGRAPH: i32 = 0x1000;
/** A third or fourth byte may make a longer one of it. */
export const LONGER: i32 = 0x2000;
