/** The simulation for a terminal: at most 100 columns. */
import { clip, wrap } from './wrapText';
import type { DirectionView, MemberView, SimulationView, StreamCell, ViewVerdict } from '../shared/simulationView';

export interface TextOptions {
  /** ANSI colours for the verdict words. */
  readonly colour?: boolean;
}

const verdictColour: Readonly<Record<ViewVerdict, number>> = { crashes: 31, corrupts: 31, refused: 34, loses: 31, warns: 33, loads: 32 };

export function simulationText(view: SimulationView, options: TextOptions = {}): string {
  const out: string[] = [];
  const paint = (verdict: ViewVerdict, text: string): string => (options.colour === true ? `\u001b[${String(verdictColour[verdict])}m${text}\u001b[0m` : text);
  out.push(`${view.description} in ${view.file}`);
  out.push(...wrap(`old kernel ${kernelText(view.old)}; new kernel ${kernelText(view.new)}`, '  '), '');
  for (const direction of [view.update, view.rollback]) {
    out.push(`${direction.title}: ${paint(direction.verdict, direction.verdict)}`);
    out.push(...wrap(direction.summary, '  '));
    if (direction.strict !== undefined) out.push(...wrap(`strict: ${direction.strict.verdict}. ${direction.strict.summary}`, '  '));
    for (const message of direction.messages) out.push(...wrap(`${message.kernel} kernel logs ${message.text}`, '  '));
    for (const limit of direction.limits) out.push(...wrap(`not simulated: ${limit}`, '  '));
    out.push('', ...streamText(direction), '');
  }
  out.push(...table(view, paint));
  if (view.notes.length > 0) out.push('', ...view.notes.flatMap((note) => wrap(`note: ${note}`, '')));
  return `${out.join('\n')}\n`;
}

function kernelText(kernel: SimulationView['old']): string {
  const struct = kernel.struct === undefined ? '' : `, ${kernel.struct.name} ${String(kernel.struct.sizeBytes)} bytes`;
  return `${kernel.label}: ${kernel.name === '' ? kernel.description : kernel.name} version ${String(kernel.versionId)}${struct}`;
}

// ---- the stream: one line per 16 bytes of a cell, offset, hex, name ----

const hexBytes = 16;

function streamText(direction: DirectionView): string[] {
  const { stream } = direction;
  if (stream.sizeBytes === 0) return ['  no stream'];
  const out = [`  stream, ${String(stream.sizeBytes)} bytes`];
  const cells: { readonly cell: StreamCell; readonly head?: string }[] = [];
  if (stream.magic !== undefined) cells.push({ cell: stream.magic });
  for (const entry of stream.entries) {
    entry.cells.forEach((cell, i) => cells.push(i === 0 ? { cell, head: `${'  '.repeat(entry.depth)}${entry.title}, ${entry.detail}` } : { cell }));
  }
  if (stream.end !== undefined) cells.push({ cell: stream.end });
  // Nested entries stand inside the data of their parents: in the order of the bytes.
  cells.sort((a, b) => a.cell.offsetBytes - b.cell.offsetBytes);
  for (const { cell, head } of cells) {
    if (head !== undefined) out.push(...wrap(head, '  '));
    out.push(...cellLines(cell));
  }
  for (const entry of stream.entries) for (const empty of entry.empty) out.push(...wrap(empty.text, '    '));
  return out;
}

function cellLines(cell: StreamCell): string[] {
  const bytes = cell.hex.match(/../g) ?? [];
  const rows: string[][] = [];
  for (let i = 0; i < bytes.length; i += hexBytes) rows.push(bytes.slice(i, i + hexBytes));
  const shown = rows.length > 4 ? [...rows.slice(0, 2), undefined, rows[rows.length - 1]] : rows;
  const lines: string[] = [];
  let at = cell.offsetBytes;
  shown.forEach((row, i) => {
    if (row === undefined) {
      const folded = (rows.length - 3) * hexBytes;
      lines.push(`    ${''.padStart(6)}  ${`… ${String(folded)} bytes`}`);
      at += folded;
      return;
    }
    const name = i === 0 ? `${cell.key === undefined ? ' ' : String(cell.key)} ${cell.label}` : '';
    lines.push(clip(`    ${`+${String(at)}`.padStart(6)}  ${row.join(' ').padEnd(hexBytes * 3 - 1)}  ${name}`.trimEnd()));
    if (i === 0 && cell.misread !== undefined) lines.push(...marks(cell.misread, row.length));
    at += row.length;
  });
  return lines;
}

/** `^^` under the bytes that the other kernel takes for something else, as far as they stand in the first line. */
function marks(misread: NonNullable<StreamCell['misread']>, rowBytes: number): string[] {
  const from = Math.min(misread.from, rowBytes);
  const shown = Math.max(0, Math.min(misread.lengthBytes, rowBytes - from));
  const carets = `${'   '.repeat(from)}${Array.from({ length: shown }, () => '^^').join(' ')}`;
  return [clip(`    ${''.padStart(6)}  ${carets.padEnd(hexBytes * 3 - 1)}    ${misread.note}`)];
}

// ---- the members ----

function table(view: SimulationView, paint: (verdict: ViewVerdict, text: string) => string): string[] {
  const out = ['members'];
  const nameWidth = Math.min(24, Math.max(6, ...view.members.map((member) => member.name.length)));
  for (const member of view.members) {
    const at = member.updateAtBytes ?? member.rollbackAtBytes;
    out.push(clip(`  ${String(member.key).padStart(2)} ${member.name.padEnd(nameWidth)}  ${member.movedAs}; ${member.owner}${at === undefined ? '' : `; at +${String(at)}`}`));
    for (const [word, fate] of fates(member)) {
      const text = fate === undefined ? `${word}  -` : `${word}  ${fate.text}`;
      const lines = wrap(text, '       ');
      out.push(...(fate === undefined ? lines : lines.map((line, i) => (i === 0 ? line.replace(/^(\s+\w+\s+)(\w+)/, (_, lead: string, first: string) => `${lead}${paint(fate.verdict, first)}`) : line))));
    }
  }
  return out;
}

function fates(member: MemberView): readonly (readonly [string, MemberView['update']])[] {
  return [['update  ', member.update], ['rollback', member.rollback]];
}
