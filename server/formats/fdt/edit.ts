/**
 * Changes a flattened device tree in place, byte for byte as libfdt's fdt_rw.c does (7.1.5): new nodes stand before their siblings, new properties before
 * those that are there, new names at the end of the strings. Bytes that move leave their old copies behind, as in the kernel's page.
 */
import { encodeText } from '../text';
import { encodeInto, viewOf } from '../layoutTable';
import { checkHeader, readHeader } from './header';
import type { FdtHeader } from './header';
import { Problems } from '../problem';
import type { FdtAnswer, FdtError } from './layout';
import {
  FDT_BEGIN_NODE, FDT_END, FDT_END_NODE, FDT_LAST_COMP_VERSION, FDT_MAGIC, FDT_NOP, FDT_PROP, FDT_VERSION, align, done, failed, fdtHeader, fdtPropertyHeader,
  fdtReservation, findString, tagAlign,
} from './layout';

const AT = '@'.charCodeAt(0);

interface Tag { readonly tag: number; readonly next: number }

export class FdtEditor {
  private readonly view: DataView;
  private header: FdtHeader;

  private constructor(readonly buffer: Uint8Array, header: FdtHeader) {
    this.view = viewOf(buffer);
    this.header = header;
  }

  /**
   * Opens the tree at the start of a buffer for changes and gives it room (fdt_open_into() with the tree's own buffer): totalsize becomes `roomBytes`.
   * The buffer is changed by what follows.
   */
  static open(buffer: Uint8Array, roomBytes: number): FdtAnswer<FdtEditor> {
    const read = readHeader(buffer);
    if (!read.ok) return failed(read.problem.field === 'magic' ? 'BADMAGIC' : 'TRUNCATED');
    const problems = new Problems(1);
    checkHeader(read.value, buffer.length, problems);
    const [problem] = problems.list;
    if (problem !== undefined) return failed(problem.field.includes('version') ? 'BADVERSION' : /multiple/.test(problem.expected) ? 'ALIGNMENT' : 'TRUNCATED');
    if (read.value.version < 16) return failed('BADVERSION');
    if (read.value.totalsize > roomBytes || roomBytes > buffer.length) return failed('NOSPACE');
    const editor = new FdtEditor(buffer, read.value);
    return editor.takeRoom(roomBytes);
  }

  /** The tree as it is: room included until pack(). */
  blob(): Uint8Array {
    return this.buffer.subarray(0, this.header.totalsize);
  }

  /** fdt_subnode_offset(): the offset of a child, in the structure block; a name without `@` also finds one with a unit address. */
  subnode(parent: number, name: string): FdtAnswer<number> {
    const wanted = encodeText(name);
    let at = this.tag(parent);
    if (at?.tag !== FDT_BEGIN_NODE) return failed('BADOFFSET');
    let offset = at.next;
    for (let depth = 1; depth > 0;) {
      at = this.tag(offset);
      if (at === undefined) return failed('BADSTRUCTURE');
      if (at.tag === FDT_BEGIN_NODE) {
        if (depth === 1 && this.nodeNameIs(offset, wanted)) return { ok: true, value: offset };
        depth++;
      } else if (at.tag === FDT_END_NODE) depth--;
      else if (at.tag === FDT_END) return failed('NOTFOUND');
      offset = at.next;
    }
    return failed('NOTFOUND');
  }

  /** The offsets of a node's children, in the structure block, in their order. */
  subnodes(parent: number): readonly number[] {
    const found: number[] = [];
    let offset = this.tag(parent)?.next ?? 0;
    for (let depth = 1; depth > 0;) {
      const at = this.tag(offset);
      if (at === undefined || at.tag === FDT_END) break;
      if (at.tag === FDT_BEGIN_NODE && depth++ === 1) found.push(offset);
      else if (at.tag === FDT_END_NODE) depth--;
      offset = at.next;
    }
    return found;
  }

  /** fdt_getprop(): a view of the data. */
  getProperty(node: number, name: string): FdtAnswer<Uint8Array> {
    const at = this.propertyAt(node, name);
    if (typeof at !== 'number') return failed(at.error);
    const data = this.header.off_dt_struct + at + fdtPropertyHeader.sizeBytes;
    return { ok: true, value: this.buffer.subarray(data, data + this.propertyLength(at)) };
  }

