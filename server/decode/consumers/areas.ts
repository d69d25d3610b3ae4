/** The state of a driver of a scenario (formats/areas.ts): its areas, each a list of folios or a vmalloc area. */
import { readAreas } from '../../formats/areas';
import { FOLIO_WORD_BYTES, decodeFolioWords } from '../../formats/folioWords';
import type { FdtNode, FdtTree } from '../../formats/fdt/read';
import type { Context } from '../context';
import type { Structure } from '../structure';
import { fdtStructure } from '../structure';
import { readArea } from '../vmallocArea';

/** Undefined: the tree is none of a scenario's driver. */
export function decodeAreas(context: Context, name: string, phys: bigint, tree: FdtTree, node: FdtNode | undefined = tree.root): Structure | undefined {
  const read = node === undefined ? undefined : readAreas(node, context.machine.order);
  if (read === undefined) return undefined;
  const structures: Structure[] = [];
  for (const one of read.areas) {
    const where = `${name} ${one.name}`;
    if ('area' in one) {
      // What stands in the area is the driver's: nothing of it is read.
      structures.push(...readArea(context, one.area, phys, 0n, { chunk: `${where} chunk`, page: `${where} page` }, where).structures);
      continue;
    }
    const bytes = one.list instanceof Uint8Array ? one.list
      : readArea(context, one.list, phys, BigInt(one.count * FOLIO_WORD_BYTES), { chunk: `${where} list chunk`, page: `${where} list page` }, where).bytes;
    const { pfns } = decodeFolioWords(bytes, context.machine.pageShift, context.machine.order);
    const { missing, first } = context.blocks.claimAll(pfns, context.blocks.owner(`${where} folio`));
    if (missing > 0) context.wrong('not-preserved', `folios of ${where}`, context.physOf(first), 0, 'pfn', 'a preserved folio', `${String(missing)} of ${String(pfns.length)} that the tracker does not list`);
  }
  return fdtStructure(tree, name, `${String(read.areas.length)} areas`, phys, structures);
}
