/** The preserved blocks as a table to look through: by owner, sorted, a page at a time. Ten million of them cost an index of 40 MB. */
import type { Block, PreservedBlocks } from './preservedBlocks';
import type { Structure } from './structure';

export type BlockSort = 'phys' | 'order' | 'owner';

export interface BlockQuery {
  /** Only blocks of that owner, 0: of nobody; undefined: all. */
  readonly owner?: number;
  readonly sort: BlockSort;
  /** Blocks with the same key always stand by address. */
  readonly descending: boolean;
}

/** Rows as columns, as the wire has them. */
export interface BlockRows {
  /** Rows of the whole answer. */
  readonly total: number;
  readonly from: number;
  readonly pfns: readonly number[];
  readonly orders: readonly number[];
  /** 0: nobody. */
  readonly owners: readonly number[];
}

export interface OwnerSummary {
  /** 0: blocks that nothing reached explains. */
  readonly owner: number;
  readonly name: string;
  readonly blocks: number;
  readonly pages: number;
  /** Blocks of each order, ascending. */
  readonly byOrder: readonly (readonly [order: number, blocks: number])[];
}

export const MOST_ROWS = 2000;

export class BlockTable {
  /** By name, those of nobody last; who has no block is left out. */
  readonly owners: readonly OwnerSummary[];
  private asked: { readonly key: string; readonly index: Uint32Array | undefined } | undefined;

  constructor(private readonly blocks: PreservedBlocks, readonly pageShift: number) {
    this.owners = summaries(blocks);
  }

  get count(): number {
    return this.blocks.count;
  }

  rows(query: BlockQuery, from: number, count: number): BlockRows {
    const index = this.index(query);
    const total = index?.length ?? this.blocks.count;
    const start = Math.max(0, Math.min(from, total));
    const pfns: number[] = [];
    const orders: number[] = [];
    const owners: number[] = [];
    for (let row = start; row < Math.min(total, start + Math.min(count, MOST_ROWS)); row++) {
      const i = index === undefined ? row : index[row] ?? 0;
      const { pfn, order } = this.blocks.block(i);
      pfns.push(pfn);
      orders.push(order);
      owners.push(this.blocks.ownerAt(i));
    }
    return { total, from: start, pfns, orders, owners };
  }

  /** The row of the block that covers a page; undefined when none of the answer's does. */
  rowOf(query: BlockQuery, pfn: number): number | undefined {
    const i = this.blocks.covering(pfn);
    if (i < 0) return undefined;
    const row = this.index(query)?.indexOf(i) ?? i;
    return row < 0 ? undefined : row;
  }

  /** The block at a page and its owner. */
  at(pfn: number): (Block & { readonly owner: number }) | undefined {
    const i = this.blocks.covering(pfn);
    return i < 0 ? undefined : { ...this.blocks.block(i), owner: this.blocks.ownerAt(i) };
  }

  nameOf(owner: number): string {
    return owner === 0 ? UNOWNED : this.blocks.ownerNames[owner - 1] ?? '';
  }

  /** Numbers of the blocks in the order that was asked for; undefined: all of them by address. The last is kept: scrolling asks for it again and again. */
  private index({ owner, sort, descending }: BlockQuery): Uint32Array | undefined {
    const key = `${String(owner ?? 'all')} ${sort} ${String(descending)}`;
    if (this.asked?.key !== key) this.asked = { key, index: owner === undefined && sort === 'phys' && !descending ? undefined : this.sorted(owner, sort, descending) };
    return this.asked.index;
  }

  /** Sorted by counting: keys are few. */
  private sorted(owner: number | undefined, sort: BlockSort, descending: boolean): Uint32Array {
    const { blocks } = this;
    const ranks = sort === 'owner' ? this.ranks() : undefined;
    const most = sort === 'order' ? 64 : (ranks?.length ?? 1);
    const keyOf = (i: number): number => {
      const key = sort === 'order' ? blocks.block(i).order & 63 : ranks === undefined ? 0 : ranks[blocks.ownerAt(i)] ?? 0;
      return descending ? most - 1 - key : key;
    };
    const starts = new Uint32Array(most + 1);
    for (let i = 0; i < blocks.count; i++) {
      if (owner !== undefined && blocks.ownerAt(i) !== owner) continue;
      const at = keyOf(i) + 1;
      starts[at] = (starts[at] ?? 0) + 1;
    }
    for (let at = 1; at <= most; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
    const out = new Uint32Array(starts[most] ?? 0);
    for (let i = 0; i < blocks.count; i++) {
      if (owner !== undefined && blocks.ownerAt(i) !== owner) continue;
      const key = keyOf(i);
      const to = starts[key] ?? 0;
      out[to] = i;
      starts[key] = to + 1;
    }
    return sort === 'phys' && descending ? out.reverse() : out;
  }

  /** Place of each owner's name in the alphabet; nobody comes last. */
  private ranks(): Uint32Array {
    const { ownerNames } = this.blocks;
    const out = new Uint32Array(ownerNames.length + 1);
    [...ownerNames.keys()].sort((a, b) => compare(ownerNames[a] ?? '', ownerNames[b] ?? '')).forEach((id, rank) => { out[id + 1] = rank; });
    out[0] = ownerNames.length;
    return out;
  }
}

export const UNOWNED = 'no owner';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function summaries(blocks: PreservedBlocks): OwnerSummary[] {
  const counts = new Map<number, number[]>();
  for (let i = 0; i < blocks.count; i++) {
    const owner = blocks.ownerAt(i);
    let orders = counts.get(owner);
    if (orders === undefined) counts.set(owner, orders = new Array<number>(64).fill(0));
    const order = blocks.block(i).order & 63;
    orders[order] = (orders[order] ?? 0) + 1;
  }
  return [...counts].map(([owner, orders]): OwnerSummary => {
    const byOrder = orders.map((n, order) => [order, n] as const).filter(([, n]) => n > 0);
    return {
      owner, name: owner === 0 ? UNOWNED : blocks.ownerNames[owner - 1] ?? '',
      blocks: byOrder.reduce((sum, [, n]) => sum + n, 0), pages: byOrder.reduce((sum, [order, n]) => sum + n * 2 ** order, 0), byOrder,
    };
  }).sort((a, b) => Number(a.owner === 0) - Number(b.owner === 0) || compare(a.name, b.name));
}

/** The blocks in the tree of structures: all of them, below them each owner's. */
export function blocksStructure(table: BlockTable): Structure {
  const node = (label: string, blocks: number, rest: Partial<Structure>): Structure => ({ kind: 'blocks', label, detail: `${String(blocks)} ${blocks === 1 ? 'block' : 'blocks'}`, phys: undefined, sizeBytes: 0, children: [], ...rest });
  return node('preserved blocks', table.count, { children: table.owners.map(({ owner, name, blocks }) => node(name, blocks, { owner })) });
}
