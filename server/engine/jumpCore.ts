/** Memory at a jump as an ELF core: what `decode`, crash and gdb read. */
import { encodeElfCore, elfMachines } from '../formats/elfCoreWrite';
import type { Scenario } from '../model/scenario/scenario';
import type { JumpMemory, ScenarioResult } from './handover/result';

/** The core of `jump`, with the release and the page size of the kernel that jumped. */
export function jumpCore(scenario: Scenario, result: ScenarioResult, jump: JumpMemory): Uint8Array {
  const { machine, kernels } = scenario;
  const from = result.hops.find((hop) => hop.handover === jump.handover)?.from ?? 0;
  return encodeElfCore({
    order: machine.order, machine: elfMachines[machine.arch], memory: jump.pages,
    vmcoreinfo: `OSRELEASE=${kernels[from]?.release ?? ''}\nPAGESIZE=${String(machine.pageBytes)}\n`,
  });
}
