/** Random handovers of every generation, as memory and as the list of what is in it. */
import fc from 'fast-check';
import { addKexecMetadata, addReserveMem, addTestKho } from '../../../server/engine/kho/consumers';
import { HandoverImage } from '../../../server/engine/kho/handoverImage';
import type { KhoMachine } from '../../../server/engine/kho/handoverImage';
import { addLuo } from '../../../server/engine/kho/luoImage';
import type { LuoToHandOver, MemfdFolio, MemfdToHandOver } from '../../../server/engine/kho/luoImage';
import { generations } from '../../../server/formats/generations';
import type { Generation, GenerationId } from '../../../server/formats/generations';
import type { AllocatePage } from '../../../server/formats/physicalMemory';

export interface Plan {
  readonly generation: Generation;
  readonly pageShift: 12 | 14 | 16;
  readonly order: 'little' | 'big';
  /** 6.17.y after the backport: bitmaps of a page in an otherwise older kernel; radix: whether the depth fix is in. */
  readonly otherForm: boolean;
  readonly basePfn: number;
  readonly gaps: readonly number[];
  /** Pages from the last multiple of 64, and how many. */
  readonly regions: readonly { readonly offset: number; readonly pages: number }[];
  readonly testFolios: readonly number[] | undefined;
  readonly luo: {
    readonly sessions: readonly { readonly files: readonly { readonly folios: readonly { readonly order: number; readonly hole: boolean; readonly flags: number }[]; readonly seals: number }[] }[];
    readonly flbs: number; readonly ser: string;
  } | undefined;
  readonly unowned: readonly number[];
}

const folio = fc.record({ order: fc.oneof(fc.constant(0), fc.nat(9)), hole: fc.nat(9).map((n) => n === 0), flags: fc.nat(3) });
const file = fc.record({ folios: fc.array(folio, { maxLength: 12 }), seals: fc.nat(31) });

export const plans: fc.Arbitrary<Plan> = fc.record({
  generation: fc.constantFrom(...generations), pageShift: fc.constantFrom(12 as const, 14 as const, 16 as const), order: fc.constantFrom('little' as const, 'big' as const), otherForm: fc.boolean(),
  basePfn: fc.oneof(fc.constant(0x100), fc.integer({ min: 0x1000, max: 0x400000 }), fc.integer({ min: 0x1000, max: 2 ** 34 })), gaps: fc.array(fc.nat(40), { minLength: 1, maxLength: 8 }),
  regions: fc.array(fc.record({ offset: fc.nat(63), pages: fc.integer({ min: 1, max: 300 }) }), { maxLength: 4 }),
  testFolios: fc.option(fc.array(fc.nat(10), { maxLength: 30 }), { nil: undefined }),
  luo: fc.option(fc.record({
    sessions: fc.array(fc.record({ files: fc.array(file, { maxLength: 4 }) }), { maxLength: 4 }), flbs: fc.nat(4), ser: fc.constantFrom('', '', 'luo-v3', 'luo-v4'),
  }), { nil: undefined }),
  unowned: fc.array(fc.nat(10), { maxLength: 4 }),
});

