/**
 * The core of every layout: a table of fields, laid back to back, that encoder, decoder and the overlay of names read. A byte of a
 * structure is described in exactly one table.
 */
import type { Result } from './problem';
import { bad, good } from './problem';
import { decodeText, encodeText } from './text';

/** Byte order of the machine that wrote the bytes. */
export type ByteOrder = 'little' | 'big';

/** `pointer`: a u64 that holds a physical address. `text`: bytes up to the first NUL, zero-padded. `struct`: another table inside. */
export type Kind = 'u8' | 'u16' | 'u32' | 's32' | 'u64' | 'pointer' | 'bytes' | 'text' | 'struct';

/**
 * How a number reads best; without it decimal, and a pointer in hex. `hex`: addresses, offsets, masks, magic, checksums, names that are numbers.
 * `bytes`, `pages` and `order` (2^n pages) are counts that have a size beside them. `pfn flags`: a bit-field of frame number and flags.
 */
export type Show = 'hex' | 'bytes' | 'pages' | 'order' | 'pfn flags';

export interface FieldSpec<K extends Kind = Kind, Inner = unknown> {
  readonly kind: K;
  readonly sizeBytes: number;
  /** `host`: as the machine that wrote it has it; `big`: always big endian (an FDT's container). */
  readonly order: 'host' | 'big';
  readonly meaning: string;
  readonly show?: Show;
  readonly table?: Table<Specs> & { readonly specs: Inner };
}

export type Specs = { readonly [name: string]: FieldSpec };

export interface Field extends FieldSpec {
  readonly name: string;
  readonly offsetBytes: number;
}

export interface Table<S extends Specs> {
  readonly structure: string;
  readonly sizeBytes: number;
  readonly fields: readonly Field[];
  readonly specs: S;
}

type ValueOf<F> =
  F extends FieldSpec<'struct', infer Inner> ? Values<Inner>
    : F extends FieldSpec<'u64' | 'pointer'> ? bigint
      : F extends FieldSpec<'bytes'> ? Uint8Array
        : F extends FieldSpec<'text'> ? string
          : number;

/** The values of a table's fields by name. */
export type Values<S> = { readonly [N in keyof S]: ValueOf<S[N]> };

const scalar = <K extends Kind>(kind: K, sizeBytes: number, order: 'host' | 'big') =>
  (meaning: string, show?: Show): FieldSpec<K> => ({ kind, sizeBytes, order, meaning, ...(show === undefined ? {} : { show }) });

export const u8 = scalar('u8', 1, 'host');
export const u16 = scalar('u16', 2, 'host');
export const u32 = scalar('u32', 4, 'host');
export const s32 = scalar('s32', 4, 'host');
export const u64 = scalar('u64', 8, 'host');
export const pointer = scalar('pointer', 8, 'host');
export const be32 = scalar('u32', 4, 'big');
export const be64 = scalar('u64', 8, 'big');
export const bytes = (sizeBytes: number, meaning: string): FieldSpec<'bytes'> => ({ kind: 'bytes', sizeBytes, order: 'host', meaning });
export const text = (sizeBytes: number, meaning: string): FieldSpec<'text'> => ({ kind: 'text', sizeBytes, order: 'host', meaning });
export function inside<S extends Specs>(inner: Table<S>, meaning: string): FieldSpec<'struct', S> {
  return { kind: 'struct', sizeBytes: inner.sizeBytes, order: 'host', meaning, table: inner };
}

/** A table whose fields lie back to back in the order given; padding that a compiler would add is a field like any other. */
export function table<S extends Specs>(structure: string, specs: S): Table<S> {
  const fields: Field[] = [];
  let at = 0;
  for (const [name, spec] of Object.entries(specs)) {
    fields.push({ ...spec, name, offsetBytes: at });
    at += spec.sizeBytes;
  }
  return { structure, sizeBytes: at, fields, specs };
}

/** The entry of a field. Names are those of the table, so there always is one. */
export function fieldOf<S extends Specs>(of: Table<S>, name: keyof S & string): Field {
  const found = of.fields.find((field) => field.name === name);
  if (found === undefined) throw new RangeError(`${of.structure} has no field ${name}`);
  return found;
}

export const viewOf = (of: Uint8Array): DataView => new DataView(of.buffer, of.byteOffset, of.byteLength);

