/** Kernels, and how many handovers lead from one to the next. */
import { items, property } from '../tree';
import type { CheckInput } from './check';
import { oneOfNames, say } from './check';

/** __NEW_UTS_LEN. */
const MOST_RELEASE = 64;

export function checkKernels(input: CheckInput): void {
  const { scenario } = input;
  const { kernels, handovers, machine } = scenario;
  const names = scenario.participants.map((one) => one.name);
  for (const kernel of kernels) {
    if (new TextEncoder().encode(kernel.release).length > MOST_RELEASE) say(input, kernel, ['release'], 'too-long', `at most ${String(MOST_RELEASE)} bytes`);
    for (const [i, name] of kernel.without.entries()) {
      if (!names.includes(name)) say(input, kernel, ['without', i], 'unknown-name', `a participant: ${oneOfNames(names, 'participants')}`);
    }
    if (kernel.kstate === 'v2' && kernel.kho) say(input, kernel, ['kho'], 'no-kho', 'false: a kernel with KSTATE v2 has no KHO');
    // What is known of its bytes is known of hosts with the low byte first.
    if (kernel.kstate !== undefined && machine.order === 'big') say(input, machine, ['byteOrder'], 'byte-order', '"little", for kernels with KSTATE');
    const page = kernel.bitmapBytes;
    if (page !== undefined && page !== 512 && page !== machine.pageBytes) say(input, kernel, ['bitmapSize'], 'bitmap-size', `512, or the page size (${String(machine.pageBytes)})`);
  }
  // What could not be read is a problem already, and says nothing about how many there are.
  if (kernels.length === 0 || kernels.length !== items(input.reading.place(scenario, 'kernels')).length) return;
  const jumps = handovers.filter((one) => property(input.reading.place(one), 'abortAfter') === undefined);
  const between = kernels.length - 1;
  if (jumps.length !== between) {
    const last = jumps[between];
    const expected = between === 1 ? 'one handover that jumps, as there are two kernels' : `${String(between)} handovers that jump, one less than kernels`;
    if (last === undefined) say(input, scenario, ['handovers'], 'handover-count', expected, String(jumps.length));
    else say(input, last, [], 'handover-count', expected, `one more`);
  }
  if (handovers.length === 0) say(input, scenario, ['kernels'], 'no-handover', 'a second kernel, or a handover that is given up', 'one kernel and no handover');
}
