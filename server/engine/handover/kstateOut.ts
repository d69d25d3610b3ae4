/**
 * The stream of a kernel that has KSTATE: of all objects that its drivers, reserve_mem and KHO register. v3 makes it when the kernel is finalized and lets KHO preserve it; v2 makes it on
 * the way into the new kernel, which finds it by its command line. KSTATE facts 3.5, 4.3.
 */
import { commandLineFor, encodeKstateOut } from '../../formats/kstateLocator';
import type { StreamPlace } from '../../formats/kstateLocator';
import type { KstateVersion } from '../../model/scenario/scenario';
import type { Kernel } from '../kernel';
import { registerLocator, registerRegions } from '../kstate/ownObjects';
import { preservedListCall } from '../kstate/preservedList';
import type { SaveRun } from '../kstate/save';
import { register } from '../kstate/save';
import { saveShared } from '../kstate/sharedStream';
import type { SharedSave } from '../kstate/sharedStream';
import type { ReservedRegion } from '../../formats/memblock';
import type { PageAllocator } from '../machine/pageAllocator';
import type { Ram } from '../machine/ram';
import { words } from './actors/actor';
import type { MachineMemory } from './kstateMemory';
import { ownKernel } from './kstateMemory';
import type { Outgoing } from './outgoing';
import type { Recorder } from './recorder';
import { CallFailed, KernelStops } from './recorder';

/** Who has objects on the list of states. */
export interface StreamUser {
  readonly name: string;
  readonly kernel: Kernel;
  /** Its objects stand in the stream. */
  saved(run: SaveRun): void;
}

export interface KstateHost {
  readonly memory: MachineMemory;
  readonly allocator: PageAllocator;
  readonly recorder: Recorder;
  readonly ram: Ram;
  readonly pageBytes: number;
  readonly regions: readonly ReservedRegion[];
  physOf(pfn: number): bigint;
  pfnOf(phys: bigint): number;
}

const OWN = 'KSTATE';

abstract class KstateStreamOut {
  constructor(protected readonly host: KstateHost) {}

  /** A kernel for objects of the kernel's own, whose folios come from its allocator. */
  protected own(version: KstateVersion): Kernel {
    return ownKernel(this.host.memory, version, (order) => {
      const pfn = this.host.allocator.alloc(order, { migrate: 'unmovable' });
      return pfn === undefined ? undefined : this.host.physOf(pfn);
    });
  }

  /** Throws CallFailed, and KernelStops when the kernel dies in it. @param before who registered behind the drivers @param users in the order in which they registered */
  protected save(call: string, before: readonly Kernel[], users: readonly StreamUser[], last: Kernel): SharedSave & { readonly ok: true } {
    const { recorder } = this.host;
    const newestFirst = [...users].reverse();
    const answer = saveShared([...before, ...newestFirst.map(({ kernel }) => kernel), last]);
    for (const { kernel } of newestFirst) for (const { level, text } of kernel.messages) recorder.line(level, text);
    if (answer.ok) return answer;
    if (answer.crash !== undefined) throw new KernelStops(answer.crash.why);
    const who = newestFirst[(answer.by ?? 0) - before.length]?.name ?? OWN;
    recorder.event(OWN, call, `the objects of ${who} cannot be saved: ${String(answer.rc)}`, { error: 'ENOMEM' });
    throw new CallFailed('ENOMEM', call, `the stream is not made: saving the objects of ${who} gives ${String(answer.rc)}`);
  }

  protected told(call: string, { bytes, runs }: SharedSave & { readonly ok: true }): void {
    this.host.recorder.event(OWN, call, `${words(runs.reduce((sum, run) => sum + run.entries.length, 0), 'entry', 'entries')}, ${String(bytes.length)} bytes of stream`);
  }
}

export class KstateOut extends KstateStreamOut {
  /** kstate_out: a page for as long as the kernel runs. */
  readonly outPhys: bigint;
  private readonly locator: Kernel;
  private readonly memblock: Kernel;
  private stream: { readonly pfn: number; readonly order: number } | undefined;

  /** kstate_init(), and what KHO and reserve_mem register. Throws CallFailed when there is no memory. */
  constructor(host: KstateHost, private readonly outgoing: Outgoing) {
    super(host);
    const pfn = host.allocator.alloc(0, { migrate: 'unmovable' });
    if (pfn === undefined) throw new CallFailed('ENOMEM', 'kstate_init', 'no free page for kstate_out');
    this.outPhys = host.physOf(pfn);
    this.locator = this.own('v3');
    this.memblock = this.own('v3');
    registerLocator(this.locator, { address: outgoing.rootPhys, length: BigInt(host.pageBytes) });
    registerRegions(this.memblock, host.regions);
  }

