/** A whole handover for a terminal and the Test Explorer: as wide as one asks for, as long for a million folios as for one. */
import { alternatives } from '../engine/alternatives/alternatives';
import type { HopReport, ScenarioResult } from '../engine/handover/result';
import { hex } from '../formats/problem';
import { sizeText } from '../formats/text';
import type { KernelSpec, Scenario } from '../model/scenario/scenario';
import { alternativesText } from './scenario/alternativesText';
import { counted, expectationsText, fatesText } from './scenario/fates';
import { eventsText, logText } from './scenario/happened';
import { memoryText } from './scenario/memory';
import { paintWord, painter } from './scenario/paint';
import type { Paint } from './scenario/paint';
import { progressionLegend, progressionText } from './scenario/progression';
import { COLUMNS, LEAST_COLUMNS, wrap } from './wrapText';

export interface ScenarioTextOptions {
  /** ANSI colours for verdicts and fates. */
  readonly colour?: boolean;
  /** What everybody did, call by call, beside the picture. Left out: shown. */
  readonly events?: boolean;
  /** The width of a line at most. */
  readonly columns?: number;
}

export function scenarioText(result: ScenarioResult, scenario: Scenario, options: ScenarioTextOptions = {}): string {
  const paint = painter(options.colour === true);
  const columns = Math.max(LEAST_COLUMNS, options.columns ?? COLUMNS);
  const out = [...headText(result, scenario, paint, columns), ''];
  for (const hop of result.hops) out.push(...hopText(hop, result, scenario, options.events !== false, paint, columns), '');
  if (scenario.alternatives !== undefined) out.push(...alternativesText(alternatives(scenario, scenario.alternatives), scenario.alternatives, columns));
  const expected = expectationsText(result.expectations, paint, columns);
  if (expected.length > 0) out.push(...expected, '');
  return `${out.join('\n').trimEnd()}\n`;
}

// ---- the head ----

function headText(result: ScenarioResult, scenario: Scenario, paint: Paint, columns: number): string[] {
  const failed = result.expectations.filter((one) => !one.passed).length;
  const all = result.expectations.length;
  const word = all === 0 ? 'ran' : result.passed ? 'passed' : 'FAILED';
  const count = all === 0 ? '' : result.passed ? `, ${counted(all, 'expectation')}` : `, ${String(failed)} of ${counted(all, 'expectation')}`;
  const { machine } = scenario;
  const bytes = machine.ram.reduce((sum, range) => sum + range.sizeBytes, 0n);
  const nodes = new Set(machine.ram.map((range) => range.node)).size;
  return [
    ...paintWord(wrap(`${scenario.name}: ${word}${count}`, '', columns), word, result.passed ? 'pass' : 'fail', paint),
    ...(scenario.description === undefined ? [] : wrap(scenario.description, '  ', columns)),
    '',
    ...wrap(`machine   ${machine.arch}, pages of ${sizeText(machine.pageBytes)}, ${sizeText(bytes)} on ${counted(nodes, 'node')}`, '', columns),
    ...scenario.kernels.flatMap((kernel, i) => kernelText(kernel, i, scenario.kernels[i - 1], columns).map((line, at) => (at === 0 ? `${i === 0 ? 'kernels ' : '        '}${line}` : line))),
    ...(result.eventsLeftOut === 0 ? [] : wrap(`events    the first ${String(result.events.length)}; ${String(result.eventsLeftOut)} more are left out of what happened and of the progression`, '', columns)),
  ];
}

