/** `--help`, for all verbs and for one. */
import { FLAGS } from './options';
import type { FlagName } from './options';
import type { Verb } from './verbs';
import { VERBS } from './verbs';

export function generalHelp(): string {
  const width = Math.max(...VERBS.map((verb) => verb.name.length));
  return [
    'usage: kexec-handover VERB [flags] operands',
    '',
    'Reads what Linux kernel C code says about state that survives a kexec.',
    '',
    ...VERBS.map((verb) => `  ${verb.name.padEnd(width)}  ${verb.summary}`),
    '',
    'Flags of every verb:',
    ...flagLines(flagNames().filter((name) => FLAGS[name].common)),
    '',
    'Exit: 0 clean, 1 findings or a handover that goes wrong, 2 wrong use or unreadable input.',
    '`kexec-handover VERB --help` shows one verb; `--version` the version.',
    '',
  ].join('\n');
}

export function verbHelp(verb: Verb): string {
  return [
    `usage: kexec-handover ${verb.name} [flags] ${verb.usage}`,
    '',
    verb.summary,
    '',
    ...flagLines([...verb.flags, ...flagNames().filter((name) => FLAGS[name].common)]),
    '',
    `Formats: ${verb.formats.join(', ')}`,
    '',
  ].join('\n');
}

function flagNames(): FlagName[] {
  // Object.keys types its result as string[]; FLAGS is closed.
  return Object.keys(FLAGS) as FlagName[];
}

function flagLines(names: readonly FlagName[]): string[] {
  const heads = names.map((name) => `--${name} ${FLAGS[name].value}`);
  const width = Math.max(...heads.map((head) => head.length));
  return names.map((name, i) => `  ${(heads[i] ?? '').padEnd(width)}  ${FLAGS[name].help}`);
}
