/** Runs handovers for the features and keeps the results as long as the models they were made from live. */
import { notesAbout } from '../model/notes';
import { runHandover } from '../compat/handover';
import type { Handovers as BothWays } from '../compat/handover';
import type { KstateItem } from '../compat/compareModels';
import { compareModels } from '../compat/compareModels';
import { simulationView } from '../compat/view';
import type { SourceProvider } from '../c/source';
import { LineIndex } from '../c/source';
import type { SaveTrace } from '../engine/types';
import type { KstateDescription, KstateModel } from '../model/kstate';
import { preservedMembers } from '../model/preserved';
import type { BaseKernel, SimulateFailure, SimulateResult } from '../shared/requests';
import type { Settings } from '../shared/settings';
import type { SimulationView } from '../shared/simulationView';
import { BaseFolder } from '../workspace/baseFolder';
import { gitRoot } from '../workspace/git';
import type { Revisions } from '../workspace/gitRevision';
import type { KernelSide, OldKernel, OldKernelRequest } from '../workspace/oldKernel';
import { WORKING_TREE, findOldKernel, isFolderName } from '../workspace/oldKernel';
import type { Project } from '../workspace/project';
import { lastTag } from '../workspace/tags';
import type { Analysed, Analysis } from './analysis';
import type { LensParts } from './lensText';
import { lensText } from './lensText';
import { uriToPath } from './uris';

export interface HandoverTools {
  /** Open documents over the disk. */
  readonly source: SourceProvider;
  readonly disk: { refresh(): void };
  readonly revisions: Revisions;
  readonly analysis: Analysis;
  project(): Project;
  settings(): Settings;
}

/** Old kernels kept; each holds a unit. */
const MAX_OLD = 8;

export class Handovers {
  private readonly runs = new WeakMap<KstateModel, WeakMap<KstateModel, BothWays>>();
  private readonly compared = new WeakMap<BothWays, readonly KstateItem[]>();
  private readonly tags = new Map<string, Promise<string | undefined>>();
  /** Old kernels by file, revision and commit: they do not change while the person types. */
  private readonly old = new Map<string, Promise<Found>>();

  /** A base that is a folder. */
  private readonly folders: BaseFolder;

  constructor(private readonly tools: HandoverTools) {
    this.folders = new BaseFolder(tools.source, tools.disk);
  }

  /** Git or the disk changed. */
  reset(): void {
    this.old.clear();
    this.tags.clear();
    this.folders.reset();
  }

  /** The stream that the file as it stands writes; undefined when nothing in it is registered. */
  self(analysed: Analysed): SaveTrace | undefined {
    const { save } = this.run(analysed.model, analysed.model, analysed.path).update;
    return save.stream.length === 0 && save.rc === 0 ? undefined : save;
  }

  /** Both directions of one description's handover. Failures that a person can act on are values. */
  async simulate(path: string, description: string | undefined, base: BaseKernel | undefined): Promise<SimulateResult> {
    const analysed = this.tools.analysis.of(path);
    if (analysed === undefined) return { ok: false, reason: 'no-description', message: `${shortName(path)} has no KSTATE description.` };
    const found = await this.oldKernel(analysed, base);
    if (!found.ok) return found.failure;
    // Meanwhile the person may have typed, and a newer unit takes over from the older one: only the newest may be used.
    const now = this.tools.analysis.of(path);
    if (now === undefined) return noSuchDescription(analysed, description);
    const side = found.side.sameFile ? { ...found.side, file: now } : found.side;
    const named = choose(now.model, side.file.model, description);
    if (named === undefined) return noSuchDescription(now, description);
    const unread = unreadable(now, named);
    if (unread !== undefined) return unread;
    return { ok: true, view: this.view(side.file.model, now, named, side) };
  }

  /** For lenses: what there is to say of each description, by name. */
  async summaries(path: string): Promise<ReadonlyMap<string, string>> {
    const asked = this.tools.analysis.of(path);
    if (asked === undefined) return new Map();
    const [base, tag] = await Promise.all([this.base(asked), this.lastTag(asked)]);
    const now = this.tools.analysis.of(path);
    if (now === undefined) return new Map();
    // What this kernel saves is the same whoever restores it: a run against the base has it, too.
    const { save } = base === undefined ? this.run(now.model, now.model, path).update : this.run(base.file.model, now.model, path).rollback;
    const streamBytes = save.stream.length;
    const against = (description: string, side: KernelSide | undefined, direction: 'forward' | 'backward'): LensParts['update'] => {
      const item = side === undefined ? undefined : this.items(side.file.model, now).find((one) => one.name === description);
      return side === undefined || item?.old === undefined ? undefined : { label: side.label, explained: item[direction] };
    };
    return new Map(now.model.descriptions.flatMap((described): [string, string][] => {
      const { variable } = described;
      const update = against(variable, base, 'forward');
      if (streamBytes === 0 && update === undefined) return [];
      const rollback = against(variable, tag ?? base, 'backward');
      return [[variable, lensText({
        streamBytes, notes: notesAbout(now.model, described).length, members: preservedMembers(now.model, described), update, rollback,
        self: update === undefined && rollback === undefined ? this.items(now.model, now).find((one) => one.name === variable)?.forward.verdict : undefined,
      })]];
    }));
  }

  /** The old kernel that the settings name; undefined: there is none, or it does not have the file. */
  async base(analysed: Analysed): Promise<KernelSide | undefined> {
    const found = await this.oldKernel(analysed, undefined);
    return found.ok && !found.side.sameFile ? found.side : undefined;
  }

