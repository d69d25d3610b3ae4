/** Colours for the words of a report, when a terminal shows them. */
import type { Fate, HandoverVerdict } from '../../model/scenario/scenario';

export type Painted = Fate | HandoverVerdict | 'pass' | 'fail';
export type Paint = (what: Painted, text: string) => string;

const colours: Readonly<Record<Painted, number>> = {
  kept: 32, works: 32, pass: 32, partly: 33, leaked: 33, aborted: 33, refused: 34, lost: 31, overwritten: 31, crashes: 31, fail: 31,
};

export function painter(colour: boolean): Paint {
  return colour ? (what, text) => `\u001b[${String(colours[what])}m${text}\u001b[0m` : (_what, text) => text;
}

/** Paints a word where it first stands in lines that are already as wide as they may be: an escape sequence has no width. */
export function paintWord(lines: readonly string[], word: string, what: Painted, paint: Paint): string[] {
  const at = lines.findIndex((line) => line.includes(word));
  return lines.map((line, i) => (i === at ? line.replace(word, () => paint(what, word)) : line));
}