/** Writes the values at an offset. Values wider than their field lose their upper part, as in C; text loses what does not fit. */
export function encodeInto<S extends Specs>(of: Table<S>, values: Values<S>, into: Uint8Array, atBytes: number, order: ByteOrder): void {
  const view = viewOf(into);
  const given = values as { readonly [name: string]: unknown };
  for (const field of of.fields) {
    const at = atBytes + field.offsetBytes;
    const little = field.order === 'host' && order === 'little';
    const value = given[field.name];
    switch (field.kind) {
      case 'u8': view.setUint8(at, value as number); break;
      case 'u16': view.setUint16(at, value as number, little); break;
      case 'u32': view.setUint32(at, value as number, little); break;
      case 's32': view.setInt32(at, value as number, little); break;
      case 'u64': case 'pointer': view.setBigUint64(at, value as bigint, little); break;
      case 'bytes': putPadded(into, at, field.sizeBytes, value as Uint8Array); break;
      case 'text': putPadded(into, at, field.sizeBytes, encodeText(value as string)); break;
      case 'struct': if (field.table !== undefined) encodeInto(field.table, value as Values<Specs>, into, at, order); break;
    }
  }
}

function putPadded(into: Uint8Array, at: number, sizeBytes: number, value: Uint8Array): void {
  into.fill(0, at, at + sizeBytes);
  into.set(value.length > sizeBytes ? value.subarray(0, sizeBytes) : value, at);
}

export function encode<S extends Specs>(of: Table<S>, values: Values<S>, order: ByteOrder): Uint8Array {
  const out = new Uint8Array(of.sizeBytes);
  encodeInto(of, values, out, 0, order);
  return out;
}

/** The values at an offset; `bytes` fields are views of the input. A problem names the first field that the input ends before. */
export function decode<S extends Specs>(of: Table<S>, from: Uint8Array, atBytes: number, order: ByteOrder): Result<Values<S>> {
  if (atBytes < 0 || atBytes + of.sizeBytes > from.length) {
    const missing = of.fields.find((field) => atBytes + field.offsetBytes + field.sizeBytes > from.length) ?? of.fields[0];
    return bad({
      structure: of.structure, offsetBytes: atBytes, field: missing?.name ?? '',
      expected: `${String(of.sizeBytes)} bytes`, found: `${String(Math.max(0, from.length - Math.max(0, atBytes)))} bytes`,
    });
  }
  return good(valuesAt(of, from, viewOf(from), atBytes, order) as Values<S>);
}

function valuesAt(of: Table<Specs>, from: Uint8Array, view: DataView, atBytes: number, order: ByteOrder): { [name: string]: unknown } {
  const out: { [name: string]: unknown } = {};
  for (const field of of.fields) {
    const at = atBytes + field.offsetBytes;
    const little = field.order === 'host' && order === 'little';
    switch (field.kind) {
      case 'u8': out[field.name] = view.getUint8(at); break;
      case 'u16': out[field.name] = view.getUint16(at, little); break;
      case 'u32': out[field.name] = view.getUint32(at, little); break;
      case 's32': out[field.name] = view.getInt32(at, little); break;
      case 'u64': case 'pointer': out[field.name] = view.getBigUint64(at, little); break;
      case 'bytes': out[field.name] = from.subarray(at, at + field.sizeBytes); break;
      case 'text': out[field.name] = decodeText(from.subarray(at, at + field.sizeBytes)); break;
      case 'struct': out[field.name] = field.table === undefined ? {} : valuesAt(field.table, from, view, at, order); break;
    }
  }
  return out;
}

/** A run of bytes with a name, for the hex view. Offsets are from the start of what is shown. */
export interface NamedBytes {
  readonly structure: string;
  /** Dotted for fields of a table inside. */
  readonly field: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly meaning: string;
  readonly kind: Kind;
  readonly order: 'host' | 'big';
  readonly show?: Show;
}

/** The fields of a structure at an offset as named runs, tables inside opened. */
export function overlay(of: Table<Specs>, atBytes: number, prefix = ''): NamedBytes[] {
  return of.fields.flatMap((field) => {
    const name = `${prefix}${field.name}`;
    if (field.table !== undefined) return overlay(field.table, atBytes + field.offsetBytes, `${name}.`).map((run) => ({ ...run, structure: of.structure }));
    const { kind, order, meaning, show } = field;
    return [{ structure: of.structure, field: name, offsetBytes: atBytes + field.offsetBytes, lengthBytes: field.sizeBytes, meaning, kind, order, ...(show === undefined ? {} : { show }) }];
  });
}
