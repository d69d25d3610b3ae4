/** The struct kstate_stream that a callback is given: its `pos` is real memory, which callbacks of v2 read and move. */
import { resolve } from '../../c/makeTypes';
import type { Tok } from '../../c/token';
import type { Kernel } from '../kernel';
import type { Machine } from './machine';
import { Stop } from './value';

interface StreamStruct {
  readonly address: bigint;
  readonly posAddress: bigint | undefined;
}

const structs = new WeakMap<Kernel, StreamStruct>();
const leastBytes = 64;

export function streamStruct(m: Machine): StreamStruct {
  const known = structs.get(m.kernel);
  if (known !== undefined) return known;
  const record = m.unit.record('kstate_stream');
  const layout = record?.members === undefined ? undefined : m.unit.layout(record);
  const pos = layout?.known === true ? layout.value.members.find((one) => one.member.name === 'pos' && resolve(one.member.type).kind === 'pointer') : undefined;
  const sizeBytes = layout?.known === true ? Math.max(layout.value.sizeBytes, leastBytes) : leastBytes;
  const address = m.kernel.allocStatic(sizeBytes);
  m.kernel.space.write(address, new Uint8Array(sizeBytes));
  const made = { address, posAddress: pos === undefined ? undefined : address + BigInt(pos.offsetBytes) };
  structs.set(m.kernel, made);
  return made;
}

/** Where the stream is now goes into `pos`. */
export function syncToStream(m: Machine): void {
  const { posAddress } = streamStruct(m);
  const now = m.given?.call.position();
  if (posAddress !== undefined && now !== undefined) m.kernel.space.writeU64(posAddress, now);
}

/** A callback may have moved `pos` itself: reading goes on from there. */
export function syncFromStream(m: Machine, at: Tok): void {
  const { posAddress } = streamStruct(m);
  if (posAddress === undefined || m.given === undefined) return;
  const pos = m.kernel.space.readU64(posAddress);
  if (pos === m.given.call.position()) return;
  if (m.given.kind === 'restore') m.given.call.seek(pos);
  else if (m.given.call.position() !== undefined) throw new Stop('it moves the position of the stream by itself', at);
}
