/**
 * What an editor shows of a decoded file: a tree of nodes in plain JSON, its branches, bytes and blocks given when they are asked for. Addresses are
 * strings: u64 values do not survive JSON as numbers.
 */
import type { ByteOrder, NamedBytes } from '../formats/layoutTable';
import { hex } from '../formats/problem';
import { hexBytes } from '../formats/text';
import type { BlockTable } from './blockTable';
import type { DecodeFinding } from './findings';
import type { Structure, StructureKind } from './structure';
import { Places } from './viewPlaces';
import { MOST_VALUE_BYTES, viewValue } from './viewValue';

/** Where a finding leads to. */
export type ViewGoto =
  /** Bytes of a node. */
  | { readonly kind: 'node'; readonly id: string; readonly offsetBytes: number }
  /** A preserved block; `unowned`: one of those that nobody owns. */
  | { readonly kind: 'block'; readonly phys: string; readonly unowned: boolean }
  /** Memory in which no structure was recognised. */
  | { readonly kind: 'memory'; readonly phys: string; readonly offsetBytes: number };

export interface ViewFinding {
  readonly kind: string;
  readonly structure: string;
  /** `0x…`; absent for bytes of a file. */
  readonly phys?: string;
  readonly offsetBytes: number;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  readonly message: string;
}

export interface PlacedFinding extends ViewFinding {
  /** Absent when it is about no place. */
  readonly goto?: ViewGoto;
}

/** A row of the overlay: bytes of the node with a name. */
export interface ViewField {
  readonly structure: string;
  readonly name: string;
  /** From the start of the node. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly meaning: string;
  /** The value as text; '' when its bytes are not in the image. */
  readonly value: string;
  /** What the value counts: people want the size beside it. */
  readonly unit?: 'bytes' | 'pages' | 'order';
  /** A bit-field in words. */
  readonly note?: string;
  /** The node at the address that the value is. */
  readonly target?: string;
}

export interface ViewNode {
  /** Stands for this node in requests: indexes from the top, `0.3.12`; '' for memory that is no node. */
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly kind: StructureKind;
  /** Where it lies: `0x…` in physical memory, or an offset in the file. Neither for a group. */
  readonly phys?: string;
  readonly fileOffset?: number;
  readonly sizeBytes: number;
  readonly childCount: number;
  readonly hasFields: boolean;
  /** Of `blocks`: whose; absent: everybody's. */
  readonly owner?: number;
  /** Findings about this structure itself. */
  readonly findings: readonly ViewFinding[];
  /** Findings about structures below it. */
  readonly findingsBelow: number;
}

export interface ViewBytes {
  readonly offsetBytes: number;
  /** Two hex digits each; shorter than asked where the image ends. */
  readonly hex: string;
}

/** Bytes of a node or of memory, and the names of those bytes. */
export interface ViewContent {
  readonly node: ViewNode;
  /** Those that touch the bytes asked for, the first MOST_FIELDS. */
  readonly fields: readonly ViewField[];
  /** Absent when the bytes are not in the file. */
  readonly bytes?: ViewBytes;
  /** Of memory: the structures that start in it. */
  readonly inside?: readonly { readonly id: string; readonly label: string }[];
}

/** Most children, fields or bytes that one answer carries. */
export const MOST_CHILDREN = 1000;
export const MOST_BYTES = 65536;
export const MOST_FIELDS = 1000;
const MOST_INSIDE = 20;

/** Reads bytes of a structure, from physical memory or the file: all of them, or with `partly` as many as there are. */
export type ReadBytes = (structure: Structure, offsetBytes: number, lengthBytes: number, partly?: boolean) => Uint8Array | undefined;

export interface ViewParts {
  readonly top: Structure;
  readonly findings: readonly DecodeFinding[];
  readonly read: ReadBytes;
  readonly order: ByteOrder;
  /** Of an image with a handover. */
  readonly blocks?: BlockTable;
}

const TOP = '0';
/** Findings about a preserved block, not about a structure. */
const aboutBlocks: ReadonlySet<string> = new Set<DecodeFinding['kind']>(['overlap', 'scratch-overlap', 'unowned']);

