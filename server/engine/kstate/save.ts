/**
 * Saving: the list of registered objects becomes a stream. KSTATE facts 3.2, 3.5, 3.6; 4.2 for v2.
 *
 * Step by step what save_kstate does, the order of its tests included: the version WARN stands before KS_DEPRECATED, the first kind
 * that matches wins, an error anywhere frees the stream.
 */
import { KS_SECTION, KS_SUBSECTION, encodeEnd, encodeHeader, encodeS32, headerBytes, headerField } from '../../formats/kstateStream';
import type { Crash, SavedEntry, SavedField, SaveTrace, StreamSpan } from '../types';
import type { Kernel, KernelCall, Registered } from '../kernel';
import { unsignedToBytes } from '../memory/addressSpace';
import { EngineStop, MemoryFault } from '../memory/fault';
import type { HandedOver } from '../memory/kho';
import { common, failed, handOver } from './saveResult';
import type { FieldKind } from './dialect';
import { ENOMEM, KS_ARRAY_OF_POINTER, KS_LINEAR_ADDR, KS_POINTER, KS_VMEMMAP_ADDR, fieldKind } from './dialect';
import { preservedListCall } from './preservedList';
import type { DescriptionPlan, FieldPlan, PlanMember } from './plan';
import { walksOff } from './plan';
import type { StreamWriter } from './streamWriter';
import { maxStreamBytes, openStream } from './streamWriter';

/** A field as it was saved, with what judging needs to know of it. */
export interface FieldRun extends SavedField {
  readonly plan: FieldPlan;
  readonly kind: FieldKind;
  readonly elements: number;
  /** The bytes as they were written; overflow may have changed them since. */
  readonly written: Uint8Array;
  /** For addresses: the pointers that were saved. */
  readonly pointers: readonly bigint[];
  /** For callbacks: members of the object that they wrote whole to the stream, with the bytes. */
  readonly members?: ReadonlyMap<string, Uint8Array>;
}

export interface EntryRun extends SavedEntry {
  readonly plan: DescriptionPlan;
  readonly object: string;
  readonly fields: readonly FieldRun[];
}

export interface SaveRun extends SaveTrace {
  readonly entries: readonly EntryRun[];
  /** Memory of others that saving overwrote or used after freeing it. */
  readonly damage: readonly string[];
  readonly handed: HandedOver;
}

/** Elements of one field, such that are given to a callback, and levels of nesting, that the engine follows. */
const maxElements = 1 << 16;
const maxCallbacks = 1 << 11;
const maxDepth = 64;

/** The registrations that a kernel makes, without any stream to restore from: a cold boot. */
export function register(kernel: Kernel, calls: readonly KernelCall[]): void {
  for (const call of calls) registerOne(kernel, call);
}

/** The instance under which the object now is on the list; undefined when the call puts none there. */
export function registerOne(kernel: Kernel, call: KernelCall): number | undefined {
  if (call.call === 'restore') return undefined;
  if (call.call === 'unregister') {
    // The description is not compared: the newest entry with this id and object goes (facts 3.4).
    const at = kernel.states.findIndex((state) => state.instanceId === call.instanceId && state.object.address === call.object.address);
    if (at >= 0) kernel.states.splice(at, 1);
    else kernel.log('err', 'BUG', 'kstate_unregister', `no entry has ${call.object.name} and this instance: what is freed is no entry`);
    return undefined;
  }
  const counted = kernel.dialect.registerRestores || call.call === 'register_restore' || call.instanceId === undefined;
  const instanceId = counted ? kernel.nextInstance(call.description) : (call.instanceId ?? 0);
  kernel.states.unshift({ description: call.description, object: call.object, instanceId });
  return instanceId;
}

/** Runs the save of every registered object and hands the result to KHO. Never throws. */
export function saveAll(kernel: Kernel, calls: readonly KernelCall[]): SaveRun {
  const list = preservedListCall(kernel);
  register(kernel, list === undefined ? calls : [list, ...calls]);
  return saveRegistered(kernel);
}

