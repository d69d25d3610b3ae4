/** Lines for a terminal. */

export const COLUMNS = 100;
/** What is narrower than that is treated as that wide. */
export const LEAST_COLUMNS = 40;

/** Breaks at spaces; what goes on in a further line is indented by two more. A word longer than a line stands alone, cut. */
export function wrap(text: string, indent: string, columns = COLUMNS): string[] {
  const out: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length > indent.length && line.length + 1 + word.length > columns) {
      out.push(line);
      line = `${indent}  `;
      line += word;
    } else line = line.trim() === '' && line.length <= indent.length + 2 ? `${line}${word}` : `${line} ${word}`;
  }
  out.push(line);
  return out.map((one) => clip(one, columns));
}

export function clip(line: string, columns = COLUMNS): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}

/** Names often differ at their ends: what is left out stands in the middle. */
export function clipMiddle(text: string, columns: number): string {
  if (text.length <= columns) return text;
  const tail = Math.floor((columns - 1) / 2);
  return `${text.slice(0, columns - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/** A text behind its head; further lines stand below the text. */
export function hang(head: string, text: string, columns = COLUMNS): string[] {
  return wrap(text, ' '.repeat(head.length), columns).map((line, i) => (i === 0 ? `${head}${line.slice(head.length)}` : line));
}

/** For the names at the left of a table whose other columns take 56. */
export function nameColumns(columns: number): number {
  return Math.min(24, Math.max(8, columns - 56));
}
