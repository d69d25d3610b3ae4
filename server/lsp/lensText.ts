/** The words of a lens: `stream 58 B · 5 of 7 members preserved · loads from HEAD ✓ · rolls back to v6.18 ✗ (wear removed)`. */
import type { Explained } from '../compat/compare/explain';
import type { PreservedMembers } from '../model/preserved';
import type { ViewVerdict } from '../shared/simulationView';

export interface LensParts {
  readonly streamBytes: number;
  /** Of what may be so. */
  readonly notes: number;
  readonly members: PreservedMembers | undefined;
  /** Against the base; undefined: there is none. */
  readonly update: { readonly label: string; readonly explained: Explained } | undefined;
  readonly rollback: { readonly label: string; readonly explained: Explained } | undefined;
  /** The file against itself; undefined where there is another kernel to compare with. */
  readonly self: ViewVerdict | undefined;
}

const MARKS: { readonly [V in ViewVerdict]: string } = { loads: '✓', warns: '!', loses: '✗', refused: '✗', corrupts: '✗', crashes: '✗' };

export function lensText({ streamBytes, notes, members, update, rollback, self }: LensParts): string {
  const parts = [`stream ${String(streamBytes)} B`];
  if (members !== undefined) parts.push(`${String(members.all.length - members.without.length)} of ${String(members.all.length)} members preserved`);
  if (update !== undefined) parts.push(`loads from ${update.label} ${ending(update.explained, 'update')}`);
  if (rollback !== undefined) parts.push(`rolls back to ${rollback.label} ${ending(rollback.explained, 'rollback')}`);
  if (self !== undefined) parts.push(`${self} ${MARKS[self]}`);
  if (notes > 0) parts.push(notes === 1 ? '1 note' : `${String(notes)} notes`);
  return parts.join(' · ');
}

function ending(explained: Explained, direction: 'update' | 'rollback'): string {
  const mark = MARKS[explained.verdict];
  if (explained.verdict === 'loads') return mark;
  const worst = explained.reasons.find((reason) => reason.verdict === explained.verdict) ?? explained.reasons.find((reason) => reason.verdict !== 'loads');
  if (worst === undefined) return `${mark} (${explained.verdict})`;
  if (worst.code === 'version-raised' || worst.code === 'version-lowered') return `${mark} (version)`;
  // Backwards, what is gone from this file looks like an addition.
  const code = direction === 'rollback' && worst.code === 'field-added' ? 'field-removed' : direction === 'rollback' && worst.code === 'field-removed' ? 'field-added' : worst.code;
  return `${mark} (${worst.about === undefined ? '' : `${worst.about} `}${code.replace(/^(field|description)-/, '').replaceAll('-', ' ')})`;
}
