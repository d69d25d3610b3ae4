/**
 * Restoring: what a new kernel makes of the stream. KSTATE facts 3.3; 4.2 for v2.
 *
 * Uses nothing but the memory that was handed over. The record made here says which bytes each field took and what it did with
 * them; judge.ts compares that with what the old kernel saved.
 */
import { KS_SUBSECTION, headerField } from '../../formats/kstateStream';
import type { HeaderName, StreamFormat } from '../../formats/kstateStream';
import type { Crash } from '../types';
import type { Kernel, KernelCall, KernelObject } from '../kernel';
import { bytesToUnsigned } from '../memory/addressSpace';
import { EngineStop, MemoryFault } from '../memory/fault';
import type { FoundMemory, HandedOver } from '../memory/kho';
import type { FolioFate, RestoreResult } from './custom';
import type { FieldKind } from './dialect';
import { EINVAL, ENOENT, KS_ARRAY_OF_POINTER, KS_POINTER, fieldKind } from './dialect';
import type { DescriptionPlan, FieldPlan } from './plan';
import { walksOff } from './plan';
import { preservedListCall } from './preservedList';
import { addressBase, checkSize, crashOf, elementCount, elementsFollowed, memberBytes, registerOne } from './save';

export interface FieldRead {
  readonly plan: FieldPlan;
  readonly kind: FieldKind;
  /** Why it consumed nothing though it is in the list. */
  readonly skipped: 'version' | 'deprecated-other-version' | 'no-kind' | undefined;
  /** From the start of the stream. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly elements: number;
  /** The bytes taken out of the stream. */
  readonly taken: Uint8Array;
  /** The bytes now in the member (in the pointee for pointers); empty where that is not one run of bytes. */
  readonly value: Uint8Array;
  readonly pointers: readonly bigint[];
  readonly folio: FolioFate | undefined;
  /** For a callback that was run to its end: what it returned last. KSTATE drops it. */
  readonly returned?: number | undefined;
  /** For such a callback: the object's members when it was done. */
  readonly members?: ReadonlyMap<string, Uint8Array>;
}

export interface EntryRead {
  readonly kind: 'section' | 'subsection' | 'nested';
  readonly plan: DescriptionPlan;
  /** undefined: not found. */
  readonly offsetBytes: number | undefined;
  readonly versionId: number;
  readonly instanceId: number;
  readonly expectedInstance: number;
  readonly fields: FieldRead[];
  /** Where reading stopped. */
  endBytes: number;
  /** Index in the object's entries of the entry it is nested in, and the field there. */
  readonly parent: number | undefined;
  readonly parentField: number | undefined;
}

export interface ObjectRead {
  readonly description: DescriptionPlan;
  readonly object: KernelObject;
  readonly instanceId: number;
  rc: number;
  crash: Crash | undefined;
  /** Why a kernel that enforces version ranges would not take it. */
  refused?: string | undefined;
  readonly entries: EntryRead[];
  /** What the members held before, by entry plan and field. */
  readonly before: ReadonlyMap<FieldPlan, Uint8Array>;
}

const maxSteps = 1 << 18;
const maxDepth = 64;

/** Runs the calls of a new kernel against what it was handed. Never throws; after a crash nothing more runs. */
export function restoreCalls(kernel: Kernel, calls: readonly KernelCall[], handed: HandedOver | FoundMemory): readonly ObjectRead[] {
  kernel.kho.revive(handed);
  const streamPhys = handed.kstateOutPhys === undefined ? handed.streamPhys : bytesToUnsigned(kernel.memory.read(handed.kstateOutPhys, 8));
  const restorer = new Restorer(kernel, streamPhys === undefined ? undefined : kernel.space.physToVirt(streamPhys));
  const out: ObjectRead[] = [];
  const list = preservedListCall(kernel);
  if (list !== undefined) {
    // Boot code restores the list of pages before any driver runs; what it reserves is no part of a description's fate.
    const boot = restorer.restore(list, registerOne(kernel, list) ?? 1);
    if (boot.crash !== undefined) out.push(boot);
  }
  for (const call of calls) {
    if (out.some((object) => object.crash !== undefined)) break;
    const registered = registerOne(kernel, call);
    const restores = call.call === 'restore' || call.call === 'register_restore' || (call.call === 'register' && kernel.dialect.registerRestores);
    if (restores) out.push(restorer.restore(call, registered ?? call.instanceId ?? 0));
  }
  return out;
}

