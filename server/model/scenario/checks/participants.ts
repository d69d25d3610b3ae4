/** Participants: names, what their generation has, and what files and areas are made of. */
import { generationOf } from '../generationWords';
import { memfdLayout } from '../memfdLayout';
import type { FolioGroup, KernelSpec, MemfdFile, Participant, SessionParticipant } from '../scenario';
import { keyNode, property } from '../tree';
import type { CheckInput } from './check';
import { say } from './check';

/** LIVEUPDATE_SESSION_NAME_LENGTH and LIVEUPDATE_HNDL_COMPAT_LENGTH, with the NUL. */
const SESSION_NAME = 64;
const COMPATIBLE = 48;
/** LUO_FILE_MAX. */
const MOST_FILES = 128;
/** NR_PAGE_ORDERS - 1, by page size. */
const maxOrders = { 4096: 10, 16384: 11, 65536: 13 } as const;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

export function checkParticipants(input: CheckInput): void {
  const { participants, kernels } = input.scenario;
  const seen = new Set<string>();
  for (const participant of participants) {
    if (seen.has(participant.name)) say(input, participant, ['name'], 'name-twice', 'a name that no participant before it has');
    seen.add(participant.name);
    const [first] = kernels;
    if (first !== undefined) checkGeneration(input, participant, first);
    checkContents(input, participant);
  }
}

/** Whoever hands over starts in the first kernel; later ones may be unable to take it. */
function checkGeneration(input: CheckInput, participant: Participant, { generation: id, kstate }: KernelSpec): void {
  const generation = generationOf(id);
  const lacks = (what: string, since: string): void => { say(input, participant, ['kind'], 'generation-lacks', `a first kernel with ${what} (${since})`, `"${kstate === undefined ? id : `kstate-${kstate}`}"`); };
  if (kstate === 'v2' && participant.kind !== 'kstate') return lacks('KHO', 'any but kstate-v2');
  switch (participant.kind) {
    case 'session': if (generation.luo === undefined) lacks('LUO', '6.19 and later'); break;
    case 'flb': if (generation.luo === undefined || generation.luo.id === 'FDT') lacks('FLBs', '7.1 and later'); break;
    case 'vmalloc': if (generation.vmalloc === undefined) lacks('kho_preserve_vmalloc()', '6.18 and later'); break;
    case 'test_kho': if (generation.testKho === undefined) lacks('lib/test_kho', '6.16 and later'); break;
    default:
  }
}

function checkContents(input: CheckInput, participant: Participant): void {
  const { machine } = input.scenario;
  switch (participant.kind) {
    case 'session': checkSession(input, participant); break;
    case 'flb':
      if (bytesOf(participant.name) >= COMPATIBLE) say(input, participant, ['name'], 'too-long', `shorter than ${String(COMPATIBLE)} bytes (LIVEUPDATE_FLB_COMPAT_LENGTH)`);
      checkHandler(input, participant.handler, participant);
      break;
    case 'vmalloc':
      if (participant.sizeBytes === 0n) say(input, participant, ['size'], 'empty', 'an area of at least a page');
      checkOrder(input, participant.pieceOrder, participant, 'pieceOrder');
      break;
    case 'test_kho': for (const group of participant.folios) checkOrder(input, group.order, participant, 'folios'); break;
    case 'kstate':
      for (const [i, source] of participant.sources.entries()) {
        if (input.hasSource?.(source) === false) say(input, participant, ['sources', i], 'no-source', 'a C file, relative to the scenario', `${JSON.stringify(source)}, which is not there`);
      }
      break;
    case 'driver': break;
  }
  const total = machine.ram.reduce((sum, range) => sum + range.sizeBytes, 0n);
  if (participant.kind === 'vmalloc' && participant.sizeBytes > total && total > 0n) say(input, participant, ['size'], 'too-large', 'less than the machine\'s memory');
}

