/** Every byte of a flattened device tree by name, in order and without gaps: for the hex view. */
import { overlay } from '../layoutTable';
import type { NamedBytes } from '../layoutTable';
import type { FdtNode, FdtProperty, FdtTree } from './read';
import { isKhoTree, nameKhoProperty } from '../khoProperties';
import { fdtHeader, fdtPropertyHeader, fdtReservation, headerBytesOf } from './layout';

/** Runs that lie inside the given bytes. Where blocks of a hostile tree lie over each other, the one that starts first is shown. */
export function nameFdtBytes(tree: FdtTree): readonly NamedBytes[] {
  const runs: NamedBytes[] = overlay(fdtHeader, 0).filter((run) => run.offsetBytes < headerBytesOf(tree.header.version));
  const { off_mem_rsvmap: reservations, off_dt_strings: strings, size_dt_strings: stringBytes } = tree.header;
  for (const { offsetBytes } of tree.reservations) runs.push(...overlay(fdtReservation, offsetBytes));
  runs.push(...overlay(fdtReservation, reservations + tree.reservations.length * fdtReservation.sizeBytes).map((run) => ({ ...run, meaning: 'the end of the reservations: address and size 0' })));
  if (tree.root !== undefined) nameNode(tree, tree.root, runs);
  if (tree.complete) runs.push(plain('FDT structure block', 'FDT_END', tree.structEndBytes - 4, 4, '9: end of the structure block'));
  nameStrings(tree.bytes, strings, Math.min(tree.bytes.length, strings + stringBytes), runs);
  return fill(runs, tree);
}

function plain(structure: string, field: string, offsetBytes: number, lengthBytes: number, meaning: string): NamedBytes {
  return { structure, field, offsetBytes, lengthBytes, meaning, kind: lengthBytes === 4 ? 'u32' : 'bytes', order: 'big' };
}

/** Text when it is nothing but printable strings, as `compatible` is; else a cell, or bytes. */
function propertyData({ name, data, dataOffsetBytes }: FdtProperty, structure: string): NamedBytes {
  const run = plain(structure, name ?? 'data', dataOffsetBytes, data.length, 'value of the property');
  return data.length > 1 && data[0] !== 0 && data[data.length - 1] === 0 && data.every((byte) => byte === 0 || byte >= 0x20 && byte < 0x7f) ? { ...run, kind: 'text' } : run.kind === 'u32' ? { ...run, show: 'hex' } : run;
}

function nameNode(tree: FdtTree, root: FdtNode, runs: NamedBytes[]): void {
  const stack: FdtNode[] = [root];
  const kho = isKhoTree(root);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const label = node.name === '' ? 'root node' : `node ${node.name}`;
    runs.push(plain(label, 'FDT_BEGIN_NODE', node.offsetBytes, 4, '1: a node begins'));
    const nul = tree.bytes.indexOf(0, node.offsetBytes + 4);
    const nameEnd = nul < 0 ? tree.bytes.length : nul + 1;
    runs.push({ structure: label, field: 'name', offsetBytes: node.offsetBytes + 4, lengthBytes: nameEnd - node.offsetBytes - 4, meaning: 'name of the node', kind: 'text', order: 'big' });
    for (const property of node.properties) {
      const structure = `${label}, property ${property.name ?? `nameoff ${String(property.nameOffset)}`}`;
      runs.push(...overlay(fdtPropertyHeader, property.offsetBytes).map((run) => ({ ...run, structure })));
      runs.push(...kho && nameKhoProperty(property, structure) || [propertyData(property, structure)]);
    }
    if (tree.bytes[node.endBytes - 1] === 2 && node.endBytes - 4 > node.offsetBytes) runs.push(plain(label, 'FDT_END_NODE', node.endBytes - 4, 4, '2: the node ends'));
    for (const child of node.children) stack.push(child);
  }
}

function nameStrings(bytes: Uint8Array, from: number, end: number, runs: NamedBytes[]): void {
  for (let at = from; at < end;) {
    const nul = bytes.indexOf(0, at);
    const next = nul < 0 || nul >= end ? end : nul + 1;
    runs.push({ structure: 'FDT strings block', field: 'name', offsetBytes: at, lengthBytes: next - at, meaning: 'name of a property', kind: 'text', order: 'big' });
    at = next;
  }
}

/** In order, cut where they overlap or leave the bytes, with what lies between named as well. */
function fill(runs: readonly NamedBytes[], tree: FdtTree): NamedBytes[] {
  const out: NamedBytes[] = [];
  const endBytes = tree.bytes.length;
  let at = 0;
  const gap = (to: number): void => {
    if (to <= at) return;
    const inside = Math.min(to, Math.max(at, tree.header.totalsize));
    if (inside > at) out.push({ structure: 'FDT', field: 'padding', offsetBytes: at, lengthBytes: inside - at, meaning: 'not used', kind: 'bytes', order: 'big' });
    if (to > inside) out.push({ structure: 'behind the FDT', field: 'slack', offsetBytes: inside, lengthBytes: to - inside, meaning: 'behind the tree', kind: 'bytes', order: 'big' });
    at = to;
  };
  for (const run of [...runs].sort((a, b) => a.offsetBytes - b.offsetBytes)) {
    const from = Math.max(at, run.offsetBytes);
    const end = Math.min(endBytes, run.offsetBytes + run.lengthBytes);
    if (end <= from) continue;
    gap(from);
    out.push({ ...run, offsetBytes: from, lengthBytes: end - from });
    at = end;
  }
  gap(endBytes);
  return out;
}
