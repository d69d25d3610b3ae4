/** Flags of the command line: one table, read by the parser and the help. */
import type { ArchSetting, Generation } from '../shared/settings';
import { ARCHES, GENERATIONS, refProblem } from '../shared/settings';
import type { PageSize } from '../workspace/arch';
import { ARCH_ALIASES, archNamed, pageSizeNamed } from '../workspace/arch';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './io';
import type { Verb } from './verbs';

interface FlagSpec {
  readonly value: string | undefined;
  readonly help: string;
  readonly common: boolean;
}

export const FLAGS = {
  format: { value: 'FORMAT', common: true, help: 'how to print: text (default), json; check also sarif, github, checkpatch' },
  generation: { value: 'GEN', common: true, help: `interfaces the code is written for: ${GENERATIONS.join(', ')}` },
  arch: { value: 'ARCH', common: true, help: `architecture: ${ARCHES.join(', ')}; also ${ARCH_ALIASES.join(', ')}` },
  'page-size': { value: 'BYTES', common: true, help: 'page size where no build folder says it: 4096 (default), 16384, 65536, also 4k, 16k, 64k' },
  tree: { value: 'DIR', common: true, help: 'kernel tree whose headers are used (default: found around each file)' },
  build: { value: 'DIR', common: true, help: 'build folder with generated headers and configuration' },
  base: { value: 'REF|DIR', common: true, help: 'the old kernel: a folder, or a git revision (default: HEAD)' },
  old: { value: 'FILE|REF', common: false, help: 'source of the old kernel (default: the new file at --base)' },
  new: { value: 'FILE|REF', common: false, help: 'source of the new kernel' },
  'phys-base': { value: 'ADDR', common: false, help: 'physical address of the first byte of a raw memory image, decimal or 0x…' },
  dump: { value: 'FILE.elf', common: false, help: 'write the memory at the last jump of a scenario as an ELF core, which decode reads' },
  handover: { value: 'N', common: false, help: 'with --dump: at the jump of this attempt, from 1 (default: the last that jumps)' },
  description: { value: 'NAME', common: false, help: 'C variable of the description to run (default: all of them)' },
  history: { value: 'NAME', common: false, help: 'C variable of a description: compare it over all tags of the repository' },
} as const satisfies Readonly<Record<string, FlagSpec>>;
export type FlagName = keyof typeof FLAGS;

export interface Parsed {
  readonly operands: readonly string[];
  readonly format: string;
  readonly generation: Generation;
  readonly arch: ArchSetting;
  /** undefined: not given. */
  readonly pageSizeBytes: PageSize | undefined;
  readonly tree: string | undefined;
  readonly build: string | undefined;
  readonly base: string | undefined;
  readonly old: string | undefined;
  readonly new: string | undefined;
  readonly dump: string | undefined;
  readonly handover: number | undefined;
  readonly description: string | undefined;
  readonly history: string | undefined;
  readonly physBase: bigint | undefined;
}

/** Reads the words after the verb. Throws UsageError that names the word. `cwd`: where folders are looked for. */
export function parseOptions(verb: Verb, words: readonly string[], cwd: string): Parsed {
  const given = new Map<FlagName, string>();
  const operands: string[] = [];
  let onlyOperands = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (onlyOperands || word === '-' || !word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    if (word === '--') {
      onlyOperands = true;
      continue;
    }
    const [, name = '', glued] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (!isFlag(name) || !(FLAGS[name].common || verb.flags.includes(name))) throw new UsageError(`unknown flag ${word} for ${verb.name}`);
    const value = glued ?? words[++i];
    if (value === undefined) throw new UsageError(`--${name} wants a value (${FLAGS[name].value})`);
    if (given.has(name)) throw new UsageError(`--${name} is given twice`);
    given.set(name, value);
  }
  const [fewest, most] = verb.operands;
  if (operands.length < fewest) throw new UsageError(`${verb.name} wants ${verb.usage}`);
  if (operands.length > most) throw new UsageError(`${verb.name} does not take "${operands[most] ?? ''}"; it wants ${verb.usage}`);
  return {
    operands,
    format: oneOf('format', given.get('format') ?? 'text', verb.formats),
    generation: oneOf('generation', given.get('generation') ?? 'auto', GENERATIONS),
    arch: arch(given.get('arch') ?? 'auto'),
    pageSizeBytes: pageSize(given.get('page-size')),
    tree: folder('tree', given.get('tree'), cwd),
    build: folder('build', given.get('build'), cwd),
    base: base(given.get('base'), cwd),
    old: given.get('old'),
    new: given.get('new'),
    dump: given.get('dump'),
    handover: attempt(given.get('handover')),
    description: given.get('description'),
    history: given.get('history'),
    physBase: address('phys-base', given.get('phys-base')),
  };
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}

function oneOf<const T extends readonly string[]>(flag: FlagName, value: string, allowed: T): T[number] {
  const found = allowed.find((v) => v === value);
  if (found === undefined) throw new UsageError(`--${flag} must be one of ${allowed.join(', ')}; it is "${value}"`);
  return found;
}

function arch(value: string): ArchSetting {
  return value === 'auto' ? 'auto' : archNamed(value) ?? oneOf('arch', value, ARCHES);
}

function pageSize(value: string | undefined): PageSize | undefined {
  const found = value === undefined ? undefined : pageSizeNamed(value);
  if (value !== undefined && found === undefined) throw new UsageError(`--page-size must be 4096, 16384 or 65536 bytes; it is "${value}"`);
  return found;
}

function attempt(value: string | undefined): number | undefined {
  if (value !== undefined && !/^[1-9]\d{0,5}$/.test(value)) throw new UsageError(`--handover must be the number of an attempt, from 1; it is "${value}"`);
  return value === undefined ? undefined : Number(value);
}

function address(flag: FlagName, value: string | undefined): bigint | undefined {
  if (value === undefined) return undefined;
  if (!/^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(value)) throw new UsageError(`--${flag} must be an address, decimal or 0x…; it is "${value}"`);
  return BigInt(value);
}

function folder(flag: FlagName, value: string | undefined, cwd: string): string | undefined {
  if (value !== undefined && !existsSync(path.resolve(cwd, value))) throw new UsageError(`--${flag} ${value}: no such folder`);
  return value;
}

function base(value: string | undefined, cwd: string): string | undefined {
  if (value === undefined || existsSync(path.resolve(cwd, value))) return value;
  const problem = refProblem(value);
  if (problem !== undefined) throw new UsageError(`--base "${value}" is no folder, and as a git revision it ${problem}`);
  return value;
}
