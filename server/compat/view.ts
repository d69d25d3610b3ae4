/** One description's handover, both directions, as the panel and the terminal show it. */
import type { Handover } from '../engine/types';
import { summaryOf } from '../engine/kstate/summary';
import type { KstateDescription, KstateModel } from '../model/kstate';
import { notesAbout } from '../model/notes';
import type { DirectionView, KernelView, SimulationView } from '../shared/simulationView';
import type { Members } from './members';
import { contains, membersOf, nameOf, objectsShown } from './members';
import { linker } from './sources';
import { memberViews } from './viewMembers';
import { streamView } from './viewStream';
import { structView } from './viewStruct';

/** What the two kernels are called, and which revision their source is. */
export interface KernelLabels {
  readonly old: string;
  readonly new: string;
  /** For links; default: the labels. */
  readonly oldRevision?: string;
  readonly newRevision?: string;
}

/** `description`: C variable, of either kernel. */
export function simulationView(
  old: KstateModel, next: KstateModel, description: string, labels: KernelLabels, handovers: { readonly update: Handover; readonly rollback: Handover },
): SimulationView {
  const members = membersOf(old, next, description, [handovers.update, handovers.rollback]);
  const oldOne = descriptionOf(old, description, members);
  const newOne = descriptionOf(next, description, members);
  const links = { old: linker(old.unit, labels.oldRevision ?? labels.old), new: linker(next.unit, labels.newRevision ?? labels.new) };
  const ends = {
    old: { model: old, label: labels.old, version: versionOf(oldOne), one: oldOne }, new: { model: next, label: labels.new, version: versionOf(newOne), one: newOne },
  };
  return {
    file: next.unit.main.path, description,
    old: kernelView(ends.old, members, old, description), new: kernelView(ends.new, members, next, description),
    update: direction(handovers.update, members, description, ends.old, ends.new), rollback: direction(handovers.rollback, members, description, ends.new, ends.old),
    members: memberViews(members, handovers, (side, range) => links[side](range)),
    notes: [...new Set([...(handovers.update.notes ?? []), ...(handovers.rollback.notes ?? []), ...mayBe(next, newOne)])],
  };
}

/** What the code neither shows nor excludes, each with the description or field that it is about. */
function mayBe(model: KstateModel, description: KstateDescription | undefined): readonly string[] {
  return description === undefined ? [] : notesAbout(model, description).map(({ message }) => message);
}

interface End {
  readonly model: KstateModel;
  readonly label: string;
  readonly version: number | undefined;
  readonly one: KstateDescription | undefined;
}

function descriptionOf(model: KstateModel, variable: string, members: Members): KstateDescription | undefined {
  return model.descriptions.find((one) => one.variable === variable) ?? model.descriptions.find((one) => members.group(one.variable) === members.group(variable));
}

function versionOf(description: KstateDescription | undefined): number | undefined {
  return description?.versionId.known === true ? description.versionId.value : undefined;
}

function kernelView(end: End, members: Members, model: KstateModel, shown: string): KernelView {
  const { one } = end;
  // The members of a nested or subsection description are numbered under the objects that hold it.
  const holder = model.descriptions.find((other) => other !== one && one !== undefined && contains(model, other.variable, one.variable));
  return {
    label: end.label, description: one?.variable ?? shown, name: one?.name.known === true ? one.name.value : '', versionId: end.version ?? 0,
    struct: one === undefined ? undefined : structView(one, (path) => members.key(one.variable, path) ?? (holder === undefined ? undefined : members.key(holder.variable, path))),
  };
}

function direction(handover: Handover, members: Members, shown: string, from: End, to: End): DirectionView {
  const objects = objectsShown([from.model, to.model], members, shown, handover.restore.objects);
  const { verdict, summary } = objects.length > 0 ? summaryOf(objects, handover.save, handover.restore.messages) : nothingRestored(handover, shown, from, to);
  const update = handover.direction === 'update';
  const limits = [...handover.save.limits, ...handover.restore.limits].map((limit) => limit.why);
  return {
    title: title(update ? 'Update' : 'Rollback', from, to), verdict, summary, ...strictView(handover, objects),
    stream: streamView(handover, members, readerName(from, to), (variable) => nameOf(from.model, variable)),
    messages: [
      ...handover.save.messages.map((message) => ({ kernel: update ? 'old' as const : 'new' as const, level: message.level, text: messageText(message) })),
      ...handover.restore.messages.map((message) => ({ kernel: update ? 'new' as const : 'old' as const, level: message.level, text: messageText(message) })),
    ],
    preserved: handover.save.preserved.map((block) => ({ phys: `0x${block.phys.toString(16)}`, order: block.order, what: block.of === undefined ? block.what : `folio of ${block.of}` })),
    limits: [...new Set(limits)],
  };
}

/** For the objects shown only: another description's refusal is told where that is shown. */
function strictView(handover: Handover, objects: readonly { readonly description: string; readonly object: string }[]): Pick<DirectionView, 'strict'> {
  const refused = (handover.strict?.refused ?? []).filter((one) => objects.some((object) => object.description === one.description && object.object === one.object));
  const [first] = refused;
  if (first === undefined) return {};
  return { strict: { verdict: 'refused', summary: `If min_version_id were enforced as the documentation promises, ${first.object} would be refused: ${first.why}. No KSTATE code checks that.` } };
}

/** No object of the description is restored: it is gone from one side, or nothing was handed over. */
function nothingRestored(handover: Handover, shown: string, from: End, to: End): Pick<DirectionView, 'verdict' | 'summary'> {
  const { save, restore } = handover;
  if (save.crash !== undefined || save.rc !== 0 || (from.one !== undefined && to.one !== undefined)) return { verdict: restore.verdict, summary: restore.summary };
  const only = from.one === undefined ? to : from;
  return { verdict: 'loads', summary: `Only ${only.label} has ${shown}: ${from.one === undefined ? 'nothing was saved for it' : 'nothing looks for its entry'}.` };
}

function messageText(message: Handover['save']['messages'][number]): string {
  return `${message.via === undefined ? '' : `${message.via} `}${message.where}: ${message.text}`;
}

function title(word: string, from: End, to: End): string {
  return `${word}: ${readerName(to, from)} → ${readerName(from, to)}`;
}

/** `version 1`, or the label when both kernels have the same version of the description. */
function readerName(other: End, end: End): string {
  return end.version === undefined || end.version === other.version ? end.label : `version ${String(end.version)}`;
}
