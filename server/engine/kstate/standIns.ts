/**
 * Things that a driver makes at run time and the source does not show: pointees, folios, relocatable addresses. Where a field
 * follows a pointer that nothing set, memory with a seeded pattern stands in, and a note says so.
 */
import type { Kernel } from '../kernel';
import { patternBytes } from '../seed';
import { KS_ARRAY_OF_POINTER, KS_LINEAR_ADDR, KS_POINTER, fieldKind } from './dialect';
import type { DescriptionPlan, FieldPlan } from './plan';

const maxDepth = 8;
const maxElements = 1024;
const maxPointeeBytes = 1 << 20;

/**
 * `given`: whether the object's bytes come from the source; then only NULL pointers are replaced. `restoring`: folios and addresses
 * are written by restore, so only pointers that are followed need something behind them.
 */
export function standIn(kernel: Kernel, plan: DescriptionPlan, object: { readonly name: string; readonly address: bigint }, given: boolean, restoring: boolean, notes: string[], assigned: ReadonlySet<bigint> = new Set()): void {
  for (const one of [plan, ...(plan.subsections ?? [])]) fill({ kernel, restoring, notes, assigned }, one, object.name, object.address, given, 0);
}

interface Context {
  readonly kernel: Kernel;
  readonly restoring: boolean;
  readonly notes: string[];
  /** Addresses of pointers that the code sets before it registers the object. */
  readonly assigned: ReadonlySet<bigint>;
}

function fill(context: Context, plan: DescriptionPlan, name: string, address: bigint, given: boolean, depth: number): void {
  if (depth > maxDepth) return;
  for (const field of plan.fields) member(context, field, `${name}.${field.member}`, address, given, depth);
}

function member(context: Context, field: FieldPlan, name: string, object: bigint, given: boolean, depth: number): void {
  const { kernel } = context;
  const { space } = kernel;
  const kind = fieldKind(kernel.dialect, field);
  if (kind === 'deprecated' || kind === 'none') return;
  const elements = Math.max(0, Math.min(field.count ?? 1, maxElements));
  const slot = object + BigInt(field.offsetBytes);
  const unset = (at: bigint): boolean => (!given && !context.assigned.has(at)) || space.readU64(at) === 0n;
  const bytes = Math.min(Math.max(field.sizeBytes, 1), maxPointeeBytes);
  let first = slot;
  let firstGiven = given;
  if ((field.flags & KS_POINTER) !== 0) {
    firstGiven = !unset(slot);
    if (!firstGiven) space.writeU64(slot, pointee(context, field, name, bytes * Math.max(1, elements)));
    first = space.readU64(slot);
  }
  for (let i = 0; i < elements; i++) {
    let cur = first + BigInt(i * field.sizeBytes);
    let curGiven = firstGiven;
    if ((field.flags & KS_ARRAY_OF_POINTER) !== 0) {
      if (space.place(cur) === undefined) return;
      curGiven = !unset(cur);
      if (!curGiven) space.writeU64(cur, pointee(context, field, `${name}[${String(i)}]`, field.ksd?.objectBytes ?? bytes));
      cur = space.readU64(cur);
    }
    if (space.place(cur) === undefined) return;
    if (kind === 'nested' && field.ksd !== undefined) fill(context, field.ksd, name, cur, curGiven, depth + 1);
    else if (kind === 'folio') folio(context, name, cur, curGiven || context.assigned.has(cur));
    else if (kind === 'address' && !context.restoring && ((!curGiven && !context.assigned.has(cur)) || space.readU64(cur) === 0n)) area(context, field, name, cur);
  }
}

function pointee(context: Context, field: FieldPlan, name: string, bytes: number): bigint {
  const { kernel, notes } = context;
  const size = Math.max(bytes, field.ksd?.objectBytes ?? 0);
  const address = kernel.allocHeap(size);
  kernel.space.write(address, patternBytes(`${kernel.seed}:*${name}`, size));
  notes.push(`${name} is set while the driver runs: ${String(size)} bytes of a pattern stand in for what it points to.`);
  return address;
}

function folio(context: Context, name: string, slot: bigint, given: boolean): void {
  const { kernel, notes, restoring } = context;
  const { space, folios } = kernel;
  const pointer = space.readU64(slot);
  if (given && pointer !== 0n) {
    const phys = space.pageToPhys(pointer);
    // A constant folio pointer: the folio is where it says, with bytes of our own in it.
    if (!restoring && space.place(pointer)?.region === 'vmemmap' && folios.at(phys) === undefined) {
      folios.declare(phys, 0);
      kernel.memory.write(phys, patternBytes(`${kernel.seed}:folio ${name}`, kernel.arch.pageBytes));
    }
    return;
  }
  if (restoring) {
    space.writeU64(slot, 0n);
    return;
  }
  const made = folios.alloc(0, 0);
  if (made === undefined) return;
  kernel.memory.write(made.phys, patternBytes(`${kernel.seed}:folio ${name}`, kernel.arch.pageBytes));
  space.writeU64(slot, space.physToPage(made.phys));
  notes.push(`${name} is set while the driver runs: a folio of order 0 at 0x${made.phys.toString(16)} stands in.`);
}

function area(context: Context, field: FieldPlan, name: string, slot: bigint): void {
  const { kernel, notes } = context;
  const made = kernel.folios.alloc(0, 0);
  if (made === undefined) return;
  const linear = field.addrType === KS_LINEAR_ADDR;
  kernel.space.writeU64(slot, linear ? kernel.space.physToVirt(made.phys) : kernel.space.physToPage(made.phys));
  notes.push(`${name} is set while the driver runs: ${linear ? 'the linear address' : 'the struct page'} of 0x${made.phys.toString(16)} stands in.`);
}
