/** lib/test_kho in the new kernel: restores its folios one after the other and adds up what stands in them. KHO facts 7.4. */
import type { FdtNode } from '../../../formats/fdt/read';
import { checkCompatible, childOf, propertyOf } from '../../../formats/fdtValues';
import { decode, viewOf } from '../../../formats/layoutTable';
import { KHO_TEST_COMPATIBLE, KHO_TEST_MAGIC } from '../../../formats/testKho';
import { khoVmalloc } from '../../../formats/vmalloc';
import { messages } from '../messages';
import type { Answer, Successor } from './successor';
import { answer, refused } from './successor';
import { readArea, restoreVmalloc } from './vmalloc';

export interface TestKhoRestore {
  /** Undefined: there was no subtree (the test makes new data), or this kernel does not run it. */
  readonly succeeded: boolean | undefined;
  /** Folios that were restored and given back to the allocator, in order. */
  readonly folios: readonly { readonly pfn: number; readonly order: number }[];
  /** Pages of the area that listed them, free again; without an area none. */
  readonly areaPages: Float64Array;
  readonly chunks: readonly bigint[];
  /** What was wrong; a sum that differs counts as EINVAL, too. */
  readonly error: 'EINVAL' | undefined;
}

const none = { folios: [], areaPages: new Float64Array(0), chunks: [] };

/**
 * @param intact whether a folio still holds what it held when it was preserved: then the sum over all is that of the old kernel. Contents of folios are not
 * kept by an image, so the one who knows them says it.
 */
export function restoreTestKho(kernel: Successor, intact: (pfn: number, order: number) => boolean): TestKhoRestore {
  const { print, spec: { kho, generation } } = kernel;
  if (!kho || generation.testKho === undefined) return { ...none, succeeded: undefined, error: undefined };
  const found = kernel.retrieveSubtree('kho_test');
  if (!found.ok) {
    if (found.error === 'ENOENT') return { ...none, succeeded: undefined, error: undefined };
    print('warn', messages.testNotRetrieved(found.error));
    return { ...none, succeeded: false, error: 'EINVAL' };
  }
  const restored = restore(kernel, kernel.treeAt(found.value.phys), intact);
  if (restored.succeeded === true) print('info', messages.testSucceeded());
  else print('err', messages.testFailed());
  return restored;
}

function restore(kernel: Successor, tree: FdtNode | undefined, intact: (pfn: number, order: number) => boolean): TestKhoRestore {
  const failed: TestKhoRestore = { ...none, succeeded: false, error: 'EINVAL' };
  const little = kernel.spec.order === 'little';
  if (tree === undefined || checkCompatible(tree, kernel.wants('kho_test', KHO_TEST_COMPATIBLE)) !== 0) return failed;
  const u32 = (node: FdtNode, name: string): number | undefined => {
    const data = propertyOf(node, name)?.data;
    return data?.length === 4 ? viewOf(data).getUint32(0, little) : undefined;
  };
  const data = childOf(tree, 'data');
  if (u32(tree, 'magic') !== KHO_TEST_MAGIC || data === undefined) return failed;
  const count = u32(data, 'nr_folios');
  const info = propertyOf(data, 'folios_info')?.data;
  if (count === undefined || u32(data, 'csum') === undefined || info === undefined) return failed;
  const listed = listOf(kernel, info, count);
  if (!listed.ok) return failed;
  const { words, areaPages, chunks } = listed.value;
  const mask = BigInt(kernel.pageBytes - 1);
  const folios: { pfn: number; order: number }[] = [];
  let same = true;
  for (const word of words) {
    const order = Number(word & mask);
    const pfn = kernel.memory.pfnOf(word);
    const found = kernel.restorePage(pfn);
    // Whatever is left stays preserved, and the sum is that of a part.
    if (found === undefined || found !== order) {
      same = false;
      break;
    }
    if (!intact(pfn, order)) same = false;
    folios.push({ pfn, order });
  }
  return { succeeded: same, folios, areaPages, chunks, error: same ? undefined : 'EINVAL' };
}

/** The list of the folios in the form of this kernel's generation, under one string. */
function listOf(kernel: Successor, info: Uint8Array, count: number): Answer<{ readonly words: readonly bigint[]; readonly areaPages: Float64Array; readonly chunks: readonly bigint[] }> {
  const { spec: { generation, order } } = kernel;
  const words = (bytes: Uint8Array): bigint[] => {
    const view = viewOf(bytes);
    return Array.from({ length: count }, (_, i) => view.getBigUint64(i * 8, order === 'little'));
  };
  if (generation.testKho?.id === 'array') return info.length === count * 8 ? answer({ words: words(info), areaPages: none.areaPages, chunks: [] }) : refused('EINVAL');
  const head = info.length === khoVmalloc.sizeBytes ? decode(khoVmalloc, info, 0, order) : undefined;
  if (head?.ok !== true) return refused('EINVAL');
  const { pages, chunks } = restoreVmalloc(kernel, head.value);
  const bytes = pages === undefined ? undefined : readArea(kernel, pages, count * 8);
  return pages === undefined || bytes === undefined ? refused('EINVAL') : answer({ words: words(bytes), areaPages: pages, chunks });
}