/** The same for a kernel whose objects are registered already: it restored them, or saved them before. */
export function saveRegistered(kernel: Kernel): SaveRun {
  const out = kernel.dialect.growth === 'vmalloc' ? undefined : kernel.folios.alloc(0, 0);
  const stream = openStream(kernel);
  if (stream === undefined) return failed(kernel, -ENOMEM, undefined);
  const saver = savePart(kernel, stream);
  const { rc, crash } = saver;
  if (rc === 0 && crash === undefined) stream.store(stream.pos, encodeEnd(kernel.dialect.format));
  if (crash !== undefined) return { ...failed(kernel, 0, crash), stream: stream.contents(stream.pos), entries: saver.entries, spans: saver.spans, damage: stream.damage };
  if (rc !== 0) {
    stream.free();
    return { ...failed(kernel, rc, undefined), damage: stream.damage };
  }
  saver.spans.push({ part: 'end', offsetBytes: stream.pos, lengthBytes: kernel.dialect.format.end.sizeBytes, entry: undefined, field: undefined });
  const bytes = stream.contents(stream.pos + kernel.dialect.format.end.sizeBytes);
  if (out !== undefined && stream.folio !== undefined) {
    kernel.kho.preserveFolio(out.phys, out.order, 'kstate_out page', undefined);
    kernel.kho.preserveFolio(stream.folio.phys, stream.folio.order, 'kstate stream', undefined);
    kernel.memory.write(out.phys, unsignedToBytes(stream.folio.phys, 8));
  }
  return {
    rc: 0, stream: bytes, entries: saver.entries, spans: saver.spans, ...common(kernel), damage: stream.damage,
    handed: handOver(kernel, out?.phys, stream, bytes),
  };
}

/** What one kernel's objects put into a stream; several may write into one, each from its own memory. */
export interface SavedPart {
  readonly rc: number;
  readonly crash: Crash | undefined;
  readonly entries: readonly EntryRun[];
  readonly spans: StreamSpan[];
}

/** The list of registered objects, without the end of the stream. Never throws. */
export function savePart(kernel: Kernel, stream: StreamWriter): SavedPart {
  const saver = new Saver(kernel, stream);
  const { entries, spans } = saver;
  try {
    for (const state of [...kernel.states]) {
      const rc = saver.object(state);
      if (rc !== 0) return { rc, crash: undefined, entries, spans };
    }
    return { rc: 0, crash: undefined, entries, spans };
  } catch (problem) {
    if (!(problem instanceof EngineStop) || problem.kind !== 'too-long') return { rc: 0, crash: crashOf(problem, saver.at?.source, saver.where()), entries, spans };
    kernel.limit(problem.why, saver.at?.source);
    return { rc: -ENOMEM, crash: undefined, entries, spans };
  }
}

/** Turns what stopped the engine into a crash of the kernel; anything else is a fault of ours and goes on. */
export function crashOf(problem: unknown, range: Crash['range'], where: string): Crash {
  if (problem instanceof MemoryFault) {
    const what = problem.address < 4096n ? 'a NULL pointer' : 'an address where nothing is mapped';
    return { why: `${where} ${problem.access === 'read' ? 'reads' : 'writes'} ${String(problem.lengthBytes)} bytes at 0x${problem.address.toString(16)}, ${what}.`, range };
  }
  if (problem instanceof EngineStop) return { why: `${where} ${problem.why}`, range };
  throw problem;
}

class Saver {
  readonly entries: EntryRun[] = [];
  readonly spans: StreamSpan[] = [];
  /** The field that is being saved. */
  at: FieldPlan | undefined;
  private of: DescriptionPlan | undefined;

  constructor(private readonly kernel: Kernel, private readonly stream: StreamWriter) {
    const { magic } = kernel.dialect.format;
    if (magic !== undefined) this.spans.push({ part: 'magic', offsetBytes: 0, lengthBytes: magic.sizeBytes, entry: undefined, field: undefined });
  }

  where(): string {
    return this.of === undefined ? 'Saving' : `Saving ${this.of.variable}${this.at === undefined ? '' : `, field ${this.at.member},`}`;
  }

  /** save_kstates: the object's own entry, then one for each subsection. */
  object(state: Registered): number {
    const rc = this.entry(state.description, state, state.object.address, state.instanceId, KS_SECTION, undefined, 0);
    if (rc !== 0 || !this.kernel.dialect.subsections || state.description.subsections === undefined) return rc;
    for (const sub of state.description.subsections) {
      const subRc = this.entry(sub, state, state.object.address, state.instanceId, KS_SUBSECTION, undefined, 0);
      if (subRc !== 0) return subRc;
    }
    if (!state.description.subsectionsTerminated) {
      this.of = state.description;
      this.at = undefined;
      throw new EngineStop('runs-off', 'walks off the subsections array, which has no NULL at its end.');
    }
    return 0;
  }