/** Ends a restore under `strict`; the entry that is refused is not recorded. */
class Refusal extends Error {}

/** Why the documentation would have an entry refused: versions from min_version_id to version_id are understood. undefined: it would not. */
export function outsideRange(kernel: Kernel, plan: DescriptionPlan, versionId: number): string | undefined {
  if (!kernel.dialect.minVersion) return undefined;
  const least = plan.minVersionId ?? 0;
  if (versionId > plan.versionId) return `the stream has version ${String(versionId)} of ${plan.variable}, this kernel understands it up to version ${String(plan.versionId)}`;
  if (versionId < least) return `the stream has version ${String(versionId)} of ${plan.variable}, the oldest that this kernel understands is min_version_id ${String(least)}`;
  return undefined;
}

class Restorer {
  private pos = 0n;
  private readonly format: StreamFormat;

  /** `start`: where the stream is; undefined: there is none. */
  constructor(private readonly kernel: Kernel, private start: bigint | undefined) {
    this.format = kernel.dialect.format;
  }

  /** kstate_restore. */
  restore(call: KernelCall, instanceId: number): ObjectRead {
    const out: ObjectRead = {
      description: call.description, object: call.object, instanceId, rc: 0, crash: undefined, entries: [], before: this.snapshot(call),
    };
    let plan: DescriptionPlan = call.description;
    try {
      out.rc = this.find(call, instanceId, out, (now) => { plan = now; });
    } catch (problem) {
      const field = this.at;
      if (problem instanceof Refusal) {
        out.rc = -EINVAL;
        out.refused = problem.message;
        return out;
      }
      out.crash = crashOf(problem, field?.source ?? call.range, `Restoring ${plan.variable}${field === undefined ? '' : `, field ${field.member},`}`);
    }
    if (this.kernel.dialect.registerRestores) out.rc = 0;
    return out;
  }

  /** The field that is being restored. */
  private at: FieldPlan | undefined;

  private find(call: KernelCall, instanceId: number, out: ObjectRead, enter: (plan: DescriptionPlan) => void): number {
    const { kernel, format } = this;
    this.at = undefined;
    if (this.start === undefined) return -ENOENT;
    if (format.magic !== undefined && kernel.space.readS32(this.start) !== (format.magic.value | 0)) {
      this.start = undefined;
      return -ENOENT;
    }
    let at = this.start + BigInt(format.firstEntryBytes);
    if (kernel.dialect.idZeroFails && this.header(at, 'state_id') === 0) {
      const where = kernel.dialect.registerRestores ? 'restore_migrate_state' : 'kstate_restore';
      kernel.logOnce('WARN_ON_ONCE', where, 'id-zero', 'ke->state_id == 0');
      return -ENOENT;
    }
    let rc = -ENOENT;
    for (let step = 0; this.header(at, format.end.name) !== format.end.value; step++) {
      if (step > maxSteps) throw new EngineStop('endless', 'walks the stream for ever: the size in a header leads back.');
      const size = this.header(at, 'size');
      const next = at + BigInt(format.headerBytes + size);
      if (next === at) throw new EngineStop('endless', 'walks the stream for ever: the size in a header leads back to it.');
      if (this.header(at, 'state_id') !== call.description.id || this.header(at, 'instance_id') !== instanceId) {
        at = next;
        continue;
      }
      this.pos = at;
      this.entry(call.description, call.object.address, instanceId, out.entries, 'section', undefined, 0, enter);
      if (kernel.dialect.subsections) this.subsections(call.description, call.object.address, instanceId, out.entries, enter);
      rc = 0;
      if (kernel.dialect.walk === 'first') return 0;
      at = next;
    }
    return rc;
  }

