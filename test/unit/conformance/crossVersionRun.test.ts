/** The simulator beside the table of real handovers: every row the same, and every row told otherwise noticed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { main } from '../../../server/conformance/crossVersion';
import { compareRow } from '../../../server/conformance/crossVersionCompare';
import { readRows, rowName } from '../../../server/conformance/crossVersionRow';
import type { Row } from '../../../server/conformance/crossVersionRow';
import { BadTruth } from '../../../server/conformance/replayTruth';
import { parseExact } from '../../../server/decode/exactJson';
import type { ScenarioResult } from '../../../server/engine/handover/result';
import { runScenario } from '../../../server/engine/handover/runScenario';
import type { Scenario } from '../../../server/model/scenario/scenario';
import { Folder } from '../workspace/helpers';
import { saying } from './run';

const FILE = 'test/fixtures/cross-version.json';
const rows = readRows(parseExact(readFileSync(FILE, 'utf8')));

/** A scenario is run once, however often its row is told otherwise. */
const results = new Map<string, ScenarioResult>();
function run(scenario: Scenario): ScenarioResult {
  const key = JSON.stringify({ ...scenario, name: '', description: '' }, (_key, value: unknown) => (typeof value === 'bigint' ? `${String(value)}n` : value));
  let result = results.get(key);
  if (result === undefined) results.set(key, result = runScenario(scenario));
  return result;
}

function notices(row: Row): boolean {
  try {
    return compareRow(row, 'row', run).differences.length > 0;
  } catch (error) {
    if (error instanceof BadTruth) return true;
    throw error;
  }
}

describe('the simulator says what real kernels did', () => {
  rows.forEach((row, i) => {
    it(`${rowName(row, i)}: ${row.verdict}${row.luo ? ' (LUO)' : ''}`, () => {
      const { differences, passed } = compareRow(row, rowName(row, i), run);
      assert.deepEqual(differences, []);
      assert.ok(passed > 5, String(passed));
    });
  });

  it('a run of conformance:cross-version prints what is not compared and the sum', () => {
    const { code, out, err } = saying(main, [FILE]);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^1 6\.19 -> 6\.19: not compared as it stands: lost: st_blocks of the memfd/m);
    assert.match(out, /^3\d\d passed, 0 failed$/m);
  });

  it('names row, key, expected and found, and says what is no table', () => {
    const folder = new Folder();
    try {
      folder.write({ 'a.json': readFileSync(FILE, 'utf8').replace('"verdict": "works"', '"verdict": "refused"'), 'b.json': '[', 'c.json': '[{"from": "6.19"}]' });
      assert.match(saying(main, [folder.path('a.json')]).out, /^1 6\.19 -> 6\.19: verdict: expected refused, found works$/m);
      assert.equal(saying(main, [folder.path('a.json')]).code, 1);
      assert.match(saying(main, [folder.path('b.json')]).err, /b\.json: /);
      assert.match(saying(main, [folder.path('c.json')]).err, /c\.json: \[0\]\.verdict: expected a string, found nothing/);
      assert.deepEqual([saying(main, [folder.path('none.json')]).code, saying(main, []).err], [2, 'usage: npm run conformance:cross-version -- FILE\n']);
    } finally {
      folder.remove();
    }
  });
});

describe('a row told otherwise', () => {
  it('is noticed in each of its keys', () => {
    for (const [i, row] of rows.entries()) {
      const name = rowName(row, i);
      assert.ok(notices({ ...row, verdict: row.verdict === 'works' ? 'partly' : 'works' }), `${name}: verdict`);
      assert.ok(notices({ ...row, revived: !row.revived }), `${name}: revived`);
      assert.ok(notices({ ...row, handedOver: !row.handedOver }), `${name}: handed over`);
      assert.ok(notices({ ...row, corruption: !row.corruption }), `${name}: corruption`);
    }
  });

  it('is noticed in each line', () => {
    for (const [i, row] of rows.entries()) {
      row.messages.forEach((line, at) => {
        // Lines of the stack are the one thing that is passed over.
        if (/^ \w+\+0x/.test(line)) return;
        const without = row.messages.filter((_line, other) => other !== at);
        // The RIP line says the warning's function again.
        if (!line.startsWith('RIP: ')) assert.ok(notices({ ...row, messages: without }), `${rowName(row, i)}: without ${line}`);
        assert.ok(notices({ ...row, messages: row.messages.map((one, other) => (other === at ? one.replace(/kho_restore_page|[^ ]+$/, 'changed') : one)) }), `${rowName(row, i)}: changed ${line}`);
      });
      if (row.finalize.some((line) => line.includes('write'))) assert.ok(notices({ ...row, finalize: row.finalize.map((line, at) => (at === 0 ? line : line.includes('EEXIST') || line.includes('exists') ? 'FINALIZE write 1 again -> 1' : 'FINALIZE write 1 again -> -1 File exists')) }), `${rowName(row, i)}: finalize`);
    }
  });

  it('is noticed in what was restored and lost', () => {
    const works = rows.find((row) => row.from === '7.1.5' && row.to === '7.1.5') ?? assert.fail();
    const refused = rows.find((row) => row.from === '7.1.5' && row.to === '6.19') ?? assert.fail();
    for (const sentence of refused.lost) assert.ok(notices({ ...works, lost: [sentence] }), sentence);
    for (const sentence of works.restored) assert.ok(notices({ ...refused, restored: [sentence] }), sentence);
    const numbers: readonly (readonly [Row, string, string])[] = [
      [works, '6 memfds', '7 memfds'], [works, '0x1002', '0x1003'], [works, '3 test FLBs', '4 test FLBs'], [works, 'count 1)', 'count 2)'], [works, 'from 7.1.5', 'from 7.1.6'], [works, 'vm-a, vm-b', 'vm-a'],
      [rows.find((row) => row.luo && row.verdict === 'partly') ?? assert.fail(), '8624 KiB', '8620 KiB'],
      [rows[0] ?? assert.fail(), '0x2002 had 0x12', '0x2003 had 0x12'],
    ];
    for (const [row, before, after] of numbers) {
      const told = (list: readonly string[]): readonly string[] => list.map((one) => one.replace(before, after));
      assert.ok([...row.restored, ...row.lost].some((one) => one.includes(before)), before);
      assert.ok(notices({ ...row, restored: told(row.restored), lost: told(row.lost) }), before);
    }
  });
});
