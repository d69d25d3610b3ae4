import { KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { bytes, eachField, fieldName, finding, hasFlag, isV3 } from './finding';
import type { Rule } from './rule';

/**
 * The most that one write may have (facts 3.6): the stream of one page grows to two, of which magic and header take 24 bytes. Where two pages
 * are in use already, it would fit; which it is depends on what else the kernel saves.
 */
const MOST_BYTES = 2 * 4096 - 24;

export const streamGrowth: Rule = {
  code: 'kstate-stream-growth',
  title: 'A field that is larger than the stream grows',
  severity: 'error',
  facts: ['3.6', 'KS52', 'KS53'],
  aboutLayout: true,
  check({ model }) {
    if (!isV3(model)) return [];
    return eachField(model, (field, { variable }) => {
      if (!hasFlag(field, KS_BASE_TYPE | KS_POINTER) || hasFlag(field, KS_STRUCT | KS_CUSTOM | KS_DEPRECATED) || !field.sizeBytes.known) return [];
      if (field.sizeBytes.value <= MOST_BYTES) return [];
      return [finding(this, field.range,
        `${fieldName(field)} of ${variable} has ${bytes(field.sizeBytes.value)}, and a stream that is still in its first page grows to ${bytes(2 * 4096)} only: save writes past the end of the stream's folio into foreign memory, and what lies there is lost`)];
    });
  },
};
