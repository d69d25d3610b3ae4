/** Reads C as a file that lies alone is read: built-in headers of one dialect, nothing else. */
import { openUnit } from '../c/unit';
import type { SourceProvider } from '../c/source';
import { builtinHeaders } from '../model/builtinHeaders';
import type { KstateDialect } from '../model/kstate';
import { readKstate } from '../model/kstateModel';
import type { CUnit } from '../c/api';
import type { KstateModel } from '../model/kstate';

export function readC(text: string, dialect: KstateDialect, path = 'driver.c'): { readonly unit: CUnit; readonly model: KstateModel } {
  const source: SourceProvider = { read: (asked) => (asked === path ? { ok: true, text, identity: text } : { ok: false, reason: 'missing' }) };
  const unit = openUnit({ source, path, target: 'x86_64', includePaths: [], defines: [], forcedIncludes: [], builtinHeaders: builtinHeaders(dialect) });
  return { unit, model: { ...readKstate(unit), dialect } };
}
