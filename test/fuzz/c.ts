/**
 * C through the whole front end and the rules, as a fresh open and as edits that reuse the unit before; and now and then as a folder on disk
 * through the command line.
 */
import type { SourceProvider } from '../../server/c/source';
import type { CUnit } from '../../server/c/api';
import { createBufferStore } from '../../server/c/sourceManager';
import { openUnit } from '../../server/c/unit';
import { builtinHeaders } from '../../server/model/builtinHeaders';
import { readKstate } from '../../server/model/kstateModel';
import type { Finding } from '../../server/rules/rule';
import { rules } from '../../server/rules/index';
import { runHandover } from '../../server/compat/handover';
import { decodeSource } from '../../server/workspace/diskProvider';
import { checkFolder } from './cFolder';
import { exercise, holdsRanges } from './exercise';
import { grammatical } from './grammar';
import { hostile } from './hostile';
import { PIECES, mutate } from './mutate';
import type { Random } from './random';
import { seedTexts } from './seeds';
import type { Case, Edit, Target } from './target';
import { Demand } from './target';

const MAIN = '/w/main.c';
const builtins = builtinHeaders('v3');

export const c: Target = {
  name: 'c',
  make(random) {
    const seeds = seedTexts();
    // Most are small: they are many. Some are as large as the largest a kernel has, and larger.
    const most = random.oneIn(40) ? 12_000_000 : random.oneIn(6) ? 1_000_000 : 60_000;
    const [label, text] = main(random, seeds, most);
    const files: (readonly [string, string])[] = [['main.c', text]];
    if (random.oneIn(3)) files.push(['a.h', header(random, seeds)]);
    const small = text.length < 100_000;
    const edits = small && random.oneIn(3) ? Array.from({ length: random.size(6) }, () => edit(random)) : [];
    return { label, files, edits, way: edits.length === 0 && small && random.oneIn(25) ? 'folder' : 'unit' };
  },
  async run(one, step) {
    if (one.way === 'folder') {
      await checkFolder(one, step);
      return;
    }
    runUnit(one, step);
  },
  limits(bytes) {
    const mb = Math.max(1, bytes / 1_000_000);
    return { timeMs: 1000 * mb, heapMb: Math.round(250 + 45 * mb) };
  },
};

function main(random: Random, seeds: readonly string[], most: number): [label: string, text: string] {
  const seed = random.pick(seeds) ?? '';
  switch (random.below(10)) {
    case 0: case 1: case 2: return ['fixture, mutated', mutate(random, seed, seeds, random.size(12), most)];
    case 3: return ['grammar', grammatical(random)];
    case 4: return ['grammar, mutated', mutate(random, grammatical(random), seeds, random.size(8), most)];
    case 5: case 6: return ['hostile shape', hostile(random, most)];
    case 7: return ['fixture and hostile shape', random.oneIn(2) ? seed + hostile(random, most) : `${hostile(random, most)}\n${seed}`];
    case 8: {
      const at = random.below(seed.length + 1);
      return ['hostile shape in the middle of a fixture', seed.slice(0, at) + hostile(random, Math.min(most, 300_000)) + seed.slice(at)];
    }
    default: {
      const piece = random.oneIn(2) ? seed : grammatical(random);
      return ['many times the same', mutate(random, piece.repeat(Math.max(1, Math.floor(random.size(most) / Math.max(1, piece.length)))), seeds, random.size(4), most)];
    }
  }
}

function header(random: Random, seeds: readonly string[]): string {
  switch (random.below(6)) {
    case 0: return '#include "a.h"\n#include "a.h"\nint x;\n';
    case 1: return '#include "main.c"\n#include "main.c"\n';
    case 2: return hostile(random, 20_000);
    case 3: return `#ifndef A_H\n#define A_H\n${grammatical(random)}#endif\n`;
    case 4: return `#pragma once\n#define X(a, ...) a ## __VA_ARGS__\n#include_next "a.h"\n#define M0(x, y) x y\nstruct a { int b; } `;
    default: return mutate(random, random.pick(seeds) ?? '', seeds, random.size(6), 30_000);
  }
}

