/** How a file is to be read: include paths, definitions and target, from the tree, the build folder and compile_commands.json. */
import { realpathSync } from 'node:fs';
import type { UnitOptions } from '../c/api';
import type { Arch } from './arch';
import { ARCH_FACTS, ARCH_NAMES, assumedDefines } from './arch';
import type { CompileCommands } from './compileCommands';
import { commandFolders } from './compileCommands';
import { readRegular } from './openRegular';
import { relativeInside } from './paths';
import type { SourceTree } from './tree';
import { includeFoldersAbove, isFile, isFolder } from './tree';

/** What differs by file; source and built-in headers are added by the caller. */
export interface FileOptions extends Pick<UnitOptions, 'target' | 'includePaths' | 'defines' | 'forcedIncludes'> {
  /** A build's autoconf.h is read: what it leaves undefined is off, and no assumption. */
  readonly configKnown: boolean;
}

export interface FileOptionsRequest {
  readonly tree: SourceTree;
  readonly arch: Arch | 'auto';
  readonly workspaceFolder: string | undefined;
  readonly commands: CompileCommands;
}

export function fileOptions(file: string, request: FileOptionsRequest): FileOptions {
  const { tree } = request;
  const command = request.commands.find(commandKey(file, tree), commandFolders(tree.build, tree.root, file));
  const arch = request.arch !== 'auto' ? request.arch : archOf(tree, command?.targetTriple ?? command?.compiler);
  const configKnown = tree.build !== undefined && isFile(`${tree.build}/include/generated/autoconf.h`);
  if (command !== undefined && command.includePaths.length > 0) {
    return { target: arch, configKnown, includePaths: command.includePaths, defines: command.defines, forcedIncludes: command.forcedIncludes };
  }
  const own = tree.kind === 'kernel' ? [] : includeFoldersAbove(file, request.workspaceFolder);
  const includePaths = [...new Set([...own, ...treeIncludePaths(tree, arch)])].filter(isFolder);
  return {
    target: arch,
    configKnown,
    includePaths,
    defines: [
      { name: '__KERNEL__', value: undefined }, ...moduleNames(file),
      ...(configKnown ? [] : assumedDefines(arch)),
    ].map((define) => ({ name: define.name, value: define.value ?? '1' })),
    forcedIncludes: forcedIncludes(tree),
  };
}

/** LINUXINCLUDE and USERINCLUDE of the kernel's Makefile, for a build in place and beside the tree. */
function treeIncludePaths(tree: SourceTree, arch: Arch): string[] {
  const { root } = tree;
  const build = tree.build ?? root;
  const archFolder = `arch/${ARCH_FACTS[arch].srcArch}/include`;
  // A folder of headers alone may keep shared ones at its top.
  const top = tree.kind === 'headers' ? [root] : [];
  return [
    `${root}/${archFolder}`, `${build}/${archFolder}/generated`, `${root}/include`, `${build}/include`,
    `${root}/${archFolder}/uapi`, `${build}/${archFolder}/generated/uapi`, `${root}/include/uapi`, `${build}/include/generated/uapi`, ...top,
  ];
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

function archOf(tree: SourceTree, compiler: string | undefined): Arch {
  if (compiler !== undefined) {
    const named = [...ARCH_NAMES].reverse().find((arch) => ARCH_FACTS[arch].compiler.test(compiler));
    if (named !== undefined) return named;
  }
  if (tree.build !== undefined) {
    const config = readOrEmpty(`${tree.build}/include/generated/autoconf.h`);
    const built = ARCH_NAMES.find((arch) => config.includes(`#define ${ARCH_FACTS[arch].autoconf} 1`));
    if (built !== undefined) return built;
  }
  return 'x86_64';
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

function readOrEmpty(name: string): string {
  try {
    return readRegular(name);
  } catch {
    return '';
  }
}
