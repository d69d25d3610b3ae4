/** Where the kernel of a ground truth had what its handover is made of: an allocator that hands out those addresses by what is asked for, each once. */
import type { AllocatePage, PagePlace } from '../formats/physicalMemory';
import { hex } from '../formats/problem';
import { memfdOwner } from '../engine/kho/luoImage';
import { KHO_ROOT_OWNER } from '../engine/kho/handoverImage';
import type { TruthReader } from './replayTruth';

const NOWHERE = 1n << 50n;

/** Addresses of one kind of page, in the order in which they are asked for. */
type Pools = Map<string, bigint[]>;

function keyOf(what: string, place: PagePlace | undefined): string {
  switch (place?.of) {
    case undefined: return what;
    case 'radix node': return nodeKey(place.level, place.firstKey);
    case 'bitmap': return bitmapKey(place.order, place.start);
    case 'vmalloc chunk': return chunkKey(what);
  }
}

const nodeKey = (level: number, firstKey: number): string => `radix node of level ${String(level)} for keys from ${hex(firstKey)}`;
const bitmapKey = (order: number, start: bigint): string => `bitmap of order ${String(order)} from ${hex(start)}`;
const chunkKey = (owner: string): string => `${owner}: chunk`;

export class TruthAddresses {
  private readonly pools: Pools;
  /** What was asked for and is nowhere in the truth: it is given an address that no machine of a truth has. */
  readonly unknown: string[] = [];
  /** What each area is that was handed out. */
  readonly names = new Map<bigint, string>();
  private next = NOWHERE;

  /** Throws BadTruth. */
  constructor(truth: TruthReader) {
    this.pools = poolsOf(truth);
  }

  readonly allocate: AllocatePage = (sizeBytes, what, place) => {
    const key = keyOf(what, place);
    let phys = this.pools.get(key)?.shift();
    if (phys === undefined) {
      this.unknown.push(key);
      phys = this.next / BigInt(sizeBytes) * BigInt(sizeBytes);
      this.next = phys + BigInt(sizeBytes) * 2n;
    }
    this.names.set(phys, key);
    return phys;
  };

  /** What the truth has and nobody asked for. */
  left(): readonly string[] {
    return [...this.pools].flatMap(([key, addresses]) => addresses.map((phys) => `${key} at ${hex(phys)}`));
  }
}

function poolsOf(truth: TruthReader): Pools {
  const pools: Pools = new Map();
  const add = (key: string, phys: bigint): void => {
    const pool = pools.get(key);
    if (pool === undefined) pools.set(key, [phys]);
    else pool.push(phys);
  };
  const blob = (key: string, name: string, member: string): void => { if (truth.at(name).present) add(key, truth.at(name).at(member).int()); };
  const area = (head: TruthReader, owners: { readonly page: string; readonly chunk: string }): void => {
    if (!head.at('chunks').present) return;
    for (const page of head.at('pages').list()) add(owners.page, page.int());
    for (const chunk of head.at('chunks').list()) add(chunkKey(owners.chunk), chunk.at('phys').int());
  };
  add(KHO_ROOT_OWNER, truth.at('root').at('fdt_phys').int());
  blob('kexec-metadata', 'kexec_metadata', 'phys');
  blob('memblock FDT', 'memblock', 'fdt_phys');
  blob('kho_test FDT', 'kho_test', 'fdt_phys');
  blob('LUO FDT', 'luo', 'fdt_phys');
  area(truth.at('kho_test').at('folios_info'), { page: 'kho_test vmalloc page', chunk: 'kho_test vmalloc chunk' });
  if (truth.at('luo').present) luoPools(truth.at('luo'), add, area);
  trackerPools(truth, add);
  return pools;
}

function luoPools(luo: TruthReader, add: (key: string, phys: bigint) => void, area: (head: TruthReader, owners: { readonly page: string; readonly chunk: string }) => void): void {
  add('LUO session header', luo.at('luo_session').at('header_phys').int());
  if (luo.at('luo_flb').present) add('LUO FLB header', luo.at('luo_flb').at('header_phys').int());
  for (const session of luo.at('luo_session').at('sessions').list()) {
    const name = session.at('name').text();
    if (session.at('files_phys').int() !== 0n) add(`LUO files[] of ${name}`, session.at('files_phys').int());
    for (const file of session.at('files').list()) {
      if (!file.at('memfd').present) continue;
      add('memfd_luo_ser', file.at('memfd').at('phys').int());
      const owner = memfdOwner(name, file.at('token').int());
      area(file.at('memfd').at('folios_vmalloc'), { page: owner, chunk: owner });
    }
  }
}

function trackerPools(truth: TruthReader, add: (key: string, phys: bigint) => void): void {
  const radix = truth.at('radix');
  if (radix.present) {
    for (const node of radix.at('nodes').list()) add(nodeKey(node.at('level').num(), node.at('key_start').num()), node.at('phys').int());
    for (const leaf of radix.at('leaves').list()) add(nodeKey(0, leaf.at('key_start').num()), leaf.at('phys').int());
  }
  if (!truth.at('chunks').present) return;
  for (const chunk of truth.at('chunks').list()) {
    add('chunk', chunk.at('phys').int());
    for (const element of chunk.at('elms').list()) add(bitmapKey(chunk.at('order').num(), element.at('phys_start').int()), element.at('bitmap_phys').int());
  }
}
