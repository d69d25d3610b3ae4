/**
 * Which folios a memfd is made of, page by page: where each lies in the file, and which pages nobody has written to. For the check of a scenario and for its run.
 * shmem's page cache has a folio of order n at a multiple of 2^n pages (shmem_add_to_page_cache(), mm/shmem.c), and its last folio may reach past the end of the file.
 */
import type { FolioGroup, MemfdFile } from './scenario';

/** Folios of one group that lie behind each other in the file. */
export interface FolioRun {
  /** Index into `groups`. */
  readonly group: number;
  readonly order: number;
  /** Page of the file that the first begins at. */
  readonly index: number;
  readonly count: number;
}

export interface PageRange { readonly index: number; readonly pages: number }

export interface MemfdLayout {
  /** In the order of the file. */
  readonly groups: readonly FolioGroup[];
  /** Ascending. */
  readonly runs: readonly FolioRun[];
  /** Pages that no folio has, ascending, none next to another. */
  readonly holes: readonly PageRange[];
}

/** Why folios that a scenario lists are not those of the file; `group` is undefined when all of them are too few. */
export interface LayoutProblem { readonly group: number | undefined; readonly code: 'folio-unaligned' | 'folio-cut' | 'folio-behind' | 'folios-short'; readonly expected: string; readonly found: string }

type LaidOut = Pick<MemfdFile, 'sizeBytes' | 'holes' | 'folios' | 'folioOrder' | 'placement'>;

/** Of a list that does not fit, what fits before the problem. */
export function memfdLayout(file: LaidOut, pageBytes: number): { readonly layout: MemfdLayout; readonly problem: LayoutProblem | undefined } {
  const page = BigInt(pageBytes);
  const pages = Number((file.sizeBytes + page - 1n) / page);
  const holes = holesOf(file, page, pages);
  return file.folios === undefined ? { layout: ofOneOrder(file, pages, holes), problem: undefined } : ofGroups(file.folios, pages, holes);
}

/** Holes that touch as one. */
function holesOf({ holes }: LaidOut, page: bigint, pages: number): readonly PageRange[] {
  const out: { index: number; pages: number }[] = [];
  for (const { at, sizeBytes } of [...holes].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const index = Number(at / page);
    const count = Math.min(Number(sizeBytes / page), pages - index);
    const last = out[out.length - 1];
    if (count <= 0) continue;
    if (last !== undefined && last.index + last.pages === index) last.pages += count;
    else out.push({ index, pages: count });
  }
  return out;
}

/** A folio is there as soon as somebody wrote to one of its pages. */
function ofOneOrder({ folioOrder: order, placement }: LaidOut, pages: number, holes: readonly PageRange[]): MemfdLayout {
  const size = 2 ** order;
  const runs: FolioRun[] = [];
  const empty: PageRange[] = [];
  // In folios from here on.
  let from = 0;
  const upTo = (end: number): void => { if (end > from) runs.push({ group: 0, order, index: from * size, count: end - from }); };
  for (const hole of holes) {
    const behind = hole.index + hole.pages;
    const first = Math.ceil(hole.index / size);
    const end = behind === pages ? Math.ceil(pages / size) : Math.floor(behind / size);
    if (first >= end) continue;
    upTo(first);
    empty.push({ index: first * size, pages: Math.min(end * size, pages) - first * size });
    from = end;
  }
  upTo(Math.ceil(pages / size));
  return { groups: [{ order, count: runs.reduce((sum, run) => sum + run.count, 0), placement }], runs, holes: empty };
}

/** Group by group from the start of the file, over its holes. */
function ofGroups(groups: readonly FolioGroup[], pages: number, holes: readonly PageRange[]): { readonly layout: MemfdLayout; readonly problem: LayoutProblem | undefined } {
  const runs: FolioRun[] = [];
  const written = pages - holes.reduce((sum, hole) => sum + hole.pages, 0);
  let index = 0;
  let next = 0;
  const done = (problem?: LayoutProblem): { readonly layout: MemfdLayout; readonly problem: LayoutProblem | undefined } => ({ layout: { groups, runs, holes }, problem });
  const skipHole = (): void => {
    const hole = holes[next];
    if (hole?.index !== index) return;
    index += hole.pages;
    next++;
  };
  for (const [group, { order, count }] of groups.entries()) {
    const size = 2 ** order;
    for (let left = count; left > 0;) {
      skipHole();
      const hole = holes[next];
      if (index >= pages) {
        return done({ group, code: 'folio-behind', expected: `folios for the ${pagesText(written)} of the file outside of its holes`, found: `${String(left)} of order ${String(order)} behind its end` });
      }
      if (index % size !== 0) return done({ group, code: 'folio-unaligned', expected: `a folio of order ${String(order)} at a multiple of ${pagesText(size)} in the file`, found: `one at page ${String(index)}` });
      const fit = hole === undefined ? Math.ceil((pages - index) / size) : Math.floor((hole.index - index) / size);
      if (fit === 0) return done({ group, code: 'folio-cut', expected: `folios that end where the hole at page ${String(hole?.index ?? pages)} begins`, found: `one of order ${String(order)} from page ${String(index)} to ${String(index + size)}` });
      const taken = Math.min(left, fit);
      runs.push({ group, order, index, count: taken });
      index += taken * size;
      left -= taken;
    }
  }
  skipHole();
  if (index >= pages) return done();
  const covered = runs.reduce((sum, run) => sum + run.count * 2 ** run.order, 0);
  return done({ group: undefined, code: 'folios-short', expected: `folios for the ${pagesText(written)} of the file outside of its holes`, found: `folios of ${pagesText(covered)}` });
}

const pagesText = (count: number): string => `${String(count)} ${count === 1 ? 'page' : 'pages'}`;
