/** `compat OLD NEW`: for each description, does what the old kernel saves load in the new one, and the other way round? */
import type { SrcRange } from '../c/source';
import { comparers } from '../compat/comparers';
import type { Compared } from '../compat/comparers';
import { compatText } from '../compat/compatText';
import type { ShownDirection, ShownReason } from '../compat/compatText';
import { isFine } from '../compat/compareModels';
import type { Explained } from '../compat/compare/explain';
import { linker } from '../compat/sources';
import type { KstateModel } from '../model/kstate';
import { compatHistory } from './compatHistory';
import type { SidePair } from './compatSides';
import { sidePairs } from './compatSides';
import { EXIT, UsageError } from './io';
import type { CliIo } from './io';
import type { Parsed } from './options';
import { Session } from './session';
import type { Verb } from './verbs';

export const compat: Verb = {
  name: 'compat',
  usage: '[OLD] NEW | --history NAME [PATH]',
  summary: 'Say for each description whether old → new loads and new → old (rollback), with every reason. OLD and NEW are files, folders or git revisions; OLD defaults to --base.',
  formats: ['text', 'json'],
  flags: ['history'],
  operands: [0, 2],
  async run(parsed, io) {
    const session = new Session(parsed, io);
    try {
      if (parsed.history !== undefined) return await compatHistory(parsed, parsed.history, session, io);
      return await compareTwo(parsed, session, io);
    } finally {
      session.dispose();
    }
  },
};

async function compareTwo(parsed: Parsed, session: Session, io: CliIo): Promise<number> {
  const [first, second] = parsed.operands;
  if (first === undefined) throw new UsageError('compat wants [OLD] NEW: files, folders or git revisions');
  const [old, next] = second === undefined ? [parsed.base ?? 'HEAD', first] : [first, second];
  const pairs = await sidePairs(old, next, session, io);
  const models = pairs.map((pair) => ({ old: pair.old?.file.model, new: pair.new?.file.model }));
  const found = comparers.flatMap((compare) => compare(models, { targetOf: (path) => session.project.targetOf(path) }));
  const items = found.map((one) => {
    const at = placesIn(one, pairs, session);
    return { kind: one.item.kind, name: one.item.name, forward: shown(one.item.forward, at), backward: shown(one.item.backward, at), notes: one.item.notes().map((note) => ({ ...note, verdict: 'loads' as const, ...at(note) })) };
  });
  // A note may explain either direction.
  if (parsed.format === 'json') io.stdout(`${JSON.stringify({ items: items.map(({ kind, name, forward, backward, notes }) => ({ kind, name, forward: json(forward, notes), backward: json(backward, notes) })) }, null, 1)}\n`);
  else if (items.length === 0) io.stdout(`Neither ${old} nor ${next} has a KSTATE description.\n`);
  else {
    io.stdout(compatText(items.map((item) => ({ name: item.name, forward: text(item.forward), backward: text(item.backward), notes: item.notes.map(placed) })), { old, new: next }));
    const bad = items.filter((item) => !isFine(item.forward.verdict) || !isFine(item.backward.verdict)).length;
    io.stdout(`${String(items.length)} description${items.length === 1 ? '' : 's'}, ${bad === 0 ? 'all load both ways' : `${String(bad)} that cannot be handed over both ways`}\n`);
  }
  return items.every((item) => isFine(item.forward.verdict) && isFine(item.backward.verdict)) ? EXIT.clean : EXIT.found;
}

interface Told {
  readonly code: string;
  readonly verdict: Explained['verdict'];
  readonly message: string;
  readonly file: string;
  readonly line: number;
}

interface Shown {
  readonly verdict: Explained['verdict'];
  readonly reasons: readonly Told[];
}

type Places = (of: { readonly side: 'old' | 'new'; readonly range: SrcRange | undefined }) => { readonly file: string; readonly line: number };

/** Lines of either side's source. */
function placesIn(one: Compared, pairs: readonly SidePair[], session: Session): Places {
  const name = (model: KstateModel | undefined, path: string, side: 'old' | 'new'): string => {
    const file = pairs.map((pair) => pair[side]).find((candidate) => candidate?.file.model === model);
    // Elsewhere: a header of that side.
    return file !== undefined && file.file.path === path ? file.shown : session.shown(path);
  };
  const links = { old: one.old === undefined ? undefined : linker(one.old.unit, ''), new: one.new === undefined ? undefined : linker(one.new.unit, '') };
  return ({ side, range }) => {
    const at = links[side]?.(range);
    const model = one[side] ?? one.new ?? one.old;
    return { file: name(one[side], at?.file ?? model?.unit.main.path ?? '', side), line: at?.line ?? 1 };
  };
}

/** What does harm first. */
function shown(explained: Explained, at: Places): Shown {
  const order = [...explained.reasons].sort((a, b) => Number(a.verdict === 'loads') - Number(b.verdict === 'loads'));
  return { verdict: explained.verdict, reasons: order.map((reason) => ({ code: reason.code, verdict: reason.verdict, message: reason.message, ...at(reason) })) };
}

function json(side: Shown, notes: readonly Told[]): unknown {
  return { verdict: side.verdict, reasons: [...side.reasons, ...notes].map(({ code, message, file, line, verdict }) => ({ code, message, file, line, verdict })) };
}

function text(side: Shown): ShownDirection {
  return { verdict: side.verdict, reasons: side.reasons.map(placed) };
}

function placed(told: Told): ShownReason {
  return { ...told, place: `${told.file}:${String(told.line)}` };
}
