/** What LUO wants of a file handler in the new kernel, and the handler of files whose data is a folio. KHO facts 6.3. */
import type { RetrievedMemfd } from './memfd';
import type { Answer, Successor } from './successor';
import { answer, refused } from './successor';

export type RetrievedFile = { readonly kind: 'memfd'; readonly memfd: RetrievedMemfd } | { readonly kind: 'file'; readonly phys: bigint; readonly order: number };

export interface Retrieved {
  /** `faults`: the kernel reads where nothing is, and dies. */
  readonly result: Answer<RetrievedFile> | 'faults';
  /** Pages of metadata that are free again, by address. */
  readonly freed: readonly bigint[];
  /** It failed, and these folios were restored and given back. */
  readonly dropped?: Float64Array;
}

export interface Finished {
  readonly freed: readonly bigint[];
  /** Frames of the data that was restored and given back, as far as it was there. */
  readonly folios: Float64Array;
  readonly faults: boolean;
}

export const nothingFinished: Finished = { freed: [], folios: new Float64Array(0), faults: false };

export type RetrieveStatus = 'retrieved' | 'never' | 'failed';

export interface FileHandler {
  readonly compatible: string;
  /** @param data what the old kernel's handler gave */
  readonly retrieve: (kernel: Successor, data: bigint) => Retrieved;
  readonly finish: (kernel: Successor, data: bigint, status: RetrieveStatus) => Finished;
  /** can_finish(); without it: yes. */
  readonly canFinish?: (status: RetrieveStatus) => boolean;
}

/** A handler whose files are a folio of data. */
export function folioHandler(compatible: string): FileHandler {
  return {
    compatible,
    retrieve: (kernel, phys) => {
      const order = kernel.restoreFolio(phys);
      return { result: order === undefined ? refused('EINVAL') : answer({ kind: 'file', phys, order }), freed: [] };
    },
    finish: (kernel, phys, status) => {
      if (status !== 'never' || kernel.restoreFolio(phys) === undefined) return nothingFinished;
      return { ...nothingFinished, folios: Float64Array.of(kernel.memory.pfnOf(phys)) };
    },
  };
}
