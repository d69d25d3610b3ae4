/** What a ground truth says of the machine and of who takes part, and of where everything lay: what the engine is given to make the same handover again. */
import { isList } from '../decode/exactJson';
import type { Json } from '../decode/exactJson';
import type { LuoFileToHandOver, LuoToHandOver, MemfdFolio } from '../engine/kho/luoImage';
import type { Generation } from '../formats/generations';
import { generations } from '../formats/generations';
import type { ReservedRegion } from '../formats/memblock';
import { rootForms } from '../formats/khoRoot';

export interface ReplayMetadata { readonly previousRelease: string; readonly kexecCount: number }
export interface ReplayTestKho { readonly folios: readonly { readonly pfn: number; readonly order: number }[]; readonly csum: number }

/** Machine and participants. What only the handover itself brings about (structures, counts, order, bytes) is not in here. */
export interface Replay {
  readonly generation: Generation;
  readonly pageShift: number;
  readonly regions: readonly ReservedRegion[];
  readonly metadata: ReplayMetadata | undefined;
  readonly testKho: ReplayTestKho | undefined;
  readonly luo: LuoToHandOver | undefined;
}

/** A truth that lacks something or has it in another form. */
export class BadTruth extends Error {}

/** Access by path; whatever is not there or of another kind is a BadTruth that names it. */
export class TruthReader {
  constructor(readonly json: Json | undefined, readonly path = '') {}

  get present(): boolean {
    return this.json !== undefined && this.json !== null;
  }

  at(key: string): TruthReader {
    const { json } = this;
    const inner = json === undefined || json === null || typeof json !== 'object' || isList(json) || !Object.hasOwn(json, key) ? undefined : json[key];
    return new TruthReader(inner, this.path === '' ? key : `${this.path}.${key}`);
  }

  list(): readonly TruthReader[] {
    if (this.json === undefined || this.json === null || typeof this.json !== 'object' || !isList(this.json)) return this.wrong('a list');
    return this.json.map((one, i) => new TruthReader(one, `${this.path}[${String(i)}]`));
  }

  int(): bigint {
    const { json } = this;
    if (typeof json === 'bigint') return json;
    return typeof json === 'number' && Number.isSafeInteger(json) ? BigInt(json) : this.wrong('a whole number');
  }

  num(): number {
    return typeof this.json === 'number' ? this.json : this.wrong('a number');
  }

  text(): string {
    return typeof this.json === 'string' ? this.json : this.wrong('a string');
  }

  bool(): boolean {
    return typeof this.json === 'boolean' ? this.json : this.wrong('true or false');
  }

  private wrong(expected: string): never {
    throw new BadTruth(`${this.path}: expected ${expected}, found ${this.json === undefined ? 'nothing' : typeof this.json}`);
  }
}

/** Throws BadTruth. */
export function readReplay(json: Json): Replay {
  const truth = new TruthReader(json);
  const pageShift = Math.log2(truth.at('page_size').num());
  const pfn = (phys: TruthReader): number => Number(phys.int() >> BigInt(pageShift));
  const metadata = truth.at('kexec_metadata');
  const testKho = truth.at('kho_test');
  const memblock = truth.at('memblock');
  return {
    generation: generationOf(truth), pageShift,
    regions: memblock.present ? memblock.at('regions').list().map((one) => ({ name: one.at('name').text(), start: one.at('start').int(), size: one.at('size').int() })) : [],
    metadata: metadata.present ? { previousRelease: metadata.at('previous_release').text(), kexecCount: metadata.at('kexec_count').num() } : undefined,
    testKho: testKho.present ? { csum: testKho.at('csum').num(), folios: testKho.at('folios').list().map((one) => ({ pfn: pfn(item(one, 0)), order: item(one, 1).num() })) } : undefined,
    luo: truth.at('luo').present ? luoOf(truth.at('luo'), pfn) : undefined,
  };
}

function item(of: TruthReader, i: number): TruthReader {
  return of.list()[i] ?? new TruthReader(undefined, `${of.path}[${String(i)}]`);
}

/** The kernel by what its root says: string, whether it was changed after it was written (fdt_pack() moves the reserve map to 40), and how many bits a bitmap has. */
function generationOf(truth: TruthReader): Generation {
  const compatible = truth.at('root').at('compatible').text();
  const edited = truth.at('root').at('fdt_header').at('off_mem_rsvmap').num() === 40;
  const bits = truth.at('bitmap').present ? truth.at('bitmap').at('preserve_bits').num() : undefined;
  const found = generations.find(({ root, tracker }) => {
    const form = rootForms[root.id];
    return form.compatible === compatible && (form.writer === 'edited') === edited && (bits === undefined ? tracker.id === 'radix tree' : tracker.id === (bits === 4096 ? 'bitmaps of 512 bytes' : 'bitmaps of a page'));
  });
  if (found === undefined) throw new BadTruth(`root.compatible: no generation writes ${compatible} with a reserve map at ${edited ? '40' : '48'} and ${bits === undefined ? 'a radix tree' : `bitmaps of ${String(bits)} bits`}`);
  return found;
}

function luoOf(luo: TruthReader, pfn: (phys: TruthReader) => number): LuoToHandOver {
  const flb = luo.at('luo_flb');
  return {
    liveupdateNumber: luo.at('liveupdate_number').int(),
    sessions: luo.at('luo_session').at('sessions').list().map((session) => ({
      name: session.at('name').text(),
      files: session.at('files').list().map((file): LuoFileToHandOver => {
        const token = file.at('token').int();
        // A file of another handler: what it gave is all that the truth knows of it.
        return file.at('memfd').present ? { token, memfd: memfdOf(file.at('memfd'), pfn) } : { token, compatible: file.at('compatible').text(), data: file.at('data').int() };
      }),
    })),
    flbs: flb.present ? flb.at('flbs').list().map((one) => ({ name: one.at('name').text(), data: one.at('data').int(), count: one.at('count').int() })) : [],
  };
}

function memfdOf(memfd: TruthReader, pfn: (phys: TruthReader) => number) {
  return {
    pos: memfd.at('pos').int(), size: memfd.at('size').int(), seals: memfd.at('seals').present ? memfd.at('seals').num() : 0,
    folios: memfd.at('folios').list().map((one): MemfdFolio => {
      const frame = pfn(item(one, 0));
      return { pfn: frame, order: frame === 0 ? 0 : item(one, 1).num(), flags: item(one, 2).num(), index: item(one, 3).num() };
    }),
  };
}
