/** A layout view as the panel draws it: numbered members in order, and cells of bytes. Pure. */
import type { LayoutEntry, LayoutMember, LayoutView } from '../../server/shared/layoutView';
import type { StructCell } from '../../server/shared/simulationView';

/** A member or a gap of the table; members spelled out in place are there, too, before what is inside them. */
export interface NumberedEntry {
  /** From 1, of members only; what drawing and table share. */
  readonly id: number | undefined;
  readonly depth: number;
  readonly entry: LayoutEntry;
}

/** Bits of one member, or of none, within a cell of bit-fields. */
export interface BitCell {
  readonly id: number | undefined;
  readonly key: number | undefined;
  readonly name: string;
  readonly bits: number;
}

export interface LayoutCell extends StructCell {
  readonly id: number | undefined;
  /** Of bytes that hold bit-fields: their bits in order, all of them. */
  readonly bits: readonly BitCell[] | undefined;
}

export function numbered(view: LayoutView): readonly NumberedEntry[] {
  const list: NumberedEntry[] = [];
  let next = 1;
  const walk = (entries: readonly LayoutEntry[], depth: number): void => {
    for (const entry of entries) {
      list.push({ id: entry.kind === 'member' ? next++ : undefined, depth, entry });
      if (entry.kind === 'member' && entry.opened !== undefined) walk(entry.opened.entries, depth + 1);
    }
  };
  walk(view.entries, 0);
  return list;
}

/** Every byte of the record once or, in unions, more than once: members that are not spelled out, gaps, and bytes of bit-fields. */
export function layoutCells(view: LayoutView): readonly LayoutCell[] {
  const ids = new Map<LayoutEntry, number | undefined>(numbered(view).map(({ entry, id }) => [entry, id]));
  const cells: LayoutCell[] = [];
  collect(view.entries, ids, cells);
  return cells;
}

function collect(entries: readonly LayoutEntry[], ids: ReadonlyMap<LayoutEntry, number | undefined>, cells: LayoutCell[]): void {
  let run: LayoutEntry[] = [];
  const flush = (): void => {
    if (run.length > 0) cells.push(...bitCells(run, ids));
    run = [];
  };
  for (const entry of entries) {
    if (isBits(entry)) {
      // A union's bit-fields share their bits: each has a cell of its own.
      if (run.length > 0 && bitStart(entry) < bitEnd(run[run.length - 1] ?? entry)) flush();
      run.push(entry);
      continue;
    }
    flush();
    if (entry.kind !== 'member') {
      cells.push({ kind: entry.kind, id: undefined, key: undefined, name: '', type: '', offsetBytes: entry.offsetBits / 8, sizeBytes: entry.sizeBits / 8, bits: undefined });
    } else if (entry.opened !== undefined && !entry.opened.repeated && entry.opened.entries.length > 0) collect(entry.opened.entries, ids, cells);
    else cells.push(memberCell(entry, ids.get(entry)));
  }
  flush();
}

function memberCell(member: LayoutMember, id: number | undefined): LayoutCell {
  return {
    kind: 'member', id, key: member.travel?.key, name: member.path ?? `${member.opened?.kind ?? ''} { }`, type: member.type, offsetBytes: member.offsetBytes, sizeBytes: member.sizeBytes, bits: undefined,
  };
}

function isBits(entry: LayoutEntry): boolean {
  return entry.kind === 'member' ? entry.bits !== undefined : entry.unit === 'bits';
}

function bitStart(entry: LayoutEntry): number {
  return entry.kind === 'member' ? entry.bits?.offset ?? entry.offsetBytes * 8 : entry.offsetBits;
}

function bitEnd(entry: LayoutEntry): number {
  return bitStart(entry) + (entry.kind === 'member' ? entry.bits?.size ?? entry.sizeBytes * 8 : entry.sizeBits);
}

/** One cell for a run of bit-fields; a gap of whole bytes at its ends has cells of its own. */
function bitCells(run: readonly LayoutEntry[], ids: ReadonlyMap<LayoutEntry, number | undefined>): LayoutCell[] {
  const [first, last] = [run[0], run[run.length - 1]];
  if (first === undefined || last === undefined) return [];
  const members = run.filter((entry): entry is LayoutMember => entry.kind === 'member');
  const firstMember = members[0];
  const lastMember = members[members.length - 1];
  const gap = (kind: 'hole' | 'padding', from: number, to: number): LayoutCell[] =>
    (to > from ? [{ kind, id: undefined, key: undefined, name: '', type: '', offsetBytes: from, sizeBytes: to - from, bits: undefined }] : []);
  if (firstMember === undefined || lastMember === undefined) {
    const kind = first.kind === 'member' ? 'hole' : first.kind;
    return gap(kind, Math.floor(bitStart(first) / 8), Math.ceil(bitEnd(last) / 8));
  }
  const start = Math.floor(bitStart(firstMember) / 8);
  const end = Math.ceil(bitEnd(lastMember) / 8);
  const bits: BitCell[] = [];
  let at = start * 8;
  const unused = (to: number): void => {
    if (to > at) bits.push({ id: undefined, key: undefined, name: '', bits: to - at });
  };
  for (const member of members) {
    unused(bitStart(member));
    bits.push({ id: ids.get(member), key: member.travel?.key, name: member.path ?? '', bits: bitEnd(member) - bitStart(member) });
    at = bitEnd(member);
  }
  unused(end * 8);
  const name = members.map((member) => member.path ?? '').join(', ');
  const bitCell: LayoutCell = { kind: 'member', id: undefined, key: undefined, name, type: firstMember.type, offsetBytes: start, sizeBytes: end - start, bits };
  const behind = last.kind === 'member' ? 'hole' : last.kind;
  return [...gap('hole', Math.floor(bitStart(first) / 8), start), bitCell, ...gap(behind, end, Math.floor(bitEnd(last) / 8))];
}

/** Bytes in a row of the drawing, by the width there is: a row never holds more than one cache line. */
export function rowBytesFor(widthPx: number, lineBytes: number): number {
  const fits = widthPx >= 1080 ? 64 : widthPx >= 540 ? 32 : 16;
  return Math.min(fits, lineBytes);
}