  /** kstate_finalize(), before KHO's own. What was preserved before something failed stays so. Throws CallFailed. */
  finalize(users: readonly StreamUser[]): void {
    const { outgoing, memblock, locator, host } = this;
    memblock.startSaving();
    locator.startSaving();
    const answer = this.save('kstate_finalize', [memblock], users, locator);
    const { folio } = answer;
    if (folio === undefined) return;
    this.mark('reserve_mem', () => {
      for (const { phys, sizeBytes } of memblock.kho.preserved) outgoing.markRange(phys, BigInt(sizeBytes), 'reserve_mem');
    });
    for (const [i, user] of [...users].reverse().entries()) {
      this.mark(user.name, () => {
        for (const { phys, order, what, sizeBytes, range } of user.kernel.kho.preserved) {
          if (range === true) outgoing.markRange(phys, BigInt(sizeBytes), `${user.name} ${what}`);
          else outgoing.mark(host.pfnOf(phys), order, `${user.name} ${what}`);
        }
      });
      const run = answer.runs[i + 1];
      for (const { phys, bytes } of run?.handed.blocks ?? []) outgoing.write(phys, bytes);
      if (run !== undefined) user.saved(run);
    }
    const streamPfn = host.pfnOf(folio.phys);
    this.stream = { pfn: streamPfn, order: folio.order };
    this.mark(OWN, () => {
      outgoing.mark(host.pfnOf(this.outPhys), 0, 'kstate_out');
      outgoing.mark(streamPfn, folio.order, 'kstate stream');
    });
    outgoing.write(folio.phys, answer.folioBytes);
    outgoing.write(this.outPhys, encodeKstateOut(folio.phys, host.pageBytes, 'little'));
    this.told('kstate_finalize', answer);
  }

  private mark(who: string, run: () => void): void {
    const failed = this.outgoing.attempt(who, run);
    if (failed !== undefined) throw failed;
  }

  /** kstate_abort(): the stream is freed, and nothing else undone; the tracker is KHO's to drop. */
  abort(): void {
    if (this.stream !== undefined) this.host.allocator.free(this.stream.pfn, this.stream.order);
    this.stream = undefined;
  }
}

export class KstateSegment extends KstateStreamOut {
  private bytes: Uint8Array | undefined;
  private pages: readonly { readonly phys: bigint; readonly order: number }[] = [];
  private list: Kernel | undefined;

  /** In the kexec path itself. Throws CallFailed. @param users in the order in which they registered */
  take(users: readonly StreamUser[]): void {
    const list = this.list ?? this.own('v2');
    const fresh = this.list === undefined;
    this.list = list;
    const call = fresh ? preservedListCall(list) : undefined;
    if (call !== undefined) register(list, [call]);
    list.startSaving();
    const answer = this.save('kstate_save_state', [], users, list);
    for (const [i, user] of [...users].reverse().entries()) {
      const run = answer.runs[i];
      if (run !== undefined) user.saved(run);
    }
    for (const { kernel } of users) for (const { phys, order } of kernel.preservedPages) this.host.ram.write(phys, kernel.memory.read(phys, this.host.pageBytes * 2 ** order));
    this.bytes = answer.bytes;
    this.pages = [...list.preservedPages];
    this.told('kstate_save_state', answer);
  }

  abort(): void {
    this.bytes = undefined;
  }

  /** The jump: the segment lies as high as there is room beside the preserved pages. @returns what stands on the new kernel's command line; undefined when there is nothing to pass on */
  jump(): string | undefined {
    const { bytes, host: { ram, pageBytes, memory }, pages } = this;
    if (bytes === undefined) return undefined;
    const sizeBytes = BigInt(Math.ceil(bytes.length / pageBytes) * pageBytes);
    const place = this.hole(sizeBytes, pages);
    if (place === undefined) throw new CallFailed('EADDRNOTAVAIL', 'kexec_add_buffer', `no room for ${String(sizeBytes)} bytes of stream in the memory of ${memory.arch.name}`);
    const segment = new Uint8Array(Number(sizeBytes));
    segment.set(bytes);
    ram.place({ phys: place.phys, bytes: segment });
    return commandLineFor('v2', place);
  }

  private hole(sizeBytes: bigint, pages: readonly { readonly phys: bigint; readonly order: number }[]): StreamPlace | undefined {
    const page = BigInt(this.host.pageBytes);
    for (const { start, sizeBytes: length } of this.host.ram.memory.toReversed()) {
      for (let phys = start + length - sizeBytes; phys >= start; phys -= page) {
        const clash = pages.some((one) => one.phys < phys + sizeBytes && phys < one.phys + page * BigInt(2 ** one.order));
        if (!clash) return { phys, sizeBytes };
      }
    }
    return undefined;
  }
}
