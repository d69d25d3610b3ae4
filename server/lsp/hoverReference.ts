/** What the interface itself says about a name, as markdown. */
import type { KstateDialect } from '../model/kstate';
import type { ReferenceKind } from '../model/reference';
import { referenceFor } from '../model/reference';
import { cBlock } from './markdown';

/** undefined: the interface has no such name. `kind` for members of its structs, which share names. */
export function referenceText(name: string, kind: ReferenceKind | undefined, dialect: KstateDialect): string | undefined {
  const entry = referenceFor(name, kind);
  if (entry === undefined) return undefined;
  const lines = [cBlock(entry.signature), entry.summary, '', ...entry.details.map((detail) => `- ${detail}`)];
  if (!entry.dialects.includes(dialect)) lines.push(`- KSTATE ${dialect}, which this code is read as, does not have it.`);
  return lines.join('\n').trimEnd();
}
