/** Structures that are smaller than a page (bitmaps of 512 bytes), as kmalloc() puts them into pages. */
import type { PlacedPage } from '../../formats/physicalMemory';

/** Pages from `page`, and pieces of such pages one behind the other. */
export function pieceAllocator(pageBytes: number, page: () => bigint): (sizeBytes: number) => bigint {
  let slab = 0n;
  let used = pageBytes;
  return (sizeBytes) => {
    if (sizeBytes >= pageBytes) return page();
    if (used + sizeBytes > pageBytes) {
      slab = page();
      used = 0;
    }
    used += sizeBytes;
    return slab + BigInt(used - sizeBytes);
  };
}

/** Whole pages as they are; pieces are put together to pages first. */
export function placePieces(pieces: readonly PlacedPage[], pageBytes: number, write: (page: PlacedPage) => void): void {
  let page: PlacedPage | undefined;
  for (const piece of pieces) {
    if (piece.bytes.length % pageBytes === 0) write(piece);
    else {
      const start = piece.phys - (piece.phys % BigInt(pageBytes));
      if (page?.phys !== start) {
        page = { phys: start, bytes: new Uint8Array(pageBytes) };
        write(page);
      }
      page.bytes.set(piece.bytes, Number(piece.phys - start));
    }
  }
}
