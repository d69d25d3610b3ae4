/**
 * The settings: one schema that is type, default, validator and description. package.json's `contributes.configuration` is made from
 * it (`node .build/settings.mjs --write`), and a test holds the two together.
 */

export const GENERATIONS = ['auto', 'kstate-v2', 'kstate-v3', '6.16', '6.17', '6.18', '6.19', '7.1'] as const;
export type Generation = (typeof GENERATIONS)[number];

/** `auto`: from the build folder, else x86_64. */
export const ARCHES = ['auto', 'x86_64', 'arm64', 'riscv64', 's390x', 'arm', 'i386'] as const;
export type ArchSetting = (typeof ARCHES)[number];

/** `auto`: from the build folder, else 4K. */
export const PAGE_SIZE_NAMES = ['auto', '4K', '16K', '64K'] as const;
export type PageSizeSetting = (typeof PAGE_SIZE_NAMES)[number];

export const SEVERITY_OVERRIDES = ['error', 'warning', 'info', 'hint', 'off'] as const;
export type SeverityOverride = (typeof SEVERITY_OVERRIDES)[number];

export const TRACE_LEVELS = ['off', 'messages', 'verbose'] as const;
export type TraceLevel = (typeof TRACE_LEVELS)[number];

/** What a validator answers: the value, or what is wrong with it in words that follow the setting's name. */
type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

interface Setting<T> {
  /** As in settings.json, with the section. */
  readonly key: string;
  readonly defaultValue: T;
  readonly scope: 'window' | 'resource' | 'machine-overridable';
  readonly description: string;
  /** The JSON schema of the value, without default and description. */
  readonly schema: Readonly<Record<string, unknown>>;
  parse(value: unknown): Parsed<T>;
}

export const SECTION = 'kexecHandover';

type Common = { readonly scope: 'window' | 'resource' | 'machine-overridable'; readonly description: string };

function choice<const T extends readonly string[]>(
  name: string, values: T, defaultValue: T[number], explained: { readonly [K in T[number]]: string }, common: Common,
): Setting<T[number]> {
  return {
    key: `${SECTION}.${name}`, defaultValue, ...common,
    schema: { type: 'string', enum: [...values], markdownEnumDescriptions: values.map((v: T[number]) => explained[v]) },
    parse(value) {
      const found = values.find((v) => v === value);
      return found === undefined ? { ok: false, why: `must be one of ${values.join(', ')}` } : { ok: true, value: found };
    },
  };
}

function text(name: string, defaultValue: string, common: Common, check?: (value: string) => string | undefined): Setting<string> {
  return {
    key: `${SECTION}.${name}`, defaultValue, ...common,
    schema: { type: 'string' },
    parse(value) {
      if (typeof value !== 'string') return { ok: false, why: 'must be a string' };
      const why = check?.(value);
      return why === undefined ? { ok: true, value } : { ok: false, why };
    },
  };
}

function toggle(name: string, defaultValue: boolean, common: Common): Setting<boolean> {
  return {
    key: `${SECTION}.${name}`, defaultValue, ...common,
    schema: { type: 'boolean' },
    parse: (value) => (typeof value === 'boolean' ? { ok: true, value } : { ok: false, why: 'must be true or false' }),
  };
}

function choiceByCode<const T extends readonly string[]>(name: string, values: T, common: Common): Setting<Readonly<Record<string, T[number]>>> {
  return {
    key: `${SECTION}.${name}`, defaultValue: {}, ...common,
    schema: { type: 'object', additionalProperties: { type: 'string', enum: [...values] } },
    parse(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, why: 'must be an object' };
      const result: Record<string, T[number]> = {};
      for (const [code, given] of Object.entries(value)) {
        const found = values.find((v) => v === given);
        if (found === undefined) return { ok: false, why: `gives "${code}" a value that is not one of ${values.join(', ')}` };
        result[code] = found;
      }
      return { ok: true, value: result };
    },
  };
}

/** A git revision may not begin with '-' (git would take it for an option) nor hold control characters. */
export function refProblem(ref: string): string | undefined {
  if (ref === '') return 'must not be empty';
  if (ref.startsWith('-')) return "must not begin with '-'";
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u0020\u007f]/.test(ref) ? 'must not contain spaces or control characters' : undefined;
}

