/**
 * Atoms: one small integer per identifier spelling, the same in every file and unit of the process.
 *
 * The table only grows (a whole kernel tree has about two million spellings). Spellings live in one pool of code units, so that
 * the lexer can look one up without making a string.
 */

let pool = new Uint16Array(1 << 20);
let poolUsed = 0;
let offsets = new Int32Array(1 << 16);
let hashes = new Int32Array(1 << 16);
let slots = new Int32Array(1 << 17);
let mask = slots.length - 1;
const texts: (string | undefined)[] = [''];
/** Atom 0 is none. */
let count = 1;

function growSlots(): void {
  slots = new Int32Array(slots.length * 2);
  mask = slots.length - 1;
  for (let atom = 1; atom < count; atom++) {
    let slot = (hashes[atom] ?? 0) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = atom;
  }
}

/** The hash that `atomOfSlice` expects: start with 0, then for each code unit `(hash * 31 + unit) | 0`, finally `mix`. */
export function mix(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}

/** The atom of text[start..end); `hash` is the mixed hash of its code units. */
export function atomOfSlice(text: string, start: number, end: number, hash: number): number {
  let slot = hash & mask;
  for (;;) {
    const atom = slots[slot] as number; // in range by the mask
    if (atom === 0) break;
    if (hashes[atom] === hash) {
      const at = offsets[atom] as number; // atom < count
      const length = end - start;
      if ((offsets[atom + 1] as number) - at === length) { // written when the atom was made
        let i = 0;
        while (i < length && pool[at + i] === text.charCodeAt(start + i)) i++;
        if (i === length) return atom;
      }
    }
    slot = (slot + 1) & mask;
  }
  const atom = count++;
  const length = end - start;
  if (atom + 2 >= offsets.length) {
    const o = new Int32Array(offsets.length * 2);
    o.set(offsets);
    offsets = o;
    const h = new Int32Array(hashes.length * 2);
    h.set(hashes);
    hashes = h;
  }
  if (poolUsed + length > pool.length) {
    const p = new Uint16Array(Math.max(pool.length * 2, poolUsed + length));
    p.set(pool);
    pool = p;
  }
  for (let i = 0; i < length; i++) pool[poolUsed + i] = text.charCodeAt(start + i);
  offsets[atom] = poolUsed;
  poolUsed += length;
  offsets[atom + 1] = poolUsed;
  hashes[atom] = hash;
  texts.push(undefined);
  slots[slot] = atom;
  if (count * 2 > slots.length) growSlots();
  return atom;
}

/** The atom of a spelling, made when it is new. */
export function atomOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return atomOfSlice(text, 0, text.length, mix(hash));
}

/** The spelling of an atom; '' for 0. The same string object each time. */
export function atomText(atom: number): string {
  const known = texts[atom];
  if (known !== undefined) return known;
  if (atom <= 0 || atom >= count) return '';
  const text = String.fromCharCode.apply(null, Array.from(pool.subarray(offsets[atom], offsets[atom + 1])));
  texts[atom] = text;
  return text;
}

/** True when the spelling of an atom begins with `prefix`. Makes no string. */
export function atomStartsWith(atom: number, prefix: string): boolean {
  const at = offsets[atom] ?? 0;
  if ((offsets[atom + 1] ?? 0) - at < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (pool[at + i] !== prefix.charCodeAt(i)) return false;
  return true;
}

/** All atoms are below this. */
export function atomCount(): number {
  return count;
}
