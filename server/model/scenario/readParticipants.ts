/** Participants of a scenario. */
import type { Node } from 'jsonc-parser';
import type { Reading } from './reading';
import type { DriverAction, DriverParticipant, FolioGroup, HandlerFile, MemfdFile, Participant, SessionFile, State } from './scenario';
import { STATES } from './scenario';
import { AREA_ACTIONS } from './schemaParticipants';
import { SEAL_NAMES } from '../../formats/memfd';
import { ERRNOS, MIGRATE_TYPES, PLACEMENTS } from './schemaScalars';
import { flagOf, integerOf, items, property, stringOf, wordOf } from './tree';

const MOST_ORDER = 20;
const MOST_FOLIOS = 0x7fffffff;
const PAGE_OF_DATA = 4096;
/** More than the largest folio there is. */
const MOST_DATA = 1n << 40n;

export function readParticipants(reading: Reading, root: Node): readonly Participant[] {
  return items(property(root, 'participants')).flatMap((node): Participant[] => {
    const kind = stringOf(property(node, 'kind'));
    const name = stringOf(property(node, 'name')) ?? (kind === 'test_kho' ? 'test_kho' : undefined);
    if (name === undefined || name === '') return [];
    const participant = ofKind(reading, node, kind, name);
    return participant === undefined ? [] : [reading.from(node, participant)];
  });
}

function ofKind(reading: Reading, node: Node, kind: string | undefined, name: string): Participant | undefined {
  switch (kind) {
    case 'test_kho': return { kind, name, folios: readFolios(reading, property(node, 'folios')) ?? [pagesOf(8)] };
    case 'session': return { kind, name, files: items(property(node, 'files')).flatMap((file) => readFile(reading, file) ?? []) };
    case 'flb': return { kind, name, handler: stringOf(property(node, 'handler')) ?? 'memfd', dataBytes: dataBytes(reading, property(node, 'data')) };
    case 'vmalloc': return { kind, name, sizeBytes: reading.size(property(node, 'size')) ?? 0n, pieceOrder: orderOf(property(node, 'pieceOrder')) };
    case 'kstate': return { kind, name, sources: items(property(node, 'sources')).flatMap((source) => stringOf(source) ?? []) };
    case 'driver': return { kind, name, compatible: stringOf(property(node, 'compatible')) ?? `${name}-v1`, states: readStates(reading, property(node, 'states')) };
    default: return undefined;
  }
}

/** Undefined: something stands there, and it is no such number. */
function wholeOr(node: Node | undefined, least: number, most: number, otherwise: number): number | undefined {
  return node === undefined ? otherwise : integerOf(node, least, most);
}

function orderOf(node: Node | undefined): number {
  return integerOf(node, 0, MOST_ORDER) ?? 0;
}

function dataBytes(reading: Reading, node: Node | undefined): number {
  const bytes = reading.size(node) ?? BigInt(PAGE_OF_DATA);
  return Number(bytes > MOST_DATA ? MOST_DATA : bytes);
}

/** A number of single pages, a group, or a list of them; undefined where nothing stands. What is no group is left out. */
function readFolios(reading: Reading, node: Node | undefined): readonly FolioGroup[] | undefined {
  if (node === undefined) return undefined;
  return (node.type === 'array' ? items(node) : [node]).flatMap((item) => {
    const group = readGroup(item);
    return group === undefined ? [] : [reading.from(item, group)];
  });
}

function pagesOf(count: number): FolioGroup {
  return { order: 0, count, placement: 'packed' };
}

function readGroup(node: Node): FolioGroup | undefined {
  if (node.type === 'number') {
    const count = integerOf(node, 1, MOST_FOLIOS);
    return count === undefined ? undefined : pagesOf(count);
  }
  if (node.type !== 'object') return undefined;
  const order = wholeOr(property(node, 'order'), 0, MOST_ORDER, 0);
  const count = wholeOr(property(node, 'count'), 1, MOST_FOLIOS, 1);
  return order === undefined || count === undefined ? undefined : { order, count, placement: wordOf(property(node, 'placement'), PLACEMENTS) ?? 'packed' };
}

function readFile(reading: Reading, node: Node): SessionFile | undefined {
  const token = reading.token(property(node, 'token'));
  if (token === undefined) return undefined;
  const compatible = stringOf(property(node, 'compatible'));
  if (compatible !== undefined) return reading.from<HandlerFile>(node, { kind: 'file', token, compatible, dataBytes: dataBytes(reading, property(node, 'data')) });
  const pos = reading.size(property(node, 'pos')) ?? 0n;
  const sizeBytes = reading.size(property(node, 'size'));
  const list = property(node, 'folios');
  const folios = readFolios(reading, list);
  // Of half a list, or without a size, nobody can say whether they are those of the file: the schema says what is wrong.
  const whole = sizeBytes !== undefined && folios !== undefined && folios.length > 0 && folios.length === (list?.type === 'array' ? items(list).length : 1);
  return reading.from<MemfdFile>(node, {
    kind: 'memfd', token, sizeBytes: sizeBytes ?? 0n, ...(whole ? { folios } : {}),
    holes: items(property(node, 'holes')).flatMap((hole) => {
      const at = reading.size(property(hole, 'at'));
      const sizeBytes = reading.size(property(hole, 'size'));
      return at === undefined || sizeBytes === undefined ? [] : [reading.from(hole, { at, sizeBytes })];
    }),
    seals: items(property(node, 'seals')).flatMap((seal) => wordOf(seal, SEAL_NAMES) ?? []),
    folioOrder: orderOf(property(node, 'folioOrder')), placement: wordOf(property(node, 'placement'), PLACEMENTS) ?? 'packed',
    pos, posAtFreeze: reading.size(property(node, 'posAtFreeze')) ?? pos,
  });
}

function readStates(reading: Reading, node: Node | undefined): DriverParticipant['states'] {
  const states: Partial<Record<State, readonly DriverAction[]>> = {};
  for (const state of STATES) {
    const list = property(node, state);
    if (list !== undefined) states[state] = items(list).flatMap((item) => readAction(reading, item) ?? []);
  }
  return states;
}

function readAction(reading: Reading, node: Node): DriverAction | undefined {
  const made = node.type === 'string' ? subtreeAction(node) : areaAction(reading, node);
  return made === undefined ? undefined : reading.from(node, made);
}

/** A new object each: each is at a place of its own. */
function subtreeAction(node: Node): DriverAction | undefined {
  const word = wordOf(node, ['add subtree', 'remove subtree', 'retrieve subtree']);
  return word === undefined ? undefined : { do: word };
}

function areaAction(reading: Reading, node: Node): DriverAction | undefined {
  const alloc = stringOf(property(node, 'alloc'));
  if (alloc !== undefined) {
    return {
      do: 'alloc', area: alloc, folios: readFolios(reading, property(node, 'folios')) ?? [pagesOf(1)], migrate: wordOf(property(node, 'migrate'), MIGRATE_TYPES) ?? 'unmovable', write: flagOf(property(node, 'write')) ?? true,
    };
  }
  const copy = stringOf(property(node, 'copy'));
  const to = stringOf(property(node, 'to'));
  if (copy !== undefined && to !== undefined) return { do: 'copy', area: copy, to };
  const error = wordOf(property(node, 'fail'), ERRNOS);
  if (error !== undefined) return { do: 'fail', error };
  for (const action of AREA_ACTIONS) {
    const area = stringOf(property(node, action));
    if (area !== undefined) return { do: action, area };
  }
  return undefined;
}
