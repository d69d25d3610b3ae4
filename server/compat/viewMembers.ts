/** The table: what each direction does to each member. */
import type { Handover, RestoredField, RestoredObject } from '../engine/types';
import { worst } from '../engine/kstate/words';
import type { SrcRange } from '../c/source';
import type { MemberFate, MemberView, SourceLink } from '../shared/simulationView';
import type { Member, Members, MemberSource } from './members';
import { entryPrefix, sectionOf } from './members';
import { hexOf } from './viewStream';

export interface Directions { readonly update: Handover; readonly rollback: Handover }

export function memberViews(members: Members, directions: Directions, link: (side: 'old' | 'new', range: SrcRange | undefined) => SourceLink | undefined): MemberView[] {
  const update = new Fates(members, directions.update);
  const rollback = new Fates(members, directions.rollback);
  return members.list.map((member) => {
    const source = member.new ?? member.old;
    return {
      key: member.key, name: member.path, movedAs: movedAs(member, source, directions), owner: member.owner,
      update: update.fate(member.key), rollback: rollback.fate(member.key), updateAtBytes: update.savedAt(member.key), rollbackAtBytes: rollback.savedAt(member.key),
      source: link(member.new === undefined ? 'old' : 'new', source?.field.range),
    };
  });
}

/** What one direction did, by member number. */
class Fates {
  private readonly restored = new Map<number, { readonly object: RestoredObject; readonly field: RestoredField }[]>();
  private readonly saved = new Map<number, number>();

  constructor(members: Members, handover: Handover) {
    for (const object of handover.restore.objects) {
      for (const entry of object.entries) {
        for (const field of entry.fields) {
          const key = members.key(object.description, `${entry.prefix ?? ''}${field.name}`);
          if (key !== undefined) this.restored.set(key, [...(this.restored.get(key) ?? []), { object, field }]);
        }
      }
    }
    const { entries } = handover.save;
    for (const entry of entries) {
      for (const field of entry.fields) {
        const key = members.key(sectionOf(entries, entry).description, `${entryPrefix(entries, entry)}${field.name}`);
        if (key !== undefined && field.lengthBytes > 0 && !this.saved.has(key)) this.saved.set(key, field.offsetBytes);
      }
    }
  }

  savedAt(key: number): number | undefined {
    return this.saved.get(key);
  }

  /** The worst that happened, when a member stands in the list more than once or the object does. */
  fate(key: number): MemberFate | undefined {
    const all = this.restored.get(key) ?? [];
    const verdict = worst(all.map(({ field }) => field.verdict));
    const worstOnes = all.filter(({ field }) => field.verdict === verdict);
    const shown = worstOnes.find(({ field }) => field.readFrom !== undefined && field.value !== undefined) ?? worstOnes.find(({ field }) => field.readFrom !== undefined) ?? worstOnes[0];
    if (shown === undefined) return undefined;
    const { field, object } = shown;
    return {
      verdict: field.verdict, text: fateText(field, object), savedHex: field.expected === undefined ? undefined : hexOf(field.expected),
      restoredHex: field.value === undefined ? undefined : hexOf(field.value), readAtBytes: field.readFrom?.offsetBytes,
    };
  }
}

/** `kept`, `2 bytes skipped`, `corrupted: reads 0x0001 …`: the reason without the name in front, which stands in the row. */
function fateText(field: RestoredField, object: RestoredObject): string {
  const why = withoutName(field);
  switch (field.verdict) {
    case 'corrupts': return `corrupted: ${why}`;
    case 'loses': return `lost: ${why}`;
    case 'refused': return `not restored: ${withoutStop(object.why)}`;
    case 'crashes': return `not restored: ${why}`;
    default: break;
  }
  if (field.readFrom === undefined) return why;
  if (field.value !== undefined) return /The saving kernel calls it/.test(field.why) ? `kept: ${field.why.replace(/^.*?(The saving kernel)/, 'the saving kernel').replace(/\.$/, '')}` : 'kept';
  const bytes = field.readFrom.lengthBytes;
  return field.why.startsWith('Its ') ? `${String(bytes)} byte${bytes === 1 ? '' : 's'} skipped` : why;
}

function withoutName(field: RestoredField): string {
  const { name } = field;
  let why = withoutStop(field.why);
  if (why.startsWith(`${name} is lost: `)) why = why.slice(name.length + 10);
  else if (why.startsWith(`${name} is lost. `)) why = lower(why.slice(name.length + 10));
  else if (why.startsWith(`${name} `)) why = why.slice(name.length + 1);
  return why;
}

function withoutStop(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `char[10], copied`; `pointee, 8 bytes`; `folio 0xa1b2c3000, order 0`; `u16, deprecated in version 1`. */
function movedAs(member: Member, source: MemberSource | undefined, directions: Directions): string {
  const type = typeOf(member.new) ?? typeOf(member.old) ?? '';
  const flags = flagsOf(source);
  const entry = [directions.update, directions.rollback].flatMap((handover) => handover.save.entries.flatMap((one) => one.fields.filter((field) => member.path.endsWith(field.name) && field.lengthBytes > 0)))[0];
  const withType = (text: string): string => (type === '' ? text : `${type}, ${text}`);
  const version = source?.field.versionId.known === true ? source.field.versionId.value : 0;
  if ((flags & 0x40) !== 0) return withType(`deprecated in version ${String(version)}`);
  const since = version > 0 ? `, from version ${String(version)}` : '';
  if ((flags & 0x04) !== 0) return `nested ${source?.field.ksd?.known === true ? source.field.ksd.value : 'entry'}${since}`;
  if ((flags & 0x08) !== 0) {
    const save = source?.field.save;
    if (save?.known === true && save.value === 'kstate_folio_save') return `${folioText(member, directions)}${since}`;
    return withType(`custom${save?.known === true ? `, ${save.value}()` : ''}`);
  }
  if ((flags & 0x02) !== 0) return `pointee, ${String(entry?.lengthBytes ?? sizeOf(source))} bytes${since}`;
  if ((flags & 0x20) !== 0) return withType(`address, relocated${since}`);
  return withType(`copied${since}`);
}

function folioText(member: Member, directions: Directions): string {
  for (const handover of [directions.update, directions.rollback]) {
    const block = handover.save.preserved.find((one) => one.of?.endsWith(`.${member.path}`) === true);
    if (block !== undefined) return `folio 0x${block.phys.toString(16)}, order ${String(block.order)}`;
  }
  return 'folio';
}

function typeOf(source: MemberSource | undefined): string | undefined {
  const type = source?.field.member?.type ?? source?.field.statedType;
  return source === undefined || type === undefined ? undefined : source.description.unit.spell(type);
}

function flagsOf(source: MemberSource | undefined): number {
  return source?.field.flags.known === true ? source.field.flags.value : 0;
}

function sizeOf(source: MemberSource | undefined): number {
  return source?.field.sizeBytes.known === true ? source.field.sizeBytes.value : 0;
}
