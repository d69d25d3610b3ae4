/**
 * The stream while it is being written: where it lies, and how it grows. KSTATE facts 3.6 (v3) and 4.3 (v2).
 *
 * v3 grows by what is already written, not by what is needed, and does not check again: a write may run past the folio. Such
 * bytes land in the physical memory that follows, and the next growth copies only the old folio. `folio-posted` never stores the
 * new folio, so it goes on writing into the freed one.
 */
import { encodeMagic } from '../../formats/kstateStream';
import type { Kernel } from '../kernel';
import type { Folio } from '../memory/folios';
import { getOrder } from '../memory/folios';
import { EngineStop } from '../memory/fault';
import { ENOMEM } from './dialect';

/** Further than this the engine does not follow a stream. */
export const maxStreamBytes = 16 << 20;

/** Kept free for the end marker by every write (facts 3.6). */
const endMarkerBytes = 4;

export interface StreamWriter {
  /** Bytes from the start of the stream. */
  readonly pos: number;
  /** 0, or -ENOMEM. */
  write(bytes: Uint8Array): number;
  /** Puts bytes where the stream already is, without moving. */
  store(offsetBytes: number, bytes: Uint8Array): void;
  /** Everything from the start, `lengthBytes` long. */
  contents(lengthBytes: number): Uint8Array;
  /** The folio that holds the stream; undefined for a vmalloc buffer. */
  readonly folio: Folio | undefined;
  /** Bytes of other memory overwritten, in words. */
  readonly damage: readonly string[];
  free(): void;
}

/** undefined: no memory. */
export function openStream(kernel: Kernel): StreamWriter | undefined {
  if (kernel.dialect.growth === 'vmalloc') return new BufferWriter(kernel);
  const folio = kernel.folios.alloc(0, kernel.staleFill);
  return folio === undefined ? undefined : new FolioWriter(kernel, folio, kernel.dialect.growth === 'folio-posted');
}

class FolioWriter implements StreamWriter {
  pos = 0;
  readonly damage: string[] = [];
  private overrunBytes = 0;

  constructor(private readonly kernel: Kernel, public folio: Folio, private readonly forgetsNewFolio: boolean) {
    const magic = encodeMagic(kernel.dialect.format);
    this.store(0, magic);
    this.pos = magic.length;
  }

  write(bytes: Uint8Array): number {
    const rc = this.reserve(bytes.length);
    if (rc !== 0) return rc;
    this.store(this.pos, bytes);
    this.pos += bytes.length;
    return 0;
  }

  store(offsetBytes: number, bytes: Uint8Array): void {
    this.kernel.space.write(this.kernel.space.physToVirt(this.folio.phys) + BigInt(offsetBytes), bytes);
    const past = offsetBytes + bytes.length - this.kernel.folios.sizeBytes(this.folio);
    if (past > this.overrunBytes) {
      if (this.overrunBytes > 0) this.damage.pop();
      this.overrunBytes = past;
      this.damage.push(
        `The stream folio at 0x${this.folio.phys.toString(16)}, order ${String(this.folio.order)}, is overrun: ${String(past)} bytes of the memory after it are overwritten.`,
      );
    }
  }

  contents(lengthBytes: number): Uint8Array {
    return this.kernel.space.read(this.kernel.space.physToVirt(this.folio.phys), lengthBytes);
  }

  free(): void {
    this.kernel.folios.put(this.folio);
  }

  private reserve(sizeBytes: number): number {
    const { folios, arch, space } = this.kernel;
    if (this.pos + sizeBytes + endMarkerBytes > maxStreamBytes) throw tooLong(this.pos, sizeBytes);
    if (this.pos + sizeBytes + endMarkerBytes < folios.sizeBytes(this.folio)) return 0;
    const old = this.folio;
    const grown = folios.alloc(getOrder(this.pos, arch.pageBytes) + 1, this.kernel.staleFill);
    if (grown === undefined) return -ENOMEM;
    space.write(space.physToVirt(grown.phys), space.read(space.physToVirt(old.phys), folios.sizeBytes(old)));
    if (!folios.put(old)) {
      this.kernel.log('err', 'BUG', 'folio_put', `folio refcount underflow (double free) phys 0x${old.phys.toString(16)}`);
    }
    if (this.forgetsNewFolio) {
      const note = `The stream goes on in the folio at 0x${old.phys.toString(16)} after it was freed: the new one at 0x${grown.phys.toString(16)} is forgotten.`;
      if (!this.damage.includes(note)) this.damage.unshift(note);
    } else {
      this.folio = grown;
      this.overrunBytes = 0;
    }
    return 0;
  }
}

/** v2, dev: a zeroed vmalloc buffer that grows to what is needed. */
class BufferWriter implements StreamWriter {
  pos = 0;
  readonly folio = undefined;
  readonly damage: readonly string[] = [];
  private bytes: Uint8Array;

  constructor(private readonly kernel: Kernel) {
    this.bytes = new Uint8Array(kernel.arch.pageBytes);
    const magic = encodeMagic(kernel.dialect.format);
    this.bytes.set(magic);
    this.pos = magic.length;
  }

  write(bytes: Uint8Array): number {
    const need = this.pos + bytes.length + endMarkerBytes;
    if (need > maxStreamBytes) throw tooLong(this.pos, bytes.length);
    if (need >= this.bytes.length) {
      const page = this.kernel.arch.pageBytes;
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, Math.ceil(need / page) * page));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.store(this.pos, bytes);
    this.pos += bytes.length;
    return 0;
  }

  store(offsetBytes: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, offsetBytes);
  }

  contents(lengthBytes: number): Uint8Array {
    return this.bytes.slice(0, lengthBytes);
  }

  free(): void {
    this.bytes = new Uint8Array(0);
  }
}

function tooLong(pos: number, sizeBytes: number): EngineStop {
  return new EngineStop('too-long', `The stream would grow past ${String(maxStreamBytes >> 20)} MiB: ${String(pos)} bytes are written, ${String(sizeBytes)} more are to come.`);
}
