/**
 * The state of a driver that a scenario tells of: a tree whose nodes list the driver's areas. This layout is ours, no kernel's: it says in the words of KHO (a
 * string to check, lists of folios as test_kho writes them, `struct kho_vmalloc`) what drivers of the field write in forms of their own.
 *
 * Root: `compatible` = the driver's string, then AREAS_COMPATIBLE. Each area is a node with `nr_folios`, and `folios`: the list itself, or from 6.18 on the
 * kho_vmalloc of the area that holds the list; or with `area`: the kho_vmalloc of memory that is such an area itself.
 */
import type { FdtNode } from './fdt/read';
import { encodeU32, propertyOf, stringsOf } from './fdtValues';
import type { TreeNode } from './khoRoot';
import { decode, encode, viewOf } from './layoutTable';
import type { ByteOrder } from './layoutTable';
import type { KhoVmalloc } from './vmalloc';
import { khoVmalloc } from './vmalloc';
import { encodeText } from './text';

export const AREAS_COMPATIBLE = 'kexec-handover,areas-v1';

export type AreaState =
  | { readonly name: string; readonly count: number; readonly list: Uint8Array | KhoVmalloc }
  | { readonly name: string; readonly area: KhoVmalloc };

/** The tree, with a node of its own name for those generations whose drivers write in place. */
export function areasTree(name: string, compatible: string, areas: readonly AreaState[], order: ByteOrder): TreeNode {
  return {
    name, properties: [['compatible', encodeText(`${compatible}\0${AREAS_COMPATIBLE}\0`)]],
    nodes: areas.map((one) => ({
      name: one.name, nodes: [],
      properties: 'area' in one ? [['area', encode(khoVmalloc, one.area, order)]]
        : [['nr_folios', encodeU32(one.count, order)], ['folios', one.list instanceof Uint8Array ? one.list : encode(khoVmalloc, one.list, order)]],
    })),
  };
}

export interface ReadAreas { readonly compatible: readonly string[]; readonly areas: readonly AreaState[] }

/** Undefined when the tree is none of a scenario's driver. Nodes that make no sense are left out. */
export function readAreas(root: FdtNode, order: ByteOrder): ReadAreas | undefined {
  const compatible = stringsOf(propertyOf(root, 'compatible'));
  if (!compatible.includes(AREAS_COMPATIBLE)) return undefined;
  const vmalloc = (bytes: Uint8Array | undefined): KhoVmalloc | undefined => {
    const read = bytes?.length === khoVmalloc.sizeBytes ? decode(khoVmalloc, bytes, 0, order) : undefined;
    return read?.ok === true ? read.value : undefined;
  };
  const areas = root.children.flatMap((node): AreaState[] => {
    const area = vmalloc(propertyOf(node, 'area')?.data);
    if (area !== undefined) return [{ name: node.name, area }];
    const nr = propertyOf(node, 'nr_folios');
    const folios = propertyOf(node, 'folios')?.data;
    if (nr?.data.length !== 4 || folios === undefined) return [];
    const count = viewOf(nr.data).getUint32(0, order === 'little');
    // A list of two folios is as long as a kho_vmalloc; a list says its folios' addresses, and no such page count.
    const head = folios.length === count * 8 && !(count === 2 && vmalloc(folios)?.total_pages === 1) ? undefined : vmalloc(folios);
    return folios.length === count * 8 || head !== undefined ? [{ name: node.name, count, list: head ?? folios }] : [];
  });
  return { compatible, areas };
}
