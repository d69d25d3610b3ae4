/** Offsets of the core to positions of the protocol, in the text that a unit has read. */
import type { Range } from 'vscode-languageserver/node';
import type { CFile, CUnit } from '../c/api';
import type { SrcRange } from '../c/source';
import { LineIndex } from '../c/source';

const indexes = new WeakMap<CFile, LineIndex>();

export function lineIndexOf(file: CFile): LineIndex {
  let index = indexes.get(file);
  if (index === undefined) {
    index = new LineIndex(file.text);
    indexes.set(file, index);
  }
  return index;
}

export function fileOf(unit: CUnit, path: string): CFile | undefined {
  return unit.main.path === path ? unit.main : unit.files.find((file) => file.path === path);
}

/** undefined: the unit did not read that file. */
export function toRange(unit: CUnit, range: SrcRange): Range | undefined {
  const file = fileOf(unit, range.path);
  return file === undefined ? undefined : rangeIn(file, range.start, range.end);
}

export function rangeIn(file: CFile, start: number, end: number): Range {
  const index = lineIndexOf(file);
  return { start: index.position(start), end: index.position(Math.max(start, end)) };
}

export function contains(range: SrcRange, path: string, offset: number): boolean {
  return range.path === path && range.start <= offset && offset <= range.end;
}
