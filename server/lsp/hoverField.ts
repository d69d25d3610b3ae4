/** What is shown about one field: how it travels, where it lies, in which versions, and its bytes in the stream. */
import type { SavedEntry, SavedField, SaveTrace } from '../engine/types';
import type { KstateDescription, KstateField, Read } from '../model/kstate';
import { KS_DEPRECATED, hasFlag, spellFlags } from '../model/kstateFlags';
import { notesOfField } from '../model/notes';
import { assumptionList, assumptionsFor } from '../model/assumed';
import type { Analysed } from './analysis';
import { code, escape, firstBytes, plural } from './markdown';

/** Bytes of the stream that are shown; the rest is counted. */
const SHOWN_BYTES = 24;

/** Lines of markdown. `save`: the stream that this kernel would write; undefined when it could not be run. */
export function fieldLines(analysed: Analysed, description: KstateDescription, field: KstateField, save: SaveTrace | undefined): string[] {
  const { unit } = analysed;
  const type = field.member?.type ?? field.statedType;
  const name = field.member?.path ?? (field.name.known ? field.name.value : `field ${field.index}`);
  const lines = [`**${escape(name)}**${type === undefined ? '' : ` · ${code(unit.spell(type))}`}${field.member === undefined ? '' : ` of ${code(unit.spell(field.member.struct))}`}`];
  const facts: string[] = [];
  const deprecated = hasFlag(field, KS_DEPRECATED);
  if (deprecated) facts.push('Offset: none, the member is gone from the struct', `size ${bytesOf(field.sizeBytes)}`);
  else facts.push(`Offset ${shown(field.offsetBytes)}`, sizeFact(field));
  facts.push(`flags ${field.flags.known ? code(spellFlags(field.flags.value)) : shown(field.flags)}`);
  lines.push(`- ${facts.join(' · ')}`);
  lines.push(`- ${versionsText(description, field, deprecated)}`);
  lines.push(...streamLines(description, field, save).map((line) => `- ${line}`));
  const assumed = assumptionList(assumptionsFor(unit, [field.member?.struct ?? field.missingMember?.struct, type], field.range), code);
  if (assumed !== undefined) lines.push(`- Assumes ${assumed}: no build folder tells the configuration.`);
  for (const read of [field.offsetBytes, field.sizeBytes, field.flags, field.versionId]) {
    if (!read.known) lines.push(`- Not read: ${read.why}`);
  }
  for (const note of notesOfField(analysed.model, description, field)) lines.push(`- Note: ${escape(note.message)}.`);
  return [...new Set(lines)];
}

/** The size in the field is that of the pointee for pointers; the member's own is said too when it differs. */
function sizeFact(field: KstateField): string {
  const size = `size ${bytesOf(field.sizeBytes)}`;
  const member = field.member;
  if (member === undefined || !field.sizeBytes.known || field.sizeBytes.value === member.sizeBytes) return size;
  return `${size} (the member itself has ${plural(member.sizeBytes, 'byte')})`;
}

/** Facts 3.2 and 3.3: a field is written when its version is not above the description's, and read when it is not above the stream's. */
function versionsText(description: KstateDescription, field: KstateField, deprecated: boolean): string {
  if (!field.versionId.known) return 'Versions that carry it: not known.';
  const version = field.versionId.value;
  const own = description.versionId.known ? description.versionId.value : undefined;
  if (deprecated) return `Versions that carry it: up to ${version}. Bytes are skipped only in a stream of exactly version ${version}; this kernel writes none.`;
  if (own !== undefined && version > own) return `Versions that carry it: none yet. Its version ${version} is above the description's ${own}, so it is not written.`;
  const until = own === undefined ? '' : own === version ? ` (this description is version ${own})` : `; this description is version ${own}`;
  return version === 0 ? `Versions that carry it: all${own === undefined ? '' : `; this description is version ${own}`}.` : `Versions that carry it: ${version} and later${until}.`;
}

function streamLines(description: KstateDescription, field: KstateField, save: SaveTrace | undefined): string[] {
  if (save === undefined) return [];
  if (save.rc !== 0) return [`In the stream: nothing, saving fails with ${save.rc}.`];
  const result: string[] = [];
  for (const entry of save.entries) {
    if (entry.description !== description.variable) continue;
    for (const saved of entry.fields) {
      if (saved.source === undefined || saved.source.path !== field.range.path || saved.source.start !== field.range.start) continue;
      const text = savedText(entry, saved, save);
      if (!result.includes(text)) result.push(text);
    }
  }
  if (result.length > 3) result.splice(3, result.length, `and ${plural(result.length - 3, 'place')} more`);
  return result;
}

const SKIPPED: { readonly [S in NonNullable<SavedField['skipped']>]: string } = {
  deprecated: 'no bytes, for it is deprecated',
  version: 'no bytes, for its version is above the description\'s',
  'no-kind': 'no bytes, for its flags name no kind',
  empty: 'no bytes, for it has no elements',
};

function savedText(entry: SavedEntry, saved: SavedField, save: SaveTrace): string {
  const where = `${entry.object === undefined ? '' : `${code(entry.object)}, `}instance ${entry.instanceId}`;
  if (saved.lengthBytes === 0) return `In the stream (${where}): ${saved.skipped === undefined ? 'no bytes' : SKIPPED[saved.skipped]}.`;
  const bytes = save.stream.subarray(saved.offsetBytes, saved.offsetBytes + saved.lengthBytes);
  return `In the stream (${where}): ${plural(saved.lengthBytes, 'byte')} at +${saved.offsetBytes}, ${saved.movedAs}: ${code(firstBytes(bytes, SHOWN_BYTES))}`;
}

function bytesOf(read: Read<number>): string {
  return read.known ? plural(read.value, 'byte') : 'unknown';
}

function shown(read: Read<number>): string {
  return read.known ? String(read.value) : 'unknown';
}
