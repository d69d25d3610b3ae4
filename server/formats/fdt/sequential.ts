/**
 * Writes a flattened device tree in sequence, byte for byte as libfdt's fdt_sw.c does (7.1.5): strings grow down from the end of the buffer, so
 * that the newest comes first; finishing moves them behind the structure block and leaves their old bytes where they were.
 */
import { encodeText } from '../text';
import { viewOf } from '../layoutTable';
import type { FdtAnswer, FdtError } from './layout';
import {
  FDT_BEGIN_NODE, FDT_END, FDT_END_NODE, FDT_LAST_COMP_VERSION, FDT_MAGIC, FDT_PROP, FDT_VERSION, align, done, failed, fdtHeader, fdtPropertyHeader, fdtReservation,
  findString, tagAlign,
} from './layout';
import { encodeInto } from '../layoutTable';

const HEADER_BYTES = align(fdtHeader.sizeBytes, 16);

type State = 'reservations' | 'structure' | 'finished';

export class FdtSequentialWriter {
  /** The buffer as memory holds it; after finish() the tree stands at its start. */
  readonly buffer: Uint8Array;
  private readonly view: DataView;
  private state: State = 'reservations';
  private structAt = HEADER_BYTES;
  private structBytes = 0;
  private stringBytes = 0;
  /** Names from the end of the buffer, until the next string is added: a suffix of that one might be found first. */
  private readonly known = new Map<string, number>();

  private constructor(private readonly bufferBytes: number) {
    this.buffer = new Uint8Array(bufferBytes);
    this.view = viewOf(this.buffer);
  }

  /** fdt_create(): a zeroed buffer of that many bytes. */
  static create(bufferBytes: number): FdtAnswer<FdtSequentialWriter> {
    if (bufferBytes < HEADER_BYTES) return failed('NOSPACE');
    return { ok: true, value: new FdtSequentialWriter(bufferBytes) };
  }

  /** fdt_add_reservemap_entry() */
  addReservation(address: bigint, size: bigint): FdtAnswer<undefined> {
    if (this.state !== 'reservations') return failed('BADSTATE');
    if (this.structAt + fdtReservation.sizeBytes > this.bufferBytes) return failed('NOSPACE');
    encodeInto(fdtReservation, { address, size }, this.buffer, this.structAt, 'big');
    this.structAt += fdtReservation.sizeBytes;
    return done;
  }

  /** fdt_finish_reservemap() */
  finishReservations(): FdtAnswer<undefined> {
    const answer = this.addReservation(0n, 0n);
    if (answer.ok) this.state = 'structure';
    return answer;
  }

  /** fdt_begin_node(); the root's name is empty. */
  beginNode(name: string): FdtAnswer<undefined> {
    const bytes = encodeText(name);
    const at = this.grab(4 + tagAlign(bytes.length + 1));
    if (typeof at !== 'number') return failed(at.error);
    this.view.setUint32(at, FDT_BEGIN_NODE);
    this.buffer.set(bytes, at + 4);
    return done;
  }

  /** fdt_end_node() */
  endNode(): FdtAnswer<undefined> {
    const at = this.grab(4);
    if (typeof at !== 'number') return failed(at.error);
    this.view.setUint32(at, FDT_END_NODE);
    return done;
  }

  /** fdt_property_placeholder(): gives the data of the new property, zeroed, to be filled in at any time before finish(). */
  placeholder(name: string, lengthBytes: number): FdtAnswer<Uint8Array> {
    if (this.state !== 'structure') return failed('BADSTATE');
    const before = this.stringBytes;
    const fromEnd = this.string(name);
    if (fromEnd === undefined) return failed('NOSPACE');
    const at = this.grab(fdtPropertyHeader.sizeBytes + tagAlign(lengthBytes));
    if (typeof at !== 'number') {
      if (this.stringBytes !== before) this.known.clear();
      this.stringBytes = before;
      return failed(at.error);
    }
    // Until finish() the offset counts from the end of the strings, negative.
    encodeInto(fdtPropertyHeader, { tag: FDT_PROP, len: lengthBytes, nameoff: -fromEnd }, this.buffer, at, 'big');
    const data = at + fdtPropertyHeader.sizeBytes;
    return { ok: true, value: this.buffer.subarray(data, data + lengthBytes) };
  }

  /** fdt_property() */
  property(name: string, value: Uint8Array): FdtAnswer<undefined> {
    const answer = this.placeholder(name, value.length);
    if (!answer.ok) return answer;
    answer.value.set(value);
    return done;
  }

  /** fdt_property_string(): the bytes and a NUL. */
  stringProperty(name: string, value: string): FdtAnswer<undefined> {
    return this.property(name, encodeText(`${value}\0`));
  }

  /** fdt_finish(): the tree, a view of the buffer without slack. */
  finish(): FdtAnswer<Uint8Array> {
    const end = this.grab(4);
    if (typeof end !== 'number') return failed(end.error);
    this.view.setUint32(end, FDT_END);
    const stringsAt = this.structAt + this.structBytes;
    this.buffer.copyWithin(stringsAt, this.bufferBytes - this.stringBytes, this.bufferBytes);
    this.fixNames();
    const totalsize = stringsAt + this.stringBytes;
    encodeInto(fdtHeader, {
      magic: FDT_MAGIC, totalsize, off_dt_struct: this.structAt, off_dt_strings: stringsAt, off_mem_rsvmap: HEADER_BYTES, version: FDT_VERSION,
      last_comp_version: FDT_LAST_COMP_VERSION, boot_cpuid_phys: 0, size_dt_strings: this.stringBytes, size_dt_struct: this.structBytes,
    }, this.buffer, 0, 'big');
    this.state = 'finished';
    return { ok: true, value: this.buffer.subarray(0, totalsize) };
  }

  private fixNames(): void {
    for (let at = this.structAt; ;) {
      const tag = this.view.getUint32(at);
      if (tag === FDT_END) return;
      if (tag === FDT_BEGIN_NODE) at += tagAlign(5 + this.buffer.indexOf(0, at + 4) - (at + 4));
      else if (tag === FDT_PROP) {
        this.view.setUint32(at + 8, this.view.getUint32(at + 8) + this.stringBytes);
        at += tagAlign(fdtPropertyHeader.sizeBytes + this.view.getUint32(at + 4));
      } else at += 4;
    }
  }

  /** Room at the end of the structure block. */
  private grab(lengthBytes: number): number | { readonly error: FdtError } {
    if (this.state !== 'structure') return { error: 'BADSTATE' };
    if (this.structBytes + lengthBytes > this.bufferBytes - this.structAt - this.stringBytes) return { error: 'NOSPACE' };
    const at = this.structAt + this.structBytes;
    this.structBytes += lengthBytes;
    return at;
  }

  /** How far before the end of the strings a name stands, added when it is not there; undefined without room. */
  private string(name: string): number | undefined {
    const seen = this.known.get(name);
    if (seen !== undefined) return seen;
    const bytes = encodeText(name);
    const found = findString(this.buffer.subarray(this.bufferBytes - this.stringBytes), bytes);
    let fromEnd = this.stringBytes - found;
    if (found < 0) {
      fromEnd = this.stringBytes + bytes.length + 1;
      if (this.bufferBytes - fromEnd < this.structAt + this.structBytes) return undefined;
      this.buffer.set(bytes, this.bufferBytes - fromEnd);
      this.buffer[this.bufferBytes - fromEnd + bytes.length] = 0;
      this.stringBytes = fromEnd;
      this.known.clear();
    }
    this.known.set(name, fromEnd);
    return fromEnd;
  }
}
