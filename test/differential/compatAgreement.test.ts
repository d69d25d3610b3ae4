/** The reasons, worked out from the descriptions, against the engine, which runs the handover on bytes: over generated pairs of revisions. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareModels } from '../../server/compat/compareModels';
import type { Explained } from '../../server/compat/compare/explain';
import { runHandover } from '../../server/compat/handover';
import { readC } from '../golden/kstate/readC';
import { revisionPairs } from './randomDescriptions';

const pairs = Number(process.env['COUNT'] ?? 5000);

/** What is wrong with one direction of one description; undefined: nothing. */
function disagreement(name: string, direction: string, explained: Explained): string | undefined {
  const bad = explained.reasons.filter((reason) => reason.verdict !== 'loads');
  const told = explained.reasons.map((reason) => `${reason.code} (${reason.verdict}): ${reason.message}`).join('\n  ');
  if ((explained.verdict === 'loads') !== (bad.length === 0)) return `${name} ${direction} ${explained.verdict}, reasons:\n  ${told}`;
  if (explained.reasons.some((reason) => reason.code === 'unexplained')) return `${name} ${direction} ${explained.verdict}, unexplained:\n  ${told}`;
  if (explained.reasons.some((reason) => reason.range === undefined)) return `${name} ${direction}: a reason without a place:\n  ${told}`;
  return undefined;
}

describe(`reasons and engine agree, ${String(pairs)} pairs`, () => {
  it('a verdict worse than loads has a reason that says so, and loads has none', () => {
    const verdicts = new Map<string, number>();
    fc.assert(fc.property(revisionPairs, ({ old, new: next }) => {
      const [before, after] = [readC(old, 'v3', 'old.c').model, readC(next, 'v3', 'new.c').model];
      const handovers = runHandover(before, after);
      for (const item of compareModels(before, after, {}, handovers)) {
        for (const [direction, explained] of [['forward', item.forward], ['backward', item.backward]] as const) {
          verdicts.set(explained.verdict, (verdicts.get(explained.verdict) ?? 0) + 1);
          assert.equal(disagreement(item.name, direction, explained), undefined);
        }
      }
    }), { numRuns: pairs, ...(process.env['SEED'] === undefined ? {} : { seed: Number(process.env['SEED']) }) });
    // The generator reaches all of them.
    for (const verdict of ['corrupts', 'loses', 'refused', 'warns', 'loads']) assert.ok((verdicts.get(verdict) ?? 0) > 0, `${verdict} never happened: ${JSON.stringify([...verdicts])}`);
  }).timeout(1_200_000);
});
