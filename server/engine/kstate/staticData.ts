/**
 * Static objects of one kernel: bytes from their initialisers, at addresses in the kernel image.
 *
 * `&demo_cnt` is a real pointer: the object it names is placed when its address is first asked for.
 */
import type { CUnit, Const, Init } from '../../c/api';
import type { CompoundLiteral, Declarator, Expr, StringLiteral } from '../../c/ast';
import { resolve } from '../../c/makeTypes';
import type { CType } from '../../c/types';
import type { SrcRange } from '../../c/source';
import type { Kernel } from '../kernel';
import { unsignedToBytes } from '../memory/addressSpace';
import { patternBytes } from '../seed';
import { maxObjectBytes } from './plan';

export interface Placed {
  readonly address: bigint;
  readonly sizeBytes: number;
  /** Whether the source gives the bytes. */
  readonly given: boolean;
  /** With the length that an initialiser gives an array. */
  readonly type?: CType;
}

export class StaticData {
  private readonly placed = new Map<Declarator | StringLiteral | CompoundLiteral, Placed>();

  constructor(private readonly kernel: Kernel, private readonly unit: CUnit) {}

  /**
   * Places an object on the first call; always the same place after that. `blank`: what an object holds that has no initialiser. C says zeros; a
   * pattern stands for what a driver has put there by the time it matters.
   */
  place(of: Declarator | StringLiteral | CompoundLiteral, blank: 'pattern' | 'zero' = 'pattern'): Placed {
    const known = this.placed.get(of);
    if (known !== undefined) return known;
    const { kernel, unit } = this;
    if (of.kind === 'string') return this.put(of, Uint8Array.from([...of.bytes, 0]), true);
    const init = of.kind === 'compoundLiteral' ? unit.resolveInit(of.type, of.init) : of.init === undefined ? undefined : unit.resolveInit(of.type, of.init);
    const type = init?.type ?? of.type;
    const size = type.kind === 'function' ? undefined : unit.sizeOf(type);
    const sizeBytes = Math.min(size?.known === true ? size.value : 16, maxObjectBytes);
    const name = of.kind === 'compoundLiteral' ? 'a compound literal' : of.name;
    const placed = this.put(of, blank === 'zero' ? new Uint8Array(sizeBytes) : patternBytes(`${kernel.seed}:${name}`, sizeBytes), init !== undefined, type);
    if (init !== undefined) this.write(placed.address, init, name);
    return placed;
  }

  /** Stores a constant as an object of the given type holds it. False: it is not constant. */
  store(address: bigint, type: CType, expr: Expr, name: string): boolean {
    const bytes = this.bytesOf(type, this.unit.evaluate(expr), name, this.unit.range(expr.first, expr.last));
    if (bytes === undefined) return false;
    this.kernel.space.write(address, bytes);
    return true;
  }

  /** The function that is placed at an address. */
  functionAt(address: bigint): Declarator | undefined {
    for (const [of, placed] of this.placed) if (placed.address === address && of.kind === 'function') return of;
    return undefined;
  }

  private put(of: Declarator | StringLiteral | CompoundLiteral, bytes: Uint8Array, given: boolean, type?: CType): Placed {
    const placed = { address: this.kernel.allocStatic(bytes.length), sizeBytes: bytes.length, given, ...(type === undefined ? {} : { type }) };
    this.placed.set(of, placed);
    this.kernel.space.write(placed.address, bytes);
    return placed;
  }

  private write(address: bigint, init: Init, name: string): void {
    const { unit, kernel } = this;
    const size = unit.sizeOf(init.type);
    if (init.kind !== 'scalar') kernel.space.write(address, new Uint8Array(Math.min(size.known ? size.value : 0, maxObjectBytes)));
    switch (init.kind) {
      case 'zero':
        return;
      case 'scalar': {
        const bytes = this.bytesOf(init.type, unit.evaluate(init.expr), name, unit.range(init.expr.first, init.expr.last));
        if (bytes !== undefined) kernel.space.write(address, bytes);
        return;
      }
      case 'string': {
        const length = size.known ? size.value : init.literal.bytes.length + 1;
        const bytes = new Uint8Array(length);
        bytes.set(init.literal.bytes.slice(0, length));
        kernel.space.write(address, bytes);
        return;
      }
      case 'record': {
        const layout = unit.layout(init.record);
        if (!layout.known) return;
        for (const item of init.members) {
          const member = layout.value.members.find((candidate) => candidate.member === item.member);
          if (member === undefined) continue;
          if (member.bitSize !== undefined && member.bitOffset !== undefined) this.writeBits(address, member.bitOffset, member.bitSize, item.value);
          else this.write(address + BigInt(member.offsetBytes), item.value, `${name}.${item.member.name ?? ''}`);
        }
        return;
      }
      case 'array': {
        const element = init.elements[0] === undefined ? undefined : unit.sizeOf(init.elements[0].value.type);
        for (const item of init.elements) {
          if (element?.known === true && item.index * element.value < maxObjectBytes) this.write(address + BigInt(item.index * element.value), item.value, `${name}[${String(item.index)}]`);
        }
        return;
      }
      case 'unknown':
        kernel.limit(`The initialiser of ${name} cannot be read: ${init.why} (at ${init.at.text}).`, unit.range(init.at));
        kernel.space.write(address, patternBytes(`${kernel.seed}:${name}`, size.known ? Math.min(size.value, maxObjectBytes) : 0));
    }
  }

  private writeBits(address: bigint, bitOffset: number, bitSize: number, init: Init): void {
    const value = init.kind === 'scalar' ? this.unit.evaluate(init.expr) : undefined;
    if (value?.kind !== 'int') return;
    this.kernel.space.writeBits(address, { offset: bitOffset, width: bitSize }, value.value);
  }

  private bytesOf(type: CType, value: Const, name: string, range: SrcRange): Uint8Array | undefined {
    const { kernel, unit } = this;
    const size = unit.sizeOf(type);
    if (!size.known) return undefined;
    switch (value.kind) {
      case 'int':
        return unsignedToBytes(resolve(type).kind === 'pointer' ? this.rebased(BigInt.asUintN(64, value.value)) : value.value, size.value);
      case 'float': {
        const view = new DataView(new ArrayBuffer(8));
        if (size.value === 4) view.setFloat32(0, value.value, true);
        else view.setFloat64(0, value.value, true);
        return new Uint8Array(view.buffer).slice(0, size.value);
      }
      case 'address':
        return unsignedToBytes(this.place(value.of).address + value.offsetBytes, size.value);
      case 'unknown':
        kernel.limit(`The value of ${name} is not constant: ${value.why} (at ${value.at.text}); a pattern stands in.`, range);
        return patternBytes(`${kernel.seed}:${name}`, size.value);
    }
  }

  /** A constant pointer into the linear map or the array of struct page, as this kernel has it: it stands for the memory behind it. */
  private rebased(pointer: bigint): bigint {
    const { arch, bases } = this.kernel.space;
    const span = 1n << 36n;
    if (pointer >= arch.bases.vmemmapStart && pointer < arch.bases.vmemmapStart + span) return pointer - arch.bases.vmemmapStart + bases.vmemmapStart;
    if (pointer >= arch.bases.pageOffset && pointer < arch.bases.pageOffset + span) return pointer - arch.bases.pageOffset + bases.pageOffset;
    return pointer;
  }
}
