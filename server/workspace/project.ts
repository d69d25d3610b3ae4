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
import type { Arch, PageSize } from './arch';
import { boundsText } from './boundsHeader';
import { DiskProvider } from './diskProvider';
import type { SourceTree } from './tree';
import { discoverTree, isFile } from './tree';
import type { TreeConfig } from './treeConfig';
import { TreeConfigs } from './treeConfig';
import type { FileOptions } from './unitOptions';
import { fileOptions } from './unitOptions';

export interface ProjectOptions {
  readonly generation: Generation;
  readonly arch: ArchSetting;
  /** What the kernel is taken to be configured with where no build says; undefined: 4096. */
  readonly pageSizeBytes?: PageSize | undefined;
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
  private readonly configs = new TreeConfigs();
  /** Built-in headers by the configuration that some of them are made for. */
  private readonly builtins = new Map<string, ReadonlyMap<string, string>>();
  private readonly places = new Map<string, Place>();
  private readonly said = new Set<string>();
  private news: string[] = [];

  constructor(readonly options: ProjectOptions) {}

  /** Folders, headers or build outputs may have come or gone: look again. */
  refresh(): void {
    this.places.clear();
    this.configs.refresh();
  }

  /** What a person should know of how files are read, each once: a flag that a build folder contradicts. */
  notices(): string[] {
    const { news } = this;
    this.news = [];
    return news;
  }

  /** Changes when options of the tree's configuration or headers made for it do. */
  configIdentity(path: string): string {
    return this.placeOf(path).config.identity;
  }

  treeOf(path: string): SourceTree {
    return this.placeOf(path).tree;
  }

  /** C target of a file, as the engine wants it, too. */
  targetOf(path: string): string {
    return this.placeOf(path).options.target;
  }

  unitOptions(path: string, source: SourceProvider): UnitOptions & OpenOptions {
    const { options, builtins } = this.placeOf(path);
    return { source, path, buffers: this.buffers, builtinHeaders: builtins, ...options };
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

  private headersFor(tree: SourceTree, config: TreeConfig): ReadonlyMap<string, string> {
    // A tree that is written down in part counts as one that may lack anything.
    const whole = tree.kind === 'kernel' && ['types.h', 'mm.h', 'module.h'].every((name) => isFile(`${tree.root}/include/linux/${name}`));
    const key = `${String(whole)}${config.identity}`;
    const known = this.builtins.get(key);
    if (known !== undefined) return known;
    const made = new Map([...builtinHeaders(this.dialect, whole ? 'kernel' : 'nothing'), ...config.headers]);
    if (this.builtins.size > 50) this.builtins.clear();
    this.builtins.set(key, made);
    return made;
  }

  private configFor(tree: SourceTree, workspaceFolder: string | undefined, arch: Arch): TreeConfig {
    return this.configs.get(tree, arch, this.options.pageSizeBytes, (soFar) => {
      const path = `${tree.root}/kernel/bounds.c`;
      if (!isFile(path)) return undefined;
      const options = fileOptions(path, { tree, arch, workspaceFolder, commands: this.commands, config: () => soFar });
      return boundsText(openUnit({ source: new DiskProvider(), path, buffers: this.buffers, builtinHeaders: this.headersFor(tree, soFar), ...options }));
    });
  }

  private placeOf(path: string): Place {
    const known = this.places.get(path);
    if (known !== undefined) return known;
    const workspaceFolder = this.options.workspaceFolders.filter((folder) => isInside(path, folder)).sort((a, b) => b.length - a.length)[0];
    const tree = discoverTree(path, { tree: this.options.tree, build: this.options.build, workspaceFolder });
    const configs: TreeConfig[] = [];
    const config = (arch: Arch): TreeConfig => {
      const made = this.configFor(tree, workspaceFolder, arch);
      configs.push(made);
      return made;
    };
    const options = fileOptions(path, { tree, arch: this.options.arch, workspaceFolder, commands: this.commands, config });
    const [used = config('x86_64')] = configs;
    const place = { tree, options, config: used, builtins: this.headersFor(tree, used) };
    for (const notice of used.notices) {
      if (!this.said.has(notice)) this.news.push(notice);
      this.said.add(notice);
    }
    if (this.places.size > 5000) this.places.clear();
    this.places.set(path, place);
    return place;
  }
}

interface Place {
  readonly tree: SourceTree;
  readonly options: FileOptions;
  readonly config: TreeConfig;
  readonly builtins: ReadonlyMap<string, string>;
}

/** A folder from a flag or setting, seen from `cwd`; empty means none. */
export function folderOption(value: string | undefined, cwd: string): string | undefined {
  return value === undefined || value === '' ? undefined : toCorePath(value, cwd);
}
