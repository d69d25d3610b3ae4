/** What is shown about a description as a whole. */
import type { SaveTrace } from '../engine/types';
import type { KstateDescription, Read } from '../model/kstate';
import { notesOfDescription } from '../model/notes';
import { preservedMembers } from '../model/preserved';
import { assumptionList, assumptionsFor } from '../model/assumed';
import type { Analysed } from './analysis';
import { code, escape, plural } from './markdown';

export function descriptionLines(analysed: Analysed, d: KstateDescription, save: SaveTrace | undefined): string[] {
  const { unit, model } = analysed;
  const size = d.struct === undefined ? undefined : unit.sizeOf(d.struct);
  const lines = [
    `**${d.variable.replaceAll('_', '\\_')}** · description of ${d.struct === undefined ? 'no one struct' : code(unit.spell(d.struct))}${size?.known === true ? `, ${plural(size.value, 'byte')}` : ''}`,
    `- name ${d.name.known ? code(JSON.stringify(d.name.value)) : 'unknown'} · id ${num(d.id)} · version ${num(d.versionId)} · min_version ${num(d.minVersionId)}`,
    `- ${plural(d.fields.length, 'field')}${d.subsections === undefined ? '' : `, ${plural(d.subsections.length, 'subsection')}: ${d.subsections.map((s) => code(s.variable ?? '?')).join(', ')}`}`,
  ];
  const registrations = model.registrations.filter((r) => r.description === d.variable);
  lines.push(registrations.length === 0
    ? '- Not registered in this file.'
    : `- Used by ${registrations.map((r) => code(`${r.call}(${r.object === undefined ? '…' : `&${r.object.variable}`}) in ${r.caller}`)).join(', ')}`);
  const members = preservedMembers(model, d);
  if (members !== undefined && members.without.length > 0) {
    const shown = members.without.slice(0, 8).map(code).join(', ');
    lines.push(`- ${members.all.length - members.without.length} of ${members.all.length} members preserved; nothing preserves ${shown}${members.without.length > 8 ? ` and ${members.without.length - 8} more` : ''}`);
  }
  const assumed = assumptionList(assumptionsFor(unit, [d.struct], d.range), code);
  if (assumed !== undefined) lines.push(`- Assumes ${assumed}: no build folder tells the configuration.`);
  const entries = save?.entries.filter((entry) => entry.description === d.variable) ?? [];
  for (const entry of entries.slice(0, 4)) {
    lines.push(`- In the stream: ${entry.kind} at +${entry.offsetBytes}, ${entry.headerBytes} + ${entry.sizeBytes} bytes, instance ${entry.instanceId}`);
  }
  if (entries.length > 4) lines.push(`- and ${plural(entries.length - 4, 'entry').replace(/entrys$/, 'entries')} more`);
  for (const note of notesOfDescription(model, d)) lines.push(`- Note: ${escape(note.message)}.`);
  return lines;
}

function num(read: Read<number>): string {
  return read.known ? String(read.value) : `unknown (${read.why})`;
}
