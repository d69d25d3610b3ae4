/**
 * The configuration that files of a tree are read with: a build folder's, one made from a `.config`, or one assumed from the tree's own Kconfig;
 * and the generated headers that go with it. Made once per tree and architecture.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Arch, PageSize } from './arch';
import { ARCH_FACTS, DEFAULT_PAGE_SIZE, archOfConfig, assumedDefines, certainOptions, makefileDefines } from './arch';
import { autoconfText, optionIn } from './autoconf';
import { GENERATED, generatedHeaders } from './generatedHeaders';
import { optionValues } from './kconfigDefaults';
import { readKconfig } from './kconfigText';
import type { KconfigOption } from './kconfigText';
import type { SourceTree } from './tree';
import { isFile, isFolder } from './tree';

export interface TreeConfig {
  /** What is not set is off, and no assumption. */
  readonly known: boolean;
  /** For the command line: `CONFIG_…` unless an autoconf.h has them, and what the architecture's makefile adds. */
  readonly defines: readonly { readonly name: string; readonly value: string }[];
  /** Value of an option (`CONFIG_…`), as autoconf.h has it (`1` for y); undefined: off, or not known. */
  option(name: string): string | undefined;
  /** Options that no configuration of the architecture has otherwise. */
  readonly facts: ReadonlySet<string>;
  /** Stand-ins for generated headers; empty when the build folder has them. */
  readonly headers: ReadonlyMap<string, string>;
  /** Changes with everything above. */
  readonly identity: string;
  /** What a person should know: a flag that the build folder contradicts. */
  readonly notices: readonly string[];
}

/** Kconfig files that say what an architecture has; drivers and the like hang on choices that nobody has made. */
const KCONFIG_FOLDERS = /^(arch|init|kernel|mm|lib|virt|block|fs|security|net)\//;
const MAX_KCONFIG_BYTES = 1 << 20;

export class TreeConfigs {
  private readonly made = new Map<string, TreeConfig>();
  private readonly kconfigs = new Map<string, readonly KconfigOption[]>();

  /** `bounds`: text of generated/bounds.h, evaluated with the configuration made so far; undefined: it cannot be. */
  get(tree: SourceTree, arch: Arch, pageSizeBytes: PageSize | undefined, bounds: (config: TreeConfig) => string | undefined): TreeConfig {
    const key = [tree.kind, tree.root, tree.build, stampOf(tree.build), tree.config, tree.config === undefined ? '' : stamp(tree.config), arch, pageSizeBytes].join('\0');
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const config = this.make(tree, arch, pageSizeBytes, bounds);
    if (this.made.size > 50) this.made.clear();
    this.made.set(key, config);
    return config;
  }

  /** Kconfig files may have changed. */
  refresh(): void {
    this.made.clear();
    this.kconfigs.clear();
  }

  private make(tree: SourceTree, arch: Arch, pageSizeBytes: PageSize | undefined, bounds: (config: TreeConfig) => string | undefined): TreeConfig {
    const autoconf = tree.build !== undefined && isFile(`${tree.build}/include/generated/autoconf.h`) ? textOf(`${tree.build}/include/generated/autoconf.h`)
      : tree.config !== undefined ? autoconfText(textOf(tree.config)) : undefined;
    const known = autoconf !== undefined;
    const assumed = known ? { defines: [], facts: new Set<string>() } : this.assumed(tree, arch, pageSizeBytes);
    const values = new Map(assumed.defines.map(({ name, value }) => [name, value]));
    const option = (name: string): string | undefined => (autoconf === undefined ? values.get(name) : optionIn(autoconf, name));
    const defines = [...assumed.defines, ...(tree.kind === 'kernel' ? makefileDefines(arch, (name) => option(name) === '1') : [])];
    const headers = new Map<string, string>();
    if (tree.kind === 'kernel' && !isPrepared(tree, arch)) {
      for (const [name, text] of generatedHeaders({ root: tree.root, arch, option })) headers.set(name, text);
      if (autoconf !== undefined) headers.set(`${GENERATED.include}/generated/autoconf.h`, autoconf);
      else headers.set(`${GENERATED.include}/generated/autoconf.h`, '/* No configuration is known; options are assumed. */\n');
    }
    const notices = pageNotices(arch, pageSizeBytes, autoconf, tree);
    const first = withIdentity({ known, defines, facts: assumed.facts, headers, notices, option });
    const text = headers.size === 0 ? undefined : bounds(first);
    if (text === undefined) return first;
    headers.set(`${GENERATED.include}/generated/bounds.h`, text);
    return withIdentity({ known, defines, facts: assumed.facts, headers, notices, option });
  }

