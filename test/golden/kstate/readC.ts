/** Reads C as a file that lies alone is read: built-in headers of one dialect, nothing else. */
import { openUnit } from '../../../server/c/unit';
import type { SourceProvider } from '../../../server/c/source';
import { builtinHeaders } from '../../../server/model/builtinHeaders';
import type { KstateDialect } from '../../../server/model/kstate';
import { readKstate } from '../../../server/model/kstateModel';
import type { CUnit } from '../../../server/c/api';
import type { KstateModel } from '../../../server/model/kstate';

export function readC(text: string, dialect: KstateDialect, path = 'driver.c'): { readonly unit: CUnit; readonly model: KstateModel } {
  const source: SourceProvider = { read: (asked) => (asked === path ? { ok: true, text, identity: text } : { ok: false, reason: 'missing' }) };
  const unit = openUnit({ source, path, target: 'x86_64', includePaths: [], defines: [], forcedIncludes: [], builtinHeaders: builtinHeaders(dialect) });
  return { unit, model: { ...readKstate(unit), dialect } };
}
