/** `kho_scratch=` and `reserve_mem=`: what the kernel would refuse, at its place in the value. */
import type { Node } from 'jsonc-parser';
import { parseKhoScratch, parseReserveMemList } from '../../../formats/cmdline';
import type { ParameterProblem } from '../../../formats/cmdline';
import { hex } from '../../../formats/problem';
import { generationOf } from '../generationWords';
import { pathText } from '../problems';
import type { KernelSpec } from '../scenario';
import { items, property } from '../tree';
import type { CheckInput } from './check';

export function checkCommandLine(input: CheckInput): void {
  const { scenario, reading } = input;
  const said = new Set<Node>();
  /** A value at the machine is every kernel's, and wrong once. */
  const once = (node: Node | undefined, add: (node: Node) => void): void => {
    if (node === undefined || said.has(node)) return;
    said.add(node);
    add(node);
  };
  for (const kernel of scenario.kernels) {
    const own = (key: string): Node | undefined => property(reading.place(kernel), key) ?? property(reading.place(scenario.machine), key);
    const scratch = kernel.khoScratch === undefined ? undefined : parseKhoScratch(kernel.khoScratch, generationOf(kernel.generation).scratch);
    // The kernel says so, and goes on with 200 %: a scenario may be about that.
    if (scratch?.ok === false) once(own('kho_scratch'), (node) => { addInside(input, node, 'kho-scratch', scratch.problem, 'warning'); });
    const nodes = items(own('reserve_mem'));
    checkRegions(input, kernel, nodes, once);
  }
}

function checkRegions(input: CheckInput, kernel: KernelSpec, nodes: readonly Node[], once: (node: Node | undefined, add: (node: Node) => void) => void): void {
  const { ram } = input.scenario.machine;
  const largest = ram.reduce((most, range) => (range.sizeBytes > most ? range.sizeBytes : most), 0n);
  let left = ram.reduce((sum, range) => sum + range.sizeBytes, 0n);
  for (const [i, parsed] of parseReserveMemList(kernel.reserveMem).entries()) {
    const node = nodes[i];
    if (!parsed.ok) {
      once(node, (at) => { addInside(input, at, 'reserve-mem', parsed.problem, 'error'); });
      continue;
    }
    const { sizeBytes, name } = parsed.value;
    if (largest === 0n) continue;
    if (sizeBytes > largest) once(node, (at) => { input.reading.problems.add(at, { code: 'reserve-mem', expected: `a region that fits into a range of memory (the largest has ${hex(largest)} bytes)`, found: `${hex(sizeBytes)} bytes for "${name}"` }); });
    else if (sizeBytes > left) once(node, (at) => { input.reading.problems.add(at, { code: 'reserve-mem', expected: `regions that fit into memory together (${hex(left)} bytes are left)`, found: `${hex(sizeBytes)} bytes for "${name}"` }); });
    else left -= sizeBytes;
  }
}

/** The characters that the problem is about, when the value stands in the file as it is (without escapes). */
function addInside({ reading }: CheckInput, node: Node, code: string, problem: ParameterProblem, severity: 'error' | 'warning'): void {
  const value: unknown = node.value;
  const plain = typeof value === 'string' && node.length === value.length + 2 && problem.offsetBytes + problem.lengthChars <= value.length;
  const say = { code, severity, expected: `${problem.field}: ${problem.expected}`, found: problem.found };
  if (plain && problem.lengthChars > 0) reading.problems.addAt(node.offset + 1 + problem.offsetBytes, problem.lengthChars, pathText(node), say);
  else reading.problems.add(node, say);
}
