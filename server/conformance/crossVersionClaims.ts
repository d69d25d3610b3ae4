/** What the sentences of the table claim of those who took part, as checks of a run. A sentence that no rule reads is an error: nothing is passed over. */
import type { HopReport, ParticipantReport, ScenarioResult } from '../engine/handover/result';
import type { Fate, Scenario } from '../model/scenario/scenario';
import type { Difference } from './imageCompare';
import { BadTruth } from './replayTruth';

/** Undefined: holds. */
export type Check = Difference | undefined;

export interface Measured {
  readonly scenario: Scenario;
  readonly result: ScenarioResult;
  readonly hop: HopReport;
  /** The same handover without sessions: what is leaked without them. */
  readonly withoutSessions: () => HopReport;
}

interface Rule {
  readonly sentence: RegExp;
  readonly checks: (match: RegExpExecArray, measured: Measured) => readonly Check[];
}

const KEPT: readonly Fate[] = ['kept'];
/** A new kernel that took nothing: what was preserved is free memory, whoever says so. */
const GONE: readonly Fate[] = ['refused', 'lost'];
const LEAKED: readonly Fate[] = ['leaked'];
const REGIONS = ['trace', 'pstate'];
const METADATA = 'kexec-metadata';
const KIB_PER_PAGE = 4;

const sessions = ({ scenario }: Measured): readonly string[] => scenario.participants.filter((one) => one.kind === 'session').map((one) => one.name);
const flbs = ({ scenario }: Measured): readonly string[] => scenario.participants.filter((one) => one.kind === 'flb').map((one) => one.name);
const files = ({ scenario }: Measured): readonly string[] => scenario.participants.flatMap((one) => (one.kind === 'session' ? one.files.map(({ token }) => `${one.name}/0x${token.toString(16)}`) : []));
const tests = ({ scenario }: Measured): readonly string[] => scenario.participants.filter((one) => one.kind === 'test_kho').map((one) => one.name);

export function reportOf({ hop }: Measured, name: string): ParticipantReport | undefined {
  return hop.participants.find((one) => one.name === name);
}

function fates(measured: Measured, names: readonly string[], allowed: readonly Fate[]): readonly Check[] {
  return names.map((name) => {
    const found = reportOf(measured, name)?.fate;
    return found !== undefined && allowed.includes(found) ? undefined : { key: `${name}: fate`, expected: allowed.join(' or '), found: found ?? 'no report' };
  });
}

function holds(key: string, expected: string | number, found: string | number): Check {
  return expected === found ? undefined : { key, expected: String(expected), found: String(found) };
}

/** A session's report, where there is one of the session as a whole, must agree; its files always have one. */
function sessionFates(measured: Measured, allowed: readonly Fate[]): readonly Check[] {
  return [...fates(measured, sessions(measured).filter((name) => reportOf(measured, name) !== undefined), allowed), ...fates(measured, files(measured), allowed)];
}

const SEALS = /seal/i;
const sealsChanged = (measured: Measured, name: string): boolean => reportOf(measured, name)?.changed.some((one) => SEALS.test(one)) === true;

const named = (list: string): readonly string[] => list.split(/, | \+ /);

/** How many of a region's pages were overwritten is that machine's chance: some were, and none was kept for sure. */
const OVERWRITTEN: Rule['checks'] = (_match, measured) => [
  ...fates(measured, REGIONS, ['overwritten']),
  ...REGIONS.map((name) => ((reportOf(measured, name)?.pages.overwritten ?? 0) > 0 ? undefined : { key: `${name}: pages overwritten`, expected: 'some', found: '0' })),
];

const restored: readonly Rule[] = [
  { sentence: /^LUO sessions (.+)$/, checks: ([, list = ''], measured) => [holds('sessions', list, sessions(measured).join(', ')), ...sessionFates(measured, KEPT)] },
  {
    sentence: /^(\d+) memfds \(tokens ([^)]*)\): content identical$/,
    checks: ([, number = '', tokens = ''], measured) => [
      holds('memfds', number, String(files(measured).length)),
      holds('tokens', tokens.split(/ \/ | /).map((one) => `0x${BigInt(one).toString(16)}`).join(' '), files(measured).map((one) => one.slice(one.indexOf('/') + 1)).join(' ')),
      ...fates(measured, files(measured), KEPT),
    ],
  },
  { sentence: /^memfd seals$/, checks: (_match, measured) => [...fates(measured, files(measured), KEPT), ...files(measured).map((name) => holds(`${name}: seals`, 'as they were', sealsChanged(measured, name) ? 'changed' : 'as they were'))] },
  { sentence: /^(\d+) test FLBs$/, checks: ([, number = ''], measured) => [holds('FLBs', number, String(flbs(measured).length)), ...fates(measured, flbs(measured), KEPT)] },
  { sentence: /^kexec-metadata \(exec from (\S+), count (\d+)\)$/, checks: (match, measured) => [...fates(measured, [METADATA], KEPT), metadataLine(match, measured)] },
  { sentence: /^test_kho \(subtree kho_test\): checksum verified$/, checks: (_match, measured) => fates(measured, tests(measured), KEPT) },
  { sentence: /^reserve_mem (trace \+ pstate): same address, every page identical$/, checks: ([, list = ''], measured) => fates(measured, named(list), KEPT) },
];

function metadataLine([, release = '', count = '']: RegExpExecArray, { result }: Measured): Check {
  const line = result.log.map((one) => /exec from: (\S+) \(count (\d+)\)/.exec(one.text)).find((one) => one !== null);
  const found = line === undefined ? 'no line says so' : `${line[1]?.startsWith(release) === true ? release : line[1] ?? ''}, ${line[2] ?? ''}`;
  return holds('kexec-metadata: from and count', `${release}, ${count}`, found);
}

