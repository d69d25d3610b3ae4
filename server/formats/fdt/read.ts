/**
 * Reads a flattened device tree of any origin. Nothing in it is trusted: every offset is checked, time and memory are bounded by the bytes that are
 * there. What can be read is given even when the rest is cut off, as in `kho/out/fdt` of real kernels, where the strings are missing.
 */
import { Problems } from '../problem';
import type { FormatProblem } from '../problem';
import { decode, viewOf } from '../layoutTable';
import type { Values } from '../layoutTable';
import { decodeText } from '../text';
import { checkHeader, readHeader } from './header';
import { FDT_BEGIN_NODE, FDT_END, FDT_END_NODE, FDT_NOP, FDT_PROP, fdtReservation, tagAlign } from './layout';
import type { fdtHeader } from './layout';

export interface FdtProperty {
  /** Undefined when the strings block does not reach as far. */
  readonly name: string | undefined;
  readonly nameOffset: number;
  /** Where its tag stands, from the start of the tree. */
  readonly offsetBytes: number;
  readonly dataOffsetBytes: number;
  /** As the tree says; `data` is shorter when the bytes end before. */
  readonly lengthBytes: number;
  readonly data: Uint8Array;
}

export interface FdtNode {
  readonly name: string;
  readonly depth: number;
  /** Where its FDT_BEGIN_NODE stands, from the start of the tree. */
  readonly offsetBytes: number;
  /** Behind its FDT_END_NODE; where reading stopped when there is none. */
  readonly endBytes: number;
  readonly properties: readonly FdtProperty[];
  readonly children: readonly FdtNode[];
}

export interface FdtTree {
  readonly bytes: Uint8Array;
  readonly header: Values<typeof fdtHeader['specs']>;
  readonly reservations: readonly { readonly offsetBytes: number; readonly address: bigint; readonly size: bigint }[];
  /** Undefined when the structure block does not start with a node. */
  readonly root: FdtNode | undefined;
  /** Where the structure block was read to: behind FDT_END when it is whole. */
  readonly structEndBytes: number;
  /** Whether the structure block is closed as it should be. */
  readonly complete: boolean;
  /** Whether fewer bytes are there than the header says. */
  readonly truncated: boolean;
  readonly problems: readonly FormatProblem[];
  readonly problemsLeftOut: number;
}

export interface FdtReadOptions {
  /** A strings block to use where that of the tree is cut off. */
  readonly strings?: Uint8Array;
  /** Deeper nodes are not opened. */
  readonly maxDepth?: number;
}

const MAX_DEPTH = 64;
/** Longer names are cut off: the specification allows 31 characters, and without a bound a table without NULs costs its square. */
const MAX_NAME_BYTES = 512;

interface OpenNode {
  name: string; depth: number; offsetBytes: number; endBytes: number; properties: FdtProperty[]; children: OpenNode[];
}

/** Reads a tree; a problem only when there is no header of one. */
export function readFdt(bytes: Uint8Array, options: FdtReadOptions = {}): FdtTree | FormatProblem {
  const header = readHeader(bytes);
  if (!header.ok) return header.problem;
  return new Reader(bytes, header.value, options).read();
}

export function isFdtTree(answer: FdtTree | FormatProblem): answer is FdtTree {
  return 'header' in answer;
}

class Reader {
  private readonly view: DataView;
  private readonly problems = new Problems(100);
  private readonly end: number;
  private readonly structEnd: number;
  private readonly strings: Uint8Array;
  private readonly names = new Map<number, string | undefined>();

  constructor(private readonly bytes: Uint8Array, private readonly header: Values<typeof fdtHeader['specs']>, private readonly options: FdtReadOptions) {
    this.view = viewOf(bytes);
    checkHeader(header, bytes.length, this.problems);
    this.end = Math.min(bytes.length, Math.max(header.totalsize, 0));
    const { off_dt_struct, size_dt_struct, off_dt_strings, size_dt_strings, version } = header;
    this.structEnd = version >= 17 ? Math.min(this.end, off_dt_struct + size_dt_struct) : this.end;
    this.strings = bytes.subarray(Math.min(off_dt_strings, this.end), Math.min(this.end, off_dt_strings + size_dt_strings));
  }

  read(): FdtTree {
    const reservations = this.reservations();
    const { root, at, complete } = this.structure();
    const { bytes, header, problems } = this;
    return { bytes, header, reservations, root, structEndBytes: at, complete, truncated: bytes.length < header.totalsize, problems: problems.list, problemsLeftOut: problems.leftOut };
  }

  private problem(offsetBytes: number, field: string, expected: string, found: string, structure = 'FDT structure block'): void {
    this.problems.add({ structure, offsetBytes, field, expected, found });
  }

  private reservations(): FdtTree['reservations'] {
    const out: { offsetBytes: number; address: bigint; size: bigint }[] = [];
    for (let at = this.header.off_mem_rsvmap; ; at += fdtReservation.sizeBytes) {
      const entry = decode(fdtReservation, this.bytes.subarray(0, this.end), at, 'big');
      if (!entry.ok) {
        this.problems.add({ ...entry.problem, expected: 'an entry with address and size 0 that ends the list' });
        return out;
      }
      if (entry.value.address === 0n && entry.value.size === 0n) return out;
      out.push({ offsetBytes: at, ...entry.value });
    }
  }

