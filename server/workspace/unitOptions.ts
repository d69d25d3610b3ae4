/** How a file is to be read: include paths, definitions and target, from the tree, the build folder and compile_commands.json. */
import { realpathSync } from 'node:fs';
import type { UnitOptions } from '../c/api';
import { BUILTIN_DIR } from '../c/sourceManager';
import type { Arch } from './arch';
import { ARCH_FACTS, ARCH_NAMES } from './arch';
import type { CompileCommand, CompileCommands } from './compileCommands';
import { commandFolders } from './compileCommands';
import { kbuildFlags } from './kbuildFlags';
import { GENERATED } from './generatedHeaders';
import { relativeInside } from './paths';
import type { SourceTree } from './tree';
import { includeFoldersAbove, isFile, isFolder } from './tree';
import type { TreeConfig } from './treeConfig';
import { archOfTree } from './treeConfig';

/** What differs by file; source and built-in headers are added by the caller. */
export interface FileOptions extends Pick<UnitOptions, 'target' | 'includePaths' | 'defines' | 'forcedIncludes'> {
  /** A build's configuration is read: what it leaves undefined is off, and no assumption. */
  readonly configKnown: boolean;
  readonly configFacts: ReadonlySet<string>;
}

export interface FileOptionsRequest {
  readonly tree: SourceTree;
  readonly arch: Arch | 'auto';
  readonly workspaceFolder: string | undefined;
  readonly commands: CompileCommands;
  /** The configuration of the tree for an architecture. */
  readonly config: (arch: Arch) => TreeConfig;
}

export function fileOptions(file: string, request: FileOptionsRequest): FileOptions {
  const { tree } = request;
  const command = request.commands.find(commandKey(file, tree), commandFolders(tree.build, tree.root, file));
  const arch = request.arch !== 'auto' ? request.arch : archOf(tree, command);
  const config = request.config(arch);
  const { known: configKnown, facts: configFacts } = config;
  if (command !== undefined && command.includePaths.length > 0) {
    return {
      target: arch, configKnown, configFacts, forcedIncludes: command.forcedIncludes,
      includePaths: [...command.includePaths, ...standIns(config)],
      // Commands of a build whose configuration has gone.
      defines: [...(tree.kind === 'kernel' ? config.defines : []), ...command.defines],
    };
  }
  const own = tree.kind === 'kernel' ? [] : includeFoldersAbove(file, request.workspaceFolder);
  const kbuild = tree.kind === 'kernel' ? kbuildFlags(file, { root: tree.root, build: tree.build ?? tree.root, option: (name) => tristate(config, name) }) : undefined;
  const includePaths = [...new Set([...own, ...treeIncludePaths(tree, arch, config), ...kbuild?.includePaths ?? []])].filter((folder) => folder.startsWith(BUILTIN_DIR) || isFolder(folder));
  return {
    target: arch,
    configKnown,
    configFacts,
    includePaths,
    defines: [{ name: '__KERNEL__', value: '1' }, ...moduleNames(file), ...config.defines, ...kbuild?.defines ?? []],
    forcedIncludes: [...forcedIncludes(tree), ...kbuild?.forcedIncludes ?? []],
  };
}

/** As makefiles see it: `y`, `m` or the value. */
function tristate(config: TreeConfig, name: string): string | undefined {
  const value = config.option(`CONFIG_${name}`);
  return value === '1' ? 'y' : value ?? (config.option(`CONFIG_${name}_MODULE`) === undefined ? undefined : 'm');
}

/** LINUXINCLUDE and USERINCLUDE of the kernel's Makefile, for a build in place and beside the tree; what the build lacks is stood in for. */
function treeIncludePaths(tree: SourceTree, arch: Arch, config: TreeConfig): string[] {
  const { root } = tree;
  const build = tree.build ?? root;
  const archFolder = `arch/${ARCH_FACTS[arch].srcArch}/include`;
  const ours = (name: string): string[] => (config.headers.size === 0 ? [] : [`${BUILTIN_DIR}/${name}`]);
  // A folder of headers alone may keep shared ones at its top.
  const top = tree.kind === 'headers' ? [root] : [];
  return [
    `${root}/${archFolder}`, `${build}/${archFolder}/generated`, ...ours(GENERATED.asm), `${root}/include`, `${build}/include`, ...ours(GENERATED.include),
    `${root}/${archFolder}/uapi`, `${build}/${archFolder}/generated/uapi`, ...ours(GENERATED.asmUapi), `${root}/include/uapi`, `${build}/include/generated/uapi`, ...ours(GENERATED.uapi),
    ...top,
  ];
}

function standIns(config: TreeConfig): string[] {
  return config.headers.size === 0 ? [] : Object.values(GENERATED).map((name) => `${BUILTIN_DIR}/${name}`);
}

/** `-include` options of the kernel's Makefile; a tree of headers alone may lack them. */
function forcedIncludes(tree: SourceTree): string[] {
  return ['compiler-version.h', 'kconfig.h', 'compiler_types.h'].map((name) => `${tree.root}/include/linux/${name}`).filter(isFile);
}

/** KBUILD_MODNAME and its relatives: the file's name, with '-' and ',' made '_' (scripts/Makefile.lib, name-fix). */
function moduleNames(file: string): { name: string; value: string }[] {
  const base = (file.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '');
  const fixed = base.replace(/[-,]/g, '_');
  return [
    { name: 'KBUILD_MODFILE', value: `"${base}"` }, { name: 'KBUILD_BASENAME', value: `"${fixed}"` },
    { name: 'KBUILD_MODNAME', value: `"${fixed}"` }, { name: '__KBUILD_MODNAME', value: fixed },
  ];
}

/** The configuration says it best; a compiler's plain name says nothing where several would have it. */
function archOf(tree: SourceTree, command: CompileCommand | undefined): Arch {
  const named = command === undefined ? undefined : archOfCompiler(command.targetTriple ?? command.compiler);
  const arch = (command?.targetTriple === undefined ? undefined : named) ?? archOfTree(tree) ?? named ?? 'x86_64';
  return arch === 'x86_64' && command?.word32 === true ? 'i386' : arch;
}

/** The last that fits: `gcc` alone means the first. */
function archOfCompiler(compiler: string): Arch | undefined {
  return [...ARCH_NAMES].reverse().find((arch) => ARCH_FACTS[arch].compiler.test(compiler));
}

/** A build beside the tree names files through its own link to it; the tree may have been opened through another. */
function commandKey(file: string, tree: SourceTree): string {
  const inTree = relativeInside(file, tree.root);
  if (inTree === undefined || tree.build === undefined || tree.build === tree.root) return file;
  try {
    return `${realpathSync(`${tree.build}/source`)}/${inTree}`;
  } catch {
    return file;
  }
}