function kernelText(kernel: KernelSpec, index: number, before: KernelSpec | undefined, columns: number): string[] {
  const words = wordsOf(kernel);
  const notes = [
    ...(kernel.debug ? ['CONFIG_KEXEC_HANDOVER_DEBUG'] : []),
    ...Object.entries(kernel.compatible).map(([of, value]) => `${of} "${value}"`),
    ...(kernel.bitmapBytes === undefined ? [] : [`bitmaps of ${String(kernel.bitmapBytes)} bytes`]),
    ...(kernel.depthFix === undefined ? [] : [kernel.depthFix ? 'with the depth fix' : 'without the depth fix']),
    ...(kernel.pressure === 0 ? [] : [`userspace fills ${String(Math.round(kernel.pressure * 100))} % of free memory`]),
    ...kernel.without.map((name) => `without ${name}`),
  ];
  const posting = kernel.kstate === undefined ? '' : `KSTATE ${kernel.kstate}, `;
  const release = kernel.release === kernel.generation ? kernel.release : `${kernel.release} (${posting}${kernel.kstate === 'v2' ? 'no KHO' : `KHO of ${kernel.generation}`})`;
  const same = before !== undefined && wordsOf(before).join() === words.join();
  const settings = [...(same ? [`command line of kernel ${String(index - 1)}`] : words), ...notes];
  return wrap(`${String(index)} ${release}  ${settings.join(', ')}`, '          ', columns).map((line, at) => (at === 0 ? `  ${line.trimStart()}` : line));
}

/** What stands on its command line. */
function wordsOf(kernel: KernelSpec): readonly string[] {
  return [
    `kho=${kernel.kho ? 'on' : 'off'}`,
    ...(kernel.liveupdate ? ['liveupdate=on'] : []),
    ...(kernel.khoScratch === undefined ? [] : [`kho_scratch=${kernel.khoScratch}`]),
    ...kernel.reserveMem.map((value) => `reserve_mem=${value}`),
  ];
}

// ---- one attempt ----

/** The parts of the report of one attempt; each is a picture of its own, too. */
export type HopPart = 'summary' | 'progression' | 'events' | 'log' | 'memory' | 'fates';

/** Lines of one part; none when there is nothing to show. */
export function hopPart(part: HopPart, hop: HopReport, result: ScenarioResult, scenario: Scenario, paint: Paint = painter(false), columns = COLUMNS): readonly string[] {
  const events = (): ScenarioResult['events'] => result.events.filter((one) => one.handover === hop.handover);
  switch (part) {
    case 'summary': return [
      ...paintWord(wrap(`handover ${String(hop.handover)}, ${pathText(hop, scenario)}: ${hop.verdict}`, '', columns), `: ${hop.verdict}`, hop.verdict, paint),
      ...wrap(hop.summary, '  ', columns),
    ];
    case 'progression': return progressionText(events(), scenario, hop, scenario.handovers[hop.handover - 1], columns);
    case 'events': return eventsText(events(), columns);
    case 'log': return logText(result.log.filter((one) => one.handover === hop.handover), scenario, columns);
    case 'memory': {
      // Of a kernel that died nobody knows what became of its pages.
      if (hop.to === undefined || hop.participants.length === 0) return [];
      const root = result.jumps.find((one) => one.handover === hop.handover)?.rootPhys;
      return [...memoryText(hop, scenario.machine, columns), ...(root === undefined ? [] : [`    root FDT at ${hex(root)}`])];
    }
    case 'fates': return fatesText(hop, scenario.machine.pageBytes, paint, columns);
  }
}

function hopText(hop: HopReport, result: ScenarioResult, scenario: Scenario, withEvents: boolean, paint: Paint, columns: number): string[] {
  const part = (name: HopPart): readonly string[] => hopPart(name, hop, result, scenario, paint, columns);
  return [
    ...part('summary'),
    '',
    ...part('progression'),
    ...wrap(progressionLegend, '  ', columns),
    ...(withEvents ? section(part('events')) : []),
    ...section(part('log')),
    ...section(part('memory')),
    ...section(part('fates')),
  ];
}

function section(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function pathText(hop: HopReport, scenario: Scenario): string {
  const name = (index: number): string => scenario.kernels[index]?.release ?? `kernel ${String(index)}`;
  return hop.to === undefined ? `in ${name(hop.from)}` : `${name(hop.from)} -> ${name(hop.to)}`;
}
