/** Places of a scenario file where a name of something else in it stands: what may stand there, and where it is defined. For completion, hover and going to definitions. */
import type { Node } from 'jsonc-parser';
import { getLocation } from 'jsonc-parser';
import { sizeText } from '../../formats/text';
import { fateNamesOf, fileName, memfdNamesOf, regionNamesOf, sessionsOf } from './names';
import type { ReadScenario } from './read';
import type { FolioGroup, Participant, Scenario } from './scenario';
import { AREA_ACTIONS } from './schemaParticipants';
import { items, property, stringOf } from './tree';

export interface NameChoice {
  readonly name: string;
  /** What it is, in a few words of Markdown. */
  readonly detail: string;
  /** Where it is defined. */
  readonly place: { readonly offset: number; readonly length: number } | undefined;
}

export interface Slot {
  readonly choices: readonly NameChoice[];
  /** A property's name (`expect.fates`), and not a value. */
  readonly isKey: boolean;
  /** The text that stands there, with its quotes; undefined: none yet. */
  readonly node: { readonly offset: number; readonly length: number } | undefined;
}

const areaKeys: ReadonlySet<string | number> = new Set(['copy', 'to', ...AREA_ACTIONS]);

/** The slot at an offset; undefined: no name of the scenario's stands there. */
export function slotAt(text: string, read: ReadScenario, offset: number): Slot | undefined {
  const scenario = read.draft;
  if (scenario === undefined) return undefined;
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  const choices = choicesAt(scenario, read, path, isAtPropertyKey);
  if (choices === undefined) return undefined;
  const inside = previousNode !== undefined && (previousNode.type === 'string' || isAtPropertyKey) && previousNode.offset <= offset && offset <= previousNode.offset + previousNode.length;
  return { choices, isKey: isAtPropertyKey, node: inside ? { offset: previousNode.offset, length: previousNode.length } : undefined };
}

function choicesAt(scenario: Scenario, read: ReadScenario, path: readonly (string | number)[], isKey: boolean): readonly NameChoice[] | undefined {
  const [first, index, second, third] = path;
  if (isKey) {
    if (first !== 'expect' || path.length !== 3) return undefined;
    if (index === 'fates' || index === 'changed') return fateChoices(scenario, read);
    return index === 'arrives' ? fileChoices(scenario, read).filter(({ name }) => memfdNamesOf(scenario).includes(name)) : undefined;
  }
  if (first === 'faults' && second === 'participant') return participantChoices(scenario, read, () => true);
  if (first === 'kernels' && second === 'without' && path.length === 4) return participantChoices(scenario, read, () => true);
  if (first === 'handovers' && second === 'userspace' && path.length === 5) {
    if (third === 'retrieve') return [...participantChoices(scenario, read, (one) => one.kind === 'session'), ...fileChoices(scenario, read)];
    if (third === 'finish') return participantChoices(scenario, read, (one) => one.kind === 'session');
    if (third === 'opensPlain') return participantChoices(scenario, read, (one) => one.kind === 'driver');
  }
  if (first === 'participants' && typeof index === 'number') {
    if (second === 'handler' && path.length === 3) return handlerChoices(scenario, read);
    const key = path[5];
    if (second === 'states' && path.length === 6 && key !== undefined && areaKeys.has(key)) return areaChoices(read, index);
  }
  return undefined;
}

function placeOf(node: Node | undefined): NameChoice['place'] {
  return node === undefined ? undefined : { offset: node.offset, length: node.length };
}

/** By name: nodes of participants that could not be read are none of the scenario's. */
function participantNode(read: ReadScenario, name: string): Node | undefined {
  return items(property(read.root, 'participants')).find((node) => (stringOf(property(node, 'name')) ?? stringOf(property(node, 'kind'))) === name);
}

