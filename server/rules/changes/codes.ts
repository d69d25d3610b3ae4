/** Codes of findings about changes: `kstate-` and the code of the reason. */
import type { ReasonCode } from '../../compat/reasons/reason';

/** What a file says by itself has rules of its own. */
export const changeCodes: readonly ReasonCode[] = [
  'field-added', 'field-removed', 'field-moved', 'field-reordered', 'field-resized', 'array-length-changed', 'count-changed', 'kind-changed', 'field-renamed',
  'deprecated-version', 'deprecated-size', 'deprecated-place', 'field-not-in-version',
  'id-changed', 'instance-changed', 'subsection-id-changed', 'raw-struct-layout', 'folio-abandoned',
];

export function findingCode(code: ReasonCode): string {
  return `kstate-${code}`;
}

export function isChangeCode(code: string): boolean {
  return changeCodes.some((one) => code === findingCode(one));
}
