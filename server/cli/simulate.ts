/**
 * `simulate SCENARIO.handover.json…`: runs whole handovers (simulateScenarios.ts). `simulate --old FILE --new FILE`: runs the handover of the descriptions of a
 * file between two kernels, both ways.
 */
import { isFine } from '../compat/compareModels';
import { runHandover } from '../compat/handover';
import { contains } from '../compat/members';
import { simulationText } from '../compat/simulationText';
import { simulationView } from '../compat/view';
import { worst } from '../engine/kstate/words';
import type { SimulationView } from '../shared/simulationView';
import { EXIT, UsageError } from './io';
import type { Parsed } from './options';
import { simulateScenarios } from './simulateScenarios';
import { Session } from './session';
import type { TwoKernels } from './simulateInput';
import { twoKernels } from './simulateInput';
import type { Verb } from './verbs';

interface SimulationEvent {
  readonly direction: 'update' | 'rollback';
  readonly kind: 'save' | 'preserve' | 'message' | 'restore';
  readonly [detail: string]: unknown;
}

export const simulate: Verb = {
  name: 'simulate',
  usage: 'SCENARIO.handover.json|DIR… | --old FILE --new FILE',
  summary: 'Run whole handovers from scenario files (of a folder all below it), and exit 1 when one is not as it expects; or run the handover of the descriptions of a file from an old to a new kernel and back. What arrives, what does not, and why.',
  formats: ['text', 'json'],
  flags: ['old', 'new', 'description', 'dump', 'handover'],
  operands: [0, Infinity],
  async run(parsed, io) {
    const descriptions = (['old', 'new', 'description'] as const).find((flag) => parsed[flag] !== undefined);
    if (parsed.operands.length > 0) {
      if (descriptions !== undefined) throw new UsageError(`simulate takes either scenario files or --old and --new; found "${parsed.operands[0] ?? ''}" and --${descriptions}`);
      return simulateScenarios(parsed, io);
    }
    const scenarios = (['dump', 'handover'] as const).find((flag) => parsed[flag] !== undefined);
    if (scenarios !== undefined) throw new UsageError(`--${scenarios} wants a scenario file`);
    const session = new Session(parsed, io);
    try {
      const kernels = await twoKernels(parsed, session);
      const names = descriptionNames(kernels, parsed);
      const handovers = runHandover(kernels.old.file.model, kernels.new.file.model, { target: session.project.targetOf(kernels.new.file.path) });
      const labels = { old: kernels.old.label, new: kernels.new.label, oldRevision: kernels.old.revision, newRevision: kernels.new.revision };
      const views = names.map((name) => shownPaths(simulationView(kernels.old.file.model, kernels.new.file.model, name, labels, handovers), session));
      const verdicts = { update: worst(views.map((v) => v.update.verdict)), rollback: worst(views.map((v) => v.rollback.verdict)) };
      const strict = { update: worst(views.map((v) => v.update.strict?.verdict ?? v.update.verdict)), rollback: worst(views.map((v) => v.rollback.strict?.verdict ?? v.rollback.verdict)) };
      const report = views.filter((view) => parsed.description !== undefined || !shownWithin(view.description, names, kernels)).map((view) => simulationText(view)).join('\n');
      if (parsed.format === 'json') io.stdout(`${JSON.stringify({ verdicts, strict, events: events(views), report, views }, null, 2)}\n`);
      else io.stdout(`${report}\nupdate: ${verdicts.update}, rollback: ${verdicts.rollback}\n`);
      return isFine(verdicts.update) && isFine(verdicts.rollback) ? EXIT.clean : EXIT.found;
    } finally {
      session.dispose();
    }
  },
};

/** C variables of either kernel, the new one's first. Throws UsageError when there are none, or not the one asked for. */
function descriptionNames(kernels: TwoKernels, parsed: Parsed): string[] {
  const names = [...new Set([kernels.new, kernels.old].flatMap((side) => side.file.model.descriptions.map((d) => d.variable)))];
  if (names.length === 0) throw new UsageError(`neither ${kernels.old.label} nor ${kernels.new.label} has a KSTATE description`);
  const { description } = parsed;
  if (description === undefined) return names;
  if (!names.includes(description)) throw new UsageError(`--description ${description}: no such description; there are ${names.join(', ')}`);
  return [description];
}

/** Subsections and nested descriptions are told of where the description that holds them is. */
function shownWithin(name: string, names: readonly string[], { old, new: next }: TwoKernels): boolean {
  return names.some((other) => other !== name && [old, next].some((side) => contains(side.file.model, other, name) && !contains(side.file.model, name, other)));
}

/** What happened, in order: all descriptions are run in one handover, so the first view's streams and messages are everyone's. */
function events(views: readonly SimulationView[]): SimulationEvent[] {
  const result: SimulationEvent[] = [];
  const [first] = views;
  if (first === undefined) return result;
  for (const direction of ['update', 'rollback'] as const) {
    const { stream, messages, preserved } = first[direction];
    const [saver, restorer] = direction === 'update' ? ['old', 'new'] : ['new', 'old'];
    for (const entry of stream.entries) result.push({ direction, kind: 'save', kernel: saver, entry: entry.title, detail: entry.detail });
    for (const block of preserved) result.push({ direction, kind: 'preserve', kernel: saver, phys: block.phys, order: block.order, what: block.what });
    for (const message of messages) result.push({ direction, kind: 'message', kernel: message.kernel, level: message.level, text: message.text });
    for (const view of views) result.push({ direction, kind: 'restore', kernel: restorer, description: view.description, verdict: view[direction].verdict, why: view[direction].summary });
  }
  return result;
}

/** File names as the person gave them. */
function shownPaths(view: SimulationView, session: Session): SimulationView {
  return {
    ...view, file: session.shown(view.file),
    members: view.members.map((member) => (member.source === undefined ? member : { ...member, source: { ...member.source, file: session.shown(member.source.file) } })),
  };
}