/** Answers an editor's questions about a decoded file. */
export class DecodedView {
  private readonly own = new Map<Structure, ViewFinding[]>();
  private readonly below = new Map<Structure, number>();
  private readonly places: Places;
  private named: { readonly structure: Structure; readonly runs: readonly NamedBytes[] } | undefined;
  readonly findings: readonly PlacedFinding[];

  constructor(private readonly parts: ViewParts) {
    this.places = new Places(parts.top, TOP);
    this.findings = parts.findings.map((finding) => this.place(finding));
  }

  get blocks(): BlockTable | undefined {
    return this.parts.blocks;
  }

  root(): ViewNode {
    return this.node(this.parts.top, TOP);
  }

  children(id: string, from = 0, count = MOST_CHILDREN): readonly ViewNode[] {
    const parent = this.path(id)?.at(-1);
    if (parent === undefined) return [];
    const start = Math.max(0, from);
    return parent.children.slice(start, start + Math.min(count, MOST_CHILDREN)).map((child, i) => this.node(child, `${id}.${String(start + i)}`));
  }

  /** Bytes of the node of an id with their names; undefined when there is none. */
  content(id: string, offsetBytes: number, lengthBytes: number): ViewContent | undefined {
    const structure = this.path(id)?.at(-1);
    if (structure === undefined) return undefined;
    const { from, length } = windowOf(structure, offsetBytes, lengthBytes);
    const bytes = this.bytes(structure, from, length);
    return { node: this.node(structure, id), fields: this.fieldsOf(structure, 0, from, length), ...(bytes === undefined ? {} : { bytes }) };
  }

  /** Bytes at a physical address, with the names of the structures in them. */
  memory(phys: bigint, sizeBytes: number, offsetBytes: number, lengthBytes: number): ViewContent {
    const page = this.parts.blocks === undefined ? undefined : Number(phys >> BigInt(this.parts.blocks.pageShift));
    const block = page === undefined ? undefined : this.parts.blocks?.at(page);
    const owner = block === undefined ? '' : this.parts.blocks?.nameOf(block.owner) ?? '';
    const [label, detail] = block === undefined ? ['memory', ''] : block.pfn === page ? [`block of order ${String(block.order)}`, owner] : ['memory', `in a block of order ${String(block.order)}, ${owner}`];
    const structure: Structure = { kind: 'pages', label, detail, phys, sizeBytes, children: [] };
    const { from, length } = windowOf(structure, offsetBytes, lengthBytes);
    const bytes = this.bytes(structure, from, length);
    const around = this.places.at(phys);
    const starting = this.places.startingIn(phys, sizeBytes, MOST_INSIDE);
    const all = around === undefined || around.phys >= phys ? starting : [around, ...starting];
    const fields = all.flatMap((place) => this.fieldsOf(place.structure, Number(place.phys - phys), from, length)).slice(0, MOST_FIELDS);
    return { node: this.node(structure, ''), fields, ...(bytes === undefined ? {} : { bytes }), inside: all.map((place) => ({ id: place.id, label: place.structure.label })) };
  }

  /** Names of the bytes of a structure that lie in a window of the whole it is part of, in which it starts at `shiftBytes`. */
  private fieldsOf(structure: Structure, shiftBytes: number, from: number, length: number): readonly ViewField[] {
    if (structure.fields === undefined) return [];
    if (this.named?.structure !== structure) this.named = { structure, runs: structure.fields() };
    const { read, order } = this.parts;
    const out: ViewField[] = [];
    for (const run of this.named.runs) {
      const at = run.offsetBytes + shiftBytes;
      if (at + run.lengthBytes <= from || at >= from + length) continue;
      if (out.length >= MOST_FIELDS) break;
      const { value, unit, note, address } = viewValue(run, read(structure, run.offsetBytes, Math.min(run.lengthBytes, MOST_VALUE_BYTES)), order);
      const place = address === undefined ? undefined : this.places.at(address);
      const target = place?.phys === address ? place?.id : undefined;
      out.push({
        structure: run.structure, name: run.field, offsetBytes: at, sizeBytes: run.lengthBytes, meaning: run.meaning, value,
        ...(unit === undefined ? {} : { unit }), ...(note === undefined ? {} : { note }), ...(target === undefined ? {} : { target }),
      });
    }
    return out;
  }