  /** fdt_add_subnode(): gives the offset of the new node. */
  addSubnode(parent: number, name: string): FdtAnswer<number> {
    const there = this.subnode(parent, name);
    if (there.ok) return failed('EXISTS');
    if (there.error !== 'NOTFOUND') return failed(there.error);
    const offset = this.behindProperties(parent);
    if (typeof offset !== 'number') return failed(offset.error);
    const bytes = encodeText(name);
    const nameBytes = tagAlign(bytes.length + 1);
    const error = this.spliceStructure(offset, 0, 8 + nameBytes);
    if (error !== undefined) return failed(error);
    const at = this.header.off_dt_struct + offset;
    this.view.setUint32(at, FDT_BEGIN_NODE);
    this.buffer.fill(0, at + 4, at + 4 + nameBytes);
    this.buffer.set(bytes, at + 4);
    this.view.setUint32(at + 4 + nameBytes, FDT_END_NODE);
    return { ok: true, value: offset };
  }

  /** fdt_del_node() */
  deleteNode(node: number): FdtAnswer<undefined> {
    let offset = node;
    let depth = 0;
    do {
      const at = this.tag(offset);
      if (at === undefined || at.tag === FDT_END) return failed('BADSTRUCTURE');
      if (at.tag === FDT_BEGIN_NODE) depth++;
      else if (at.tag === FDT_END_NODE) depth--;
      else if (depth === 0) return failed('BADOFFSET');
      offset = at.next;
    } while (depth > 0);
    const error = this.spliceStructure(node, offset - node, 0);
    return error === undefined ? done : failed(error);
  }

  /** fdt_setprop(). Bytes of padding behind the data are not cleared. */
  setProperty(node: number, name: string, value: Uint8Array): FdtAnswer<undefined> {
    const there = this.propertyAt(node, name);
    let at: number;
    if (typeof there === 'number') {
      at = there;
      const error = this.spliceStructure(at + fdtPropertyHeader.sizeBytes, tagAlign(this.propertyLength(at)), tagAlign(value.length));
      if (error !== undefined) return failed(error);
      this.view.setUint32(this.header.off_dt_struct + at + 4, value.length);
    } else {
      if (there.error !== 'NOTFOUND') return failed(there.error);
      const added = this.addProperty(node, name, value.length);
      if (typeof added !== 'number') return failed(added.error);
      at = added;
    }
    this.buffer.set(value, this.header.off_dt_struct + at + fdtPropertyHeader.sizeBytes);
    return done;
  }

  /** fdt_delprop(). The name stays in the strings. */
  deleteProperty(node: number, name: string): FdtAnswer<undefined> {
    const at = this.propertyAt(node, name);
    if (typeof at !== 'number') return failed(at.error);
    const error = this.spliceStructure(at, fdtPropertyHeader.sizeBytes + tagAlign(this.propertyLength(at)), 0);
    return error === undefined ? done : failed(error);
  }

  /** fdt_pack(): blocks move together, totalsize shrinks to what is used. */
  pack(): FdtAnswer<Uint8Array> {
    this.packBlocks();
    const { header } = this;
    this.write({ ...header, totalsize: header.off_dt_strings + header.size_dt_strings });
    return { ok: true, value: this.blob() };
  }

  private packBlocks(): void {
    const { header, buffer } = this;
    const reservationBytes = this.reservationBytes();
    const off_mem_rsvmap = align(fdtHeader.sizeBytes, 8);
    const off_dt_struct = off_mem_rsvmap + reservationBytes;
    const off_dt_strings = off_dt_struct + header.size_dt_struct;
    buffer.copyWithin(off_mem_rsvmap, header.off_mem_rsvmap, header.off_mem_rsvmap + reservationBytes);
    buffer.copyWithin(off_dt_struct, header.off_dt_struct, header.off_dt_struct + header.size_dt_struct);
    buffer.copyWithin(off_dt_strings, header.off_dt_strings, header.off_dt_strings + header.size_dt_strings);
    this.write({ ...header, off_mem_rsvmap, off_dt_struct, off_dt_strings });
  }

