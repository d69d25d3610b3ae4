/** Opens files as the rest of the house wants them: the unit with its options and the KSTATE model, by path, over a provider. */
import type { CUnit, UnitOptions } from '../c/api';
import type { SourceProvider } from '../c/source';
import { createBufferStore } from '../c/sourceManager';
import { openUnit } from '../c/unit';
import type { OpenOptions } from '../c/unit';
import { builtinHeaders } from '../model/builtinHeaders/index';
import type { KstateDialect, KstateModel } from '../model/kstate';
import { readKstate } from '../model/kstateModel';
import type { ArchSetting, Generation } from '../shared/settings';
import { CompileCommands } from './compileCommands';
import { isInside, toCorePath } from './paths';
import type { SourceTree } from './tree';
import { discoverTree } from './tree';
import type { FileOptions } from './unitOptions';
import { fileOptions } from './unitOptions';

export interface ProjectOptions {
  readonly generation: Generation;
  readonly arch: ArchSetting;
  /** Core paths; undefined: found by walking up. */
  readonly tree: string | undefined;
  readonly build: string | undefined;
  readonly workspaceFolders: readonly string[];
}

export interface OpenFile {
  readonly path: string;
  readonly tree: SourceTree;
  readonly unit: CUnit;
  readonly model: KstateModel;
}

/** Headers' tokens that are shared between units; a kernel file reads some 700 headers, 5 MB of text. */
const MAX_TOKEN_BYTES = 96 * 1024 * 1024;

export class Project {
  private readonly buffers = createBufferStore(MAX_TOKEN_BYTES);
  private readonly commands = new CompileCommands();
  private readonly builtins: ReadonlyMap<string, string>;
  private readonly places = new Map<string, { readonly tree: SourceTree; readonly options: FileOptions }>();

  constructor(readonly options: ProjectOptions) {
    this.builtins = builtinHeaders(this.dialect);
  }

  /** Folders, headers or build outputs may have come or gone: look again. */
  refresh(): void {
    this.places.clear();
  }

  treeOf(path: string): SourceTree {
    return this.placeOf(path).tree;
  }

  /** C target of a file, as the engine wants it, too. */
  targetOf(path: string): string {
    return this.placeOf(path).options.target;
  }

  unitOptions(path: string, source: SourceProvider): UnitOptions & OpenOptions {
    return { source, path, buffers: this.buffers, builtinHeaders: this.builtins, ...this.placeOf(path).options };
  }

  /** `previous`: an earlier unit of the same file, whose work is reused where the text is the same. */
  open(path: string, source: SourceProvider, previous?: CUnit): OpenFile {
    const unit = openUnit(this.unitOptions(path, source), previous);
    const model = readKstate(unit);
    // A generation that was asked for by name wins over what the headers look like.
    return { path, tree: this.treeOf(path), unit, model: this.options.generation.startsWith('kstate-') ? { ...model, dialect: this.dialect } : model };
  }

  /** Of the built-in headers, which stand in where the tree has none. The newest unless a generation is chosen. */
  private get dialect(): KstateDialect {
    return this.options.generation === 'kstate-v2' ? 'v2' : 'v3';
  }

  private placeOf(path: string): { readonly tree: SourceTree; readonly options: FileOptions } {
    const known = this.places.get(path);
    if (known !== undefined) return known;
    const workspaceFolder = this.options.workspaceFolders.filter((folder) => isInside(path, folder)).sort((a, b) => b.length - a.length)[0];
    const tree = discoverTree(path, { tree: this.options.tree, build: this.options.build, workspaceFolder });
    const place = { tree, options: fileOptions(path, { tree, arch: this.options.arch, workspaceFolder, commands: this.commands }) };
    if (this.places.size > 5000) this.places.clear();
    this.places.set(path, place);
    return place;
  }
}

/** A folder from a flag or setting, seen from `cwd`; empty means none. */
export function folderOption(value: string | undefined, cwd: string): string | undefined {
  return value === undefined || value === '' ? undefined : toCorePath(value, cwd);
}