  private bytes(structure: Structure, offsetBytes: number, lengthBytes: number): ViewBytes | undefined {
    const found = this.parts.read(structure, offsetBytes, lengthBytes, true);
    return found === undefined || found.length === 0 && lengthBytes > 0 ? undefined : { offsetBytes, hex: hexBytes(found) };
  }

  /** From the top down to the structure of an id. */
  private path(id: string): readonly Structure[] | undefined {
    const [first, ...rest] = id.split('.');
    if (first !== TOP) return undefined;
    const path = [this.parts.top];
    for (const part of rest) {
      const child = /^\d+$/.test(part) ? path.at(-1)?.children[Number(part)] : undefined;
      if (child === undefined) return undefined;
      path.push(child);
    }
    return path;
  }

  private node(structure: Structure, id: string): ViewNode {
    const { kind, label, detail, phys, fileOffset, sizeBytes, children, fields, owner } = structure;
    return {
      id, label, detail, kind, ...(phys === undefined ? {} : { phys: hex(phys) }), ...(fileOffset === undefined ? {} : { fileOffset }), sizeBytes,
      childCount: children.length, hasFields: fields !== undefined, ...(owner === undefined ? {} : { owner }), findings: this.own.get(structure) ?? [], findingsBelow: this.below.get(structure) ?? 0,
    };
  }

  /** Gives a finding to the structure that holds its place; what has none belongs to the top. */
  private place(finding: DecodeFinding): PlacedFinding {
    const view = viewFinding(finding);
    const goto = this.gotoOf(finding);
    const path = goto?.kind === 'node' ? this.path(goto.id) ?? [] : [];
    const last = path.at(-1) ?? this.parts.top;
    const own = this.own.get(last);
    if (own === undefined) this.own.set(last, [view]);
    else own.push(view);
    for (const one of path.slice(0, -1)) this.below.set(one, (this.below.get(one) ?? 0) + 1);
    return { ...view, ...(goto === undefined ? {} : { goto }) };
  }

  private gotoOf({ kind, phys, offsetBytes }: DecodeFinding): ViewGoto | undefined {
    if (phys === undefined) return this.inFile(kind, offsetBytes);
    if (aboutBlocks.has(kind)) return { kind: 'block', phys: hex(phys), unowned: kind === 'unowned' };
    const around = this.places.at(phys);
    const found = around?.phys === phys ? around : this.places.at(phys + BigInt(offsetBytes)) ?? around;
    if (found !== undefined) return { kind: 'node', id: found.id, offsetBytes: Math.max(0, Number(phys + BigInt(offsetBytes) - found.phys)) };
    return { kind: 'memory', phys: hex(phys), offsetBytes };
  }

  /** The innermost node over an offset in the file. Of an image only what is said about the file itself has one. */
  private inFile(kind: DecodeFinding['kind'], offsetBytes: number): ViewGoto | undefined {
    let [at, id] = [this.parts.top, TOP];
    if (at.fileOffset === undefined && kind !== 'image') return undefined;
    for (;;) {
      const i = at.children.findIndex((child) => child.fileOffset !== undefined && child.fileOffset <= offsetBytes && offsetBytes < child.fileOffset + child.sizeBytes);
      const child = at.children[i];
      if (child === undefined) break;
      [at, id] = [child, `${id}.${String(i)}`];
    }
    return at.fileOffset === undefined ? undefined : { kind: 'node', id, offsetBytes: offsetBytes - at.fileOffset };
  }
}

/** What of a structure is asked for and may be given. */
function windowOf(structure: Structure, offsetBytes: number, lengthBytes: number): { readonly from: number; readonly length: number } {
  const from = Math.max(0, Math.min(offsetBytes, structure.sizeBytes));
  return { from, length: Math.max(0, Math.min(lengthBytes, MOST_BYTES, structure.sizeBytes - from)) };
}

export function viewFinding(finding: DecodeFinding): ViewFinding {
  const { kind, structure, phys, offsetBytes, field, expected, found, message } = finding;
  return { kind, structure, ...(phys === undefined ? {} : { phys: hex(phys) }), offsetBytes, field, expected, found, message };
}
