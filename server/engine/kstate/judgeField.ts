/** Verdict and reason for one field. */
import type { RestoredField, Verdict } from '../types';
import { KS_LINEAR_ADDR } from './dialect';
import type { FieldsContext } from './judge';
import { keeps } from './judge';
import { carriedField, renamedField, savedField } from './pairing';
import type { FieldPlan } from './plan';
import type { FieldRead } from './restore';
import type { FieldRun } from './save';
import { movedWithin } from './rawShape';
import { at, bytesText, count, entryText, rangeText, valueText, worst } from './words';

interface Judged {
  readonly verdict: Verdict;
  readonly why: string;
}

/** A field that was not read at all: it is lost when the saving kernel described it too. */
export function unreadField(where: FieldsContext, plan: FieldPlan, reason: string): RestoredField {
  const carried = where.saved === undefined ? undefined : carriedField(where.saved, plan, where.nested);
  const before = where.object.before.get(plan);
  const lost = carried !== undefined && (plan.flags & 0x40) === 0;
  return {
    name: plan.member, readFrom: undefined, value: before, expected: carried?.written, verdict: lost ? 'loses' : 'loads', source: plan.source,
    why: lost ? `${plan.member} is lost. ${reason}` : `Only this kernel has ${plan.member}. ${reason}`,
  };
}

export function judgeField(where: FieldsContext, read: FieldRead): RestoredField {
  const { plan } = read;
  const own = where.expected === undefined ? undefined : savedField(where.expected, plan);
  const judged = judgedField(where, read, own);
  const expected = own ?? (where.saved === undefined ? undefined : carriedField(where.saved, plan, where.nested));
  const took = read.lengthBytes > 0;
  return {
    name: plan.member,
    readFrom: took ? { offsetBytes: read.offsetBytes, lengthBytes: read.lengthBytes } : undefined,
    value: read.kind === 'deprecated' ? undefined : took ? read.value : where.object.before.get(plan),
    expected: expected?.written, source: plan.source, ...judged,
  };
}

function judgedField(where: FieldsContext, read: FieldRead, own: FieldRun | undefined): Judged {
  const { plan } = read;
  if (read.kind === 'deprecated') return deprecated(where, read);
  const carried = own ?? (where.saved === undefined ? undefined : carriedField(where.saved, plan, where.nested));
  if (read.skipped === 'version') {
    const because = `its version ${String(plan.versionId)} is above ${String(where.entry.versionId)}, the version in the stream`;
    const kept = keeps(where.object.before.get(plan));
    if (carried === undefined) return { verdict: 'loads', why: `${plan.member} is not in the stream: ${because}${kept}.` };
    if (carried.skipped === 'version') return { verdict: 'loses', why: `${plan.member} is lost: ${because}; it is never saved${kept}.` };
    return { verdict: 'loses', why: `${plan.member} is lost: ${because}${kept}.` };
  }
  if (read.skipped === 'no-kind') return { verdict: carried === undefined ? 'loads' : 'loses', why: `${plan.member} has flags that name no kind: nothing is read.` };
  if (read.kind === 'nested') return nested(where, read, own ?? renamedNested(where, read, carried));
  if (read.lengthBytes === 0) {
    if (read.kind === 'custom') return customTakesNothing(read, own ?? carried);
    return own !== undefined && own.lengthBytes > 0
      ? { verdict: 'loses', why: `${plan.member} is lost: ${count(read.elements, 'element')} of ${String(own.elements)} read.` }
      : { verdict: 'loads', why: `${plan.member} takes no bytes.` };
  }
  if (own !== undefined && own.offsetBytes === read.offsetBytes && own.lengthBytes === read.lengthBytes && ownsEntry(where)) return arrived(where, read, own, '');
  if (own !== undefined && shrunk(read, own)) {
    return { verdict: 'loses', why: `${String(read.elements)} of ${String(own.elements)} elements of ${plan.member} arrive; the count is smaller in this kernel.` };
  }
  if (own === undefined && carried === undefined && where.expected !== undefined && ownsEntry(where)) {
    const renamed = renamedField(where.expected, read, where.entry.plan);
    if (renamed !== undefined) return arrived(where, read, renamed, ` The saving kernel calls it ${renamed.name}.`);
  }
  return misread(where, read, own ?? carried);
}