  private takeRoom(roomBytes: number): FdtAnswer<FdtEditor> {
    const { header } = this;
    const size_dt_struct = header.version === 16 ? this.structureBytes() : header.size_dt_struct;
    if (size_dt_struct === undefined) return failed('BADSTRUCTURE');
    const reservationBytes = this.reservationBytes();
    if (header.off_mem_rsvmap + reservationBytes > header.totalsize) return failed('TRUNCATED');
    const ordered = header.off_mem_rsvmap >= fdtHeader.sizeBytes && header.off_dt_struct >= header.off_mem_rsvmap + reservationBytes
      && header.off_dt_strings >= header.off_dt_struct + size_dt_struct;
    if (!ordered) return this.reorder(roomBytes, reservationBytes, size_dt_struct);
    this.write({ ...header, version: FDT_VERSION, size_dt_struct, totalsize: roomBytes });
    return { ok: true, value: this };
  }

  /** Version 16 does not say how long its structure block is: it is walked to FDT_END. */
  private structureBytes(): number | undefined {
    this.header = { ...this.header, size_dt_struct: this.header.totalsize - this.header.off_dt_struct };
    for (let offset = 0; ;) {
      const at = this.tag(offset);
      if (at === undefined) return undefined;
      offset = at.next;
      if (at.tag === FDT_END) return offset;
    }
  }

  /** Blocks in another order than header, reservations, structure, strings are put into this one, by way of the bytes behind the tree. */
  private reorder(roomBytes: number, reservationBytes: number, size_dt_struct: number): FdtAnswer<FdtEditor> {
    const { header, buffer } = this;
    const off_mem_rsvmap = align(fdtHeader.sizeBytes, 8);
    const off_dt_struct = off_mem_rsvmap + reservationBytes;
    const off_dt_strings = off_dt_struct + size_dt_struct;
    const newBytes = off_dt_strings + header.size_dt_strings;
    if (roomBytes < header.totalsize + newBytes) return failed('NOSPACE');
    const copy = (to: number, from: number, sizeBytes: number): void => { buffer.copyWithin(header.totalsize + to, from, from + sizeBytes); };
    copy(off_mem_rsvmap, header.off_mem_rsvmap, reservationBytes);
    copy(off_dt_struct, header.off_dt_struct, size_dt_struct);
    copy(off_dt_strings, header.off_dt_strings, header.size_dt_strings);
    buffer.copyWithin(0, header.totalsize, header.totalsize + newBytes);
    this.write({ ...header, magic: FDT_MAGIC, version: FDT_VERSION, last_comp_version: FDT_LAST_COMP_VERSION, off_mem_rsvmap, off_dt_struct, off_dt_strings, size_dt_struct, totalsize: roomBytes });
    return { ok: true, value: this };
  }

  private write(header: FdtHeader): void {
    this.header = header;
    encodeInto(fdtHeader, header, this.buffer, 0, 'big');
  }

  private reservationBytes(): number {
    const { off_mem_rsvmap, totalsize } = this.header;
    let at = off_mem_rsvmap;
    for (; at + fdtReservation.sizeBytes <= totalsize; at += fdtReservation.sizeBytes) {
      if (this.view.getBigUint64(at) === 0n && this.view.getBigUint64(at + 8) === 0n) break;
    }
    return at + fdtReservation.sizeBytes - off_mem_rsvmap;
  }

  /** The tag at an offset of the structure block and where the next one stands; undefined when it is none, or not whole. */
  private tag(offset: number): Tag | undefined {
    const { off_dt_struct, size_dt_struct } = this.header;
    if (offset < 0 || offset % 4 !== 0 || offset + 4 > size_dt_struct) return undefined;
    const at = off_dt_struct + offset;
    const tag = this.view.getUint32(at);
    let end = offset + 4;
    if (tag === FDT_BEGIN_NODE) {
      const nul = this.buffer.indexOf(0, at + 4);
      if (nul < 0) return undefined;
      end = nul + 1 - off_dt_struct;
    } else if (tag === FDT_PROP) {
      if (offset + fdtPropertyHeader.sizeBytes > size_dt_struct) return undefined;
      end = offset + fdtPropertyHeader.sizeBytes + this.view.getUint32(at + 4);
    } else if (tag !== FDT_END_NODE && tag !== FDT_NOP && tag !== FDT_END) return undefined;
    return end > size_dt_struct ? undefined : { tag, next: tagAlign(end) };
  }

