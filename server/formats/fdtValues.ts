/** Values of KHO's properties: raw bytes of C variables, in the order of the machine that wrote them (KHO facts 1.1). */
import type { ByteOrder } from './layoutTable';
import { viewOf } from './layoutTable';
import { fdtErrors } from './fdt/layout';
import type { FdtNode, FdtProperty } from './fdt/read';
import type { Problems } from './problem';
import { decodeText, encodeText } from './text';

export function encodeU64(value: bigint, order: ByteOrder): Uint8Array {
  const out = new Uint8Array(8);
  viewOf(out).setBigUint64(0, value, order === 'little');
  return out;
}

export function encodeU32(value: number, order: ByteOrder): Uint8Array {
  const out = new Uint8Array(4);
  viewOf(out).setUint32(0, value, order === 'little');
  return out;
}

/** A string property: the text and a NUL. */
export function encodeString(value: string): Uint8Array {
  return encodeText(`${value}\0`);
}

export function propertyOf(node: FdtNode, name: string): FdtProperty | undefined {
  return node.properties.find((property) => property.name === name);
}

export function childOf(node: FdtNode, name: string): FdtNode | undefined {
  return node.children.find((child) => child.name === name);
}

/** As a kernel reads it that looks at nothing but the length; undefined when it is not there or not of 8 bytes. */
export function u64In(node: FdtNode, name: string, order: ByteOrder): bigint | undefined {
  const data = propertyOf(node, name)?.data;
  return data?.length === 8 ? viewOf(data).getBigUint64(0, order === 'little') : undefined;
}

/** A property that must be there with that many bytes; whatever else it is becomes a problem. */
function sized(node: FdtNode, name: string, sizeBytes: number, structure: string, problems: Problems): DataView | undefined {
  const property = propertyOf(node, name);
  const wrong = (offsetBytes: number, found: string): undefined => {
    problems.add({ structure, offsetBytes, field: name, expected: `a property of ${String(sizeBytes)} bytes`, found });
    return undefined;
  };
  if (property === undefined) return wrong(node.offsetBytes, 'none');
  if (property.lengthBytes !== sizeBytes || property.data.length !== sizeBytes) return wrong(property.offsetBytes, `${String(property.lengthBytes)} bytes`);
  return viewOf(property.data);
}

export function u64Property(node: FdtNode, name: string, order: ByteOrder, structure: string, problems: Problems): bigint | undefined {
  return sized(node, name, 8, structure, problems)?.getBigUint64(0, order === 'little');
}

export function u32Property(node: FdtNode, name: string, order: ByteOrder, structure: string, problems: Problems): number | undefined {
  return sized(node, name, 4, structure, problems)?.getUint32(0, order === 'little');
}

/** The strings of a list property, without the empty rest behind the last NUL. */
export function stringsOf(property: FdtProperty | undefined): readonly string[] {
  if (property === undefined) return [];
  const out: string[] = [];
  for (let at = 0; at < property.data.length;) {
    const nul = property.data.indexOf(0, at);
    const end = nul < 0 ? property.data.length : nul;
    out.push(decodeText(property.data.subarray(at, end)));
    at = end + 1;
  }
  return out;
}

/** What fdt_node_check_compatible() returns: 0 when one string of the list equals, 1 when none does, libfdt's error when there is no list. */
export function checkCompatible(node: FdtNode | undefined, wanted: string): number {
  if (node === undefined) return fdtErrors.BADSTRUCTURE;
  const property = propertyOf(node, 'compatible');
  if (property === undefined) return fdtErrors.NOTFOUND;
  return stringsOf(property).includes(wanted) ? 0 : 1;
}

/** fdt_node_check_compatible(): one string of the list must equal. Its first string is given; undefined, with a problem, when none does. */
export function compatibleProperty(node: FdtNode, wanted: readonly string[], structure: string, problems: Problems): string | undefined {
  const property = propertyOf(node, 'compatible');
  const found = stringsOf(property);
  const match = found.find((one) => wanted.includes(one));
  if (match !== undefined) return match;
  problems.add({ structure, offsetBytes: property?.offsetBytes ?? node.offsetBytes, field: 'compatible', expected: wanted.join(' or '), found: property === undefined ? 'no such property' : found.join(', ') });
  return found[0];
}