  /** subsection_load: searches from where parsing of the fields stopped, not from the end of the entry. */
  private subsections(plan: DescriptionPlan, object: bigint, instanceId: number, entries: EntryRead[], enter: (plan: DescriptionPlan) => void): void {
    if (plan.subsections === undefined) return;
    const start = this.pos;
    for (const sub of plan.subsections) {
      let at = start;
      for (let step = 0; this.header(at, 'section_type') === KS_SUBSECTION && this.header(at, 'state_id') !== sub.id; step++) {
        const next = at + BigInt(this.format.headerBytes + this.header(at, 'size'));
        if (step > maxSteps || next === at) throw new EngineStop('endless', 'searches for subsections for ever: the size in a header leads back.');
        at = next;
      }
      if (this.header(at, 'section_type') === KS_SUBSECTION) {
        this.pos = at;
        this.entry(sub, object, instanceId, entries, 'subsection', undefined, 0, enter);
      } else {
        entries.push({
          kind: 'subsection', plan: sub, offsetBytes: undefined, versionId: 0, instanceId, expectedInstance: instanceId, fields: [],
          endBytes: this.offset(start), parent: undefined, parentField: undefined,
        });
      }
    }
    if (!plan.subsectionsTerminated) {
      enter(plan);
      this.at = undefined;
      throw new EngineStop('runs-off', 'walks off the subsections array, which has no NULL at its end.');
    }
  }

  /** restore_kstate, at this.pos. */
  private entry(
    plan: DescriptionPlan, object: bigint, expectedInstance: number, entries: EntryRead[], kind: EntryRead['kind'],
    inside: { readonly entry: number; readonly field: number } | undefined, depth: number, enter: (plan: DescriptionPlan) => void,
  ): void {
    const { kernel } = this;
    enter(plan);
    this.at = undefined;
    if (depth > maxDepth) throw new EngineStop('endless', `nests ${String(maxDepth)} levels deep and does not end.`);
    const offsetBytes = this.offset(this.pos);
    const versionId = this.header(this.pos, 'version_id');
    const instanceId = this.header(this.pos, 'instance_id');
    if (kernel.strict) {
      const why = outsideRange(kernel, plan, versionId);
      if (why !== undefined) throw new Refusal(why);
    }
    const entry: EntryRead = {
      kind, plan, offsetBytes, versionId, instanceId, expectedInstance, fields: [], endBytes: offsetBytes, parent: inside?.entry, parentField: inside?.field,
    };
    const index = entries.push(entry) - 1;
    this.pos += BigInt(this.format.headerBytes);
    if (versionId !== plan.versionId) {
      kernel.logOnce('WARN_ONCE', 'restore_kstate', 'version', `version mismatch ${String(versionId)} ${String(plan.versionId)}`);
    }
    if (instanceId !== expectedInstance) {
      kernel.logOnce('WARN_ONCE', 'restore_kstate', 'instance', `instance id mismatch ${String(instanceId)} ${String(expectedInstance)}`);
    }
    for (const field of plan.fields) {
      enter(plan);
      this.at = field;
      this.field(field, versionId, object, entries, index, depth, enter);
      entry.endBytes = this.offset(this.pos);
    }
    this.at = undefined;
    entry.endBytes = this.offset(this.pos);
    if (!plan.terminated) {
      enter(plan);
      throw new EngineStop('runs-off', walksOff(plan));
    }
  }