export const SETTINGS = {
  generation: choice('generation', GENERATIONS, 'auto', {
    auto: 'From the tree around the file; the newest when it does not say.',
    'kstate-v2': 'KSTATE v2 (March 2025): no magic, 16-byte entry headers, own kexec transport.',
    'kstate-v3': 'KSTATE v3 (September 2025): on top of KHO, 20-byte entry headers, subsections.',
    '6.16': 'KHO of Linux 6.16.', '6.17': 'KHO of Linux 6.17.', '6.18': 'KHO of Linux 6.18.', '6.19': 'KHO of Linux 6.19.', '7.1': 'KHO of Linux 7.1.',
  }, { scope: 'resource', description: 'Which generation of the handover interfaces the code is written for.' }),
  arch: choice('arch', ARCHES, 'auto', {
    auto: 'From the build folder, else x86_64.', x86_64: '64-bit x86, little endian.', arm64: '64-bit Arm, little endian.',
    riscv64: '64-bit RISC-V, little endian.', s390x: '64-bit IBM Z, big endian.', arm: '32-bit Arm (ARMv7), little endian.', i386: '32-bit x86, little endian.',
  }, { scope: 'resource', description: 'Architecture whose type sizes and headers are used.' }),
  pageSize: choice('pageSize', PAGE_SIZE_NAMES, 'auto', {
    auto: 'From the build folder, else 4 KiB.', '4K': '4 KiB.', '16K': '16 KiB (arm64 only).', '64K': '64 KiB (arm64 only).',
  }, { scope: 'resource', description: 'Page size that is taken where no build folder says it. A build folder that says otherwise wins, and the log says so.' }),
  tree: text('tree', '', { scope: 'resource', description: 'Root of the kernel tree whose headers are used. Empty: the tree around each file, found by walking up from it.' }),
  build: text('build', '', { scope: 'resource', description: 'Build folder (`O=`) with the generated headers and configuration. A folder that holds only a `.config` will do. Empty: the tree itself when it was configured in place, else assumed options, which hovers and findings name.' }),
  base: text('base', 'HEAD', { scope: 'resource', description: 'The old kernel, for simulations and for findings about what a change breaks: a git revision (branch, tag or commit), `merge-base` (where HEAD left its upstream), `merge-base:REF`, or the whole path of a folder with older sources.' }, (value) => (value.startsWith('/') || /^[A-Za-z]:[\\/]/.test(value) ? undefined : refProblem(value))),
  changesEnabled: toggle('changes.enabled', true, { scope: 'resource', description: 'Compare the open file with `kexecHandover.base` in the background and show what its changes break.' }),
  inlayHintsEnabled: toggle('inlayHints.enabled', false, { scope: 'resource', description: 'Show behind each field where its bytes stand in the stream and how many there are, and behind members of a struct that no description preserves them.' }),
  codeLensEnabled: toggle('codeLens.enabled', true, { scope: 'resource', description: 'Show a lens above each description with its stream size and what a handover does to it.' }),
  diagnosticsSeverity: choiceByCode('diagnostics.severity', SEVERITY_OVERRIDES, {
    scope: 'resource', description: 'Severity by diagnostic code, for example `{ "redundant-version": "off" }`. Codes without an entry keep the severity that the documentation gives.',
  }),
  indexEnabled: toggle('index.enabled', true, {
    scope: 'window', description: 'Look through the C files of the workspace in the background, for workspace symbols and references. A kernel tree takes a second or two of one core.',
  }),
  traceServer: choice('trace.server', TRACE_LEVELS, 'off', {
    off: 'Nothing.', messages: 'One line per message.', verbose: 'Whole messages.',
  }, { scope: 'window', description: 'What of the traffic between editor and language server goes to the output channel.' }),
} as const;

export type Settings = { readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]['defaultValue'] };

export const DEFAULT_SETTINGS: Settings = {
  generation: SETTINGS.generation.defaultValue,
  arch: SETTINGS.arch.defaultValue,
  pageSize: SETTINGS.pageSize.defaultValue,
  tree: SETTINGS.tree.defaultValue,
  build: SETTINGS.build.defaultValue,
  base: SETTINGS.base.defaultValue,
  changesEnabled: SETTINGS.changesEnabled.defaultValue,
  inlayHintsEnabled: SETTINGS.inlayHintsEnabled.defaultValue,
  codeLensEnabled: SETTINGS.codeLensEnabled.defaultValue,
  diagnosticsSeverity: SETTINGS.diagnosticsSeverity.defaultValue,
  indexEnabled: SETTINGS.indexEnabled.defaultValue,
  traceServer: SETTINGS.traceServer.defaultValue,
};

/**
 * Reads what an editor sent for the section `kexecHandover`: nested (`{codeLens: {enabled}}`) or with dotted keys.
 * A bad value keeps the default and is named in `problems`; unknown keys are passed over, for another version may know them.
 */
export function readSettings(raw: unknown): { readonly settings: Settings; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const read = <T>(setting: Setting<T>): T => {
    const value = valueAt(raw, setting.key.slice(SECTION.length + 1));
    if (value === undefined || value === null) return setting.defaultValue;
    const parsed = setting.parse(value);
    if (parsed.ok) return parsed.value;
    problems.push(`${setting.key} ${parsed.why}; it is ${shown(value)}. The default, ${shown(setting.defaultValue)}, is used.`);
    return setting.defaultValue;
  };
  const settings: Settings = {
    generation: read(SETTINGS.generation),
    arch: read(SETTINGS.arch),
    pageSize: read(SETTINGS.pageSize),
    tree: read(SETTINGS.tree),
    build: read(SETTINGS.build),
    base: read(SETTINGS.base),
    changesEnabled: read(SETTINGS.changesEnabled),
    inlayHintsEnabled: read(SETTINGS.inlayHintsEnabled),
    codeLensEnabled: read(SETTINGS.codeLensEnabled),
    diagnosticsSeverity: read(SETTINGS.diagnosticsSeverity),
    indexEnabled: read(SETTINGS.indexEnabled),
    traceServer: read(SETTINGS.traceServer),
  };
  return { settings, problems };
}

/** The value of package.json's `contributes.configuration`. */
export function configurationContribution(): { readonly title: string; readonly properties: Readonly<Record<string, unknown>> } {
  const properties: Record<string, unknown> = {};
  Object.values(SETTINGS).forEach((setting, order) => {
    properties[setting.key] = {
      ...setting.schema, default: setting.defaultValue, scope: setting.scope, order, markdownDescription: setting.description,
    };
  });
  return { title: 'Kexec Handover', properties };
}

function valueAt(raw: unknown, dotted: string): unknown {
  if (!isObject(raw)) return undefined;
  if (Object.hasOwn(raw, dotted)) return raw[dotted];
  let at: unknown = raw;
  for (const step of dotted.split('.')) {
    if (!isObject(at) || !Object.hasOwn(at, step)) return undefined;
    at = at[step];
  }
  return at;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
