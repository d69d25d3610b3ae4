/** Scalars of the schema of scenarios. */
import { stateWords } from './states';
import type { ErrnoName, Fate, HandoverVerdict, State } from './scenario';
import { STATES } from './scenario';
import type { JsonSchema, JsonValue } from './jsonSchema';
import { generationWords } from './generationWords';

export const ref = (name: string): { readonly $ref: string } => ({ $ref: `#/definitions/${name}` });

/** What a property is, in Markdown, with its default. */
export function told(schema: JsonSchema, markdownDescription: string, defaultValue?: JsonValue): JsonSchema {
  return { ...schema, markdownDescription, ...(defaultValue === undefined ? {} : { default: defaultValue }) };
}

export const text: JsonSchema = { type: 'string' };
export const someText: JsonSchema = { type: 'string', minLength: 1 };
export const flag: JsonSchema = { type: 'boolean' };
export const oneOf = <T extends string>(values: readonly T[], words?: Readonly<Record<T, string>>): JsonSchema => ({
  type: 'string', enum: values, ...(words === undefined ? {} : { markdownEnumDescriptions: values.map((value) => words[value]) }),
});
export const listOf = (items: JsonSchema, minItems?: number): JsonSchema => ({ type: 'array', items, ...(minItems === undefined ? {} : { minItems }) });

export function object(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }), additionalProperties: false };
}

export const ARCHES = ['x86_64', 'arm64'] as const;
export const PAGE_SIZES = { '4K': 4096, '16K': 16384, '64K': 65536 } as const;
export const PLACEMENTS = ['packed', 'scattered'] as const;
export const MIGRATE_TYPES = ['unmovable', 'movable', 'cma'] as const;
export const ERRNOS: readonly ErrnoName[] = [
  'EPERM', 'ENOENT', 'EIO', 'EBADF', 'EAGAIN', 'ENOMEM', 'EBUSY', 'EEXIST', 'EINVAL', 'EFBIG', 'ENOSPC', 'ENODATA', 'E2BIG', 'ENODEV', 'EOPNOTSUPP', 'EADDRNOTAVAIL',
];
export const FATES: readonly Fate[] = ['kept', 'lost', 'leaked', 'overwritten', 'refused'];
export const VERDICTS: readonly HandoverVerdict[] = ['works', 'partly', 'refused', 'crashes', 'aborted'];

const fateWords: Readonly<Record<Fate, string>> = {
  kept: 'It is there behind the jump, and whoever wants it has it.',
  lost: 'Nobody can get at it any more; its memory is free.',
  leaked: 'Preserved, and never restored: nobody has it, and its memory stays reserved until the next kexec.',
  overwritten: 'Somebody goes on to use memory that holds something else by now.',
  refused: 'The old kernel did not let it be preserved, or the new one did not take it.',
};
const verdictWords: Readonly<Record<HandoverVerdict, string>> = {
  works: 'Everything arrived.',
  partly: 'The new kernel took the tree, but not everything arrived.',
  refused: 'The new kernel did not take the tree: a cold boot.',
  crashes: 'The new kernel panics.',
  aborted: 'Given up before the jump; the old kernel goes on.',
};

/** Scalars that several places name. */
export const scalarDefinitions: Readonly<Record<string, JsonSchema>> = {
  size: {
    type: ['string', 'integer'], pattern: '^(0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)[KkMmGgTt]?$', minimum: 0,
    patternErrorMessage: 'A size is a number with K, M, G or T behind it ("4M"), hexadecimal ("0x1000"), or a plain number of bytes.',
    description: 'Bytes: "4M", "0x1000" or a number.',
  },
  address: {
    type: ['string', 'integer'], pattern: '^(0[xX][0-9a-fA-F]{1,16}|(0|[1-9][0-9]*)[KkMmGgTt]?)$', minimum: 0,
    patternErrorMessage: 'An address is hexadecimal ("0x100000000"), a size from zero ("4G"), or a number.',
    description: 'Physical address: "0x100000000", "4G" or a number.',
  },
  token: {
    type: ['string', 'integer'], pattern: '^(0[xX][0-9a-fA-F]{1,16}|0|[1-9][0-9]{0,19})$', minimum: 0,
    patternErrorMessage: 'A token is a number of 64 bits: "0x1001" or 4097.',
    description: 'Number of 64 bits by which userspace calls a file of a session: "0x1001" or 4097.',
  },
  share: { type: ['string', 'number'], pattern: '^[0-9]{1,3}(\\.[0-9]+)?%$', minimum: 0, maximum: 1, patternErrorMessage: 'A share is "50%" or 0.5.', description: 'A share: "50%" or 0.5.' },
  generation: { type: 'string', enum: generationWords.map((one) => one.word), markdownEnumDescriptions: generationWords.map((one) => one.meaning) },
  state: { ...oneOf<State>(STATES, stateWords), description: 'A state of the progression through a live update.' },
  errno: oneOf(ERRNOS),
  fate: oneOf(FATES, fateWords),
  verdict: oneOf(VERDICTS, verdictWords),
};
