/** What a handover did, in one or two sentences for a person. */
import type { KernelMessage, RestoredField, RestoredObject, SaveTrace, Verdict } from '../types';
import { count, joinAnd, worst } from './words';

/** `objects`: those that are asked about; all of them, or the ones of one description. */
export function summaryOf(objects: readonly RestoredObject[], save: SaveTrace, messages: readonly KernelMessage[]): { readonly verdict: Verdict; readonly summary: string } {
  const verdict = worst([...objects.map((object) => object.verdict), ...(hasDamage(save) ? ['corrupts' as const] : [])]);
  return { verdict, summary: sentences(verdict, objects, save, messages) };
}

function hasDamage(save: SaveTrace): boolean {
  return (save.damage ?? []).length > 0;
}

function sentences(verdict: Verdict, objects: readonly RestoredObject[], save: SaveTrace, messages: readonly KernelMessage[]): string {
  if (objects.length === 0) return 'No object of this description is restored.';
  const worstObject = objects.find((object) => object.verdict === verdict);
  const fields = objects.flatMap((object) => object.entries.flatMap((entry) => entry.fields));
  switch (verdict) {
    case 'crashes':
    case 'refused':
      return worstObject?.why ?? '';
    case 'corrupts':
    case 'loses': {
      const silent = objects.every((object) => object.rc === 0) ? ' Restore still returns 0.' : '';
      return `${[...(save.damage ?? []), damage(fields)].filter((text) => text !== '').join(' ')}${silent}`;
    }
    default: {
      // An object that only this kernel has: nothing arrives, and nothing should.
      if (objects.every((object) => object.rc !== 0)) return worstObject?.why ?? '';
      // Messages about other objects are no part of this one's fate.
      const extra = [skipped(fields), verdict === 'warns' ? warnings(messages) : ''].filter((text) => text !== '');
      return `Every member arrives.${extra.length > 0 ? ` The restoring kernel ${joinAnd(extra)}.` : ''}${verdict === 'warns' ? saveWarnings(save.messages) : ''}`;
    }
  }
}

/** The first corrupted member in full, then what else is corrupted and lost, by name. */
function damage(fields: readonly RestoredField[]): string {
  const corrupted = fields.filter((field) => field.verdict === 'corrupts');
  const lost = fields.filter((field) => field.verdict === 'loses');
  const first = corrupted[0] ?? lost[0];
  if (first === undefined) return '';
  const rest: string[] = [];
  const more = names(corrupted.filter((field) => field !== first && field.name !== first.name));
  if (more.length > 0) rest.push(`${joinAnd(more)} ${more.length === 1 ? 'is' : 'are'} corrupted, too`);
  const gone = names(lost.filter((field) => field !== first && field.name !== first.name));
  if (gone.length > 0) rest.push(`${joinAnd(gone)} ${gone.length === 1 ? 'is' : 'are'} lost`);
  return `${first.why}${rest.length === 0 ? '' : ` ${rest.join('; ')}.`}`;
}

function names(fields: readonly RestoredField[]): string[] {
  const all = [...new Set(fields.map((field) => field.name))];
  return all.length <= 3 ? all : [...all.slice(0, 2), `${String(all.length - 2)} more`];
}

function skipped(fields: readonly RestoredField[]): string {
  const skips = fields.filter((field) => field.readFrom !== undefined && field.value === undefined && field.verdict === 'loads');
  const bytes = skips.reduce((sum, field) => sum + (field.readFrom?.lengthBytes ?? 0), 0);
  return skips.length === 0 ? '' : `skips ${count(bytes, 'byte')} of ${joinAnd(names(skips))}`;
}

function warnings(messages: readonly KernelMessage[]): string {
  const warns = messages.filter((message) => message.level === 'warn');
  const first = warns[0];
  if (first === undefined) return '';
  if (warns.length === 1 && first.text.startsWith('version mismatch')) return 'warns once about the version';
  return `logs ${count(warns.length, 'warning')}, first "${first.text}"`;
}

function saveWarnings(messages: readonly KernelMessage[]): string {
  const warns = messages.filter((message) => message.level === 'warn');
  return warns[0] === undefined ? '' : ` Saving logs ${count(warns.length, 'warning')}, first "${warns[0].text}".`;
}
