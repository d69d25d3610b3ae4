/** The struct kstate_field that a callback is given, in the kernel's memory. */
import type { FieldPlan } from '../kstate/plan';
import type { Kernel } from '../kernel';
import { unsignedToBytes } from '../memory/addressSpace';
import type { Machine } from './machine';

const made = new WeakMap<Kernel, WeakMap<FieldPlan, bigint>>();

export function fieldStruct(m: Machine, field: FieldPlan): bigint {
  let known = made.get(m.kernel);
  if (known === undefined) {
    known = new WeakMap();
    made.set(m.kernel, known);
  }
  const kept = known.get(field);
  if (kept !== undefined) return kept;
  const address = build(m, field);
  known.set(field, address);
  return address;
}

function build(m: Machine, field: FieldPlan): bigint {
  const { kernel, unit } = m;
  const record = unit.record('kstate_field');
  const layout = record?.members === undefined ? undefined : unit.layout(record);
  if (layout?.known !== true) return 0n;
  const address = kernel.allocStatic(layout.value.sizeBytes);
  kernel.space.write(address, new Uint8Array(layout.value.sizeBytes));
  const values: Readonly<Record<string, () => bigint>> = {
    name: () => text(m, field.name),
    offset: () => BigInt(field.offsetBytes), size: () => BigInt(field.sizeBytes), flags: () => BigInt(field.flags),
    version_id: () => BigInt(field.versionId), addr_type: () => BigInt(field.addrType),
    ksd: () => named(m, field.ksdName), save: () => named(m, field.save), restore: () => named(m, field.restore),
  };
  for (const member of layout.value.members) {
    const value = values[member.member.name ?? ''];
    if (value !== undefined) kernel.space.write(address + BigInt(member.offsetBytes), unsignedToBytes(value(), member.sizeBytes));
  }
  return address;
}

function text(m: Machine, name: string): bigint {
  const bytes = Uint8Array.from([...name, '\0'].map((c) => c.charCodeAt(0)));
  const address = m.kernel.allocStatic(bytes.length);
  m.kernel.space.write(address, bytes);
  return address;
}

function named(m: Machine, name: string | undefined): bigint {
  const declared = name === undefined ? undefined : m.unit.lookup(name);
  return declared === undefined ? 0n : m.data.place(declared).address;
}