  private field(
    field: FieldPlan, versionId: number, object: bigint, entries: EntryRead[], entry: number, depth: number, enter: (plan: DescriptionPlan) => void,
  ): void {
    const { kernel } = this;
    const { dialect, space } = kernel;
    const kind = fieldKind(dialect, field);
    const into = entries[entry]?.fields ?? [];
    const start = this.pos;
    const offsetBytes = this.offset(start);
    const record = (over: Partial<FieldRead>): void => {
      const lengthBytes = Number(this.pos - start);
      into.push({
        plan: field, kind, skipped: undefined, offsetBytes, lengthBytes, elements: 0, value: new Uint8Array(0), pointers: [], folio: undefined,
        taken: kind === 'nested' || lengthBytes <= 0 ? new Uint8Array(0) : space.read(start, lengthBytes), ...over,
      });
    };
    if (dialect.fieldVersions && field.versionId > versionId) return record({ skipped: 'version' });
    if (kind === 'deprecated') {
      if (versionId > field.versionId) return record({ skipped: 'deprecated-other-version' });
      this.pos += BigInt(field.sizeBytes);
      return record({});
    }
    let first = object + BigInt(field.offsetBytes);
    if ((field.flags & KS_POINTER) !== 0) first = space.readU64(first);
    const count = elementCount(kernel, field);
    const elements = elementsFollowed(kernel, field, kind, count);
    const values: Uint8Array[] = [];
    const pointers: bigint[] = [];
    let folio: FolioFate | undefined;
    let returned: number | undefined;
    // The place in the list is needed by nested entries before the record is complete.
    const place = into.length;
    for (let i = 0; i < elements; i++) {
      let cur = BigInt.asUintN(64, first + BigInt(i) * BigInt(field.sizeBytes));
      if ((field.flags & KS_ARRAY_OF_POINTER) !== 0) cur = space.readU64(cur);
      switch (kind) {
        case 'nested':
          if (field.ksd !== undefined) {
            this.entry(field.ksd, cur, 0, entries, 'nested', { entry, field: place }, depth + 1, enter);
            this.at = field;
          } else if (field.ksdName === undefined) throw new MemoryFault(0n, 'read', 8);
          else kernel.limit(`${field.ksdName}, the description nested in ${field.member}, is not defined in this file: nothing is read for it.`, field.source);
          break;
        case 'folio':
        case 'custom':
          {
            const result = this.custom(field, cur);
            folio = result?.folio ?? folio;
            returned = result?.ran === false ? undefined : result?.rc;
          }
          if (kind === 'folio') values.push(space.read(cur, 8));
          break;
        case 'copied':
        case 'pointee': {
          checkSize(field, offsetBytes);
          const bytes = space.read(this.pos, field.sizeBytes);
          space.write(cur, bytes);
          this.pos += BigInt(field.sizeBytes);
          values.push(bytes);
          break;
        }
        case 'address': {
          const pointer = BigInt.asUintN(64, space.readU64(this.pos) + addressBase(kernel, field));
          space.writeU64(cur, pointer);
          this.pos += 8n;
          pointers.push(pointer);
          values.push(space.read(cur, 8));
          break;
        }
        default:
          kernel.logOnce('WARN_ON_ONCE', 'restore_kstate', 'restore_kstate:no-kind', '1');
      }
    }
    record({ elements, value: joined(values), pointers, folio, returned, ...(returned === undefined || kind !== 'custom' ? {} : { members: this.members(entries[entry]?.plan, object) }), skipped: kind === 'none' ? 'no-kind' : undefined });
  }

  private members(plan: DescriptionPlan | undefined, object: bigint): ReadonlyMap<string, Uint8Array> {
    return memberBytes(this.kernel, plan?.members ?? [], object);
  }

  private custom(field: FieldPlan, address: bigint): RestoreResult | undefined {
    const { kernel } = this;
    if (field.restore === undefined) return undefined;
    const result = kernel.callbacks.restore(field.restore, {
      kernel, field, address,
      read: (lengthBytes) => {
        const bytes = kernel.space.read(this.pos, lengthBytes);
        this.pos += BigInt(lengthBytes);
        return bytes;
      },
      position: () => this.pos,
      seek: (to) => { this.pos = to; },
    });
    // The return value is dropped (facts 3.3).
    if (result === undefined) kernel.limit(`${field.restore}(), the restore callback of ${field.member}, is not run: the engine takes it to read nothing.`, field.source);
    return result;
  }

  private offset(address: bigint): number {
    return Number(address - (this.start ?? 0n));
  }

  /** A header member at an address, wherever that leads. */
  private header(at: bigint, name: HeaderName): number {
    const field = headerField(this.format, name);
    return field === undefined ? 0 : this.kernel.space.readS32(at + BigInt(field.offsetBytes));
  }

  /** What the top-level members hold before anything is restored: what they keep when nothing arrives. */
  private snapshot(call: KernelCall): ReadonlyMap<FieldPlan, Uint8Array> {
    const out = new Map<FieldPlan, Uint8Array>();
    const { space, dialect } = this.kernel;
    for (const plan of [call.description, ...(call.description.subsections ?? [])]) {
      for (const field of plan.fields) {
        const kind = fieldKind(dialect, field);
        if (kind === 'deprecated' || kind === 'nested' || kind === 'none' || (field.flags & KS_ARRAY_OF_POINTER) !== 0) continue;
        const bytes = kind === 'folio' || kind === 'address' ? 8 : field.sizeBytes;
        try {
          let at = call.object.address + BigInt(field.offsetBytes);
          if (kind === 'pointee') at = space.readU64(at);
          out.set(field, space.read(at, Math.min(Math.max(bytes, 0) * Math.max(1, field.count ?? 1), 1 << 20)));
        } catch (problem) {
          if (!(problem instanceof MemoryFault)) throw problem;
        }
      }
    }
    return out;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
