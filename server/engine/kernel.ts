/** One kernel: its memory, its addresses, its log, and the state that KSTATE keeps in it. Two kernels share no object of this. */
import type { SrcRange } from '../c/source';
import type { KernelMessage } from './types';
import type { CustomRunner } from './kstate/custom';
import { kstateCallbacks } from './kstate/custom';
import type { Dialect } from './kstate/dialect';
import type { DescriptionPlan } from './kstate/plan';
import type { AddressBases, Arch } from './memory/arch';
import { AddressSpace } from './memory/addressSpace';
import { FolioAllocator } from './memory/folios';
import { Kho } from './memory/kho';
import type { MemoryBehind } from './memory/physical';
import { PhysicalMemory } from './memory/physical';

export interface KernelOptions {
  readonly arch: Arch;
  readonly bases: AddressBases;
  readonly dialect: Dialect;
  /** How much RAM there is; default 64 GiB. */
  readonly ramBytes?: bigint;
  /** What memory holds that nobody wrote and nobody preserved. */
  readonly memoryFill?: number;
  /** What a new folio of the stream holds. */
  readonly staleFill?: number;
  /** Physical addresses of the next page allocations, in order. */
  readonly placements?: readonly bigint[];
  /** Where any further page allocation goes, for whoever keeps the memory; default: an area of this kernel's own. */
  readonly place?: (order: number) => bigint | undefined;
  /** Memory that somebody else keeps: the machine of a scenario. */
  readonly behind?: MemoryBehind;
  /** Where this kernel's image and, 1 GiB above, its heap lie, for whoever uses the memory below; default: at 16 MiB. */
  readonly ownPhys?: bigint;
  /** Seed of the patterns in this kernel. */
  readonly seed?: string;
  /**
   * Refuse, with -EINVAL and before anything is written, an entry whose version lies outside min_version_id to version_id, as the documentation
   * says. No KSTATE code does that (facts 7); default false.
   */
  readonly strict?: boolean;
}

/** A C object in this kernel's memory. */
export interface KernelObject {
  /** The variable; the name by which the two kernels' objects are paired. */
  readonly name: string;
  readonly address: bigint;
  readonly sizeBytes: number;
}

/** A call of the registration API, in the order the kernel makes them. */
export interface KernelCall {
  readonly call: 'register' | 'restore' | 'register_restore' | 'unregister';
  readonly description: DescriptionPlan;
  readonly object: KernelObject;
  /** undefined: the description's counter gives it. */
  readonly instanceId: number | undefined;
  readonly range: SrcRange | undefined;
}

/** An element of the list that saving walks. */
export interface Registered {
  readonly description: DescriptionPlan;
  readonly object: KernelObject;
  readonly instanceId: number;
}

export interface Limit {
  readonly why: string;
  readonly range: SrcRange | undefined;
}

/** Where the image lies, how far above it the heap of pointees starts, and where the page allocator does, in physical memory. */
const imagePhys = 0x1000000n;
const heapAboveImage = 0x3f000000n;
const foliosPhys = 0x200000000n;
const staticDataBytes = 0x1000000n;

export class Kernel {
  readonly arch: Arch;
  readonly dialect: Dialect;
  readonly memory: PhysicalMemory;
  readonly space: AddressSpace;
  readonly folios: FolioAllocator;
  readonly kho: Kho;
  readonly staleFill: number;
  readonly seed: string;
  readonly strict: boolean;
  readonly messages: KernelMessage[] = [];
  readonly limits: Limit[] = [];
  /** Runs the callbacks of this kernel's source; until an interpreter is set, only those that KSTATE brings are known. */
  callbacks: CustomRunner = kstateCallbacks;
  /** Newest first, as kstate_register pushes at the head. */
  readonly states: Registered[] = [];
  /** v2: pages registered for the handover, newest first. */
  readonly preservedPages: { readonly phys: bigint; readonly order: number }[] = [];
  /** v2: where nr_pages of that list is. */
  preservedCountAddress: bigint | undefined;
  private readonly onceFired = new Set<string>();
  private readonly counters = new Map<string, number>();
  private heapNext: bigint;
  private dataNext: bigint;

  constructor(options: KernelOptions) {
    this.arch = options.arch;
    this.dialect = options.dialect;
    this.seed = options.seed ?? 'kernel';
    this.strict = options.strict ?? false;
    this.staleFill = options.staleFill ?? 0xa5;
    this.memory = new PhysicalMemory(options.arch.pageBytes, options.ramBytes ?? 1n << 36n, options.memoryFill ?? 0xc5, options.behind);
    const own = options.ownPhys ?? imagePhys;
    this.heapNext = own + heapAboveImage;
    this.space = new AddressSpace(options.arch, options.bases, this.memory, own);
    this.folios = new FolioAllocator(this.memory, foliosPhys, options.placements ?? [], options.arch.maxOrder, options.place);
    this.kho = new Kho(this.memory, this.space, this.folios);
    this.dataNext = options.bases.imageStart + staticDataBytes;
  }

  /** A kernel that restored, or saved before, saves: what was said and listed until now is no part of that. A WARN_ONCE stays spent. */
  startSaving(): void {
    this.messages.length = 0;
    this.kho.preserved.length = 0;
    this.preservedPages.length = 0;
    if (this.preservedCountAddress !== undefined) this.space.write(this.preservedCountAddress, new Uint8Array(4));
  }

  /** Memory of a static object. */
  allocStatic(sizeBytes: number): bigint {
    const address = this.dataNext;
    this.dataNext += roundUp(BigInt(sizeBytes) + 1n, 64n);
    return address;
  }

  /** Memory of a pointee. */
  allocHeap(sizeBytes: number): bigint {
    const phys = this.heapNext;
    this.heapNext += roundUp(BigInt(sizeBytes) + 1n, 64n);
    return this.space.physToVirt(phys);
  }

  /** atomic_inc_return of the description's instance_id. */
  nextInstance(description: DescriptionPlan): number {
    const next = (this.counters.get(description.variable) ?? 0) + 1;
    this.counters.set(description.variable, next);
    return next;
  }

  /** WARN_ON and pr_err: logged every time. */
  log(level: KernelMessage['level'], via: NonNullable<KernelMessage['via']>, where: string, text: string): void {
    this.messages.push({ level, where, text, once: false, via });
  }

  /** WARN_ONCE and WARN_ON_ONCE: logged once per call site and boot. Returns whether it was logged. */
  logOnce(via: 'WARN_ONCE' | 'WARN_ON_ONCE', where: string, site: string, text: string): boolean {
    if (this.onceFired.has(site)) return false;
    this.onceFired.add(site);
    this.messages.push({ level: 'warn', where, text, once: true, via });
    return true;
  }

  limit(why: string, range: SrcRange | undefined): void {
    if (!this.limits.some((known) => known.why === why)) this.limits.push({ why, range });
  }
}

function roundUp(value: bigint, unit: bigint): bigint {
  return ((value + unit - 1n) / unit) * unit;
}
