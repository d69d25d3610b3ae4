/** An ELF core, vmcore or raw image from its bytes. */
import { readElfCore } from '../formats/elfCore';
import { vmcoreinfoOf } from '../formats/vmcoreinfo';
import type { FormatProblem } from '../formats/problem';
import { rawMemory } from '../formats/physicalMemory';
import type { ByteOrder } from '../formats/layoutTable';
import { Findings } from './findings';
import type { DecodedImage } from './image';
import { decodeImage } from './image';

export interface CoreOptions {
  /** Bytes of a page, when somebody says so. */
  readonly pageBytes?: number | undefined;
  /** Of a raw image, when somebody says so; a core says it itself. */
  readonly order?: ByteOrder | undefined;
}

/** x86-64 and s390 have 4K pages only. */
const ONE_PAGE_SIZE = new Set([62, 22]);

export function decodeCore(bytes: Uint8Array, options: CoreOptions = {}): DecodedImage | FormatProblem {
  const core = readElfCore(bytes);
  if (!core.ok) return core.problem;
  const info = vmcoreinfoOf(core.value);
  const { machine } = core.value.header;
  const pageBytes = options.pageBytes ?? info?.pageSizeBytes ?? (ONE_PAGE_SIZE.has(machine) ? 4096 : undefined);
  const image = decodeImage({ memory: core.value.memory, order: core.value.order, pageShift: pageBytes === undefined ? undefined : shiftOf(pageBytes) });
  const findings = new Findings();
  findings.addAll('image', core.value.problems);
  return { ...image, findings: [...findings.list, ...image.findings] };
}

export function decodeRaw(bytes: Uint8Array, physBase: bigint, options: CoreOptions = {}): DecodedImage {
  return decodeImage({ memory: rawMemory(bytes, physBase), order: options.order, pageShift: options.pageBytes === undefined ? undefined : shiftOf(options.pageBytes) });
}

/** Undefined for what is no page size: then it is found out. */
function shiftOf(pageBytes: number): number | undefined {
  const shift = Math.log2(pageBytes);
  return Number.isInteger(shift) && shift >= 12 && shift <= 16 ? shift : undefined;
}
