/** The small language in which the cases give and read object members: `q[0].a`, `*raw[0]`, `in->k`, `folio:buf`, `bits:lo`. */
import type { CUnit } from '../c/api';
import { resolve } from '../c/makeTypes';
import type { CType } from '../c/types';
import type { Kernel } from '../engine/kernel';
import { memberOf } from '../engine/memberOf';
import { bytesToUnsigned, unsignedToBytes } from '../engine/memory/addressSpace';
import type { Bits } from '../engine/memory/addressSpace';
import { MemoryFault } from '../engine/memory/fault';
import type { CaseValue } from './kstateCase';

interface Place {
  readonly address: bigint;
  readonly type: CType;
  readonly bits?: Bits;
}

export class Members {
  constructor(
    private readonly kernel: Kernel, private readonly unit: CUnit, private readonly type: CType, private readonly object: bigint, private readonly fill: number,
    /** Addresses of the kernel's objects by name. */
    private readonly objects: ReadonlyMap<string, bigint> = new Map(),
  ) {}

  set(path: string, value: string): void {
    const place = this.place(path);
    const { space, folios, memory } = this.kernel;
    const size = this.size(place.type);
    if (place.bits !== undefined) return space.writeBits(place.address, place.bits, BigInt(value));
    const [word = '', ...args] = value.split(':');
    switch (word) {
      case 'null':
        return space.writeU64(place.address, 0n);
      case 'new':
      case 'newarr': {
        const bytes = this.size(pointee(place.type)) * Number(args[0] ?? '1');
        const made = this.kernel.allocHeap(bytes);
        space.write(made, new Uint8Array(bytes).fill(this.fill));
        return space.writeU64(place.address, made);
      }
      case 'linear':
        return space.writeU64(place.address, space.bases.pageOffset + BigInt(args[0] ?? '0'));
      case 'vmemmap':
        return space.writeU64(place.address, space.bases.vmemmapStart + BigInt(args[0] ?? '0'));
      case 'page':
        return space.writeU64(place.address, space.bases.vmemmapStart + BigInt(this.kernel.arch.structPageBytes) * BigInt(args[0] ?? '0'));
      case 'folio': {
        const [order = '0', phys = '0', seed = '0'] = args;
        const folio = folios.declare(BigInt(phys), Number(order));
        const bytes = new Uint8Array(folios.sizeBytes(folio));
        for (let i = 0; i < bytes.length; i++) bytes[i] = (Number(seed) + 7 * i + (i >> 8)) & 255;
        memory.write(folio.phys, bytes);
        return space.writeU64(place.address, space.physToPage(folio.phys));
      }
      case 'addr':
        return space.writeU64(place.address, this.addressOf(value.slice('addr:'.length)));
      case 'hex':
        return space.write(place.address, Uint8Array.from(Buffer.from(args[0] ?? '', 'hex')));
      case 'str':
        return space.write(place.address, Uint8Array.from([...Buffer.from(value.slice(4), 'latin1'), 0]));
      default:
        return space.write(place.address, unsignedToBytes(BigInt(value), size));
    }
  }

  /** As the cases write values. Pointers that point nowhere give nothing. */
  get(path: string): CaseValue {
    try {
      return this.read(path);
    } catch (problem) {
      if (!(problem instanceof MemoryFault)) throw problem;
      return {};
    }
  }

  private read(path: string): CaseValue {
    const place = this.place(path);
    const { space, memory } = this.kernel;
    if (path.startsWith('folio:')) {
      const pointer = space.readU64(place.address);
      if (pointer === 0n) return { folio: null };
      const phys = space.pageToPhys(pointer);
      const order = this.kernel.kho.restoreFolio(phys)?.order ?? 0;
      const known = this.kernel.folios.at(phys)?.order ?? order;
      return { folio: { phys: `0x${phys.toString(16)}`, order: known, first16: Buffer.from(memory.read(phys, 16)).toString('hex') } };
    }
    const bytes = space.read(place.address, this.size(place.type));
    const hex = Buffer.from(bytes).toString('hex');
    return [1, 2, 4, 8].includes(bytes.length) && scalar(place.type)
      ? { size: bytes.length, hex, le: `0x${bytesToUnsigned(bytes).toString(16).padStart(bytes.length * 2, '0')}` } : { size: bytes.length, hex };
  }

  /** Sums and differences of numbers and of the names of address bases and objects: `PAGE_OFFSET + 0x1000`, `&other`. */
  private addressOf(expression: string): bigint {
    const { bases } = this.kernel.space;
    const named = new Map([['PAGE_OFFSET', bases.pageOffset], ['VMEMMAP_START', bases.vmemmapStart], ...this.objects]);
    const plainText = expression.replace(/\([\w\s*]*\*\s*\)|\((?:unsigned |long |int |u64|u32)+\)/g, '').replace(/[()\s]/g, '');
    let sum = 0n;
    for (const [, sign, term = ''] of plainText.matchAll(/([-+]?)([^-+]+)/g)) {
      const number = /^(0x[0-9a-f]+|\d+)[ul]*$/i.exec(term)?.[1];
      const known = number !== undefined ? BigInt(number) : named.get(term.replace(/^&/, ''));
      if (known === undefined) throw new Error(`addr: expected numbers, PAGE_OFFSET, VMEMMAP_START or the name of an object, found "${term}"`);
      sum += sign === '-' ? -known : known;
    }
    return BigInt.asUintN(64, sum);
  }

  private place(path: string): Place {
    const bare = path.replace(/^(folio|bits):/, '');
    if (bare.startsWith('*')) {
      const inner = this.place(bare.slice(1));
      return { address: this.kernel.space.readU64(inner.address), type: pointee(inner.type) };
    }
    let place: Place = { address: this.object, type: this.type };
    for (const step of bare.match(/->|\.|\[\d+\]|\w+/g) ?? []) {
      if (step === '.') continue;
      if (step === '->') place = { address: this.kernel.space.readU64(place.address), type: pointee(place.type) };
      else if (step.startsWith('[')) place = this.element(place, Number(step.slice(1, -1)));
      else place = this.member(place, step);
    }
    return place;
  }

  private element(place: Place, index: number): Place {
    const type = resolve(place.type);
    if (type.kind === 'array') return { address: place.address + BigInt(index * this.size(type.of)), type: type.of };
    const to = pointee(type);
    return { address: this.kernel.space.readU64(place.address) + BigInt(index * this.size(to)), type: to };
  }

  private member(place: Place, name: string): Place {
    const type = resolve(place.type);
    const found = type.kind === 'record' ? memberOf(this.unit, type.record, name) : `there is no member '${name}' in what is no struct`;
    if (typeof found === 'string') throw new Error(found);
    const { offsetBytes, ...rest } = found;
    return { address: place.address + BigInt(offsetBytes), ...rest };
  }

  private size(type: CType): number {
    if (type.kind === 'void') return 1;
    const size = this.unit.sizeOf(type);
    if (!size.known) throw new Error(size.why);
    return size.value;
  }
}

function pointee(type: CType): CType {
  const at = resolve(type);
  if (at.kind !== 'pointer') throw new Error('not a pointer');
  return at.to;
}

function scalar(type: CType): boolean {
  const at = resolve(type);
  return at.kind !== 'array' && at.kind !== 'record';
}