function edit(random: Random): Edit {
  return { at: random.bits(), remove: random.oneIn(2) ? 0 : random.size(300), insert: random.oneIn(4) ? '' : random.oneIn(3) ? String.fromCharCode(32 + random.below(95)) : random.pick(PIECES) };
}

export function edited(text: string, { at, remove, insert }: Edit): string {
  const from = at % (text.length + 1);
  return text.slice(0, from) + insert + text.slice(from + remove);
}

interface Read {
  readonly unit: CUnit;
  readonly findings: readonly Finding[];
}

function runUnit(one: Case, step: (what: string) => void): void {
  const texts = new Map(one.files.map(([name, bytes]) => [`/w/${name}`, bytes]));
  const decoded = new Map<string, string>();
  const source: SourceProvider = {
    read(path) {
      const bytes = texts.get(path);
      if (bytes === undefined) return { ok: false, reason: 'missing' };
      let text = decoded.get(path);
      if (text === undefined) decoded.set(path, (text = decodeSource(Buffer.from(bytes, 'latin1')).text));
      return { ok: true, text, identity: `${String(text.length)}:${path === MAIN ? text : ''}` };
    },
  };
  const read = (previous: CUnit | undefined, buffers: ReturnType<typeof createBufferStore>): Read => {
    const unit = openUnit({ source, path: MAIN, target: 'x86_64', includePaths: ['/w'], defines: [], forcedIncludes: [], builtinHeaders: builtins, buffers }, previous);
    const model = readKstate(unit);
    // Rule by rule: checkUnit goes on after one that throws.
    const findings = rules.flatMap((rule) => rule.check({ model, others: [] }));
    if (model.descriptions.length > 0 && model.descriptions.length < 100) runHandover(model, model);
    return { unit, findings };
  };
  const kept = createBufferStore();
  step('open');
  let now = read(undefined, kept);
  holdsRanges(now.unit, now.findings);
  step('everything that can be asked of the unit');
  exercise(now.unit);
  let text = texts.get(MAIN) ?? '';
  one.edits.forEach((change, i) => {
    text = edited(text, change);
    texts.set(MAIN, text);
    decoded.delete(MAIN);
    step(`edit ${i + 1}`);
    now = read(now.unit, kept);
    holdsRanges(now.unit, now.findings);
    step(`edit ${i + 1}, everything that can be asked of the unit`);
    exercise(now.unit);
    step(`edit ${i + 1}, fresh`);
    const fresh = read(undefined, createBufferStore());
    // Some problems are found only when an initialiser is asked for.
    exercise(fresh.unit);
    sameAnswers(fresh, now, i);
  });
}

function sameAnswers(fresh: Read, reused: Read, edit: number): void {
  // Which question meets a limit depends on what was asked before; that some do is said by both.
  if ([fresh, reused].some(({ unit }) => unit.problems.some((p) => p.leftOut === true))) return;
  const say = ({ unit, findings }: Read): string[] => [...findings.map((f) => JSON.stringify(f)), ...unit.problems.map((p) => JSON.stringify(p)), ...unit.declarations.map((d) => ('name' in d ? `${d.name}: ${unit.spell(d.type)}` : d.kind))].sort();
  const expected = say(fresh);
  const found = say(reused);
  const at = expected.findIndex((line, i) => line !== found[i]);
  if (at >= 0 || expected.length !== found.length) {
    throw new Demand(`a unit that reuses the one before answers otherwise than a fresh one (edit ${edit + 1})\n  fresh:  ${expected[at] ?? 'nothing'}\n  reused: ${found[at < 0 ? expected.length : at] ?? 'nothing'}`);
  }
}