function checkHandler(input: CheckInput, handler: string, participant: Participant): void {
  const brought = input.scenario.participants.flatMap((one) => (one.kind === 'session' ? one.files : [])).flatMap((file) => (file.kind === 'file' ? file.compatible : []));
  if (handler !== 'memfd' && !brought.includes(handler)) {
    say(input, participant, ['handler'], 'unknown-handler', `"memfd", or the compatible string of a file in a session${brought.length === 0 ? ' (there is none)' : `: ${[...new Set(brought)].map((one) => JSON.stringify(one)).join(', ')}`}`);
  }
}

function checkSession(input: CheckInput, session: SessionParticipant): void {
  if (bytesOf(session.name) >= SESSION_NAME) say(input, session, ['name'], 'too-long', `shorter than ${String(SESSION_NAME)} bytes (LIVEUPDATE_SESSION_NAME_LENGTH)`);
  if (session.name.includes('/')) say(input, session, ['name'], 'session-name', 'a name without "/", which stands between session and token');
  if (session.files.length > MOST_FILES) say(input, session, ['files'], 'too-many', `at most ${String(MOST_FILES)} files in a session (-ENOSPC)`, String(session.files.length));
  const tokens = new Set<bigint>();
  for (const file of session.files) {
    if (tokens.has(file.token)) say(input, file, ['token'], 'token-twice', 'a token that no file of this session before it has (-EEXIST)');
    tokens.add(file.token);
    if (file.kind === 'memfd') checkMemfd(input, file);
    else if (bytesOf(file.compatible) >= COMPATIBLE) say(input, file, ['compatible'], 'too-long', `shorter than ${String(COMPATIBLE)} bytes (LIVEUPDATE_HNDL_COMPAT_LENGTH)`);
  }
}

function checkMemfd(input: CheckInput, file: MemfdFile): void {
  const page = BigInt(input.scenario.machine.pageBytes);
  checkOrder(input, file.folioOrder, file, 'folioOrder');
  let sound = true;
  const wrong = (...problem: readonly [value: object, path: readonly string[], code: string, expected: string, found?: string]): void => {
    say(input, ...problem);
    sound = false;
  };
  let end = 0n;
  const pages = ((file.sizeBytes + page - 1n) / page) * page;
  for (const hole of [...file.holes].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    if (hole.at % page !== 0n) wrong(hole, ['at'], 'unaligned', `a multiple of the page size (${String(page)})`);
    if (hole.sizeBytes % page !== 0n) wrong(hole, ['size'], 'unaligned', `a multiple of the page size (${String(page)})`);
    if (hole.at + hole.sizeBytes > pages) wrong(hole, [], 'hole-outside', `a hole inside of the file (${String(file.sizeBytes)} bytes)`, `one from ${String(hole.at)} to ${String(hole.at + hole.sizeBytes)}`);
    else if (hole.at < end) wrong(hole, ['at'], 'hole-overlap', 'a hole behind the one before it', `one that begins at ${String(hole.at)}, where another ends at ${String(end)}`);
    end = hole.at + hole.sizeBytes;
  }
  if (file.folios !== undefined) checkFolios(input, file, file.folios, sound);
}

/** @param sound whether its holes are where they can be */
function checkFolios(input: CheckInput, file: MemfdFile, folios: readonly FolioGroup[], sound: boolean): void {
  const { reading, scenario: { machine } } = input;
  for (const key of ['folioOrder', 'placement'] as const) {
    const node = property(reading.place(file), key);
    if (node !== undefined) reading.problems.add(keyNode(node), { code: 'folios-twice', expected: `\`folios\` or \`${key}\``, found: 'both' });
  }
  const possible = folios.map((group) => checkOrder(input, group.order, group, 'order'));
  if (!sound || possible.includes(false)) return;
  const { problem } = memfdLayout(file, machine.pageBytes);
  if (problem === undefined) return;
  const { group, code, expected, found } = problem;
  say(input, (group === undefined ? undefined : folios[group]) ?? file, group === undefined ? ['folios'] : [], code, expected, found);
}

function checkOrder(input: CheckInput, order: number, value: object, key: string): boolean {
  const most = maxOrders[input.scenario.machine.pageBytes];
  if (order > most) say(input, value, [key], 'order', `an order of at most ${String(most)} (MAX_PAGE_ORDER of ${String(input.scenario.machine.pageBytes / 1024)}K pages)`, String(order));
  return order <= most;
}
