/** Physical memory at a jump as a strip for each node: a column stands for as much memory as its line says, and shows the worst of what lies in it. */
import type { HopReport } from '../../engine/handover/result';
import { hex } from '../../formats/problem';
import { sizeText } from '../../formats/text';
import type { Fate, MachineSpec, RamRange } from '../../model/scenario/scenario';
import { wrap } from '../wrapText';

/** Columns beside a strip: 80 of 100 are drawn. */
const BESIDE = 20;

/** Worst last. */
const signs = ['.', 's', '#', '~', '-', 'R', 'X'] as const;
type Sign = (typeof signs)[number];
const signOf: Readonly<Record<Fate, Sign>> = { kept: '#', leaked: '~', lost: '-', refused: 'R', overwritten: 'X' };
const meaning: Readonly<Record<Sign, string>> = {
  '.': 'not handed over', s: 'scratch', '#': 'kept', '~': 'leaked: preserved, nobody took it', '-': 'lost', R: 'refused', X: 'overwritten',
};

export function memoryText(hop: HopReport, machine: MachineSpec, columns: number): string[] {
  const drawn = columns - BESIDE;
  const nodes = nodesOf(machine.ram);
  const widest = nodes.reduce((most, node) => (node.end - node.start > most ? node.end - node.start : most), 1n);
  const page = BigInt(machine.pageBytes);
  // Columns of whole pages, so that a machine of few pages is drawn true, too.
  const perColumn = ((widest + BigInt(drawn) - 1n) / BigInt(drawn) + page - 1n) / page * page;
  const seen = new Set<Sign>();
  const strips = nodes.flatMap((node) => {
    const strip = new Strip(node, perColumn, machine.ram);
    for (const area of hop.scratch ?? []) strip.mark(area.phys, area.sizeBytes, 's');
    for (const one of hop.participants) {
      for (const run of one.slices ?? one.runs) strip.mark(BigInt(run.pfn) * page, BigInt(run.pages) * page, signOf[run.fate]);
    }
    for (const sign of strip.signs()) seen.add(sign);
    const [from, to] = [hex(node.start), hex(node.end - 1n)];
    const shown = strip.text();
    return [...wrap(`node ${String(node.node)}, ${from} to ${to}`, '    ', columns), `    |${shown}|`];
  });
  const legend = [...signs].reverse().filter((sign) => seen.has(sign)).map((sign) => `${sign} ${meaning[sign]}`);
  const leftOut = hop.participants.reduce((sum, one) => sum + (one.slices === undefined ? one.runsLeftOut : 0), 0);
  return [
    ...wrap(`memory: a column is ${sizeText(perColumn)} and shows the worst in it`, '  ', columns),
    ...strips,
    ...legendText(legend, columns),
    ...(leftOut === 0 ? [] : wrap(`${String(leftOut)} further runs of pages are not drawn`, '    ', columns)),
  ];
}

/** As many signs in a line as there is room for; none is torn. */
function legendText(signs: readonly string[], columns: number): string[] {
  const out: string[] = [];
  for (const sign of signs) {
    const last = out[out.length - 1];
    if (last !== undefined && last.length + 3 + sign.length <= columns) out[out.length - 1] = `${last}   ${sign}`;
    else out.push(`    ${sign}`);
  }
  return out;
}

interface NodeSpan { readonly node: number; readonly start: bigint; readonly end: bigint }

function nodesOf(ram: readonly RamRange[]): readonly NodeSpan[] {
  const spans = new Map<number, NodeSpan>();
  for (const { node, start, sizeBytes } of ram) {
    const known = spans.get(node);
    const end = start + sizeBytes;
    spans.set(node, { node, start: known !== undefined && known.start < start ? known.start : start, end: known !== undefined && known.end > end ? known.end : end });
  }
  return [...spans.values()].sort((a, b) => a.node - b.node);
}

class Strip {
  private readonly columns: (Sign | ' ')[];

  constructor(private readonly span: NodeSpan, private readonly perColumn: bigint, ram: readonly RamRange[]) {
    this.columns = Array.from({ length: Number((span.end - span.start + perColumn - 1n) / perColumn) }, () => ' ');
    for (const range of ram) if (range.node === span.node) this.mark(range.start, range.sizeBytes, '.');
  }

  mark(phys: bigint, sizeBytes: bigint, sign: Sign): void {
    const end = phys + sizeBytes;
    if (sizeBytes <= 0n || end <= this.span.start || phys >= this.span.end) return;
    const first = phys <= this.span.start ? 0 : Number((phys - this.span.start) / this.perColumn);
    const last = Math.min(this.columns.length - 1, Number((end - 1n - this.span.start) / this.perColumn));
    for (let i = first; i <= last; i++) {
      const there = this.columns[i];
      if (there === undefined || there === ' ' || signs.indexOf(there) < signs.indexOf(sign)) this.columns[i] = sign;
    }
  }

  text(): string {
    return this.columns.join('');
  }

  signs(): readonly Sign[] {
    return this.columns.filter((one) => one !== ' ');
  }
}