export function generationOf(id: GenerationId): Generation {
  const found = generations.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

/** Ascending addresses with gaps, each aligned to its size; small ones (512-byte bitmaps) behind each other, as a slab gives them. */
export function allocator(pageShift: number, basePfn: number, gaps: readonly number[]): AllocatePage {
  let next = BigInt(basePfn) << BigInt(pageShift);
  let turn = 0;
  return (sizeBytes) => {
    const size = BigInt(sizeBytes);
    const phys = (next + size - 1n) / size * size;
    const gap = sizeBytes < 1 << pageShift ? 0 : gaps[turn++ % gaps.length] ?? 0;
    next = phys + size + (BigInt(gap) << BigInt(pageShift));
    return phys;
  };
}

/** Files are memfds. */
export type RandomLuo = Omit<LuoToHandOver, 'sessions'> & { readonly sessions: readonly { readonly name: string; readonly files: readonly { readonly token: bigint; readonly memfd: MemfdToHandOver }[] }[] };

export interface Made {
  readonly image: HandoverImage;
  readonly rootPhys: bigint;
  readonly regions: readonly { readonly name: string; readonly start: bigint; readonly size: bigint }[];
  readonly testFolios: readonly { readonly phys: bigint; readonly order: number }[] | undefined;
  readonly luo: RandomLuo | undefined;
  readonly metadata: boolean;
  /** Unowned blocks, ascending. */
  readonly unowned: readonly { readonly pfn: number; readonly order: number }[];
}

export function machineOf(plan: Plan): KhoMachine {
  const { generation, order, pageShift, otherForm } = plan;
  const either = otherForm && (generation.root.id === '6.16');
  return {
    generation, order, pageShift, ...(either ? { bitmapBytes: generation.tracker.id === 'bitmaps of 512 bytes' ? 1 << pageShift : 512 } : {}),
    ...(otherForm && generation.depthFix !== undefined ? { depthFix: !generation.depthFix } : {}),
  };
}

export function makeHandover(plan: Plan): Made {
  const machine = machineOf(plan);
  const { generation, pageShift } = plan;
  const shift = BigInt(pageShift);
  const allocate = allocator(pageShift, plan.basePfn, plan.gaps);
  const image = new HandoverImage(machine, allocate);
  const block = (order: number): number => image.pfnOf(allocate(image.pageBytes * 2 ** order, 'block'));
  const metadata = generation.kexecMetadata !== undefined;
  if (metadata) addKexecMetadata(image, '7.1.5-test', 3);
  const regions = plan.regions.map(({ offset, pages }, i) => {
    const start = allocate(image.pageBytes * 512, 'region') + (BigInt(offset) << shift);
    return { name: `region${String(i)}`, start, size: BigInt(pages) << shift };
  });
  addReserveMem(image, regions);
  const orders = generation.testKho === undefined ? undefined : plan.testFolios;
  const folios = orders?.map((order) => ({ pfn: block(order), order }));
  if (folios !== undefined) addTestKho(image, folios, 0x12345678);
  const luo = plan.luo === undefined || generation.luo === undefined ? undefined : luoOf(plan.luo, block, generation.luo.id === 'FDT');
  if (luo !== undefined) addLuo(image, luo);
  const unowned = image.form.map === undefined ? [] : plan.unowned.map((order) => ({ pfn: block(order), order }));
  for (const one of unowned) image.mark(one.pfn, one.order, '');
  const rootPhys = image.finish();
  return { image, rootPhys, regions, testFolios: folios?.map(({ pfn, order }) => ({ phys: BigInt(pfn) << shift, order })), luo, metadata, unowned };
}

function luoOf(plan: NonNullable<Plan['luo']>, block: (order: number) => number, withoutFlbs: boolean): RandomLuo {
  const sessions = plan.sessions.map(({ files }, s) => ({
    name: `vm-${String(s)}`,
    files: files.map((one, f) => ({
      token: f === 0 ? 0xdeadbeefcafef00dn : BigInt(s * 100 + f),
      memfd: {
        pos: BigInt(f * 17), size: BigInt(one.folios.length * 4096), seals: one.seals,
        folios: one.folios.map(({ order, hole, flags }, index): MemfdFolio => ({ pfn: hole ? 0 : block(order), order, flags, index })),
      },
    })),
  }));
  const flbs = withoutFlbs ? [] : Array.from({ length: plan.flbs }, (_, i) => ({ name: `flb-${String(i)}`, data: 0xfeed000000000000n + BigInt(i), count: BigInt(i + 1) }));
  return { liveupdateNumber: 2n, sessions, flbs, ...(plan.ser === '' ? {} : { serCompatible: plan.ser }) };
}