  private structure(): { root: FdtNode | undefined; at: number; complete: boolean } {
    const { view, structEnd } = this;
    const maxDepth = this.options.maxDepth ?? MAX_DEPTH;
    const stack: OpenNode[] = [];
    let root: OpenNode | undefined;
    let at = this.header.off_dt_struct;
    const stop = (complete: boolean): { root: FdtNode | undefined; at: number; complete: boolean } => {
      for (const node of stack) node.endBytes = Math.min(at, structEnd);
      return { root, at: Math.min(at, structEnd), complete };
    };
    if (at % 4 !== 0) return stop(false);
    for (;;) {
      if (at + 4 > structEnd) {
        this.problem(at, 'tag', 'a tag', 'the end of the block');
        return stop(false);
      }
      const tag = view.getUint32(at);
      const node = stack[stack.length - 1];
      switch (tag) {
        case FDT_BEGIN_NODE: {
          const nameEnd = this.bytes.indexOf(0, at + 4);
          if (nameEnd < 0 || nameEnd >= structEnd) {
            this.problem(at, 'name', 'a NUL before the end of the block', 'none');
            return stop(false);
          }
          if (node === undefined && root !== undefined) {
            this.problem(at, 'tag', 'FDT_END behind the root node', 'another root node');
            return stop(false);
          }
          if (stack.length >= maxDepth) {
            this.problem(at, 'depth', `nodes nested at most ${String(maxDepth)} deep`, 'a deeper one');
            return stop(false);
          }
          const opened: OpenNode = { name: this.name(this.bytes, at + 4, nameEnd), depth: stack.length, offsetBytes: at, endBytes: at, properties: [], children: [] };
          if (node === undefined) root = opened;
          else node.children.push(opened);
          stack.push(opened);
          at = tagAlign(nameEnd + 1);
          break;
        }
        case FDT_END_NODE: {
          at += 4;
          if (node === undefined) {
            this.problem(at - 4, 'tag', 'FDT_END_NODE only inside a node', 'one outside');
            return stop(false);
          }
          node.endBytes = at;
          stack.pop();
          break;
        }
        case FDT_PROP: {
          const next = this.property(at, node);
          if (next === undefined) {
            at = structEnd;
            return stop(false);
          }
          at = next;
          break;
        }
        case FDT_NOP: at += 4; break;
        case FDT_END: {
          at += 4;
          if (node !== undefined || root === undefined) this.problem(at - 4, 'tag', root === undefined ? 'a root node' : 'FDT_END_NODE', 'FDT_END');
          return stop(node === undefined && root !== undefined);
        }
        default:
          this.problem(at, 'tag', 'a tag (1, 2, 3, 4 or 9)', `0x${tag.toString(16)}`);
          return stop(false);
      }
    }
  }

  /** Takes a property into its node; undefined when it does not end. */
  private property(at: number, node: OpenNode | undefined): number | undefined {
    const { view, structEnd } = this;
    if (at + 12 > structEnd) {
      this.problem(at, 'len', 'a whole property header', 'the end of the block', 'FDT property');
      return undefined;
    }
    const lengthBytes = view.getUint32(at + 4);
    const nameOffset = view.getUint32(at + 8);
    let dataAt = at + 12;
    // Before version 16 longer data was aligned to 8.
    if (this.header.version < 16 && lengthBytes >= 8 && (dataAt - this.header.off_dt_struct) % 8 !== 0) dataAt += 4;
    const data = this.bytes.subarray(dataAt, Math.min(structEnd, dataAt + lengthBytes));
    const name = this.propertyName(nameOffset);
    if (name === undefined) this.problem(at, 'nameoff', `a name in the strings block (${String(this.strings.length)} bytes)`, String(nameOffset), 'FDT property');
    if (node === undefined) this.problem(at, 'tag', 'a property inside a node', 'one outside', 'FDT property');
    else {
      const last = node.children[node.children.length - 1];
      if (last !== undefined) this.problem(at, 'tag', 'properties before the nodes of a node', `one behind node ${last.name}`, 'FDT property');
      node.properties.push({ name, nameOffset, offsetBytes: at, dataOffsetBytes: dataAt, lengthBytes, data });
    }
    if (data.length < lengthBytes) {
      this.problem(at, 'len', `at most ${String(Math.max(0, structEnd - dataAt))} bytes of data`, String(lengthBytes), 'FDT property');
      return undefined;
    }
    return tagAlign(dataAt + lengthBytes);
  }

  private propertyName(offset: number): string | undefined {
    if (this.names.has(offset)) return this.names.get(offset);
    const given = this.options.strings;
    let table = this.strings;
    let end = offset < table.length ? table.indexOf(0, offset) : -1;
    if (end < 0 && given !== undefined && this.bytes.length < this.header.totalsize) {
      table = given;
      end = offset < table.length ? table.indexOf(0, offset) : -1;
    }
    const name = end < 0 ? undefined : this.name(table, offset, end);
    this.names.set(offset, name);
    return name;
  }

  private name(within: Uint8Array, from: number, end: number): string {
    if (end - from <= MAX_NAME_BYTES) return decodeText(within.subarray(from, end));
    this.problem(from, 'name', `at most ${String(MAX_NAME_BYTES)} bytes`, String(end - from), 'FDT name');
    return decodeText(within.subarray(from, from + MAX_NAME_BYTES));
  }
}
