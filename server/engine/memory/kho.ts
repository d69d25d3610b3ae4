/**
 * The two KHO calls that KSTATE makes. KSTATE facts 3.5.
 *
 * kho_preserve_folio notes the folio's address and order. kho_restore_folio of that tree takes any page that is online: the order
 * comes from page->private, whether the page was preserved is not checked.
 */
import type { AddressSpace } from './addressSpace';
import type { FolioAllocator } from './folios';
import { getOrder } from './folios';
import type { PhysicalMemory } from './physical';

export interface Preserved {
  readonly phys: bigint;
  readonly order: number;
  readonly sizeBytes: number;
  readonly what: 'object folio' | 'kstate_out page' | 'kstate stream' | 'kho_preserve_phys';
  readonly of: string | undefined;
  /** A range of bytes, as of kho_preserve_phys: it has no order. */
  readonly range?: true;
}

/** What one kernel leaves for the next: bytes of preserved memory, and where to start. Nothing else. */
export interface HandedOver {
  readonly blocks: readonly { readonly phys: bigint; readonly order: number; readonly bytes: Uint8Array }[];
  /** Address of the kstate_out page (v3, through setup_data) … */
  readonly kstateOutPhys: bigint | undefined;
  /** … or of the stream itself (v1, v2: command line). */
  readonly streamPhys: bigint | undefined;
}

/** A machine's memory, in which a kernel looks for what the one before left, page by page and folio by folio as restoring asks. */
export interface FoundMemory {
  readonly kstateOutPhys: bigint | undefined;
  readonly streamPhys: bigint | undefined;
  /** kho_restore_folio() of the kernel that runs: undefined for NULL. `preserved`: whether the page was. */
  restoreFolio(phys: bigint): { readonly order: number; readonly preserved: boolean } | undefined;
}

/** No machine has more. */
const maxRangeBytes = 1n << 46n;

export class Kho {
  readonly preserved: Preserved[] = [];
  /** page->private of preserved pages, as KHO revives it in the new kernel. */
  private readonly orders = new Map<number, number>();
  private found: FoundMemory | undefined;

  constructor(private readonly memory: PhysicalMemory, private readonly space: AddressSpace, private readonly folios: FolioAllocator) {}

  preserveFolio(phys: bigint, order: number, what: Preserved['what'], of: string | undefined): void {
    this.preserved.push({ phys, order, sizeBytes: this.memory.pageBytes * 2 ** order, what, of });
  }

  /** kho_preserve_phys. `order` is that of the smallest block that holds the range. */
  preserveRange(phys: bigint, sizeBytes: bigint, of: string | undefined): void {
    const kept = sizeBytes > maxRangeBytes ? maxRangeBytes : sizeBytes;
    this.preserved.push({ phys, order: getOrder(Number(kept), this.memory.pageBytes), sizeBytes: Number(kept), what: 'kho_preserve_phys', of, range: true });
  }

  /** Takes back the newest note of what starts there. */
  unpreserve(phys: bigint): void {
    const at = this.preserved.map((one) => one.phys).lastIndexOf(phys);
    if (at >= 0) this.preserved.splice(at, 1);
  }

  /** Takes over what the kernel before left. */
  revive(handed: HandedOver | FoundMemory): void {
    if (!('blocks' in handed)) {
      this.found = handed;
      return;
    }
    for (const block of handed.blocks) {
      this.memory.write(block.phys, block.bytes);
      this.orders.set(this.folios.pfn(block.phys), block.order);
      this.folios.declare(block.phys, block.order);
    }
  }

  /** kho_restore_folio: address of the struct folio, or undefined for NULL. */
  restoreFolio(phys: bigint): { readonly folio: bigint; readonly order: number; readonly preserved: boolean } | undefined {
    if (this.found !== undefined) {
      const answer = this.found.restoreFolio(phys);
      if (answer === undefined) return undefined;
      this.folios.declare(phys, answer.order);
      return { folio: this.space.physToPage(phys), ...answer };
    }
    const page = phys / BigInt(this.memory.pageBytes);
    if (page > BigInt(Number.MAX_SAFE_INTEGER) || !this.memory.online(Number(page))) return undefined;
    const order = this.orders.get(Number(page));
    return { folio: this.space.physToPage(phys), order: order ?? 0, preserved: order !== undefined };
  }
}