  private nodeNameIs(node: number, wanted: Uint8Array): boolean {
    const at = this.header.off_dt_struct + node + 4;
    const nul = this.buffer.indexOf(0, at);
    const name = this.buffer.subarray(at, nul);
    if (name.length < wanted.length || !wanted.every((byte, i) => byte === name[i])) return false;
    return name.length === wanted.length || (!wanted.includes(AT) && name[wanted.length] === AT);
  }

  private behindProperties(node: number): number | { readonly error: FdtError } {
    const begin = this.tag(node);
    if (begin?.tag !== FDT_BEGIN_NODE) return { error: 'BADOFFSET' };
    for (let offset = begin.next; ;) {
      const at = this.tag(offset);
      if (at === undefined) return { error: 'BADSTRUCTURE' };
      if (at.tag !== FDT_PROP && at.tag !== FDT_NOP) return offset;
      offset = at.next;
    }
  }

  private propertyLength(offset: number): number {
    return this.view.getUint32(this.header.off_dt_struct + offset + 4);
  }

  private propertyAt(node: number, name: string): number | { readonly error: FdtError } {
    const begin = this.tag(node);
    if (begin?.tag !== FDT_BEGIN_NODE) return { error: 'BADOFFSET' };
    const wanted = encodeText(name);
    const { off_dt_struct, off_dt_strings, size_dt_strings } = this.header;
    for (let offset = begin.next; ;) {
      const at = this.tag(offset);
      if (at === undefined) return { error: 'BADSTRUCTURE' };
      if (at.tag === FDT_PROP) {
        const nameoff = this.view.getUint32(off_dt_struct + offset + 8);
        const from = off_dt_strings + nameoff;
        if (nameoff + wanted.length < size_dt_strings && this.buffer[from + wanted.length] === 0 && wanted.every((byte, i) => byte === this.buffer[from + i])) return offset;
      } else if (at.tag !== FDT_NOP) return { error: 'NOTFOUND' };
      offset = at.next;
    }
  }

  /** The offset of a new first property of that length; its data is what stood there. */
  private addProperty(node: number, name: string, lengthBytes: number): number | { readonly error: FdtError } {
    const begin = this.tag(node);
    if (begin?.tag !== FDT_BEGIN_NODE) return { error: 'BADOFFSET' };
    const stringsBefore = this.header.size_dt_strings;
    const nameoff = this.string(name);
    if (typeof nameoff !== 'number') return nameoff;
    const error = this.spliceStructure(begin.next, 0, fdtPropertyHeader.sizeBytes + tagAlign(lengthBytes));
    if (error !== undefined) {
      this.write({ ...this.header, size_dt_strings: stringsBefore });
      return { error };
    }
    encodeInto(fdtPropertyHeader, { tag: FDT_PROP, len: lengthBytes, nameoff }, this.buffer, this.header.off_dt_struct + begin.next, 'big');
    return begin.next;
  }

  private string(name: string): number | { readonly error: FdtError } {
    const bytes = encodeText(name);
    const { off_dt_strings, size_dt_strings } = this.header;
    const found = findString(this.buffer.subarray(off_dt_strings, off_dt_strings + size_dt_strings), bytes);
    if (found >= 0) return found;
    const error = this.splice(off_dt_strings + size_dt_strings, 0, bytes.length + 1);
    if (error !== undefined) return { error };
    this.write({ ...this.header, size_dt_strings: size_dt_strings + bytes.length + 1 });
    this.buffer.set(bytes, off_dt_strings + size_dt_strings);
    this.buffer[off_dt_strings + size_dt_strings + bytes.length] = 0;
    return size_dt_strings;
  }

  private spliceStructure(offset: number, oldBytes: number, newBytes: number): FdtError | undefined {
    const error = this.splice(this.header.off_dt_struct + offset, oldBytes, newBytes);
    if (error !== undefined) return error;
    const more = newBytes - oldBytes;
    const { header } = this;
    this.write({ ...header, size_dt_struct: header.size_dt_struct + more, off_dt_strings: header.off_dt_strings + more });
    return undefined;
  }

  private splice(at: number, oldBytes: number, newBytes: number): FdtError | undefined {
    const { off_dt_strings, size_dt_strings, totalsize } = this.header;
    const used = off_dt_strings + size_dt_strings;
    if (at + oldBytes > used) return 'BADOFFSET';
    if (used - oldBytes + newBytes > totalsize) return 'NOSPACE';
    this.buffer.copyWithin(at + newBytes, at + oldBytes, used);
    return undefined;
  }
}
