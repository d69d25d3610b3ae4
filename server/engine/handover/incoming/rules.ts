/** Where kernels differ in what they do with a handover that they are given. KHO facts 1.9, 2.4, 2.5, 6.3, 7.2, 12; what stands in memory is said in `formats/generations.ts`. */
import type { GenerationId } from '../../../formats/generations';
import type { FoundForm, RefusalForm, ReservedForm, RevivalForm } from '../messages';

export interface IncomingRules {
  readonly found: FoundForm;
  readonly revival: RevivalForm;
  readonly refusal: RefusalForm;
  readonly reserved: ReservedForm;
  /** Whether the root's compatible string is looked at: no posting did, any tree is taken. */
  readonly checksRoot: boolean;
  /** The map property is looked at when the tree is accepted (0 refuses), or only when memory is reserved (0: nothing is). */
  readonly map: 'when accepted' | 'when reserved';
  /** What is printed when the property is not there. */
  readonly noMap: 'bitmaps' | 'map';
  /** kho_memory_init() takes the page of the root FDT out of preservation. */
  readonly restoresRoot: boolean;
  /** Blocks above MAX_PAGE_ORDER: refused without a word, refused with a WARN, or restored. */
  readonly largeBlocks: 'silent' | 'warns' | 'restored';
  /** Where a WARN in kho_restore_page() says that it stands. */
  readonly warning: string;
  /** kho_restore_vmalloc() maps each page of an entry, or the first of them again and again (4bc84cd539df). */
  readonly vmallocPages: 'own' | 'first';
  /** A file whose retrieve() failed: tried again and finished like one never retrieved, or its error is kept (1d3ad69484dc). */
  readonly failedRetrieve: 'tried again' | 'kept';
  /** After a folio was lost, the memfd handler gives the others back by address, or (6.19) takes frame numbers for addresses. */
  readonly memfdGivesBack: 'by address' | 'by frame number';
}

const anywhere = 'kho_restore_page';

/** v4 and v5: the postings themselves, patch 9 of either for kho_populate(). */
const posted: IncomingRules = {
  found: 'setup', revival: 'silent', refusal: 'kexec', reserved: 'reserve-mem', checksRoot: false, map: 'when reserved', noMap: 'bitmaps', restoresRoot: false, largeBlocks: 'silent', warning: anywhere, vmallocPages: 'own',
  failedRetrieve: 'tried again', memfdGivesBack: 'by address',
};
const merged: IncomingRules = { ...posted, found: 'skips devices', revival: 'with the error', refusal: 'handover', checksRoot: true, restoresRoot: true };
const stateless: IncomingRules = { ...merged, restoresRoot: false, found: 'plain', map: 'when accepted', noMap: 'map', largeBlocks: 'warns', memfdGivesBack: 'by frame number' };
const live: IncomingRules = { ...stateless, revival: 'plain', largeBlocks: 'restored', failedRetrieve: 'kept', memfdGivesBack: 'by address' };

export const incomingRules: Readonly<Record<GenerationId, IncomingRules>> = {
  v4: { ...posted, reserved: 'reserved_mem' },
  v5: posted,
  '6.16': merged,
  '6.17': merged,
  // The line number is that of 6.18.2.
  '6.18': { ...merged, largeBlocks: 'warns', vmallocPages: 'first', warning: 'CPU: 0 PID: 0 at kernel/kexec_handover.c:247 kho_restore_page' },
  '6.19': stateless,
  'kho-v2': live,
  '7.1': live,
  'kho-v4': live,
  newest: live,
};
