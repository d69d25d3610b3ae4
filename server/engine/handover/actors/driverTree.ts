/** What a driver of a scenario puts into KHO's tree, and what it takes out of it: areas in the layout of formats/areas.ts. */
import { areasTree } from '../../../formats/areas';
import type { AreaState } from '../../../formats/areas';
import { FOLIO_WORD_BYTES, decodeFolioWords, encodeFolioWords } from '../../../formats/folioWords';
import { writeTree } from '../../../formats/khoRoot';
import { addBlob, blobOf } from '../../kho/consumers';
import { readArea, restoreVmalloc } from '../incoming/vmalloc';
import type { SimKernel } from '../kernel';
import type { Outgoing } from '../outgoing';
import { words } from './actor';
import type { Area, Group } from './driverAreas';

/** Where its tree lies. */
export interface DriverBlob { readonly phys: bigint; readonly pfn: number; readonly order: number }

/** Adds the tree that names its areas. Gives its place where a kernel has it in a folio of its own. Throws CallFailed. */
export function addAreasTree(outgoing: Outgoing, name: string, compatible: string, areas: readonly (readonly [name: string, area: Area])[]): DriverBlob | undefined {
  const { machine: { order } } = outgoing;
  const states = areas.filter(([, area]) => area.preserved || area.vmalloc).map(([of, area]) => stateOf(outgoing, name, of, area));
  const tree = areasTree(name, compatible, states, order);
  if (outgoing.form.map === undefined) {
    const kept = areas.filter(([, area]) => area.preserved).flatMap(([, area]) => area.groups);
    outgoing.addRanges(name, tree.properties, kept.flatMap((group) => rangesOf(group, BigInt(outgoing.pageBytes))), tree.nodes);
    return undefined;
  }
  if (outgoing.form.subtree === 'in place') {
    outgoing.addNode(tree);
    return undefined;
  }
  const size = states.reduce((sum, one) => sum + 256 + ('list' in one && one.list instanceof Uint8Array ? one.list.length : 0), 512);
  const blob = blobOf(writeTree({ ...tree, name: '' }, Math.max(outgoing.pageBytes, size)));
  const folioOrder = outgoing.orderOf(blob.length);
  const phys = addBlob(outgoing, name, blob, `${name} FDT`, folioOrder);
  return { phys, pfn: outgoing.pfnOf(phys), order: folioOrder };
}

/** An area as the tree names it: a vmalloc area is preserved with this, of folios there is a list. */
function stateOf(outgoing: Outgoing, driver: string, name: string, area: Area): AreaState {
  const { machine: { order, pageShift, generation } } = outgoing;
  const [first] = area.groups;
  if (area.vmalloc && first !== undefined) {
    area.preserved = true;
    return { name, area: outgoing.preserveArea(first.pfns, first.order, { chunk: `${driver} ${name} chunk`, page: `${driver} ${name} page` }) };
  }
  const list = encodeFolioWords(area.groups, pageShift, order);
  const owners = { chunk: `${driver} ${name} list chunk`, page: `${driver} ${name} list page` };
  return { name, count: list.length / FOLIO_WORD_BYTES, list: generation.vmalloc === undefined ? list : outgoing.preserveVmalloc(list, owners) };
}

/** Neighbouring blocks as one range of bytes. */
function rangesOf({ pfns, order }: Group, pageBytes: bigint): { addr: bigint; size: bigint }[] {
  const out: { addr: bigint; size: bigint }[] = [];
  const blockBytes = pageBytes << BigInt(order);
  for (const pfn of pfns) {
    const addr = BigInt(pfn) * pageBytes;
    const last = out[out.length - 1];
    if (last !== undefined && last.addr + last.size === addr) last.size += blockBytes;
    else out.push({ addr, size: blockBytes });
  }
  return out;
}

/** The pages of an area that the tree names, restored; undefined when one of them could not be. */
export function restoreState(state: AreaState, driver: string, kernel: SimKernel): readonly Group[] | undefined {
  return 'area' in state ? restoreArea(state.area, driver, kernel) : restoreList(state, driver, kernel);
}

function restoreArea(head: Extract<AreaState, { readonly area: unknown }>['area'], driver: string, kernel: SimKernel): readonly Group[] | undefined {
  const read = restoreVmalloc(kernel.successor, head);
  if (read.pages === undefined) return undefined;
  const step = 2 ** head.order;
  kernel.recorder.event(driver, 'kho_restore_vmalloc', `${words(read.restoredPages, 'page')} mapped again`);
  return [{ order: head.order, pfns: step === 1 ? read.pages : read.pages.filter((_, i) => i % step === 0) }];
}

function restoreList(state: Extract<AreaState, { readonly list: unknown }>, driver: string, kernel: SimKernel): readonly Group[] | undefined {
  const { successor } = kernel;
  let bytes = state.list instanceof Uint8Array ? state.list : undefined;
  if (!(state.list instanceof Uint8Array)) {
    const { pages } = restoreVmalloc(successor, state.list);
    bytes = pages === undefined ? undefined : readArea(successor, pages, state.count * FOLIO_WORD_BYTES);
    if (pages !== undefined) kernel.freeMany(driver, pages, 0);
  }
  if (bytes === undefined) return undefined;
  const { pfns, orders } = decodeFolioWords(bytes, successor.spec.pageShift, successor.spec.order);
  // v4: kho_claim_mem(), which marks nothing.
  if (successor.form.map === undefined) return groupsOf(pfns, orders);
  const restored = successor.preserved.restoreMany(pfns);
  if (restored.failed > 0) {
    successor.warn(restored.firstWhy ?? 'not preserved');
    return undefined;
  }
  kernel.restoredEvent(driver, 'kho_restore_folio', restored.byOrder, pfns[0]);
  return groupsOf(pfns, orders);
}

/** Runs of one order, each as a part of the list. */
function groupsOf(pfns: Float64Array, orders: Uint8Array): readonly Group[] {
  const out: Group[] = [];
  for (let from = 0; from < pfns.length;) {
    const order = orders[from] ?? 0;
    let end = from + 1;
    while (end < pfns.length && orders[end] === order) end++;
    out.push({ pfns: pfns.subarray(from, end), order });
    from = end;
  }
  return out;
}
