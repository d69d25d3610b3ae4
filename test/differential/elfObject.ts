/** Reads the initial bytes of global objects out of a relocatable ELF file, 32 or 64 bits, either byte order. */

export interface ElfObject {
  readonly bigEndian: boolean;
  /** Bytes of each global symbol that lies in a section with content. */
  readonly symbols: ReadonlyMap<string, Uint8Array>;
}

export function readObject(file: Uint8Array): ElfObject {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const wide = file[4] === 2;
  const little = file[5] === 1;
  const u16 = (at: number): number => view.getUint16(at, little);
  const u32 = (at: number): number => view.getUint32(at, little);
  const word = (at: number): number => (wide ? Number(view.getBigUint64(at, little)) : u32(at));
  const sectionsAt = word(wide ? 40 : 32);
  const entry = u16(wide ? 58 : 46);
  const count = u16(wide ? 60 : 48);
  const sections = Array.from({ length: count }, (_, i) => {
    const at = sectionsAt + i * entry;
    return { type: u32(at + 4), offset: word(at + (wide ? 24 : 16)), size: word(at + (wide ? 32 : 20)), link: u32(at + (wide ? 40 : 24)) };
  });
  const symbols = new Map<string, Uint8Array>();
  for (const table of sections) {
    if (table.type !== 2) continue; // SHT_SYMTAB
    const strings = sections[table.link];
    if (strings === undefined) continue;
    const size = wide ? 24 : 16;
    for (let at = table.offset; at < table.offset + table.size; at += size) {
      let name = '';
      for (let s = strings.offset + u32(at); file[s] !== 0; s++) name += String.fromCharCode(file[s] ?? 0);
      const section = sections[u16(at + (wide ? 6 : 14))];
      const value = word(at + (wide ? 8 : 4));
      const length = word(at + (wide ? 16 : 8));
      if (name === '' || section === undefined || section.type !== 1) continue; // SHT_PROGBITS
      symbols.set(name, file.slice(section.offset + value, section.offset + value + length));
    }
  }
  return { bigEndian: !little, symbols };
}

/** The object as an array of 64-bit numbers. */
export function words(object: ElfObject, name: string): bigint[] {
  const bytes = object.symbols.get(name);
  if (bytes === undefined) throw new Error(`no symbol ${name}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) => view.getBigUint64(i * 8, !object.bigEndian));
}

/** Lowest bit set and number of bits set, counted as DWARF does: from the least significant bit, or from the most significant on big endian. */
export function bitRun(bytes: Uint8Array, bigEndian: boolean): { readonly first: number; readonly count: number } {
  let first = -1;
  let count = 0;
  for (let i = 0; i < bytes.length * 8; i++) {
    const byte = bytes[i >> 3] ?? 0;
    const set = bigEndian ? (byte >> (7 - (i & 7))) & 1 : (byte >> (i & 7)) & 1;
    if (set === 0) continue;
    if (first < 0) first = i;
    count++;
  }
  return { first, count };
}
