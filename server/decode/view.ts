/**
 * What an editor shows of a decoded file: a tree of nodes in plain JSON, its branches and bytes given when they are asked for. Addresses are
 * strings: u64 values do not survive JSON as numbers.
 */
import type { ByteOrder, NamedBytes } from '../formats/layoutTable';
import { viewOf } from '../formats/layoutTable';
import { hex } from '../formats/problem';
import { decodeText } from '../formats/text';
import type { DecodeFinding } from './findings';
import type { Structure, StructureKind } from './structure';

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
}

export interface ViewNode {
  /** Stands for this node in requests: indexes from the top, `0.3.12`. */
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

/** Most children, fields or bytes that one answer carries. */
export const MOST_CHILDREN = 1000;
export const MOST_BYTES = 65536;

/** Reads bytes of a structure: from physical memory or the file. */
export type ReadBytes = (structure: Structure, offsetBytes: number, lengthBytes: number) => Uint8Array | undefined;

/** Answers an editor's questions about a decoded file. */
export class DecodedView {
  private readonly own = new Map<Structure, ViewFinding[]>();
  private readonly below = new Map<Structure, number>();
  readonly findings: readonly ViewFinding[];

  constructor(private readonly top: Structure, findings: readonly DecodeFinding[], private readonly read: ReadBytes, private readonly order: ByteOrder) {
    this.findings = findings.map(viewFinding);
    this.spread(findings);
  }

  root(): ViewNode {
    return this.node(this.top, '0');
  }

  /** The node of an id; undefined when there is none. */
  find(id: string): ViewNode | undefined {
    const structure = this.structure(id);
    return structure === undefined ? undefined : this.node(structure, id);
  }

  children(id: string, from = 0, count = MOST_CHILDREN): readonly ViewNode[] {
    const parent = this.structure(id);
    if (parent === undefined) return [];
    const start = Math.max(0, from);
    return parent.children.slice(start, start + Math.min(count, MOST_CHILDREN)).map((child, i) => this.node(child, `${id}.${String(start + i)}`));
  }

  fields(id: string): readonly ViewField[] {
    const structure = this.structure(id);
    if (structure?.fields === undefined) return [];
    const { read, order } = this;
    return structure.fields().slice(0, MOST_CHILDREN * 10).map((run) => ({
      structure: run.structure, name: run.field, offsetBytes: run.offsetBytes, sizeBytes: run.lengthBytes, meaning: run.meaning,
      value: valueText(run, read(structure, run.offsetBytes, Math.min(run.lengthBytes, 256)), order),
    }));
  }

  bytes(id: string, offsetBytes: number, lengthBytes: number): ViewBytes | undefined {
    const structure = this.structure(id);
    if (structure === undefined || offsetBytes < 0 || offsetBytes > structure.sizeBytes) return undefined;
    const length = Math.max(0, Math.min(lengthBytes, MOST_BYTES, structure.sizeBytes - offsetBytes));
    const found = this.read(structure, offsetBytes, length);
    return found === undefined ? undefined : { offsetBytes, hex: Array.from(found, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  }

  private structure(id: string): Structure | undefined {
    const [first, ...rest] = id.split('.');
    let at: Structure | undefined = first === '0' ? this.top : undefined;
    for (const part of rest) at = /^\d+$/.test(part) ? at?.children[Number(part)] : undefined;
    return at;
  }

  private node(structure: Structure, id: string): ViewNode {
    const { kind, label, detail, phys, fileOffset, sizeBytes, children, fields } = structure;
    return {
      id, label, detail, kind, ...(phys === undefined ? {} : { phys: hex(phys) }), ...(fileOffset === undefined ? {} : { fileOffset }), sizeBytes,
      childCount: children.length, hasFields: fields !== undefined, findings: this.own.get(structure) ?? [], findingsBelow: this.below.get(structure) ?? 0,
    };
  }

  /** Gives each finding to the innermost structure that holds its place; what has none belongs to the top. */
  private spread(findings: readonly DecodeFinding[]): void {
    for (const finding of findings) {
      const path = pathTo(this.top, finding.phys);
      const last = path[path.length - 1] ?? this.top;
      this.own.set(last, [...(this.own.get(last) ?? []), viewFinding(finding)]);
      for (const one of path.slice(0, -1)) this.below.set(one, (this.below.get(one) ?? 0) + 1);
    }
  }
}

function pathTo(top: Structure, phys: bigint | undefined): readonly Structure[] {
  if (phys === undefined) return [top];
  let best: readonly Structure[] = [top];
  let bestSize = Infinity;
  const path: Structure[] = [];
  const visit = (one: Structure): void => {
    path.push(one);
    if (one.phys !== undefined && phys >= one.phys && phys < one.phys + BigInt(Math.max(1, one.sizeBytes)) && (one.sizeBytes < bestSize || one.phys === phys && best[best.length - 1]?.phys !== phys)) {
      best = [...path];
      bestSize = one.sizeBytes;
    }
    for (const child of one.children) visit(child);
    path.pop();
  };
  visit(top);
  return best;
}

export function viewFinding(finding: DecodeFinding): ViewFinding {
  const { kind, structure, phys, offsetBytes, field, expected, found, message } = finding;
  return { kind, structure, ...(phys === undefined ? {} : { phys: hex(phys) }), offsetBytes, field, expected, found, message };
}

/** A value for people: numbers in decimal, addresses in hex, text in quotes, bytes in hex. */
function valueText(run: NamedBytes, bytes: Uint8Array | undefined, order: ByteOrder): string {
  if (bytes === undefined || bytes.length < Math.min(run.lengthBytes, 256)) return '';
  const view = viewOf(bytes);
  const little = run.order === 'host' && order === 'little';
  switch (run.kind) {
    case 'u8': return String(view.getUint8(0));
    case 'u16': return String(view.getUint16(0, little));
    case 'u32': return String(view.getUint32(0, little));
    case 's32': return String(view.getInt32(0, little));
    case 'u64': return String(view.getBigUint64(0, little));
    case 'pointer': return hex(view.getBigUint64(0, little));
    case 'text': return JSON.stringify(decodeText(bytes));
    case 'bytes': case 'struct': return `${Array.from(bytes.subarray(0, 32), (byte) => byte.toString(16).padStart(2, '0')).join(' ')}${run.lengthBytes > 32 ? ' …' : ''}`;
  }
}