/** Bytes that a save callback wrote and no restore callback takes do not arrive; what was not run is not judged. */
function customTakesNothing(read: FieldRead, own: FieldRun | undefined): Judged {
  const { plan, returned } = read;
  const does = plan.restore === undefined ? `${plan.member} has no restore callback` : `${plan.restore}() reads no bytes here${dropped(returned)}`;
  if (own === undefined || own.lengthBytes === 0 || (plan.restore !== undefined && returned === undefined)) return { verdict: 'loads', why: `${does}.` };
  return { verdict: 'loses', why: `${plan.member} is lost: ${does}; its ${count(own.lengthBytes, 'byte')} at ${at(own.offsetBytes)} stay unread.` };
}

/** KSTATE drops what a restore callback returns (facts 3.3). */
function dropped(returned: number | undefined): string {
  return returned === undefined || returned === 0 ? '' : `, and the ${String(returned)} that it returns is dropped`;
}

/** A nested entry of another name, at the same place and of the same length. */
function renamedNested(where: FieldsContext, read: FieldRead, carried: FieldRun | undefined): FieldRun | undefined {
  if (carried !== undefined || where.expected === undefined || !ownsEntry(where)) return undefined;
  const found = renamedField(where.expected, read, where.entry.plan);
  return found?.kind === 'nested' ? found : undefined;
}

/** Whether the entry that was read is the one that should have been. */
function ownsEntry(where: FieldsContext): boolean {
  return where.expected?.offsetBytes === where.entry.offsetBytes;
}

function shrunk(read: FieldRead, own: FieldRun): boolean {
  return own.offsetBytes === read.offsetBytes && read.elements < own.elements && own.plan.sizeBytes === read.plan.sizeBytes && own.kind === read.kind;
}

function misread(where: FieldsContext, read: FieldRead, own: FieldRun | undefined): Judged {
  const { plan } = read;
  if (read.kind === 'folio' && read.folio !== undefined && read.folio.folio === undefined) {
    const takes = `${plan.member} takes 0x${read.folio.phys.toString(16)} out of ${rangeText(read.offsetBytes, read.lengthBytes)}, ${bytesText(where.save, read.offsetBytes, read.lengthBytes)}`;
    const then = `there is no memory, kho_restore_folio() gives NULL and the error is dropped${keeps(where.object.before.get(plan))}`;
    // What stands there is chance: on another day it is the address of a page that is online, and that page is handed out.
    if (own === undefined) return { verdict: 'corrupts', why: `${takes}; here ${then}, elsewhere an unrelated page is handed out.` };
    return { verdict: 'loses', why: `${takes}; ${then}.` };
  }
  const whose = where.expected !== undefined && !ownsEntry(where) && where.entry.kind === 'section' ? otherObject(where) : undefined;
  const instead = own === undefined || own.lengthBytes === 0 ? '' : own.offsetBytes === read.offsetBytes ? `; its own are ${count(own.lengthBytes, 'byte')}` : `; its own are at ${at(own.offsetBytes)}`;
  return {
    verdict: 'corrupts',
    why: `${plan.member} reads ${valueText(read.taken)} out of ${rangeText(read.offsetBytes, read.lengthBytes)}, ${whose ?? bytesText(where.save, read.offsetBytes, read.lengthBytes)}${instead}${wrongFolio(read)}.`,
  };
}

/** kho_restore_folio takes any page that is online (facts 3.5). */
function wrongFolio(read: FieldRead): string {
  return read.folio?.folio === undefined ? '' : `; kho_restore_folio() hands out the page at 0x${read.folio.phys.toString(16)}`;
}

