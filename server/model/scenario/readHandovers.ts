/** Attempts, faults and expectations of a scenario. */
import type { Node } from 'jsonc-parser';
import { SEAL_NAMES } from '../../formats/memfd';
import { generationOf } from './generationWords';
import type { Reading } from './reading';
import type { Expectations, ExpectedFile, Fate, Fault, HandoverSpec, KernelSpec, UserspaceSpec } from './scenario';
import { STATES, STATES_BEFORE } from './scenario';
import { ERRNOS, FATES, VERDICTS } from './schemaScalars';
import { flagOf, integerOf, items, properties, property, stringOf, stringsOf, wordOf } from './tree';

const MOST_FINALIZE = 16;
const MOST_PAGES = Number.MAX_SAFE_INTEGER;

export const EVERYTHING: UserspaceSpec = { retrieve: 'all', finish: 'all', opensPlain: [], preservesAgain: true };
const NOTHING: UserspaceSpec = { retrieve: 'none', finish: 'none', opensPlain: [], preservesAgain: false };

/** Without a list: one from each kernel to the next. */
export function readHandovers(reading: Reading, root: Node, kernels: readonly KernelSpec[]): readonly HandoverSpec[] {
  const node = property(root, 'handovers');
  if (node?.type !== 'array') return kernels.slice(0, -1).map((kernel) => ({ abortAfter: undefined, finalize: asksOnce(kernel), userspace: EVERYTHING }));
  let from = 0;
  return items(node).map((item) => {
    const abortAfter = wordOf(property(item, 'abortAfter'), STATES_BEFORE);
    const kernel = kernels[from];
    if (abortAfter === undefined) from++;
    return reading.from<HandoverSpec>(item, { abortAfter, finalize: integerOf(property(item, 'finalize'), 0, MOST_FINALIZE) ?? asksOnce(kernel), userspace: readUserspace(property(item, 'userspace')) });
  });
}

/** Userspace knows its kernel: with a radix tree there is nothing to finalize. */
function asksOnce(kernel: KernelSpec | undefined): number {
  return kernel !== undefined && generationOf(kernel.generation).tracker.id === 'radix tree' ? 0 : 1;
}

function readUserspace(node: Node | undefined): UserspaceSpec {
  if (node?.type !== 'object') return stringOf(node) === 'none' ? NOTHING : EVERYTHING;
  const names = (key: string): UserspaceSpec['retrieve'] => stringsOf(property(node, key)) ?? wordOf(property(node, key), ['all', 'none']) ?? 'all';
  return { retrieve: names('retrieve'), finish: names('finish'), opensPlain: stringsOf(property(node, 'opensPlain')) ?? [], preservesAgain: flagOf(property(node, 'preservesAgain')) ?? true };
}

export function readFaults(reading: Reading, root: Node): readonly Fault[] {
  return items(property(root, 'faults')).flatMap((node): Fault[] => {
    const participant = stringOf(property(node, 'participant'));
    const state = wordOf(property(node, 'state'), STATES);
    if (participant === undefined || state === undefined) return [];
    return [reading.from(node, { participant, state, error: wordOf(property(node, 'error'), ERRNOS) ?? 'EIO', handover: integerOf(property(node, 'handover'), 1, 1000) ?? 1 })];
  });
}

export function readExpectations(reading: Reading, root: Node): Expectations | undefined {
  const node = property(root, 'expect');
  if (node?.type !== 'object') return undefined;
  const verdicts = property(node, 'verdicts');
  return reading.from(node, {
    verdict: wordOf(property(node, 'verdict'), VERDICTS),
    verdicts: verdicts?.type === 'array' ? items(verdicts).flatMap((item) => wordOf(item, VERDICTS) ?? []) : undefined,
    corruption: flagOf(property(node, 'corruption')),
    fates: readFates(property(node, 'fates')),
    arrives: readArrives(reading, property(node, 'arrives')),
    changed: readChanged(property(node, 'changed')),
    messages: stringsOf(property(node, 'messages')) ?? [],
    noMessages: stringsOf(property(node, 'noMessages')) ?? [],
    blocks: readBlocks(property(node, 'blocks')),
  });
}

function readFates(node: Node | undefined): Expectations['fates'] {
  const fates = new Map<string, Fate | Partial<Record<Fate, number>>>();
  for (const [name, value] of properties(node)) {
    const word = wordOf(value, FATES);
    if (word !== undefined) fates.set(name, word);
    else if (value.type === 'object') fates.set(name, Object.fromEntries(FATES.flatMap((fate) => pages(fate, property(value, fate)))));
  }
  return Object.fromEntries(fates);
}

function readArrives(reading: Reading, node: Node | undefined): Expectations['arrives'] {
  return Object.fromEntries([...properties(node)].flatMap(([name, file]): [string, ExpectedFile][] => {
    if (file.type !== 'object') return [];
    const seals = property(file, 'seals');
    return [[name, {
      sizeBytes: reading.size(property(file, 'size')), pos: reading.size(property(file, 'pos')),
      seals: seals?.type === 'array' ? items(seals).flatMap((seal) => wordOf(seal, SEAL_NAMES) ?? []) : undefined,
    }]];
  }));
}

function readChanged(node: Node | undefined): Expectations['changed'] {
  return Object.fromEntries([...properties(node)].flatMap(([name, value]): [string, boolean | readonly string[]][] => {
    const wanted = flagOf(value) ?? stringsOf(value);
    return wanted === undefined ? [] : [[name, wanted]];
  }));
}

function readBlocks(node: Node | undefined): Expectations['blocks'] {
  if (node?.type !== 'object') return integerOf(node, 0, MOST_PAGES);
  return Object.fromEntries([...properties(node)].flatMap(([order, value]) => pages(order, value)));
}

function pages<K extends string>(key: K, node: Node | undefined): readonly (readonly [K, number])[] {
  const count = integerOf(node, 0, MOST_PAGES);
  return count === undefined ? [] : [[key, count]];
}
