/**
 * Atoms: one small integer per identifier spelling, the same in every file and unit of a thread.
 *
 * The table only grows (a whole kernel tree has about two million spellings). It lies in the memory of the lexer's WebAssembly, which makes most
 * of the atoms without a string ever being made.
 */
import { growAtoms, mem, native } from './lexerModule';
import { COUNT, POOL_USED } from './wasm/memory';

const texts: (string | undefined)[] = [''];
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The atom of a spelling, made when it is new. Not to be called while a text is read: see `atomOfRare`. */
export function atomOf(text: string): number {
  let atom = atomOfRare(text);
  while (atom === 0) {
    growAtoms(text.length * 3);
    atom = atomOfRare(text);
  }
  return atom;
}

/** The same, but 0 when there is no room for a new one. */
export function atomOfRare(text: string): number {
  const { u8 } = mem;
  const used = mem.i32[POOL_USED / 4] as number;
  if (text.length > mem.poolBytes - used) return 0;
  const from = mem.pool + used;
  let size = 0;
  for (; size < text.length; size++) {
    const c = text.charCodeAt(size);
    if (c >= 128) {
      const { read, written } = encoder.encodeInto(text, u8.subarray(from, mem.pool + mem.poolBytes));
      return read < text.length ? 0 : native.atomOfPool(written);
    }
    u8[from + size] = c;
  }
  return native.atomOfPool(size);
}

/** The spelling of an atom; '' for 0. The same string object each time. */
export function atomText(atom: number): string {
  const known = texts[atom];
  if (known !== undefined) return known;
  const count = atomCount();
  if (atom <= 0 || atom >= count) return '';
  while (texts.length < count) texts.push(undefined);
  const from = mem.offsets / 4 + atom;
  const text = decoder.decode(mem.u8.subarray(mem.pool + (mem.i32[from] as number), mem.pool + (mem.i32[from + 1] as number)));
  texts[atom] = text;
  return text;
}

/** True when the spelling of an atom begins with `prefix`, which is ASCII. Makes no string. */
export function atomStartsWith(atom: number, prefix: string): boolean {
  const at = mem.i32[mem.offsets / 4 + atom] as number;
  if ((mem.i32[mem.offsets / 4 + atom + 1] as number) - at < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (mem.u8[mem.pool + at + i] !== prefix.charCodeAt(i)) return false;
  return true;
}

/** All atoms are below this. */
export function atomCount(): number {
  return mem.i32[COUNT / 4] as number;
}