  /** What Kconfig gives on top of the table of the architecture. */
  private assumed(tree: SourceTree, arch: Arch, pageSizeBytes: PageSize | undefined): Pick<TreeConfig, 'defines' | 'facts'> {
    const base = new Map(assumedDefines(arch, pageSizeBytes).map(({ name, value }) => [name.slice('CONFIG_'.length), value === '1' ? 'y' : value]));
    const { on, off } = certainOptions(arch);
    const certain = new Map(on.map((option): [string, string] => {
      const [name = '', value = 'y'] = option.split('=');
      return [name, value];
    }));
    const values = optionValues(tree.kind === 'kernel' ? this.kconfig(tree.root, arch) : [], certain, new Set(off), base);
    return {
      defines: [...values.assumed].map(([name, value]) => ({ name: `CONFIG_${name}`, value: value === 'y' ? '1' : value })),
      facts: new Set([...values.certain.keys(), ...off].map((name) => `CONFIG_${name}`)),
    };
  }

  private kconfig(root: string, arch: Arch): readonly KconfigOption[] {
    const { srcArch } = ARCH_FACTS[arch];
    const key = `${root}\0${srcArch}`;
    const known = this.kconfigs.get(key);
    if (known !== undefined) return known;
    const made = readKconfig(textOf(`${root}/Kconfig`), (name) => {
      const file = name.replace('$(SRCARCH)', srcArch).replace('$(srctree)/', '');
      return KCONFIG_FOLDERS.test(file) && !file.includes('..') ? textOf(`${root}/${file}`) : undefined;
    });
    this.kconfigs.set(key, made);
    return made;
  }
}

/** The architecture of the build's configuration; undefined: there is none, or it is for another. */
export function archOfTree(tree: SourceTree): Arch | undefined {
  const autoconf = tree.build === undefined ? '' : textOf(`${tree.build}/include/generated/autoconf.h`);
  if (autoconf !== '') return archOfConfig((option) => optionIn(autoconf, option) === '1');
  if (tree.config === undefined) return undefined;
  const config = `\n${textOf(tree.config)}`;
  return archOfConfig((option) => config.includes(`\n${option}=y\n`));
}

/** `make prepare` has run there: it has the wrappers and the constants. */
function isPrepared(tree: SourceTree, arch: Arch): boolean {
  return tree.build !== undefined && isFile(`${tree.build}/include/generated/bounds.h`) && isFolder(`${tree.build}/arch/${ARCH_FACTS[arch].srcArch}/include/generated/asm`);
}

function pageNotices(arch: Arch, asked: PageSize | undefined, autoconf: string | undefined, tree: SourceTree): string[] {
  if (asked === undefined) return [];
  const sizes = Object.keys(ARCH_FACTS[arch].pages);
  if (autoconf === undefined) return ARCH_FACTS[arch].pages[asked] === undefined ? [`page size ${asked}: ${arch} has pages of ${sizes.join(', ')} bytes; ${DEFAULT_PAGE_SIZE} is used`] : [];
  const shift = optionIn(autoconf, 'CONFIG_PAGE_SHIFT') ?? optionIn(autoconf, 'CONFIG_ARM64_PAGE_SHIFT');
  if (shift === undefined || 2 ** Number(shift) === asked) return [];
  return [`page size ${asked}: the configuration in ${tree.build ?? tree.config ?? tree.root} has pages of ${2 ** Number(shift)} bytes, and its headers are used`];
}

function withIdentity(config: Omit<TreeConfig, 'identity'>): TreeConfig {
  const hash = createHash('sha1').update(JSON.stringify([config.known, config.defines, [...config.facts], [...config.headers]]));
  return { ...config, headers: new Map(config.headers), identity: hash.digest('hex') };
}

function stampOf(build: string | undefined): string {
  return build === undefined ? '' : stamp(`${build}/include/generated/autoconf.h`) + stamp(`${build}/include/generated/bounds.h`);
}

function stamp(name: string): string {
  try {
    const { mtimeMs, size } = statSync(name);
    return `${mtimeMs}/${size}`;
  } catch {
    return '-';
  }
}

function textOf(name: string): string {
  try {
    return statSync(name).size > MAX_KCONFIG_BYTES * 4 ? '' : readFileSync(name, 'utf8');
  } catch {
    return '';
  }
}
