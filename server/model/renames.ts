/**
 * Renames that the source declares: names are not in the stream, so nothing else tells a renamed member from one that was removed and
 * another that was added. A comment beside the field says it: KSTATE_BASE_TYPE(speed, struct fan, u32), followed by
 * `kexec-handover: was rpm` in a comment. Several names are separated by commas.
 */
import type { CUnit } from '../c/api';
import type { SrcRange } from '../c/source';

const DECLARED = /kexec-handover:\s*was\s+([A-Za-z_][\w.[\]]*(?:\s*,\s*[A-Za-z_][\w.[\]]*)*)/g;

/** Earlier names, from comments within the field's entry or behind it on its last line; nearest first. */
export function declaredNames(unit: CUnit, field: SrcRange): readonly string[] {
  const file = unit.files.find((one) => one.path === field.path) ?? (unit.main.path === field.path ? unit.main : undefined);
  if (file === undefined) return [];
  const newline = file.text.indexOf('\n', field.end);
  const text = file.text.slice(field.start, newline < 0 ? file.text.length : newline);
  if (!text.includes('kexec-handover')) return [];
  // Of two entries on one line each has what follows it, up to the next one.
  const behind = text.slice(field.end - field.start);
  const next = /^\s*,?\s*((?:\/\*[\s\S]*?\*\/\s*)*)(?:\/\/.*)?/.exec(behind)?.[0] ?? '';
  const own = text.slice(0, field.end - field.start) + next;
  return [...own.matchAll(DECLARED)].flatMap((match) => (match[1] ?? '').split(',').map((name) => name.trim()));
}
