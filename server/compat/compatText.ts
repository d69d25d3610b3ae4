/** Compatibility for a terminal: a table per description, both directions, each reason with its source line. At most 100 columns. */
import type { Verdict } from '../engine/types';

export interface ShownReason {
  readonly code: string;
  readonly verdict: Verdict;
  readonly message: string;
  /** `drivers/demo.c:12`; undefined: no place. */
  readonly place: string | undefined;
}

export interface ShownDirection {
  readonly verdict: Verdict;
  readonly reasons: readonly ShownReason[];
}

export interface ShownItem {
  readonly name: string;
  readonly forward: ShownDirection;
  readonly backward: ShownDirection;
  /** What may be so beside. */
  readonly notes: readonly ShownReason[];
}

const columns = 100;

/** `old`, `new`: what the two kernels are called. */
export function compatText(items: readonly ShownItem[], labels: { readonly old: string; readonly new: string }): string {
  const out: string[] = [];
  for (const item of items) {
    out.push(item.name);
    out.push(...direction('update', labels.old, labels.new, item.forward));
    out.push(...direction('rollback', labels.new, labels.old, item.backward));
    if (item.notes.length > 0) out.push('  notes', ...told(item.notes));
    out.push('');
  }
  return out.join('\n');
}

function direction(name: string, from: string, to: string, shown: ShownDirection): string[] {
  return [`  ${name.padEnd(9)} ${from} → ${to}: ${shown.verdict}`, ...told(shown.reasons)];
}

function told(reasons: readonly ShownReason[]): string[] {
  return reasons.flatMap((reason) => {
    const head = `    ${(reason.verdict === 'loads' ? '·' : reason.verdict).padEnd(9)} ${reason.place ?? '-'}`;
    return [head, ...wrapped(`${reason.message} [${reason.code}]`, columns - 16).map((line) => `              ${line}`)];
  });
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}