function otherObject(where: FieldsContext): string | undefined {
  const writer = where.save.entries.find((entry) => entry.offsetBytes === where.entry.offsetBytes);
  return writer === undefined ? undefined : writer.object === where.expected?.object ? `which are ${entryText(writer)}` : `which were saved for ${writer.object}`;
}

/** The right bytes were read: does their meaning arrive, too? */
function arrived(where: FieldsContext, read: FieldRead, own: FieldRun, note: string): Judged {
  const { plan } = read;
  if (meaning(read.kind) !== meaning(own.kind)) {
    return { verdict: 'corrupts', why: `${plan.member} was saved as ${kindText[own.kind]} and is restored as ${kindText[read.kind]}, out of ${rangeText(read.offsetBytes, read.lengthBytes)}.${note}` };
  }
  const changed = own.written.findIndex((byte, i) => byte !== read.taken[i]);
  if (changed >= 0) {
    return { verdict: 'corrupts', why: `${plan.member} reads ${valueText(read.taken)}: from byte ${at(read.offsetBytes + changed)} on, the stream no longer holds what was saved.${note}` };
  }
  if (read.kind === 'folio' && read.folio !== undefined) {
    const { folio, phys, preserved } = read.folio;
    if (folio === undefined) return { verdict: 'loses', why: `${plan.member} is lost: there is no memory at 0x${phys.toString(16)}, kho_restore_folio() gives NULL and the error is dropped.${note}` };
    if (!preserved) return { verdict: 'corrupts', why: `${plan.member} gets the page at 0x${phys.toString(16)}, which nobody preserved.${note}` };
    return { verdict: 'loads', why: `${plan.member} gets its folio at 0x${phys.toString(16)} back, order ${String(read.folio.order)}.${note}` };
  }
  if (read.kind === 'address') return address(where, read, own, note);
  if (read.kind === 'custom' && read.returned !== undefined && read.returned !== 0) {
    return { verdict: 'loses', why: `${plan.member} is lost: ${plan.restore ?? ''}() takes its ${count(read.lengthBytes, 'byte')} and refuses them${dropped(read.returned)}.${note}` };
  }
  const altered = read.kind === 'custom' ? memberAltered(read, own) : undefined;
  if (altered !== undefined) return { verdict: 'corrupts', why: `${plan.member}: ${altered} after ${plan.restore ?? ''}().${note}` };
  if (read.kind === 'copied' && own.kind === 'copied') {
    const stale = [...plan.pointersAt, ...own.plan.pointersAt].find((offset) => own.written.subarray(offset, offset + 8).some((byte) => byte !== 0));
    const moved = movedWithin(own.plan, plan);
    if (moved !== undefined && stale === undefined) return { verdict: 'corrupts', why: `${plan.member} arrives as bytes, but ${moved}.${note}` };
    if (stale !== undefined) {
      return { verdict: 'corrupts', why: `${plan.member} gets ${valueText(own.written.subarray(stale, stale + 8))}, an address of the saving kernel, which means nothing in this one.${note}` };
    }
  }
  return { verdict: 'loads', why: `${plan.member} arrives: ${valueText(read.taken)} out of ${rangeText(read.offsetBytes, read.lengthBytes)}.${note}` };
}

/** A member whose own bytes the save callback wrote, and which holds others after the restore callback. */
function memberAltered(read: FieldRead, own: FieldRun): string | undefined {
  for (const [name, before] of own.members ?? []) {
    const after = read.members?.get(name);
    if (after !== undefined && after.length === before.length && after.some((byte, i) => byte !== before[i])) return `${name} was ${valueText(before)} and is ${valueText(after)}`;
  }
  return undefined;
}

