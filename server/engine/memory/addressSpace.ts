/** Virtual addresses of one kernel: linear map, kernel image, array of struct page. Anything else faults. */
import type { AddressBases, Arch } from './arch';
import { MemoryFault } from './fault';
import type { PhysicalMemory } from './physical';

export type RegionName = 'linear' | 'image' | 'vmemmap';

export interface Place {
  readonly region: RegionName;
  readonly offset: bigint;
}

/** A bit-field: its first bit from the address it is counted from. */
export interface Bits {
  readonly offset: number;
  readonly width: number;
}

/** Physical address of the start of the kernel image, where nobody says otherwise. */
const usualImagePhys = 0x1000000n;
const imageBytes = 0x4000000n;

export class AddressSpace {
  /** struct pages have bytes of their own: they are no part of what travels. */
  private readonly structPages = new Map<bigint, Uint8Array>();

  constructor(readonly arch: Arch, readonly bases: AddressBases, private readonly memory: PhysicalMemory, private readonly imagePhys = usualImagePhys) {}

  /** Which region an address lies in; undefined when nothing is mapped there. */
  place(address: bigint): Place | undefined {
    const { pageOffset, vmemmapStart, imageStart } = this.bases;
    const vmemmapBytes = (this.memory.ramBytes / BigInt(this.arch.pageBytes)) * BigInt(this.arch.structPageBytes);
    if (address >= imageStart && address < imageStart + imageBytes) return { region: 'image', offset: address - imageStart };
    if (address >= vmemmapStart && address < vmemmapStart + vmemmapBytes) return { region: 'vmemmap', offset: address - vmemmapStart };
    if (address >= pageOffset && address < pageOffset + this.memory.ramBytes) return { region: 'linear', offset: address - pageOffset };
    return undefined;
  }

  /** The address of a place in this kernel. */
  address(place: Place): bigint {
    const base = place.region === 'linear' ? this.bases.pageOffset : place.region === 'vmemmap' ? this.bases.vmemmapStart : this.bases.imageStart;
    return BigInt.asUintN(64, base + place.offset);
  }

  physToVirt(phys: bigint): bigint {
    return BigInt.asUintN(64, this.bases.pageOffset + phys);
  }

  /** Address of the struct page (hence the struct folio) of a physical address. */
  physToPage(phys: bigint): bigint {
    return this.bases.vmemmapStart + (phys / BigInt(this.arch.pageBytes)) * BigInt(this.arch.structPageBytes);
  }

  /** page_to_phys: pointer arithmetic on whatever the pointer is, right or wrong. */
  pageToPhys(page: bigint): bigint {
    const delta = BigInt.asIntN(64, page - this.bases.vmemmapStart);
    return BigInt.asUintN(64, (delta / BigInt(this.arch.structPageBytes)) * BigInt(this.arch.pageBytes));
  }

  read(address: bigint, lengthBytes: number): Uint8Array {
    const place = this.span(address, lengthBytes, 'read');
    if (place.region === 'vmemmap') return this.structBytes(place.offset, lengthBytes);
    return this.memory.read(place.region === 'image' ? this.imagePhys + place.offset : place.offset, lengthBytes);
  }

  write(address: bigint, bytes: Uint8Array): void {
    const place = this.span(address, bytes.length, 'write');
    if (place.region === 'vmemmap') this.storeStructBytes(place.offset, bytes);
    else this.memory.write(place.region === 'image' ? this.imagePhys + place.offset : place.offset, bytes);
  }

  readU64(address: bigint): bigint {
    return bytesToUnsigned(this.read(address, 8));
  }

  readS32(address: bigint): number {
    return Number(BigInt.asIntN(32, bytesToUnsigned(this.read(address, 4))));
  }

  writeU64(address: bigint, value: bigint): void {
    this.write(address, unsignedToBytes(value, 8));
  }

  /** Bits from an address on, least significant first. */
  readBits(address: bigint, { offset, width }: Bits): bigint {
    const { at, lengthBytes, shift } = bytesOfBits(address, offset, width);
    return BigInt.asUintN(width, bytesToUnsigned(this.read(at, lengthBytes)) >> shift);
  }

  /** Leaves the bits around them as they are; those of `value` above the width do not count. */
  writeBits(address: bigint, { offset, width }: Bits, value: bigint): void {
    const { at, lengthBytes, shift } = bytesOfBits(address, offset, width);
    const mask = ((1n << BigInt(width)) - 1n) << shift;
    const before = bytesToUnsigned(this.read(at, lengthBytes));
    this.write(at, unsignedToBytes((before & ~mask) | ((value << shift) & mask), lengthBytes));
  }

  /** First and last byte must lie in one region. An access of no bytes touches nothing. */
  private span(address: bigint, lengthBytes: number, access: 'read' | 'write'): Place {
    if (lengthBytes === 0) return { region: 'linear', offset: 0n };
    const first = this.place(address);
    const last = this.place(address + BigInt(lengthBytes) - 1n);
    if (first === undefined || last === undefined || first.region !== last.region) throw new MemoryFault(address, access, lengthBytes);
    return first;
  }

  private structBytes(offset: bigint, lengthBytes: number): Uint8Array {
    const out = new Uint8Array(lengthBytes);
    for (let i = 0; i < lengthBytes; i++) {
      const at = offset + BigInt(i);
      const unit = BigInt(this.arch.structPageBytes);
      out[i] = this.structPages.get(at / unit)?.[Number(at % unit)] ?? 0;
    }
    return out;
  }

  private storeStructBytes(offset: bigint, bytes: Uint8Array): void {
    bytes.forEach((byte, i) => {
      const at = offset + BigInt(i);
      const unit = BigInt(this.arch.structPageBytes);
      const page = this.structPages.get(at / unit) ?? new Uint8Array(this.arch.structPageBytes);
      page[Number(at % unit)] = byte;
      this.structPages.set(at / unit, page);
    });
  }
}

function bytesOfBits(address: bigint, offset: number, width: number): { readonly at: bigint; readonly lengthBytes: number; readonly shift: bigint } {
  return { at: address + BigInt(offset >> 3), lengthBytes: ((offset & 7) + width + 7) >> 3, shift: BigInt(offset & 7) };
}

/** Little endian. */
export function bytesToUnsigned(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

/** Little endian, low bytes kept. */
export function unsignedToBytes(value: bigint, lengthBytes: number): Uint8Array {
  const out = new Uint8Array(lengthBytes);
  let rest = BigInt.asUintN(lengthBytes * 8, value);
  for (let i = 0; i < lengthBytes; i++) {
    out[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return out;
}
