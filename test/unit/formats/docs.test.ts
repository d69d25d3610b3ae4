import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { generations } from '../../../server/formats/generations';
import { overlay } from '../../../server/formats/layoutTable';
import { tables } from '../../../server/formats/tables';

describe('docs/formats.md', () => {
  const text = readFileSync('docs/formats.md', 'utf8');

  it('has every table with every field as the code has it', () => {
    for (const { table, file } of tables) {
      const [, part = ''] = text.split(`### ${table.structure} (${String(table.sizeBytes)} bytes, \`${file}\`)\n`);
      for (const run of overlay(table, 0)) {
        assert.ok(part.includes(`| ${String(run.offsetBytes)} | ${String(run.lengthBytes)} | ${run.field} | ${run.kind} | ${run.order} | ${run.meaning} |`), `${table.structure}.${run.field}`);
      }
    }
  });

  it('has every generation', () => {
    for (const one of generations) assert.ok(text.includes(`| ${one.id} | ${one.kernels} | ${one.root.id} | ${one.tracker.id} |`), one.id);
  });
});
