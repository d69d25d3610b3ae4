/** What a kernel of a generation does when it is called, beside the layouts it writes (formats/generations.ts). KHO facts 1.3 to 1.8, 2.1, 2.3, 5.2. */
import type { GenerationId } from '../../formats/generations';
import type { KstateVersion } from '../../model/scenario/scenario';
import type { SplitRule } from '../../formats/rangeSplit';

export interface Behaviour {
  /** `once`: a request of userspace, refused when it was made already; `again`: makes the map anew each time, LUO's reboot does it, too; `none`: the map is always there. */
  readonly finalizing: 'once' | 'again' | 'none';
  /** Preserving after the last finalize: -EBUSY, or not in the map unless its bitmap was listed already, or as before. */
  readonly afterFinalize: 'EBUSY' | 'snapshot' | 'live';
  /** Subtrees can be added in the notifier of finalize only, or whenever a driver likes. */
  readonly subtrees: 'in the notifier' | 'any time';
  /** Whether there is a call that takes back what was preserved, and what it does with a page that was not. */
  readonly unpreserve: 'none' | 'silent' | 'endless loop' | 'warns';
  /** The call that preserves a range. */
  readonly rangeCall: 'kho_mem' | 'kho_preserve_phys' | 'kho_preserve_pages';
  readonly split: SplitRule;
  /** 7.1: no block spans two nodes. */
  readonly splitsAtNodes: boolean;
  /** reserve_mem and test_kho hand over when finalized (notifiers) or when they start. */
  readonly consumers: 'notifiers' | 'at start';
  /** Whether `kho_preserve_*` looks at kho_scratch_overlap() in kernels built for debugging. */
  readonly scratchCheck: boolean;
  /** A file that is preserved already: -EBUSY (7.1), or nothing is said. */
  readonly filePreservedTwice: 'EBUSY' | 'allowed';
}

/** How the objects of a kernel with KSTATE find their way. KSTATE facts 3.5, 4.3. */
export interface KstateBehaviour {
  /** v3: the boot record names a page that names the stream; v2: the stream is a segment of the new image, which the command line names. */
  readonly foundBy: 'boot record' | 'command line';
  /** Whether regions of `reserve_mem=` are objects in the stream, in place of a subtree. */
  readonly regions: boolean;
}

export const kstateBehaviours: Readonly<Record<KstateVersion, KstateBehaviour>> = {
  v2: { foundBy: 'command line', regions: false },
  v3: { foundBy: 'boot record', regions: true },
};

const notified = {
  finalizing: 'once', afterFinalize: 'EBUSY', subtrees: 'in the notifier', split: 'aligned', splitsAtNodes: false, consumers: 'notifiers', scratchCheck: false,
  filePreservedTwice: 'allowed',
} as const;

const live = {
  finalizing: 'none', afterFinalize: 'live', subtrees: 'any time', unpreserve: 'warns', rangeCall: 'kho_preserve_pages', split: 'aligned', splitsAtNodes: true,
  consumers: 'at start', scratchCheck: true, filePreservedTwice: 'EBUSY',
} as const;

export const behaviours: Readonly<Record<GenerationId, Behaviour>> = {
  v4: { ...notified, unpreserve: 'none', rangeCall: 'kho_mem', split: 'aligned' },
  v5: { ...notified, unpreserve: 'silent', rangeCall: 'kho_preserve_phys', split: 'length only' },
  '6.16': { ...notified, unpreserve: 'endless loop', rangeCall: 'kho_preserve_phys' },
  '6.17': { ...notified, unpreserve: 'endless loop', rangeCall: 'kho_preserve_phys' },
  '6.18': { ...notified, unpreserve: 'none', rangeCall: 'kho_preserve_pages', scratchCheck: true },
  '6.19': { ...live, finalizing: 'again', afterFinalize: 'snapshot', splitsAtNodes: false, filePreservedTwice: 'allowed' },
  'kho-v2': live,
  '7.1': live,
  'kho-v4': live,
  newest: live,
};
