/** A machine that could not be: no memory, ranges that overlap, a page size that its architecture has not. */
import type { RamRange } from '../scenario';
import { hex } from '../../../formats/problem';
import { numberOf, property, stringOf } from '../tree';
import type { CheckInput } from './check';
import { say } from './check';

const pageSizesOf = { x86_64: [4096], arm64: [4096, 16384, 65536] } as const;
const MOST_BYTES = 1n << 52n;

export function checkMachine(input: CheckInput): void {
  const { machine } = input.scenario;
  if (!pageSizesOf[machine.arch].some((size) => size === machine.pageBytes)) {
    say(input, machine, ['pageSize'], 'page-size', `a page size that ${machine.arch} has: ${pageSizesOf[machine.arch].map((size) => `"${String(size / 1024)}K"`).join(', ')}`);
  }
  if (machine.arch === 'x86_64' && machine.order === 'big') say(input, machine, ['byteOrder'], 'byte-order', '"little": x86_64 has no other');
  const total = machine.ram.reduce((sum, range) => sum + range.sizeBytes, 0n);
  const place = input.reading.place(machine);
  const memory = property(place, 'memory') ?? property(place, 'ram');
  if (memory === undefined) say(input, machine, [], 'no-memory', 'a machine with memory: `memory` or `ram`', 'none');
  else if (stringOf(memory) === '0' || numberOf(memory) === 0) say(input, machine, ['memory'], 'no-memory', 'a machine with memory');
  for (const range of machine.ram) checkRange(input, range);
  for (const [i, range] of machine.ram.entries()) {
    const before = machine.ram[i - 1];
    if (before !== undefined && before.start + before.sizeBytes > range.start) {
      say(input, range, ['start'], 'ram-overlap', `memory that nothing else of the machine holds`, `${rangeText(range)}, which overlaps ${rangeText(before)}`);
    }
  }
  const node = machine.ram[0]?.node;
  const first = machine.ram.reduce((sum, range) => sum + (range.node === node ? range.sizeBytes : 0n), 0n);
  if (total > 0n && machine.kernelBytes > first) say(input, machine, ['kernelSize'], 'kernel-size', `less than the first node has (${hex(first)} bytes)`, `${hex(machine.kernelBytes)} bytes`);
}

function checkRange(input: CheckInput, range: RamRange): void {
  const page = BigInt(input.scenario.machine.pageBytes);
  if (range.start % page !== 0n) say(input, range, ['start'], 'unaligned', `a multiple of the page size (${String(page)})`);
  if (range.sizeBytes % page !== 0n) say(input, range, ['size'], 'unaligned', `a multiple of the page size (${String(page)})`);
  if (range.sizeBytes === 0n) say(input, range, ['size'], 'no-memory', 'a range with memory');
  if (range.start + range.sizeBytes > MOST_BYTES) say(input, range, ['size'], 'too-large', 'memory below 4 PiB (physical addresses of 52 bits)', rangeText(range));
}

function rangeText(range: RamRange): string {
  return `${hex(range.start)} to ${hex(range.start + range.sizeBytes)}`;
}
