/** The tracker of a kernel that runs, and who preserved what: claims are the calls as they were made, the tracker is what the map will say. */
import { BitmapTracker } from '../../formats/bitmapChunks';
import type { PlacedPage } from '../../formats/physicalMemory';
import { RadixTracker } from '../../formats/radixTree';
import { trackerOf } from '../kho/handoverImage';
import type { KhoMachine } from '../kho/handoverImage';
import { pieceAllocator, placePieces } from './pieces';

/** What one call preserved. The list is kept, not copied. */
export interface Claim { readonly pfns: ArrayLike<number>; readonly order: number; readonly owner: string; readonly who: string }

export class TrackedPages {
  /** The tracker's root is a page that is there from the start. */
  readonly hasRoot: boolean;
  private readonly tracker: BitmapTracker | RadixTracker | undefined;
  private claims: Claim[] = [];
  /** A part of what somebody claims was taken back: claims are looked through bit by bit. */
  private overlapped = false;
  /** Bitmaps of each order when the map was made last. */
  private listed: ReadonlyMap<number, number> | undefined;

  /** @param listsOnRequest the map names the bitmaps that there were when it was made (6.19); before that it is 0 */
  constructor(private readonly machine: KhoMachine, private readonly listsOnRequest: boolean) {
    this.tracker = trackerOf(machine);
    this.hasRoot = this.tracker instanceof RadixTracker;
  }

  add(claim: Claim): void {
    this.tracker?.markAll(claim.pfns, claim.order);
    this.claims.push(claim);
  }

  drop(claim: Claim): void {
    this.claims = this.claims.filter((one) => one !== claim);
    for (let i = 0; i < claim.pfns.length; i++) this.tracker?.unmark(claim.pfns[i] ?? 0, claim.order);
  }

  /** What was claimed with exactly these blocks is gone with the first call that takes it back: nobody counts. `missed`: blocks that were not preserved. */
  takeBack(pfns: ArrayLike<number>, order: number): { readonly owner: string | undefined; readonly missed: number } {
    const claimed = this.claims.filter((one) => one.order === order && (one.pfns === pfns || sameList(one.pfns, pfns)));
    if (claimed.length === 0) this.overlapped = true;
    let missed = 0;
    for (let i = 0; i < pfns.length; i++) {
      const pfn = pfns[i] ?? 0;
      if (this.tracker?.has(pfn, order) !== true) missed++;
      else this.tracker.unmark(pfn, order);
    }
    this.claims = this.claims.filter((one) => !claimed.includes(one));
    return { owner: claimed[0]?.owner, missed };
  }

  ownedBy(of: (owner: string) => boolean): readonly Claim[] {
    return this.claims.filter((one) => of(one.owner));
  }

  /** Whether a block is in the tracker now. v4 has none: whatever somebody claims is. */
  has(pfn: number, order: number): boolean {
    return this.tracker === undefined ? this.claims.some((claim) => claim.order === order && includes(claim.pfns, pfn)) : this.tracker.has(pfn, order);
  }

  /** The map is made now, of the bitmaps that are there. */
  list(): void {
    if (this.tracker instanceof BitmapTracker) this.listed = this.tracker.bitmapsByOrder();
  }

  /**
   * Writes the tracker as it is passed on. Gives what the root says of it; 0 where there is none.
   * @param rootPhys the page that has been there from the start
   */
  encode(rootPhys: bigint | undefined, page: (call: string) => bigint, write: (page: PlacedPage) => void): bigint {
    const { tracker, machine: { order, pageShift } } = this;
    if (tracker === undefined) return 0n;
    if (tracker instanceof BitmapTracker) {
      if (this.listsOnRequest && this.listed === undefined) return 0n;
      const pageBytes = 1 << pageShift;
      const { firstPhys, pages } = tracker.encode(pieceAllocator(pageBytes, () => page('kho_finalize')), order, this.listed ?? tracker.bitmapsByOrder());
      placePieces(pages, pageBytes, write);
      return firstPhys;
    }
    let root = rootPhys;
    const encoded = tracker.encode(() => {
      const phys = root ?? page('kho_radix_add_page');
      root = undefined;
      return phys;
    }, order);
    for (const one of encoded.pages) write(one);
    return encoded.rootPhys;
  }

  /** Blocks that the map lists which is passed on, with the owner of each, in the order of the calls. */
  blocks(): readonly Claim[] {
    const { tracker, listed } = this;
    const claims = this.overlapped ? this.filtered((pfn, order) => this.has(pfn, order)) : this.claims;
    if (!this.listsOnRequest || !(tracker instanceof BitmapTracker)) return claims;
    if (listed === undefined) return [];
    const now = tracker.bitmapsByOrder();
    // What was preserved since may lie in bitmaps that the list does not know.
    return [...now].every(([order, count]) => listed.get(order) === count) ? claims : this.filtered((pfn, order) => tracker.has(pfn, order) && tracker.isListed(pfn, order, listed));
  }

  private filtered(keep: (pfn: number, order: number) => boolean): readonly Claim[] {
    return this.claims.map((claim) => ({ ...claim, pfns: Array.from(claim.pfns).filter((pfn) => keep(pfn, claim.order)) })).filter((claim) => claim.pfns.length > 0);
  }
}

function sameList(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function includes(list: ArrayLike<number>, value: number): boolean {
  for (let i = 0; i < list.length; i++) if (list[i] === value) return true;
  return false;
}
