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
}

const columns = 100;

/** `old`, `new`: what the two kernels are called. */
export function compatText(items: readonly ShownItem[], labels: { readonly old: string; readonly new: string }): string {
  const out: string[] = [];
  for (const item of items) {
    out.push(item.name);
    out.push(...direction('update', labels.old, labels.new, item.forward));
    out.push(...direction('rollback', labels.new, labels.old, item.backward));
    out.push('');
  }
  return out.join('\n');
}

function direction(name: string, from: string, to: string, shown: ShownDirection): string[] {
  const out = [`  ${name.padEnd(9)} ${from} → ${to}: ${shown.verdict}`];
  const places = Math.min(32, Math.max(0, ...shown.reasons.map((reason) => reason.place?.length ?? 1)));
  for (const reason of shown.reasons) {
    const head = `    ${(reason.verdict === 'loads' ? '·' : reason.verdict).padEnd(9)} ${(reason.place ?? '-').padEnd(places)}  `;
    const width = Math.max(30, columns - 16);
    const lines = wrapped(`${reason.message} [${reason.code}]`, width);
    out.push(`${head.trimEnd()}`, ...lines.map((line) => `              ${line}`));
  }
  return out;
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