function address(where: FieldsContext, read: FieldRead, own: FieldRun, note: string): Judged {
  const { plan } = read;
  for (const [i, pointer] of own.pointers.entries()) {
    const place = where.saving.space.place(pointer);
    const now = read.pointers[i] ?? 0n;
    const hex = (value: bigint): string => `0x${value.toString(16)}`;
    if (place === undefined || place.region === 'image') {
      // Outside the areas that can be relocated (facts KS36, KS37): right only where nothing moved.
      if (now === pointer && place === undefined) continue;
      return { verdict: 'corrupts', why: `${plan.member} held ${hex(pointer)}, which lies in no area that is relocated; it becomes ${hex(now)}.${note}` };
    }
    const want = where.restoring.space.address(place);
    if (now !== want) {
      const taken = plan.addrType === KS_LINEAR_ADDR ? 'KS_LINEAR_ADDR' : 'KS_VMEMMAP_ADDR';
      return { verdict: 'corrupts', why: `${plan.member} becomes ${hex(now)}; the ${place.region} address ${hex(pointer)} is ${hex(want)} in this kernel, but it travels as ${taken}.${note}` };
    }
  }
  return { verdict: 'loads', why: `${plan.member} arrives: relocated to ${valueText(read.value)}.${note}` };
}

function nested(where: FieldsContext, read: FieldRead, own: FieldRun | undefined): Judged {
  const { plan } = read;
  const name = plan.ksd?.name ?? plan.ksdName ?? '';
  if (own === undefined) {
    return read.lengthBytes === 0
      ? { verdict: 'loads', why: `${plan.member} takes no bytes.` }
      : { verdict: 'corrupts', why: `${plan.member} reads an entry of ${name} out of ${rangeText(read.offsetBytes, read.lengthBytes)}, ${bytesText(where.save, read.offsetBytes, read.lengthBytes)}.` };
  }
  if (own.offsetBytes !== read.offsetBytes || own.kind !== 'nested') return misread(where, read, own);
  if (read.elements < own.elements) return { verdict: 'loses', why: `${String(read.elements)} of ${String(own.elements)} elements of ${plan.member} arrive; the count is smaller in this kernel.` };
  if (read.elements > own.elements) return misread(where, read, own);
  const rest = own.lengthBytes - read.lengthBytes;
  const tail = rest > 0 ? ` ${count(rest, 'byte')} of it stay unread, and what follows is read from there.` : '';
  return { verdict: worst([]), why: `${plan.member} reads ${count(read.elements, 'entry').replace('entrys', 'entries')} of ${name} at ${at(read.offsetBytes)}.${tail}` };
}

function deprecated(where: FieldsContext, read: FieldRead): Judged {
  const { plan, skipped } = read;
  const version = String(where.entry.versionId);
  const wrote = where.expected?.fields.find((field) => field.plan.member === plan.member && field.lengthBytes > 0);
  if (skipped !== undefined || read.lengthBytes === 0) {
    const missed = wrote === undefined ? '' : `; the ${count(wrote.lengthBytes, 'byte')} that were saved for it at ${at(wrote.offsetBytes)} are not skipped`;
    const because = skipped === 'version' ? `deprecated in version ${String(plan.versionId)}, above version ${version} of the stream` : `deprecated, stream is version ${version}`;
    return { verdict: 'loads', why: `${plan.member} takes no bytes (${because})${missed}.` };
  }
  if (wrote !== undefined && wrote.offsetBytes === read.offsetBytes && wrote.lengthBytes === read.lengthBytes) {
    return { verdict: 'loads', why: `Its ${count(read.lengthBytes, 'byte')} at ${at(read.offsetBytes)} are skipped (deprecated, stream is version ${version}).` };
  }
  return { verdict: 'loads', why: `${plan.member} skips ${rangeText(read.offsetBytes, read.lengthBytes)}, ${bytesText(where.save, read.offsetBytes, read.lengthBytes)} (deprecated, stream is version ${version}).` };
}

/** Kinds whose bytes mean the same. */
function meaning(kind: FieldRead['kind']): string {
  return kind === 'pointee' ? 'copied' : kind;
}

const kindText: Readonly<Record<FieldRead['kind'], string>> = {
  copied: 'copied bytes', pointee: 'the pointee', address: 'an address', folio: 'a folio', nested: 'a nested entry', custom: 'custom data',
  deprecated: 'deprecated', none: 'nothing',
};
