/** Which kernel writes which layout, and what stands behind each row. What differs between kernels is looked up here and nowhere else. */
import type { RootFormId } from './khoRoot';

export type GenerationId = 'v4' | 'v5' | '6.16' | '6.17' | '6.18' | '6.19' | 'kho-v2' | '7.1' | 'kho-v4' | 'newest';

/** What a layout rests on. `confirmed`: a dump of a real kernel with it was read, and everything in it equals what an independent walk found. */
export type Ground =
  | { readonly confirmed: true; readonly by: string }
  | { readonly confirmed: false; readonly reason: string };

export interface Layout<Id extends string> {
  readonly id: Id;
  readonly ground: Ground;
}

export type TrackerId = 'none' | 'bitmaps of 512 bytes' | 'bitmaps of a page' | 'radix tree';
export type LuoId = 'FDT' | 'FDT with FLBs' | 'luo_ser with blocks';
export type MemfdId = 'memfd-v1' | 'memfd-v2' | 'memfd-v2;vmalloc-v1';
export type TestKhoId = 'array' | 'vmalloc';

/** How a kernel reads `kho_scratch=`, sizes the scratch areas and counts them. KHO facts 3. */
export interface ScratchRules {
  /** Sizes on the command line: 2 are `global,pernode`, 3 `lowmem,global,pernode`; the array begins with an entry for each but the last. */
  readonly values: 2 | 3;
  /** `whole`: the last character must be `%` and a decimal number of ten digits at most all that stands before it; `prefix`: any number with a `%` behind it, whatever follows. */
  readonly percent: 'whole' | 'prefix';
  /** `each`: no size may be 0; `sum`: not all of them. */
  readonly notZero: 'each' | 'sum';
  /** Whether characters behind the last size are refused. */
  readonly wholeString: boolean;
  /** `before`: the low area is rounded up before it is taken off the global one, and explicit sizes stay as they are; `after`: both are rounded up at the end. */
  readonly rounding: 'before' | 'after';
  /** What sizes and addresses are aligned to. */
  readonly alignment: 'pageblock' | 'largest order';
  readonly entries: 'online nodes' | 'nodes with memory';
}

export interface Generation {
  readonly id: GenerationId;
  /** Kernels that write it, in words. */
  readonly kernels: string;
  readonly root: Layout<RootFormId>;
  readonly tracker: Layout<TrackerId>;
  /** Radix trees: whether the depth fix for 16K pages is in. */
  readonly depthFix?: boolean;
  readonly vmalloc: Layout<'kho_vmalloc'> | undefined;
  readonly luo: Layout<LuoId> | undefined;
  /** luo_ser: the string that its first member holds. */
  readonly luoCompatible?: string;
  readonly memfd: Layout<MemfdId> | undefined;
  readonly memblock: Layout<'memblock-v1' | 'mem ranges'>;
  readonly kexecMetadata: Layout<'version 1'> | undefined;
  readonly testKho: Layout<TestKhoId> | undefined;
  /** Restore tells a preserved page by a magic in page->private. */
  readonly magic: boolean;
  readonly scratch: ScratchRules;
}

const dump619: Ground = { confirmed: true, by: 'the memory that a 6.19 kernel (x86_64, 4K pages) handed over' };
const dump715: Ground = { confirmed: true, by: 'the memory that a 7.1.5 kernel (x86_64, 4K pages) handed over' };
const unseen = (reason: string): Ground => ({ confirmed: false, reason });
const posted = unseen('posted on the mailing list and never merged; read as patches');
const noDump617 = unseen('read in the sources of 6.17.0; no dump of such a kernel was at hand');
const noDump618 = unseen('read in the sources of 6.18.2; samples by the real libfdt, but no dump of such a kernel was at hand');
const singleFiles = unseen('read as single files of development trees, which need not be one consistent kernel');

const layout = <Id extends string>(id: Id, ground: Ground): Layout<Id> => ({ id, ground });

const scratchV4: ScratchRules = { values: 2, percent: 'prefix', notZero: 'each', wholeString: false, rounding: 'after', alignment: 'pageblock', entries: 'online nodes' };
const scratch616: ScratchRules = { ...scratchV4, values: 3, percent: 'whole', rounding: 'before' };
const scratch618: ScratchRules = { ...scratch616, notZero: 'sum', wholeString: true };
const scratch71: ScratchRules = { ...scratch618, rounding: 'after', entries: 'nodes with memory' };
const scratchNewest: ScratchRules = { ...scratch71, alignment: 'largest order' };

