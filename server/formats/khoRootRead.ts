/** What a root FDT says, in whatever generation it was written. KHO facts 1.9. */
import { encodeText } from './text';
import type { FdtNode, FdtTree } from './fdt/read';
import { childOf, propertyOf, stringsOf, u64Property } from './fdtValues';
import type { RootForm, Subtree } from './khoRoot';
import { rootForms } from './khoRoot';
import type { ByteOrder } from './layoutTable';
import { pointer, table, decode, u64 } from './layoutTable';
import type { FormatProblem } from './problem';
import { Problems } from './problem';

/** An entry of a v4 `mem` property. */
export const memRange = table('kho_mem', { addr: pointer('start of the range'), size: u64('bytes', 'bytes') });

export interface ReadRoot {
  readonly compatible: readonly string[];
  /** Undefined when no generation writes what was found. */
  readonly form: RootForm | undefined;
  /** The address of the chunk list or the radix root; 0: none yet. Undefined when the form has none, or it could not be read. */
  readonly mapPhys: bigint | undefined;
  readonly propertyOrder: readonly string[];
  /** Nodes that point to a blob, in the order of the tree. */
  readonly subtrees: readonly (Omit<Subtree, 'sizeBytes'> & { readonly sizeBytes: bigint | undefined; readonly propertyOrder: readonly string[]; readonly node: FdtNode })[];
  /** v4, v5: nodes that hold their data themselves. */
  readonly inPlace: readonly FdtNode[];
  /** v4: ranges of every `mem` property, with the path of their node. */
  readonly memRanges: readonly { readonly path: string; readonly addr: bigint; readonly size: bigint }[];
  readonly problems: readonly FormatProblem[];
}

const STRUCTURE = 'KHO root FDT';

/** Strings as the kernels make them, for trees whose strings are cut off (`kho/out/fdt`): a form's setup, then what the first subtree adds. */
export function knownStrings(form: RootForm): Uint8Array {
  const { map, subtree } = form;
  const names = map === undefined ? ['compatible'] : [map.property, 'compatible'];
  if (subtree !== 'in place') {
    // In sequence the newest name comes first; changed trees append.
    if (form.writer === 'sequential') names.unshift(subtree.address);
    else names.push(subtree.address, ...(subtree.size === undefined ? [] : [subtree.size]));
  }
  return encodeText(names.map((name) => `${name}\0`).join(''));
}

/** Which generations write a tree of this kind: `kho-v1` stands for five layouts, told apart by what is in them. */
export function rootFormOf(root: FdtNode): RootForm | undefined {
  const compatible = stringsOf(propertyOf(root, 'compatible'));
  const { v4, v5, '6.16': sequential, '6.19': edited } = rootForms;
  const named = Object.values(rootForms).find((form) => form.compatible !== v4.compatible && compatible.includes(form.compatible));
  if (named !== undefined) return named;
  if (!compatible.includes(v4.compatible)) return undefined;
  if (propertyOf(root, 'preserved-memory-map') !== undefined) {
    // Only 6.19 changes its tree; packing moves the structure block to 56.
    return root.offsetBytes === 56 || root.children.length === 0 ? edited : sequential;
  }
  return childOf(root, 'preserved-memory') !== undefined ? v5 : v4;
}

/** @param known the form, where something else than the tree tells it */
export function readRoot(tree: FdtTree, order: ByteOrder, known?: RootForm): ReadRoot | undefined {
  const { root } = tree;
  if (root === undefined) return undefined;
  const problems = new Problems();
  const form = known ?? rootFormOf(root);
  const compatible = stringsOf(propertyOf(root, 'compatible'));
  if (form === undefined) {
    problems.add({
      structure: STRUCTURE, offsetBytes: propertyOf(root, 'compatible')?.offsetBytes ?? root.offsetBytes, field: 'compatible',
      expected: [...new Set(Object.values(rootForms).map((one) => one.compatible))].join(', '), found: compatible.join(', ') || 'none',
    });
  }
  const mapPhys = form?.map === undefined ? undefined : readMap(root, form.map, order, problems);
  const inPlace = form?.subtree === 'in place';
  return {
    compatible, form, mapPhys, propertyOrder: names(root),
    subtrees: inPlace ? [] : root.children.flatMap((node) => subtreeOf(node, form, order, problems)),
    inPlace: inPlace ? root.children.filter((node) => node.name !== form.map?.node) : [],
    memRanges: form?.id === 'v4' ? memRangesOf(root, order, problems) : [],
    problems: problems.list,
  };
}

const names = (node: FdtNode): readonly string[] => node.properties.map((property) => property.name ?? `nameoff ${String(property.nameOffset)}`);

function readMap(root: FdtNode, map: NonNullable<RootForm['map']>, order: ByteOrder, problems: Problems): bigint | undefined {
  const node = map.node === undefined ? root : childOf(root, map.node);
  return node === undefined ? undefined : u64Property(node, map.property, order, STRUCTURE, problems);
}

function subtreeOf(node: FdtNode, form: RootForm | undefined, order: ByteOrder, problems: Problems): ReadRoot['subtrees'] {
  // Without a known form both names are tried: what points to a blob is shown all the same.
  const address = form !== undefined && form.subtree !== 'in place' ? form.subtree.address : propertyOf(node, 'fdt') === undefined ? 'preserved-data' : 'fdt';
  const size = form !== undefined && form.subtree !== 'in place' ? form.subtree.size : propertyOf(node, 'blob-size') === undefined ? undefined : 'blob-size';
  const structure = `${STRUCTURE} node ${node.name}`;
  const phys = u64Property(node, address, order, structure, problems);
  if (phys === undefined) return [];
  const sizeBytes = size === undefined ? undefined : u64Property(node, size, order, structure, problems);
  return [{ name: node.name, phys, sizeBytes, propertyOrder: names(node), node }];
}

/** v4: the ranges of every `mem` property, in the order of the walk. */
export function memRangesOf(root: FdtNode, order: ByteOrder, problems: Problems): ReadRoot['memRanges'] {
  const out: { path: string; addr: bigint; size: bigint }[] = [];
  const visit = (node: FdtNode, path: string): void => {
    const property = propertyOf(node, 'mem');
    if (property !== undefined) {
      if (property.lengthBytes % memRange.sizeBytes !== 0) problems.add({ structure: memRange.structure, offsetBytes: property.offsetBytes, field: 'mem', expected: `a multiple of ${String(memRange.sizeBytes)} bytes`, found: String(property.lengthBytes) });
      for (let at = 0; at + memRange.sizeBytes <= property.data.length; at += memRange.sizeBytes) {
        const entry = decode(memRange, property.data, at, order);
        if (entry.ok) out.push({ path, ...entry.value });
      }
    }
    for (const child of node.children) visit(child, `${path}/${child.name}`);
  };
  visit(root, '');
  return out;
}