function participantChoices(scenario: Scenario, read: ReadScenario, wanted: (one: Participant) => boolean): readonly NameChoice[] {
  return scenario.participants.filter(wanted).map((one) => {
    const node = participantNode(read, one.name);
    return { name: one.name, detail: participantWords(one), place: placeOf(property(node, 'name') ?? node) };
  });
}

function fileChoices(scenario: Scenario, read: ReadScenario): readonly NameChoice[] {
  return sessionsOf(scenario).flatMap((session) => {
    const nodes = items(property(participantNode(read, session.name), 'files'));
    return session.files.map((file, i): NameChoice => ({
      name: fileName(session, file), place: placeOf(property(nodes[i], 'token')),
      detail: file.kind === 'memfd' ? `memfd of ${sizeText(file.sizeBytes)}${file.folios === undefined ? '' : ` (${folioWords(file.folios)})`} in session \`${session.name}\`` : `file of handler \`${file.compatible}\` in session \`${session.name}\``,
    }));
  });
}

function fateChoices(scenario: Scenario, read: ReadScenario): readonly NameChoice[] {
  const known = new Map([...participantChoices(scenario, read, () => true), ...fileChoices(scenario, read)].map((one) => [one.name, one]));
  const regions = regionNamesOf(scenario);
  return fateNamesOf(scenario).map((name) => known.get(name) ?? {
    name, place: regions.includes(name) ? regionPlace(read, name) : undefined, detail: regions.includes(name) ? 'region of `reserve_mem=`' : 'subtree that names the kernel before (7.1 and later)',
  });
}

function regionPlace(read: ReadScenario, name: string): NameChoice['place'] {
  const lists = [property(read.root, 'machine'), ...items(property(read.root, 'kernels'))].flatMap((one) => items(property(one, 'reserve_mem')));
  return placeOf(lists.find((node) => stringOf(node)?.split(':')[2] === name));
}

function handlerChoices(scenario: Scenario, read: ReadScenario): readonly NameChoice[] {
  const own = new Map<string, NameChoice>();
  for (const session of sessionsOf(scenario)) {
    for (const [i, file] of session.files.entries()) {
      if (file.kind === 'file' && !own.has(file.compatible)) own.set(file.compatible, { name: file.compatible, detail: 'file handler that the scenario brings', place: placeOf(property(items(property(participantNode(read, session.name), 'files'))[i], 'compatible')) });
    }
  }
  return [{ name: 'memfd', detail: 'the memfd handler of whichever generation', place: undefined }, ...own.values()];
}

function areaChoices(read: ReadScenario, participant: number): readonly NameChoice[] {
  const states = property(items(property(read.root, 'participants'))[participant], 'states');
  const areas = new Map<string, NameChoice>();
  for (const state of states?.children ?? []) {
    const [key, list] = state.children ?? [];
    for (const action of items(list)) {
      const alloc = property(action, 'alloc');
      const area = stringOf(alloc);
      if (area !== undefined && !areas.has(area)) areas.set(area, { name: area, detail: `area that is taken in ${String(key?.value)}`, place: placeOf(alloc) });
    }
  }
  return [...areas.values()];
}

function participantWords(one: Participant): string {
  switch (one.kind) {
    case 'test_kho': return `\`test_kho\`: ${folioWords(one.folios)}`;
    case 'session': return `LUO session with ${String(one.files.length)} ${one.files.length === 1 ? 'file' : 'files'}`;
    case 'flb': return `file-lifecycle-bound object of handler \`${one.handler}\``;
    case 'vmalloc': return `vmalloc area of ${sizeText(one.sizeBytes)}`;
    case 'kstate': return `KSTATE objects of ${one.sources.map((source) => `\`${source}\``).join(', ')}`;
    case 'driver': return `driver, subtree \`${one.compatible}\``;
  }
}

function folioWords(groups: readonly FolioGroup[]): string {
  return groups.map((group) => `${String(group.count)} of order ${String(group.order)}`).join(', ');
}
