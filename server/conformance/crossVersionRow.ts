/** A row of the table of real handovers between kernels: what was run, and what came of it. */
import { isList } from '../decode/exactJson';
import type { Json } from '../decode/exactJson';
import { BadTruth, TruthReader } from './replayTruth';

export interface Row {
  /** Releases: `6.18.2`, `6.19`, `7.1.5`. */
  readonly from: string;
  readonly to: string;
  readonly verdict: 'works' | 'partly' | 'refused';
  readonly summary: string;
  readonly messages: readonly string[];
  /** Sentences. */
  readonly restored: readonly string[];
  readonly lost: readonly string[];
  readonly revived: boolean;
  /** `liveupdate=on` for those that know it, and userspace that uses it. */
  readonly luo: boolean;
  readonly handedOver: boolean;
  readonly corruption: boolean;
  /** What was asked of debugfs, and the answers. */
  readonly finalize: readonly string[];
}

/** Throws BadTruth. */
export function readRows(json: Json): readonly Row[] {
  const list = new TruthReader(json);
  if (json === null || typeof json !== 'object' || !isList(json)) throw new BadTruth('expected a list of rows');
  return list.list().map((row) => {
    const texts = (key: string): readonly string[] => row.at(key).list().map((one) => one.text());
    const verdict = row.at('verdict').text();
    if (verdict !== 'works' && verdict !== 'partly' && verdict !== 'refused') throw new BadTruth(`${row.path}.verdict: expected works, partly or refused, found ${verdict}`);
    return {
      from: row.at('from').text(), to: row.at('to').text(), verdict, summary: row.at('summary').text(), messages: texts('messages'), restored: texts('restored'), lost: texts('lost'), finalize: texts('finalize'),
      revived: row.at('kho_revived').bool(), luo: row.at('luo_enabled').bool(),
      handedOver: !row.at('handed_over').present || row.at('handed_over').bool(), corruption: row.at('corruption').present && row.at('corruption').bool(),
    };
  });
}

/** By which lines of a run name a row. */
export function rowName(row: Row, index: number): string {
  return `${String(index + 1)} ${row.from} -> ${row.to}`;
}
