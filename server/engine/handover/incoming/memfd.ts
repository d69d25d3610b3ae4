/** The memfd handler in the new kernel: a file made of the folios that were preserved, and what becomes of them when nobody wants it. KHO facts 7.2, T11, T60. */
import { decode } from '../../../formats/layoutTable';
import type { MemfdFolios } from '../../../formats/memfd';
import { ALL_SEALS, decodeFolios, memfdFolio, memfdV1, memfdV2, sealBits } from '../../../formats/memfd';
import type { KhoVmalloc } from '../../../formats/vmalloc';
import { messages } from '../messages';
import type { FileHandler, Finished, Retrieved } from './fileHandler';
import { nothingFinished } from './fileHandler';
import type { Answer, Successor } from './successor';
import { answer, refused } from './successor';
import { readArea, restoreVmalloc } from './vmalloc';

/** A memfd as the new kernel has it. */
export interface RetrievedMemfd {
  readonly pos: bigint;
  readonly sizeBytes: bigint;
  /** F_SEAL_* bits. */
  readonly seals: number;
  /** As the record's array has them; a pfn of 0 is a hole. */
  readonly folios: MemfdFolios;
  /** Order of each folio as it was restored. */
  readonly orders: Uint8Array;
}

interface Record { readonly pos: bigint; readonly size: bigint; readonly seals: number; readonly nrFolios: bigint; readonly head: KhoVmalloc }

/** @param form the layout that this kernel reads under its string */
export function memfdHandler(compatible: string, form: 'memfd-v1' | 'memfd-v2'): FileHandler {
  return { compatible, retrieve: (kernel, data) => retrieve(kernel, data, form), finish: (kernel, data, status) => finish(kernel, data, form, status) };
}

function recordAt(kernel: Successor, phys: bigint, form: 'memfd-v1' | 'memfd-v2'): Record | undefined {
  const { memory, spec: { order } } = kernel;
  const table = form === 'memfd-v1' ? memfdV1 : memfdV2;
  const bytes = memory.read(phys, table.sizeBytes);
  if (bytes === undefined) return undefined;
  const base = decode(form === 'memfd-v1' ? memfdV1 : memfdV2, bytes, 0, order);
  if (!base.ok) return undefined;
  const { pos, size, nr_folios: nrFolios, folios: head } = base.value;
  const second = form === 'memfd-v1' ? undefined : decode(memfdV2, bytes, 0, order);
  return { pos, size, nrFolios, head, seals: second?.ok === true ? second.value.seals : sealBits.SEAL };
}

/** The array of folios in its area; `faults` when it is longer than the area. */
function foliosOf(kernel: Successor, pages: Float64Array, nrFolios: bigint): MemfdFolios | undefined {
  const sizeBytes = nrFolios * BigInt(memfdFolio.sizeBytes);
  const bytes = sizeBytes > BigInt(pages.length * kernel.pageBytes) ? undefined : readArea(kernel, pages, Number(sizeBytes));
  return bytes === undefined ? undefined : decodeFolios(bytes, kernel.spec.order);
}

function retrieve(kernel: Successor, data: bigint, form: 'memfd-v1' | 'memfd-v2'): Retrieved {
  const { print, memory, rules, preserved } = kernel;
  const record = recordAt(kernel, data, form);
  const freed: bigint[] = [];
  if (record === undefined) return { result: 'faults', freed };
  const { pos, size: sizeBytes, seals, nrFolios, head } = record;
  const end = (result: Answer<RetrievedMemfd> | 'faults', dropped?: Float64Array): Retrieved => {
    const ok = result !== 'faults' && result.ok;
    // Until 6.19 the record stays when it fails; since then it is freed on both ways.
    if (result !== 'faults' && (ok || rules.failedRetrieve === 'kept') && kernel.restoreFree(data)) freed.push(data);
    return result === 'faults' ? { result, freed } : { result: result.ok ? answer({ kind: 'memfd', memfd: result.value }) : result, freed, ...(dropped === undefined ? {} : { dropped }) };
  };
  if ((seals & ~ALL_SEALS) !== 0) return end(refused('EOPNOTSUPP'));
  if (nrFolios === 0n) return end(answer({ pos, sizeBytes, seals, folios: decodeFolios(new Uint8Array(0), kernel.spec.order), orders: new Uint8Array(0) }));
  const area = restoreVmalloc(kernel, head);
  freed.push(...area.chunks);
  if (area.pages === undefined) return end(refused('EINVAL'));
  const folios = foliosOf(kernel, area.pages, nrFolios);
  if (folios === undefined) return end('faults');
  for (const pfn of area.pages) freed.push(memory.physOf(pfn));
  const orders = new Uint8Array(folios.pfns.length);
  const { failedAt: [lost], firstWhy } = preserved.restoreMany(folios.pfns, { skipZero: true, stop: true, orders });
  if (lost === undefined) return end(answer({ pos, sizeBytes, seals, folios, orders }));
  if (firstWhy !== undefined) kernel.warn(firstWhy);
  print('err', messages.memfdFolioLost(memory.physOf(folios.pfns[lost] ?? 0)));
  // The folios before go with the file, those behind are given back one by one.
  const rest = folios.pfns.subarray(lost + 1);
  const back = rules.memfdGivesBack === 'by address' ? rest : rest.map((pfn) => memory.pfnOf(BigInt(pfn)));
  const failures = preserved.restoreMany(back, { skipZero: rules.memfdGivesBack === 'by address' });
  if (failures.firstWhy !== undefined) kernel.warn(failures.firstWhy);
  return end(refused('EIO'), folios.pfns.subarray(0, lost));
}

/** memfd_luo_finish(): only a file that was never retrieved is dropped here. */
function finish(kernel: Successor, data: bigint, form: 'memfd-v1' | 'memfd-v2', status: 'retrieved' | 'never' | 'failed'): Finished {
  if (status === 'retrieved' || (status === 'failed' && kernel.rules.failedRetrieve === 'kept')) return nothingFinished;
  const { memory, preserved, print } = kernel;
  const record = recordAt(kernel, data, form);
  if (record === undefined) return { ...nothingFinished, faults: true };
  const freed: bigint[] = [];
  let folios: Float64Array | undefined;
  if (record.nrFolios > 0n) {
    const area = restoreVmalloc(kernel, record.head);
    freed.push(...area.chunks);
    const read = area.pages === undefined ? undefined : foliosOf(kernel, area.pages, record.nrFolios);
    if (area.pages !== undefined && read === undefined) return { ...nothingFinished, freed, faults: true };
    for (const pfn of area.pages ?? []) freed.push(memory.physOf(pfn));
    folios = read?.pfns;
  }
  const dropped = folios === undefined ? undefined : preserved.restoreMany(folios, { skipZero: true, mostFailures: 10 });
  if (dropped?.firstWhy !== undefined) kernel.warn(dropped.firstWhy);
  // Ratelimited: ten in a burst.
  for (const i of dropped?.failedAt ?? []) print('warn', messages.memfdFolioLost(memory.physOf(folios?.[i] ?? 0)));
  if (kernel.restoreFree(data)) freed.push(data);
  return { freed, folios: folios ?? nothingFinished.folios, faults: false };
}
