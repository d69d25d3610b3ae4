/** Where in the text of a file something new goes. */
import type { KstateModel } from '../model/kstate';

/** The white space that begins the line of `offset` in the main file. */
export function indentAt(model: KstateModel, offset: number): string {
  const { text } = model.unit.main;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** Where the line of `offset` begins; before the comment that stands directly above it, if there is one. undefined: other code begins the line. */
export function linesAbove(text: string, offset: number): number | undefined {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  if (/[;}]/.test(text.slice(start, offset))) return undefined;
  for (;;) {
    const before = text.slice(0, start);
    const line = /\/\/[^\n]*\n$/.exec(before);
    if (line !== null && /(^|\n)[ \t]*\/\/[^\n]*\n$/.test(before)) {
      start = before.lastIndexOf('\n', before.length - 2) + 1;
      continue;
    }
    if (!/\*\/[ \t]*\n$/.test(before)) return start;
    const open = before.lastIndexOf('/*');
    const begin = open < 0 ? -1 : before.lastIndexOf('\n', open) + 1;
    // Behind code on its line it belongs to that.
    if (open < 0 || before.slice(begin, open).trim() !== '') return start;
    start = begin;
  }
}
