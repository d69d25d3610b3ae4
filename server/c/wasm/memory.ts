/**
 * Where things lie in the lexer's linear memory. Read by two compilers: TypeScript's and AssemblyScript's.
 *
 * From `SLOTS` on one area follows another, in this order; `place` (wasm/lexer.ts) is told where, since they grow (lexerModule.ts):
 *
 *     slots     i32    atoms by hash, open addressing; a power of two of them
 *     hashes    i32    by atom: the hash of its spelling
 *     offsets   i32    by atom: where its spelling begins in the pool; it ends where the next one begins
 *     pool      u8     spellings in UTF-8, one after the other
 *     text      u8     what is read, a byte for each UTF-16 code unit, those beyond ASCII as 1; then 16 bytes of 0
 *     tokens           seven arrays, laid out for each text
 */

/** Below: what the compiler of the module places itself. */
export const CONTROL: i32 = 0x10000;
/** i32: number of atoms made, atom 0 (none) included. */
export const COUNT: i32 = CONTROL;
/** i32: bytes of the pool in use. */
export const POOL_USED: i32 = CONTROL + 4;
/** i32: number of slots in use, less one. */
export const MASK: i32 = CONTROL + 8;
/** i32 each: atoms of the three directives that a header's name follows. */
export const INCLUDES: i32 = CONTROL + 12;

/** u8 by byte: its class. */
export const CLASSES: i32 = CONTROL + 0x100;
/** u16 by (first byte << 7 | second byte): the punctuator that they begin (wasm/classes.ts). */
export const PUNCTS: i32 = CONTROL + 0x1000;

export const SLOTS: i32 = CONTROL + 0x10000;
