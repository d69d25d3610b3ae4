import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { CUnit } from '../../server/c/api';
import { resolve } from '../../server/c/makeTypes';
import type { Record } from '../../server/c/types';
import { layoutView } from '../../server/compat/layoutView';
import type { LayoutEntry, LayoutView } from '../../server/shared/layoutView';
import { openText } from './questions';
import { prelude, print, recordChoice } from './randomStructs';
import type { Printed } from './randomStructs';

/** Gaps, cache lines and totals of random structs beside pahole's. COUNT: how many (default 300); SEED: of the generator. */
const count = Number(process.env['COUNT'] ?? '300');
const seed = Number(process.env['SEED'] ?? '20262');
const batchSize = 100;

/** What pahole says of one type, and we: numbers that are not there are 0. */
interface Facts {
  readonly size: number;
  readonly lines: number;
  readonly members: number;
  readonly memberBytes: number;
  readonly bitFieldBits: number;
  readonly holes: number;
  readonly holeBytes: number;
  readonly bitHoles: number;
  readonly holeBits: number;
  readonly padding: number;
  readonly bitPadding: number;
  readonly lastLine: number;
  /** `4 byte`, `21 bit`, sorted, those of structs inside too: of two beside each other pahole always names the bits first. */
  readonly gaps: readonly string[];
}

function paholeOf(text: string): ReadonlyMap<string, Facts> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pahole-'));
  try {
    writeFileSync(path.join(folder, 't.c'), text);
    const gcc = spawnSync('gcc', ['-c', '-g', '-w', '-std=gnu11', '-fms-extensions', '-fno-eliminate-unused-debug-types', '-o', 't.o', 't.c'], { cwd: folder, encoding: 'utf8' });
    assert.equal(gcc.status, 0, gcc.stderr);
    const pahole = spawnSync('pahole', ['-F', 'dwarf', 't.o'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 });
    assert.equal(pahole.status, 0, pahole.error?.message ?? pahole.stderr);
    return new Map([...pahole.stdout.matchAll(/^struct (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => [name, factsOf(body)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function factsOf(body: string): Facts {
  const number = (pattern: RegExp): number => Number(pattern.exec(body)?.[1] ?? 0);
  // Structs inside are printed without totals.
  return {
    size: number(/\/\* size: (\d+)/), lines: number(/cachelines: (\d+)/), members: number(/members: (\d+) \*\//), memberBytes: number(/sum members: (\d+)/),
    bitFieldBits: number(/sum bitfield members: (\d+)/), holes: number(/[ ,]holes: (\d+), sum holes/), holeBytes: number(/sum holes: (\d+)/),
    bitHoles: number(/bit holes: (\d+)/), holeBits: number(/sum bit holes: (\d+)/), padding: number(/\/\* padding: (\d+)/), bitPadding: number(/bit_padding: (\d+)/),
    lastLine: number(/last cacheline: (\d+)/), gaps: [...body.matchAll(/XXX (\d+) (bit|byte)s? hole/g)].map((m) => `${m[1] ?? ''} ${m[2] ?? ''}`).sort(),
  };
}

function oursOf(view: LayoutView): Facts {
  const { totals } = view;
  return {
    size: view.sizeBytes, lines: totals.lines, members: totals.members, memberBytes: totals.memberBytes, bitFieldBits: totals.bitFieldBits, holes: totals.holes, holeBytes: totals.holeBytes,
    bitHoles: holesBefore(view.entries, 'bits').length, holeBits: totals.holeBits, padding: totals.paddingBytes, bitPadding: totals.paddingBits, lastLine: totals.lastLineBytes,
    gaps: gapsIn(view.entries).sort(),
  };
}

/** Of one unit, in the order of the members they lie before. Bits on both sides of whole bytes are one hole to pahole, and two to us. */
function holesBefore(entries: readonly LayoutEntry[], unit: 'bytes' | 'bits'): readonly number[] {
  const sums: number[] = [];
  let open = false;
  for (const entry of entries) {
    if (entry.kind === 'member') open = false;
    else if (entry.kind === 'hole' && entry.unit === unit) {
      if (open) sums.push((sums.pop() ?? 0) + entry.sizeBits);
      else sums.push(entry.sizeBits);
      open = true;
    }
  }
  return sums;
}

function gapsIn(entries: readonly LayoutEntry[]): string[] {
  const own = [...holesBefore(entries, 'bytes').map((bits) => `${String(bits / 8)} byte`), ...holesBefore(entries, 'bits').map((bits) => `${String(bits)} bit`)];
  return [...own, ...entries.flatMap((entry) => (entry.kind === 'member' && entry.opened !== undefined ? gapsIn(entry.opened.entries) : []))];
}

/** A struct with bytes and without a named member has no bytes to pahole, whatever DWARF says of its size. */
function hasNameless(unit: CUnit, record: Record): boolean {
  const layout = unit.layout(record);
  const members = record.members ?? [];
  if (layout.known && layout.value.sizeBytes > 0 && members.every((member) => member.name === undefined && member.bitWidthExpr !== undefined)) return true;
  return members.some((member) => {
    let type = resolve(member.type);
    while (type.kind === 'array') type = resolve(type.of);
    return type.kind === 'record' && hasNameless(unit, type.record);
  });
}

/** pahole gives sums only where something does not add up, those of bytes only when some member has bytes, and no cache lines without a member. */
function normal(facts: Facts): Facts {
  const noBytes = facts.memberBytes === 0;
  const sums = facts.bitHoles === 0 && (facts.holes === 0 || noBytes) ? { memberBytes: 0, bitFieldBits: 0 } : {};
  return { ...facts, ...sums, ...(noBytes ? { holes: 0, holeBytes: 0 } : {}), ...(facts.members === 0 ? { lines: 0 } : {}) };
}

describe('gaps and totals beside pahole', function () {
  this.timeout(0);
  it(`${count} random structs`, () => {
    for (let done = 0; done < count; done += batchSize) {
      const printed: Printed[] = [];
      fc.sample(recordChoice, { numRuns: Math.min(batchSize, count - done), seed: seed + done }).forEach((choice, i) => {
        printed.push(print({ ...choice, union: false }, done + i, printed.slice(-6), { longBits: 64, has128: true }));
      });
      // This pahole does not know DWARF's atomic types.
      const text = (prelude(true) + printed.map((p) => p.text).join('')).replaceAll('_Atomic ', '');
      const truth = paholeOf(text);
      const unit = openText(text, 'x86_64');
      for (const p of printed) {
        const record = unit.record(p.name);
        const expected = truth.get(p.name);
        assert.ok(record !== undefined && expected !== undefined, `${p.name} is missing\n${p.text}`);
        if (hasNameless(unit, record)) continue;
        const view = layoutView(unit, record, { name: `struct ${p.name}`, target: 'x86_64', models: [] });
        assert.ok(view.known, view.known ? '' : view.why);
        assert.deepEqual(normal(oursOf(view.value)), normal(expected), p.text);
      }
    }
  });
});