const finalized = (id: '6.16' | '6.17', kernels: string): Generation => ({
  id, kernels, root: layout('6.16', noDump617), tracker: layout('bitmaps of 512 bytes', noDump617), vmalloc: undefined, luo: undefined, memfd: undefined,
  memblock: layout('memblock-v1', noDump617), kexecMetadata: undefined, testKho: layout('array', noDump617), magic: false, scratch: scratch616,
});

/** Oldest first. */
export const generations: readonly Generation[] = [
  {
    id: 'v4', kernels: 'the fourth posting, February 2025', root: layout('v4', posted), tracker: layout('none', posted), vmalloc: undefined, luo: undefined, memfd: undefined,
    memblock: layout('mem ranges', posted), kexecMetadata: undefined, testKho: undefined, magic: false, scratch: scratchV4,
  },
  {
    id: 'v5', kernels: 'the fifth posting, March 2025', root: layout('v5', posted), tracker: layout('bitmaps of 512 bytes', posted), vmalloc: undefined, luo: undefined, memfd: undefined,
    memblock: layout('memblock-v1', posted), kexecMetadata: undefined, testKho: undefined, magic: false, scratch: scratch616,
  },
  finalized('6.16', '6.16'),
  finalized('6.17', '6.17.0; later 6.17.y have the bitmaps of 6.18 under the same string'),
  {
    id: '6.18', kernels: '6.18, and 6.17.y after the backport', root: layout('6.16', noDump618), tracker: layout('bitmaps of a page', noDump618), vmalloc: layout('kho_vmalloc', noDump618),
    luo: undefined, memfd: undefined, memblock: layout('memblock-v1', noDump618), kexecMetadata: undefined, testKho: layout('vmalloc', noDump618), magic: true, scratch: scratch618,
  },
  {
    id: '6.19', kernels: '6.19', root: layout('6.19', dump619), tracker: layout('bitmaps of a page', dump619), vmalloc: layout('kho_vmalloc', dump619), luo: layout('FDT', dump619),
    memfd: layout('memfd-v1', dump619), memblock: layout('memblock-v1', dump619), kexecMetadata: undefined, testKho: layout('vmalloc', dump619), magic: true, scratch: scratch618,
  },
  {
    id: 'kho-v2', kernels: 'development before 7.1', root: layout('kho-v2', singleFiles), tracker: layout('radix tree', singleFiles), depthFix: false, vmalloc: layout('kho_vmalloc', singleFiles),
    luo: layout('FDT with FLBs', singleFiles), memfd: layout('memfd-v2', singleFiles), memblock: layout('memblock-v1', singleFiles), kexecMetadata: undefined, testKho: layout('vmalloc', singleFiles), magic: true, scratch: scratch618,
  },
  {
    id: '7.1', kernels: '7.1', root: layout('kho-v3', dump715), tracker: layout('radix tree', dump715), depthFix: true, vmalloc: layout('kho_vmalloc', dump715), luo: layout('FDT with FLBs', dump715),
    memfd: layout('memfd-v2', dump715), memblock: layout('memblock-v1', dump715), kexecMetadata: layout('version 1', dump715), testKho: layout('vmalloc', dump715), magic: true, scratch: scratch71,
  },
  {
    id: 'kho-v4', kernels: 'development after 7.1', root: layout('kho-v4', singleFiles), tracker: layout('radix tree', singleFiles), depthFix: true, vmalloc: layout('kho_vmalloc', singleFiles),
    luo: layout('luo_ser with blocks', singleFiles), luoCompatible: 'luo-v5', memfd: layout('memfd-v2', singleFiles), memblock: layout('memblock-v1', singleFiles),
    kexecMetadata: layout('version 1', singleFiles), testKho: layout('vmalloc', singleFiles), magic: true, scratch: scratch71,
  },
  {
    id: 'newest', kernels: 'development, strings made of parts', root: layout('composite', singleFiles), tracker: layout('radix tree', singleFiles), depthFix: true,
    vmalloc: layout('kho_vmalloc', singleFiles), luo: layout('luo_ser with blocks', singleFiles), luoCompatible: 'luo-v5;block-v1', memfd: layout('memfd-v2;vmalloc-v1', singleFiles),
    memblock: layout('memblock-v1', singleFiles), kexecMetadata: layout('version 1', singleFiles), testKho: layout('vmalloc', singleFiles), magic: true, scratch: scratchNewest,
  },
];

/** The KHO that KSTATE v3 was made for: its root, and bitmaps of 512 bytes. KSTATE facts 0. */
export const KSTATE_V3_ON = { generation: '6.17', root: '6.16' } as const satisfies { readonly generation: GenerationId; readonly root: RootFormId };

/** Generations whose root looks like this. */
export function generationsWith(root: RootFormId): readonly Generation[] {
  return generations.filter((one) => one.root.id === root);
}
