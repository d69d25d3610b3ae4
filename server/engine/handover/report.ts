/** What became of everything behind a jump. */
import type { Fate, HandoverVerdict } from '../../model/scenario/scenario';
import type { Judgement } from './actors/actor';
import type { FateRun, ParticipantReport } from './result';
import { MOST_RUNS, MOST_SLICES } from './result';

/** Worst first. */
export const FATES: readonly Fate[] = ['overwritten', 'refused', 'lost', 'leaked', 'kept'];

export function reportOf(name: string, kind: string, { parts, notes, changed, arrived }: Judgement): ParticipantReport {
  const pages: Record<Fate, number> = { kept: 0, lost: 0, leaked: 0, overwritten: 0, refused: 0 };
  const reasons: string[] = [];
  const reasonOf = (reason: string): number => {
    const at = reasons.indexOf(reason);
    return at >= 0 ? at : reasons.push(reason) - 1;
  };
  const sorted = [...parts].sort((a, b) => FATES.indexOf(a.fate) - FATES.indexOf(b.fate));
  for (const note of [...notes].sort((a, b) => FATES.indexOf(a.fate) - FATES.indexOf(b.fate))) reasonOf(note.reason);
  for (const { pfns, order, fate, reason } of sorted) {
    pages[fate] += pfns.length * 2 ** order;
    reasonOf(reason);
  }
  const fates = [...notes.map((note) => note.fate), ...sorted.map((part) => part.fate)];
  const fate = FATES.find((one) => fates.includes(one)) ?? 'kept';
  const { runs, leftOut } = runsOf(sorted.map((part) => ({ ...part, reason: reasonOf(part.reason) })));
  const report = { name, kind, fate, pages, reasons, runs, runsLeftOut: leftOut, changed, ...(arrived === undefined ? {} : { arrived }) };
  if (leftOut === 0) return report;
  // Made when somebody draws it.
  let slices: ParticipantReport['slices'];
  return Object.defineProperty(report, 'slices', { enumerable: true, get: () => slices ??= slicesOf(sorted) });
}

interface Part { readonly pfns: ArrayLike<number>; readonly order: number; readonly fate: Fate; readonly reason: number }

/** Neighbouring blocks with one fate as one; those with the lowest addresses are kept of too many. */
function runsOf(parts: readonly Part[]): { readonly runs: readonly FateRun[]; readonly leftOut: number } {
  const out: FateRun[] = [];
  let leftOut = 0;
  for (const { pfns, order, fate, reason } of parts) {
    const pages = 2 ** order;
    let kept = 0;
    const { length } = pfns;
    for (let i = 0; i < length;) {
      const start = pfns[i] ?? 0;
      let end = start + pages;
      for (i++; i < length && pfns[i] === end; i++) end += pages;
      if (kept++ < MOST_RUNS) out.push({ pfn: start, pages: end - start, fate, reason });
      else leftOut++;
    }
  }
  out.sort((a, b) => a.pfn - b.pfn);
  const merged: FateRun[] = [];
  for (const run of out) {
    const last = merged[merged.length - 1];
    if (last !== undefined && last.pfn + last.pages === run.pfn && last.fate === run.fate && last.reason === run.reason) merged[merged.length - 1] = { ...last, pages: last.pages + run.pages };
    else merged.push(run);
  }
  return { runs: merged.slice(0, MOST_RUNS), leftOut: leftOut + Math.max(0, merged.length - MOST_RUNS) };
}

/** All blocks, as slices of equal size that have one of them. `parts`: those with the worst fate first. */
function slicesOf(parts: readonly Judgement['parts'][number][]): NonNullable<ParticipantReport['slices']> {
  let end = 0;
  for (const { pfns, order } of parts) {
    for (let i = 0; i < pfns.length; i++) {
      const behind = (pfns[i] ?? 0) + 2 ** order;
      if (behind > end) end = behind;
    }
  }
  let pages = 1;
  while (end / pages > MOST_SLICES) pages *= 2;
  const worst: (Fate | undefined)[] = Array.from({ length: Math.ceil(end / pages) }, () => undefined);
  for (const { pfns, order, fate } of parts) {
    for (let i = 0, last = -1; i < pfns.length; i++) {
      const pfn = pfns[i] ?? 0;
      // Most lie in the slice of the one before.
      const own = Math.floor(pfn / pages);
      if (own === last && order === 0) continue;
      last = own;
      for (let slice = Math.floor(pfn / pages); slice * pages < pfn + 2 ** order; slice++) worst[slice] ??= fate;
    }
  }
  return worst.flatMap((fate, slice) => (fate === undefined ? [] : [{ pfn: slice * pages, pages, fate }]));
}

/** Of a jump that the new kernel survived. */
export function verdictOf(revived: boolean, reports: readonly ParticipantReport[]): HandoverVerdict {
  if (!revived) return 'refused';
  return reports.every((report) => report.fate === 'kept') ? 'works' : 'partly';
}

export function summaryOf(verdict: HandoverVerdict, reports: readonly ParticipantReport[], refusal: string | undefined): string {
  const named = (fate: Fate): string => reports.filter((report) => report.fate === fate).map((report) => report.name).join(', ');
  if (verdict === 'refused') return `The new kernel boots as after a power cycle: ${refusal ?? 'nothing was handed over'}.`;
  if (verdict === 'works') return 'Everything arrives.';
  return FATES.filter((fate) => fate !== 'kept' && named(fate) !== '').map((fate) => `${fate}: ${named(fate)}`).join('; ');
}