const lost: readonly Rule[] = [
  {
    sentence: /^memfd seals: .* only \((.*)\)$/,
    checks: ([, list = ''], measured) => {
      const tokens = [...list.matchAll(/(?:^|, )(?:token )?(0x[0-9a-f]+|\d+) had /g)].map(([, token = '']) => `0x${BigInt(token).toString(16)}`);
      return files(measured).map((name) => {
        const expected = tokens.includes(name.slice(name.indexOf('/') + 1));
        return holds(`${name}: seals`, expected ? 'changed' : 'as they were', sealsChanged(measured, name) ? 'changed' : 'as they were');
      });
    },
  },
  { sentence: /^reserve_mem (trace \+ pstate): fresh allocation/, checks: ([, list = ''], measured) => fates(measured, named(list), GONE) },
  { sentence: /^kho_test folios$/, checks: (_match, measured) => fates(measured, tests(measured), GONE) },
  // In these runs the tree says that nothing was preserved: what the test looks for is there by chance or not.
  { sentence: /^kho_test \(no "KHO restore succeeded" line\)$/, checks: (_match, measured) => fates(measured, tests(measured), ['lost', 'refused', 'overwritten']) },
  { sentence: /^every preserved page \(returned to the allocator\)$/, checks: (_match, { hop }) => [holds('leaked pages', 0, hop.leakedPages), ...hop.participants.map((one) => holds(`${one.name}: pages kept or leaked`, 0, one.pages.kept + one.pages.leaked))] },
  { sentence: /^LUO sessions (.+) and (\d+) memfds \(RETRIEVE_SESSION: (\w+), as after a cold boot\)$/, checks: ([, list = '', number = '', errno = ''], measured) => [
    holds('sessions', list, sessions(measured).join(', ')), holds('memfds', number, String(files(measured).length)), ...sessionFates(measured, GONE),
    ...sessions(measured).map((name) => holds(`${name}: RETRIEVE_SESSION`, errno, retrieveError(measured, name))),
  ] },
  { sentence: /^LUO sessions (.+) and (\d+) memfds \(.*no \/dev\/liveupdate\); their (\d+) KiB stay reserved and unusable$/, checks: ([, list = '', number = '', kib = ''], measured) => [
    holds('sessions', list, sessions(measured).join(', ')), holds('memfds', number, String(files(measured).length)),
    ...fates(measured, files(measured).filter((name) => pagesOf(measured, name) > 0), LEAKED),
    holds('KiB that stay reserved because of LUO', Number(kib), (measured.hop.leakedPages - measured.withoutSessions().leakedPages) * KIB_PER_PAGE),
  ] },
  { sentence: /^(\d+) test FLBs$/, checks: ([, number = ''], measured) => [holds('FLBs', number, String(flbs(measured).length)), ...fates(measured, flbs(measured), GONE)] },
  { sentence: /^kexec-metadata$/, checks: (_match, measured) => fates(measured, [METADATA], GONE) },
  { sentence: /^\(nothing was preserved by LUO in /, checks: (_match, measured) => [holds('sessions that took part', 0, sessions(measured).length)] },
  { sentence: /^reserve_mem trace \+ pstate are "revived" at the old address but all their pages are free: \d+ of \d+ pages of trace already overwritten at boot/, checks: OVERWRITTEN },
  { sentence: /^as above: buddy_flag \d+ of \d+ pages of trace; \d+ overwritten after filling \d+% of memory$/, checks: OVERWRITTEN },
];

/** Sentences that say something which no simulation of a handover has: what they are about. */
const NOT_COMPARED: readonly { readonly sentence: RegExp; readonly reason: string }[] = [
  { sentence: /^st_blocks of the memfd/, reason: 'the accounting of shmem is no part of the engine' },
];

/** Measurements of that machine's chance: which pages somebody else had taken by then. Compared is what follows from the handover: some, all or none were free to be taken. */
const CHANCE = /(?:: |; )(\d+ of \d+ pages of trace already overwritten at boot.*|\d+ overwritten after filling \d+% of memory|trace: \d+ of \d+ pages at the OLD address.*)$/;

/** That part of a sentence, when it has one. */
export function chanceIn(sentence: string): string | undefined {
  return CHANCE.exec(sentence)?.[1];
}

function retrieveError({ result }: Measured, session: string): string {
  const event = result.events.find((one) => one.kernel === 1 && one.call.includes('RETRIEVE_SESSION') && (one.who === session || one.what.includes(session)));
  return event === undefined ? 'no such call' : event.error ?? '0';
}

function pagesOf(measured: Measured, name: string): number {
  return Object.values(reportOf(measured, name)?.pages ?? {}).reduce((sum, one) => sum + one, 0);
}

/** The checks of a sentence, or why it is not compared. Throws BadTruth for one that says something else. */
export function claims(list: 'restored' | 'lost', sentence: string, measured: Measured): readonly Check[] | { readonly leftOut: string } {
  for (const rule of list === 'restored' ? restored : lost) {
    const match = rule.sentence.exec(sentence);
    if (match !== null) return rule.checks(match, measured);
  }
  const passed = NOT_COMPARED.find((one) => one.sentence.test(sentence));
  if (passed === undefined) throw new BadTruth(`${list}: no rule reads "${sentence}"`);
  return { leftOut: `${sentence}: ${passed.reason}` };
}