  /** save_kstate. */
  private entry(
    plan: DescriptionPlan, state: Registered, address: bigint, instanceId: number, sectionType: number,
    inside: { readonly entry: number; readonly field: number } | undefined, depth: number,
  ): number {
    const { kernel, stream } = this;
    const { format } = kernel.dialect;
    this.of = plan;
    this.at = undefined;
    if (depth > maxDepth) throw new EngineStop('endless', `nests ${String(maxDepth)} levels deep and does not end.`);
    const values = { section_type: sectionType, state_id: plan.id, version_id: plan.versionId, instance_id: instanceId };
    let rc = stream.write(encodeHeader(format, values));
    const index = this.entries.length;
    const offsetBytes = stream.pos - format.headerBytes;
    const fields: FieldRun[] = [];
    const entry = {
      kind: inside !== undefined ? 'nested' as const : sectionType === KS_SUBSECTION ? 'subsection' as const : 'section' as const,
      description: plan.variable, stateId: plan.id, versionId: plan.versionId, instanceId, offsetBytes, headerBytes: format.headerBytes,
      sizeBytes: 0, fields, parent: inside?.entry, parentField: inside?.field, object: state.object.name, plan,
    };
    if (rc === 0) {
      this.entries.push(entry);
      this.spans.push(...headerBytes(format, offsetBytes).map((part) => ({ ...part, entry: index, field: undefined })));
    }
    for (let i = 0; rc === 0 && i < plan.fields.length; i++) {
      const field = plan.fields[i];
      if (field === undefined) break;
      this.of = plan;
      this.at = field;
      rc = this.field(plan, field, state, address, sectionType, index, fields, depth);
    }
    this.of = plan;
    this.at = undefined;
    if (rc !== 0) {
      kernel.log('err', 'pr_err', 'save_kstate', `kstate: save of state ${plan.name} failed`);
      return rc;
    }
    if (!plan.terminated) throw new EngineStop('runs-off', walksOff(plan));
    entry.sizeBytes = stream.pos - (offsetBytes + format.headerBytes);
    stream.store(offsetBytes + (headerField(format, 'size')?.offsetBytes ?? 0), encodeS32(entry.sizeBytes));
    return 0;
  }

  private field(
    plan: DescriptionPlan, field: FieldPlan, state: Registered, object: bigint, sectionType: number, entry: number, into: FieldRun[], depth: number,
  ): number {
    const { kernel, stream } = this;
    const { dialect, space } = kernel;
    const kind = fieldKind(dialect, field);
    const offsetBytes = stream.pos;
    const chunks: Uint8Array[] = [];
    const pointers: bigint[] = [];
    const sources: Source[] = [];
    const write = (bytes: Uint8Array): number => {
      const rc = stream.write(bytes);
      if (rc === 0) chunks.push(bytes);
      return rc;
    };
    const finish = (skipped: FieldRun['skipped'], elements: number): void => {
      const lengthBytes = stream.pos - offsetBytes;
      const index = into.length;
      into.push({
        name: field.member, movedAs: kind, offsetBytes, lengthBytes, source: field.source, plan: field, kind, elements, pointers,
        skipped: skipped ?? (lengthBytes === 0 && kind !== 'custom' ? 'empty' : undefined),
        written: kind === 'nested' ? new Uint8Array(0) : joined(chunks),
        ...(sources.length === 0 ? {} : { members: membersFrom(kernel, plan, object, sources) }),
      });
      if (kind !== 'nested' && lengthBytes > 0) this.spans.push({ part: 'data', offsetBytes, lengthBytes, entry, field: index });
    };
    if (dialect.saveAboveVersion !== 'written' && field.versionId > plan.versionId) {
      if (dialect.saveAboveVersion === 'warned') kernel.log('warn', 'WARN_ON', 'save_kstate', 'field->version_id > kstate->version_id');
      finish('version', 0);
      return 0;
    }
    if (kind === 'deprecated') {
      finish('deprecated', 0);
      return 0;
    }
    let first = object + BigInt(field.offsetBytes);
    if ((field.flags & KS_POINTER) !== 0) first = space.readU64(first);
    const count = elementCount(kernel, field);
    const elements = elementsFollowed(kernel, field, kind, count);
    for (let i = 0; i < elements; i++) {
      let cur = BigInt.asUintN(64, first + BigInt(i) * BigInt(field.sizeBytes));
      if ((field.flags & KS_ARRAY_OF_POINTER) !== 0) cur = space.readU64(cur);
      const rc = this.element(field, kind, state, cur, sectionType, { entry, field: into.length }, write, pointers, sources, depth);
      if (rc !== 0) return rc;
    }
    finish(kind === 'none' ? 'no-kind' : undefined, elements);
    return 0;
  }

  /** Where the stream is in this kernel's memory. */
  private position(): bigint | undefined {
    const { folio, pos } = this.stream;
    return folio === undefined ? undefined : this.kernel.space.physToVirt(folio.phys) + BigInt(pos);
  }

