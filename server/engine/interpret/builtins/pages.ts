/** Pages, folios and the three names of a byte of memory: physical, linear, struct page. */
import type { Kernel } from '../../kernel';
import { getOrder } from '../../memory/folios';
import type { Builtin, BuiltinCall } from './builtin';
import { int, number, pointer } from './builtin';

const kernelOf = (call: BuiltinCall): Kernel => call.m.kernel;

function virtToPhys(call: BuiltinCall, address: bigint): bigint {
  const { space } = kernelOf(call);
  return BigInt.asUintN(64, address - space.bases.pageOffset);
}

function orderOf(call: BuiltinCall, page: bigint): number {
  const kernel = kernelOf(call);
  const phys = kernel.space.pageToPhys(page);
  return kernel.folios.at(phys)?.order ?? kernel.kho.restoreFolio(phys)?.order ?? 0;
}

const pageBytes = (call: BuiltinCall): bigint => BigInt(kernelOf(call).arch.pageBytes);

const toPhys: Builtin = (call) => int('unsigned long long', kernelOf(call).space.pageToPhys(number(call, 0)));
const toPfn: Builtin = (call) => int('unsigned long', kernelOf(call).space.pageToPhys(number(call, 0)) / pageBytes(call));
const pfnToPage: Builtin = (call) => pointer(kernelOf(call).space.physToPage(BigInt.asUintN(64, number(call, 0)) * pageBytes(call)));
const physToPage: Builtin = (call) => pointer(kernelOf(call).space.physToPage(BigInt.asUintN(64, number(call, 0))));
const toVirt: Builtin = (call) => pointer(kernelOf(call).space.physToVirt(kernelOf(call).space.pageToPhys(number(call, 0))));
const virtToPage: Builtin = (call) => pointer(kernelOf(call).space.physToPage(virtToPhys(call, number(call, 0))));
const virtPhys: Builtin = (call) => int('unsigned long long', virtToPhys(call, number(call, 0)));
const physVirt: Builtin = (call) => pointer(kernelOf(call).space.physToVirt(BigInt.asUintN(64, number(call, 0))));
const same: Builtin = (call) => pointer(number(call, 0));
const nothing: Builtin = () => undefined;

export const pageBuiltins: Readonly<Record<string, Builtin>> = {
  page_to_phys: toPhys, folio_phys: toPhys, page_to_pfn: toPfn, __page_to_pfn: toPfn, folio_pfn: toPfn,
  pfn_to_page: pfnToPage, __pfn_to_page: pfnToPage, pfn_folio: pfnToPage, pfn_to_online_page: pfnToPage, phys_to_page: physToPage,
  page_address: toVirt, page_to_virt: toVirt, folio_address: toVirt, virt_to_page: virtToPage, virt_to_folio: virtToPage, virt_to_head_page: virtToPage,
  virt_to_phys: virtPhys, __pa: virtPhys, __phys_addr: virtPhys, phys_to_virt: physVirt, __va: physVirt,
  page_folio: same, compound_head: same,
  folio_page: (call) => pointer(number(call, 0) + number(call, 1) * BigInt(kernelOf(call).arch.structPageBytes)),
  folio_order: (call) => int('unsigned int', orderOf(call, number(call, 0))),
  compound_order: (call) => int('unsigned int', orderOf(call, number(call, 0))),
  folio_nr_pages: (call) => int('long', 1n << BigInt(orderOf(call, number(call, 0)))),
  folio_size: (call) => int('unsigned long', pageBytes(call) << BigInt(orderOf(call, number(call, 0)))),
  get_order: (call) => int('int', getOrder(Number(BigInt.asUintN(40, number(call, 0))), kernelOf(call).arch.pageBytes)),
  pfn_valid: (call) => int('int', kernelOf(call).memory.online(Number(BigInt.asUintN(52, number(call, 0)))) ? 1 : 0),
  folio_get: nothing, folio_put: nothing, get_page: nothing, put_page: nothing, folio_lock: nothing, folio_unlock: nothing,
};
