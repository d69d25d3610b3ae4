/** Links into the source of either kernel. Lines and columns from 1. */
import type { CUnit } from '../c/api';
import type { SrcRange } from '../c/source';
import { LineIndex } from '../c/source';
import type { SourceLink } from '../shared/simulationView';

/** Turns ranges of one unit into links; one line index per file. */
export function linker(unit: CUnit, revision: string): (range: SrcRange | undefined) => SourceLink | undefined {
  const indexes = new Map<string, LineIndex>();
  return (range) => {
    if (range === undefined) return undefined;
    const file = unit.files.find((candidate) => candidate.path === range.path) ?? (unit.main.path === range.path ? unit.main : undefined);
    if (file === undefined) return undefined;
    let index = indexes.get(range.path);
    if (index === undefined) {
      index = new LineIndex(file.text);
      indexes.set(range.path, index);
    }
    const at = index.position(range.start);
    return { file: range.path, line: at.line + 1, column: at.character + 1, revision };
  };
}
