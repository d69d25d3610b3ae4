/** File-lifecycle-bound objects in the new kernel: found when somebody asks, finished with the last file that depends on them. KHO facts 6.4. */
import { decode } from '../../../formats/layoutTable';
import { luoFlb, luoFlbHeader } from '../../../formats/luo';
import { messages } from '../messages';
import type { LuoIncoming } from './luo';
import type { Answer, Successor } from './successor';
import { answer, refused } from './successor';

/** An object that this kernel has registered, in the order of registration. */
export interface FlbSpec {
  /** Its compatible string. */
  readonly name: string;
  /** Compatible string of the handler whose files it depends on. */
  readonly handler: string;
  /** Bytes of the folio that its data is the address of; 0: the data is a number. */
  readonly dataBytes: number;
}

export interface FinishedFlb {
  readonly name: string;
  readonly data: bigint;
  /** Frame of its folio, restored and given back; undefined without one, or when it could not be restored. */
  readonly pfn: number | undefined;
}

interface Incoming { readonly data: bigint; count: bigint; retrieved: boolean; finished: boolean }

export class IncomingFlbs {
  private readonly found = new Map<string, Incoming>();

  constructor(private readonly kernel: Successor, private readonly luo: LuoIncoming | undefined, readonly registered: readonly FlbSpec[]) {}

  /** liveupdate_flb_get_incoming(): the data that the old kernel's object gave; one user more. */
  get(name: string): Answer<bigint> {
    const one = this.lookUp(name);
    if (!one.ok) return one;
    one.value.count++;
    this.retrieve(name, one.value);
    return answer(one.value.data);
  }

  /** liveupdate_flb_put_incoming(). */
  put(name: string): FinishedFlb | undefined {
    const flb = this.registered.find((one) => one.name === name);
    return flb === undefined ? undefined : this.release(flb);
  }

  /** A file of that handler was finished: objects give up one user each, the last registered first. */
  fileFinished(handler: string): readonly FinishedFlb[] {
    return this.registered.filter((one) => one.handler === handler).reverse().flatMap((flb) => this.release(flb) ?? []);
  }

  private release(flb: FlbSpec): FinishedFlb | undefined {
    const one = this.lookUp(flb.name);
    if (!one.ok) return undefined;
    one.value.count--;
    if (one.value.count > 0n) return undefined;
    this.retrieve(flb.name, one.value);
    one.value.finished = true;
    const { kernel } = this;
    kernel.print('info', messages.flbFinished(flb.name));
    const restored = flb.dataBytes > 0 ? kernel.restoreFolio(one.value.data) : undefined;
    return { name: flb.name, data: one.value.data, pfn: restored === undefined ? undefined : kernel.memory.pfnOf(one.value.data) };
  }

  private retrieve(name: string, one: Incoming): void {
    if (one.retrieved) return;
    one.retrieved = true;
    this.kernel.print('info', messages.flbFound(name));
  }

  private lookUp(name: string): Answer<Incoming> {
    const known = this.found.get(name);
    if (known !== undefined) return known.finished ? refused('ENODATA') : answer(known);
    const { kernel: { memory, spec: { order } }, luo } = this;
    if (luo?.flbPhys === undefined || luo.flbPhys === 0n) return refused('ENODATA');
    const bytes = memory.read(luo.flbPhys, luoFlbHeader.sizeBytes);
    const header = bytes === undefined ? undefined : decode(luoFlbHeader, bytes, 0, order);
    if (header?.ok !== true) return refused('ENODATA');
    // The count is believed; entries behind the page are not there to be found.
    for (let i = 0; i < Math.min(Number(header.value.count), memory.pageBytes / luoFlb.sizeBytes); i++) {
      const at = memory.read(luo.flbPhys + BigInt(luoFlbHeader.sizeBytes + i * luoFlb.sizeBytes), luoFlb.sizeBytes);
      const entry = at === undefined ? undefined : decode(luoFlb, at, 0, order);
      if (entry?.ok !== true || entry.value.name !== name) continue;
      const one: Incoming = { data: entry.value.data, count: entry.value.count, retrieved: false, finished: false };
      this.found.set(name, one);
      return answer(one);
    }
    return refused('ENOENT');
  }
}
