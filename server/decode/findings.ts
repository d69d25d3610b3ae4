/** What is wrong with what was decoded: a kind by which to look it up, and the structure, place, field, expected and found. */
import type { FormatProblem } from '../formats/problem';
import { hex } from '../formats/problem';

export type FindingKind =
  /** The file itself: headers, segments, truncation. */
  | 'image'
  /** Nothing in the image says where a root FDT is. */
  | 'no-root'
  /** A flattened device tree that a kernel would refuse, or that is cut off. */
  | 'fdt'
  | 'root' | 'tracker' | 'boot-record' | 'subtree' | 'vmalloc' | 'luo' | 'memfd'
  /** What a structure points to lies outside the image. */
  | 'outside'
  /** A structure that two others point to. */
  | 'shared'
  /** Pages that an owner relies on and the tracker does not list: the successor overwrites them. */
  | 'not-preserved'
  /** Preserved blocks that nothing reached through the subtrees explains. */
  | 'unowned'
  /** Preserved blocks that lie over each other. */
  | 'overlap'
  /** Preserved blocks inside a scratch area, where the successor allocates. */
  | 'scratch-overlap'
  /** A root of an earlier handover whose tracker is overwritten. */
  | 'dead-tree'
  | 'stream';

export interface DecodeFinding {
  readonly kind: FindingKind;
  readonly structure: string;
  /** Physical address of the structure; undefined for bytes of a file. */
  readonly phys: bigint | undefined;
  /** From the start of the structure. */
  readonly offsetBytes: number;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  readonly message: string;
}

/** More of one kind are counted, not kept: hostile input cannot make the list long. */
const MOST_OF_A_KIND = 100;

export class Findings {
  readonly list: DecodeFinding[] = [];
  private readonly counts = new Map<FindingKind, number>();

  /** @param where what the structure belongs to, for people: `session vm-a` */
  add(kind: FindingKind, problem: FormatProblem, where = ''): void {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    if (count > MOST_OF_A_KIND) return;
    const { structure, phys, offsetBytes, field, expected, found } = problem;
    this.list.push({ kind, structure, phys, offsetBytes, field, expected, found, message: messageOf(problem, where) });
  }

  addAll(kind: FindingKind, problems: readonly FormatProblem[], where = '', phys?: bigint): void {
    for (const problem of problems) this.add(kind, phys === undefined || problem.phys !== undefined ? problem : { ...problem, phys }, where);
  }

  /** Findings beyond those kept, by kind. */
  leftOut(): ReadonlyMap<FindingKind, number> {
    return new Map([...this.counts].filter(([, count]) => count > MOST_OF_A_KIND).map(([kind, count]) => [kind, count - MOST_OF_A_KIND]));
  }
}

function messageOf({ structure, phys, offsetBytes, field, expected, found }: FormatProblem, where: string): string {
  const place = phys === undefined ? `+${String(offsetBytes)}` : `${hex(phys)}+${String(offsetBytes)}`;
  return `${structure}${where === '' ? '' : ` of ${where}`} at ${place}: ${field} should be ${expected}, found ${found}`;
}
