/** The structures of an image as a tree: what the walk found, where it lies, and the names of its bytes when somebody looks. */
import type { NamedBytes, Specs, Table } from '../formats/layoutTable';
import { overlay } from '../formats/layoutTable';
import type { FdtTree } from '../formats/fdt/read';
import { nameFdtBytes } from '../formats/fdt/overlay';

export type StructureKind =
  | 'image' | 'handover' | 'fdt' | 'chunk' | 'bitmap' | 'radix-node' | 'radix-leaf' | 'record' | 'array' | 'blob' | 'pages' | 'scratch' | 'boot-record' | 'stream' | 'entry' | 'group' | 'blocks';

export interface Structure {
  readonly kind: StructureKind;
  readonly label: string;
  readonly detail: string;
  /** Physical address; undefined for what lies nowhere (a group) or in a file (`fileOffset`). */
  readonly phys: bigint | undefined;
  readonly fileOffset?: number;
  readonly sizeBytes: number;
  /** Of `blocks`: whose they are (`PreservedBlocks`, 0: nobody's); undefined: all. */
  readonly owner?: number;
  /** Names of its bytes, from its start. Made when asked for. */
  readonly fields?: () => readonly NamedBytes[];
  readonly children: readonly Structure[];
}

export function record(of: Table<Specs>, label: string, detail: string, phys: bigint, children: readonly Structure[] = []): Structure {
  return { kind: 'record', label, detail, phys, sizeBytes: of.sizeBytes, fields: () => overlay(of, 0), children };
}

export function fdtStructure(tree: FdtTree, label: string, detail: string, phys: bigint, children: readonly Structure[] = []): Structure {
  return { kind: 'fdt', label, detail, phys, sizeBytes: tree.bytes.length, fields: () => nameFdtBytes(tree), children };
}

export function group(label: string, detail: string, children: readonly Structure[]): Structure {
  return { kind: 'group', label, detail, phys: undefined, sizeBytes: 0, children };
}

/** Fields of a table at an offset, then those of equal tables behind each other. */
export function arrayFields(header: Table<Specs> | undefined, entry: Table<Specs>, count: number): readonly NamedBytes[] {
  const start = header?.sizeBytes ?? 0;
  const out = header === undefined ? [] : overlay(header, 0);
  for (let i = 0; i < count; i++) out.push(...overlay(entry, start + i * entry.sizeBytes, `[${String(i)}].`));
  return out;
}