  /** What is compatible between an old kernel's file and one of ours. */
  items(old: KstateModel, analysed: Analysed): readonly KstateItem[] {
    const handovers = this.run(old, analysed.model, analysed.path);
    let items = this.compared.get(handovers);
    if (items === undefined) this.compared.set(handovers, (items = compareModels(old, analysed.model, { target: this.tools.project().targetOf(analysed.path) }, handovers)));
    return items;
  }

  /** The newest tag before HEAD: what a machine that is updated may have to go back to. Only where the base is HEAD, and is not the tag itself. */
  private async lastTag(analysed: Analysed): Promise<KernelSide | undefined> {
    if (this.tools.settings().base !== 'HEAD') return undefined;
    const head = await this.tools.revisions.commitOf(analysed.path, 'HEAD');
    const root = gitRoot(analysed.path);
    if (head === undefined || root === undefined) return undefined;
    let tag = this.tags.get(`${root} ${head}`);
    if (tag === undefined) this.tags.set(`${root} ${head}`, (tag = lastTag(root)));
    const ref = await tag;
    if (ref === undefined || await this.tools.revisions.commitOf(analysed.path, ref) === head) return undefined;
    const found = await this.oldKernel(analysed, { kind: 'ref', ref });
    return found.ok && !found.side.sameFile ? found.side : undefined;
  }

  private view(old: KstateModel, analysed: Analysed, description: string, side: KernelSide): SimulationView {
    const labels = { old: side.label, new: WORKING_TREE, oldRevision: side.revision, newRevision: WORKING_TREE };
    return simulationView(old, analysed.model, description, labels, this.run(old, analysed.model, analysed.path));
  }

  private run(old: KstateModel, next: KstateModel, path: string): BothWays {
    let byNext = this.runs.get(old);
    if (byNext === undefined) this.runs.set(old, byNext = new WeakMap());
    let run = byNext.get(next);
    if (run === undefined) byNext.set(next, run = runHandover(old, next, { target: this.tools.project().targetOf(path) }));
    return run;
  }

  private async oldKernel(analysed: Analysed, base: BaseKernel | undefined): Promise<Found> {
    const ref = base === undefined ? this.tools.settings().base : base.kind === 'ref' ? base.ref : undefined;
    // Another file may be open in an editor, too: it is read anew each time.
    if (ref === undefined) return this.find(analysed, base);
    // A commit is made without any file of ours changing, so what the revision means is asked each time; of a folder, whether its files are as they were.
    const meaning = isFolderName(ref) ? this.folders.generation(analysed.path) : await this.tools.revisions.commitOf(analysed.path, ref);
    const key = JSON.stringify([analysed.path, base ?? null, ref, meaning ?? null]);
    const known = this.old.get(key);
    if (known !== undefined) return known;
    const found = this.find(analysed, base);
    this.old.set(key, found);
    const [oldest] = this.old.keys();
    if (this.old.size > MAX_OLD && oldest !== undefined) this.old.delete(oldest);
    return found;
  }

  private async find(analysed: Analysed, base: BaseKernel | undefined): Promise<Found> {
    const { revisions } = this.tools;
    const request: OldKernelRequest = base === undefined ? { kind: 'default', ref: this.tools.settings().base }
      : base.kind === 'ref' ? { kind: 'ref', ref: base.ref }
        : { kind: 'path', path: uriToPath(base.uri), label: shortName(uriToPath(base.uri)) };
    const from = (source: SourceProvider): Promise<OldKernel> => findOldKernel(request, { source, revisions, project: this.tools.project(), file: analysed });
    const old = await (request.kind === 'default' && isFolderName(request.ref) ? this.folders.read(analysed.path, from) : from(this.tools.source));
    if (old.ok) return { ok: true, side: old.side };
    return { ok: false, failure: { ok: false, reason: 'no-base', message: `There is no old kernel to start from: ${old.why}.` } };
  }
}

type Found = { readonly ok: true; readonly side: KernelSide } | { readonly ok: false; readonly failure: SimulateFailure };

/** The description asked for, in either kernel; without one the first of the new kernel. */
function choose(next: KstateModel, old: KstateModel, description: string | undefined): string | undefined {
  if (description === undefined) return next.descriptions[0]?.variable;
  return [next, old].some((model) => model.descriptions.some((d) => d.variable === description)) ? description : undefined;
}

function noSuchDescription(analysed: Analysed, description: string | undefined): SimulateFailure {
  const names = analysed.model.descriptions.map((d) => d.variable);
  const has = names.length === 0 ? 'it has no KSTATE description' : `it has ${names.join(', ')}`;
  const message = description === undefined ? `${shortName(analysed.path)} has no KSTATE description.` : `${shortName(analysed.path)} has no description ${description}; ${has}.`;
  return { ok: false, reason: 'no-description', message };
}

/** A list that could not be read at all has nothing to run. */
function unreadable(analysed: Analysed, variable: string): SimulateFailure | undefined {
  const d: KstateDescription | undefined = analysed.model.descriptions.find((one) => one.variable === variable);
  const problem = d?.fieldsProblem;
  if (d === undefined || problem === undefined || d.fields.length > 0) return undefined;
  const text = analysed.unit.files.find((file) => file.path === problem.range.path)?.text ?? '';
  const at = new LineIndex(text).position(problem.range.start);
  return {
    ok: false, reason: 'unreadable', message: `The fields of ${variable} cannot be read: ${problem.why}.`.replace(/\.\.$/, '.'),
    where: { file: problem.range.path, line: at.line + 1, column: at.character + 1, revision: WORKING_TREE },
    found: text.slice(problem.range.start, Math.min(problem.range.end, problem.range.start + 60)),
  };
}

function shortName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
