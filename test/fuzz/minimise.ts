/** Makes a failing case smaller while it fails in the same way: fewer edits, fewer files, less text. */
import type { Case } from './target';
import { bytesOf } from './target';

/** @param fails whether a case shows the fault; @param until when to be content (a time of performance.now) */
export async function minimise(one: Case, fails: (one: Case) => Promise<boolean>, until: number): Promise<Case> {
  let best = one;
  const late = (): boolean => performance.now() > until;
  const attempt = async (next: Case): Promise<boolean> => {
    if (late() || !(await fails(next))) return false;
    best = next;
    return true;
  };
  for (let i = best.files.length - 1; i > 0; i--) await attempt({ ...best, files: best.files.filter((_, k) => k !== i) });
  if (!(await attempt({ ...best, edits: [] }))) {
    for (let i = best.edits.length - 1; i >= 0; i--) await attempt({ ...best, edits: best.edits.filter((_, k) => k !== i) });
  }
  for (let before = -1; before !== bytesOf(best) && !late();) {
    before = bytesOf(best);
    for (let f = 0; f < best.files.length; f++) await shorten(f, () => best, attempt, late);
  }
  return best;
}

/** Leaves out pieces of halving length, wherever the fault stays. */
async function shorten(f: number, best: () => Case, attempt: (next: Case) => Promise<boolean>, late: () => boolean): Promise<void> {
  const textOf = (): string => best().files[f]?.[1] ?? '';
  for (let piece = Math.ceil(textOf().length / 2); piece >= 1 && !late(); piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let at = 0; at < textOf().length && !late();) {
      const text = textOf();
      const shorter = text.slice(0, at) + text.slice(at + piece);
      const left = await attempt({ ...best(), files: best().files.map((file, k) => (k === f ? [file[0], shorter] as const : file)) });
      if (!left) at += piece;
    }
  }
}