  private element(
    field: FieldPlan, kind: FieldKind, state: Registered, cur: bigint, sectionType: number,
    inside: { readonly entry: number; readonly field: number }, write: (bytes: Uint8Array) => number, pointers: bigint[], sources: Source[], depth: number,
  ): number {
    const { kernel } = this;
    switch (kind) {
      case 'nested': {
        if (field.ksd !== undefined) return this.entry(field.ksd, state, cur, 0, sectionType, inside, depth + 1);
        if (field.ksdName === undefined) throw new MemoryFault(0n, 'read', 8);
        kernel.limit(`${field.ksdName}, the description nested in ${field.member}, is not defined in this file: nothing is written for it.`, field.source);
        return 0;
      }
      case 'folio':
      case 'custom': {
        if (field.save === undefined) return 0;
        const result = kernel.callbacks.save(field.save, { kernel, field, address: cur, label: `${state.object.name}.${field.member}`, write, position: () => this.position(), from: (address, lengthBytes) => { sources.push({ address, lengthBytes }); } });
        if (result === undefined) kernel.limit(`${field.save}(), the save callback of ${field.member}, is not run: the engine takes it to write nothing.`, field.source);
        return result?.rc ?? 0;
      }
      case 'copied':
      case 'pointee':
        checkSize(field, this.stream.pos);
        return write(kernel.space.read(cur, field.sizeBytes));
      case 'address': {
        const pointer = kernel.space.readU64(cur);
        pointers.push(pointer);
        return write(unsignedToBytes(pointer - addressBase(kernel, field), 8));
      }
      default:
        kernel.logOnce('WARN_ON_ONCE', 'save_kstate', 'save_kstate:no-kind', '1');
        return 0;
    }
  }
}

/** How many of the elements are saved or restored. */
export function elementsFollowed(kernel: Kernel, field: FieldPlan, kind: FieldKind, count: number): number {
  const most = kind === 'custom' ? maxCallbacks : maxElements;
  if (count > most) kernel.limit(`The count of ${field.member} is ${String(count)}; the engine follows ${String(most)} elements.`, field.source);
  return Math.max(0, Math.min(count, most));
}

interface Source { readonly address: bigint; readonly lengthBytes: number }

/** Members of the object that lie whole in one of the stretches that were written. */
function membersFrom(kernel: Kernel, plan: DescriptionPlan, object: bigint, sources: readonly Source[]): ReadonlyMap<string, Uint8Array> {
  const whole = (plan.members ?? []).filter((member) => !member.pointers && sources.some(({ address, lengthBytes }) => {
    const start = object + BigInt(member.offsetBytes);
    return start >= address && start + BigInt(member.sizeBytes) <= address + BigInt(lengthBytes);
  }));
  return memberBytes(kernel, whole, object);
}

/** What members hold, for judging only: one that lies where nothing is mapped has no bytes. */
export function memberBytes(kernel: Kernel, members: readonly PlanMember[], object: bigint): ReadonlyMap<string, Uint8Array> {
  const out = new Map<string, Uint8Array>();
  for (const member of members) {
    const first = object + BigInt(member.offsetBytes);
    const last = first + BigInt(member.sizeBytes) - 1n;
    if (kernel.space.place(first) !== undefined && kernel.space.place(first)?.region === kernel.space.place(last)?.region) out.set(member.name, kernel.space.read(first, member.sizeBytes));
  }
  return out;
}

/** `n = field->count ? field->count() : 1`: called anew at each save and restore. */
export function elementCount(kernel: Kernel, field: FieldPlan): number {
  if (field.count === undefined) return 1;
  return (field.countName === undefined ? undefined : kernel.callbacks.count?.(field.countName)) ?? field.count;
}

/** memcpy takes a negative size for a huge one; sizes beyond a stream's bounds are not followed. */
export function checkSize(field: FieldPlan, pos: number): void {
  if (field.sizeBytes < 0) throw new EngineStop('runs-off', `copies ${String(BigInt.asUintN(64, BigInt(field.sizeBytes)))} bytes: its size is negative as an int.`);
  if (field.sizeBytes > maxStreamBytes) throw new EngineStop('too-long', `${field.member} has ${String(field.sizeBytes)} bytes; the engine follows a stream up to ${String(maxStreamBytes >> 20)} MiB, of which ${String(pos)} bytes are used.`);
}

/** get_addr_offset: an addr_type outside the enum warns each time and counts from 0 (facts 3.2). */
export function addressBase(kernel: Kernel, field: FieldPlan): bigint {
  if (field.addrType === KS_VMEMMAP_ADDR) return kernel.space.bases.vmemmapStart;
  if (field.addrType === KS_LINEAR_ADDR) return kernel.space.bases.pageOffset;
  kernel.log('warn', 'WARN_ON', 'get_addr_offset', '1');
  return 0n;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const only = chunks[0];
  if (only !== undefined && chunks.length === 1) return only;
  const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
