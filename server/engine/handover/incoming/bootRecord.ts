/** Where the successor learns of root FDT and scratch array: the setup_data list that the boot parameters name (x86), or /chosen (arm64). KHO facts 4. */
import type { KhoData } from '../../../formats/bootRecord';
import { SETUP_KEXEC_KHO, decodeChosen, decodeSetupData, khoData, readSetupDataChain, setupData } from '../../../formats/bootRecord';
import { isFdtTree, readFdt } from '../../../formats/fdt/read';
import { childOf } from '../../../formats/fdtValues';
import type { PhysicalMemory } from '../../../formats/physicalMemory';

/**
 * setup.c add_kho(): the last node of type 10 counts, since each of them calls kho_populate().
 * @param first address of the first node; 0: no list
 */
export function khoDataOfSetup(memory: PhysicalMemory, first: bigint): KhoData | undefined {
  let found: KhoData | undefined;
  for (const node of readSetupDataChain(memory, first).nodes) {
    if (node.type !== SETUP_KEXEC_KHO) continue;
    const bytes = memory.read(node.phys, setupData.sizeBytes + khoData.sizeBytes);
    const read = bytes === undefined ? undefined : decodeSetupData(bytes);
    if (read?.ok === true) found = read.value;
  }
  return found;
}

/** early_init_dt_check_kho(): both properties must be there. */
export function khoDataOfDeviceTree(blob: Uint8Array): KhoData | undefined {
  const tree = readFdt(blob);
  const chosen = isFdtTree(tree) && tree.root !== undefined ? childOf(tree.root, 'chosen') : undefined;
  const read = chosen === undefined ? undefined : decodeChosen(chosen);
  return read?.ok === true ? read.value : undefined;
}
