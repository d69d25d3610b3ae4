/** `simulate SCENARIO.handover.json…`: runs whole handovers, and holds them to what the scenarios expect. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { LineIndex } from '../c/source';
import type { ScenarioJson } from '../compat/scenarioJson';
import { scenarioJson } from '../compat/scenarioJson';
import { scenarioText } from '../compat/scenarioText';
import type { ScenarioResult } from '../engine/handover/result';
import { runScenario } from '../engine/handover/runScenario';
import { jumpCore } from '../engine/jumpCore';
import type { ScenarioProblem } from '../model/scenario/problems';
import { scenarioProblemText } from '../model/scenario/problems';
import type { Scenario } from '../model/scenario/scenario';
import { DiskProvider } from '../workspace/diskProvider';
import { toCorePath } from '../workspace/paths';
import { SCENARIO_FILES, SCENARIO_SUFFIX, readScenarioText, sourcesOf } from '../workspace/scenarioFile';
import { walkFiles } from '../workspace/walk';
import type { CliIo } from './io';
import { EXIT, UsageError } from './io';
import { isFolderOrThrow } from './kstateFiles';
import type { Parsed } from './options';

const MOST_FILES = 10_000;
/** What was likely meant for the other form of the verb. */
const C_FILE = /\.[ch]$/;

interface Loaded { readonly file: string; readonly shown: string; readonly scenario: Scenario }

/** All of them are read before one is run: a file that is wrong is said at once. Throws UsageError for wrong use and files that cannot be read. */
export function simulateScenarios(parsed: Parsed, io: CliIo): number {
  const disk = new DiskProvider();
  const files = scenarioFiles(parsed.operands, io);
  const alone = files.length === 1 && parsed.operands.length === 1 && !files.some((file) => file.found);
  if (parsed.dump !== undefined && !alone) throw new UsageError('--dump wants one scenario file');
  if (parsed.handover !== undefined && parsed.dump === undefined) throw new UsageError('--handover says of which attempt --dump writes the memory; there is no --dump');
  const loaded = files.flatMap((one) => load(one.file, one.shown, disk, io));
  if (loaded.length < files.length) return EXIT.usage;
  const ran: Ran[] = [];
  for (const { file, shown, scenario } of loaded) {
    if (!alone) io.progress?.(shown);
    const result = runScenario(scenario, sourcesOf(file, disk));
    // What a program reads is as wide on every terminal.
    const report = scenarioText(result, scenario, parsed.format === 'text' && io.columns !== undefined ? { columns: io.columns } : {});
    io.progress?.(undefined);
    if (parsed.dump !== undefined) writeDump(parsed.dump, parsed.handover, scenario, result, io);
    // Memory at the jumps is large: of many scenarios only what is printed is kept.
    ran.push({ shown, passed: result.passed, ...(parsed.format === 'json' ? { json: scenarioJson(shown, result, report) } : {}) });
    if (parsed.format === 'text') io.stdout(alone ? report : result.passed ? `ok      ${shown}\n` : `FAILED  ${shown}\n\n${report}\n`);
  }
  const failed = ran.filter((one) => !one.passed);
  const counts = { passed: ran.length - failed.length, failed: failed.length };
  if (parsed.format === 'json') io.stdout(`${JSON.stringify(alone ? ran[0]?.json : { ...counts, scenarios: ran.map((one) => one.json) }, null, 2)}\n`);
  else if (!alone) io.stdout(`${failed.map((one) => `failed: ${one.shown}\n`).join('')}${String(counts.passed)} passed, ${String(counts.failed)} failed\n`);
  return failed.length === 0 ? EXIT.clean : EXIT.found;
}

interface Ran { readonly shown: string; readonly passed: boolean; readonly json?: ScenarioJson }

interface ScenarioOperand { readonly file: string; readonly shown: string; readonly found: boolean }

function scenarioFiles(operands: readonly string[], io: CliIo): readonly ScenarioOperand[] {
  const files = new Map<string, ScenarioOperand>();
  for (const operand of operands) {
    const name = toCorePath(operand, io.cwd);
    if (!isFolderOrThrow(operand, name)) {
      if (C_FILE.test(operand)) throw new UsageError(`simulate does not take "${operand}": expected a scenario (*${SCENARIO_SUFFIX}) or a folder of them; C files stand behind --old and --new`);
      files.set(name, { file: name, shown: operand, found: false });
      continue;
    }
    const walked = walkFiles(name, SCENARIO_FILES, { ignored: new Set(), maxFiles: MOST_FILES });
    if (walked.unreadable.includes(name)) throw new UsageError(`${operand}: the folder cannot be read`);
    for (const folder of walked.unreadable) io.stderr(`kexec-handover: ${folder}: the folder cannot be read\n`);
    if (walked.truncated) io.stderr(`kexec-handover: ${operand}: only the first ${String(MOST_FILES)} files are run\n`);
    if (walked.files.length === 0) throw new UsageError(`${operand}: expected files *${SCENARIO_SUFFIX} below it, found none`);
    for (const file of walked.files) if (!files.has(file)) files.set(file, { file, shown: path.posix.join(operand.split(path.sep).join('/'), file.slice(name.length + 1)), found: true });
  }
  return [...files.values()];
}

/** Prints what is wrong with it, warnings too; none when it cannot be run. */
function load(file: string, shown: string, disk: DiskProvider, io: CliIo): readonly Loaded[] {
  const text = disk.read(file);
  if (!text.ok) throw new UsageError(`${shown}: ${text.detail ?? text.reason}`);
  const { scenario, problems } = readScenarioText(file, text.text, sourcesOf(file, disk));
  const lines = new LineIndex(text.text);
  // What is missing in text that ends too soon is no news.
  const torn = problems.filter((one) => one.code === 'syntax');
  for (const problem of torn.length > 0 ? torn : problems) io.stderr(`${placed(shown, lines, problem)}\n`);
  return scenario === undefined ? [] : [{ file, shown, scenario }];
}

/** `FILE:LINE:COLUMN: error: …`, as compilers say it. */
function placed(shown: string, lines: LineIndex, problem: ScenarioProblem): string {
  const { line, character } = lines.position(problem.offset);
  return `${shown}:${String(line + 1)}:${String(character + 1)}: ${problem.severity}: ${scenarioProblemText(problem)} [${problem.code}]`;
}

/** The memory at the jump of that attempt, or at the last one. */
function writeDump(dump: string, handover: number | undefined, scenario: Scenario, result: ScenarioResult, io: CliIo): void {
  const jump = handover === undefined ? result.jumps.at(-1) : result.jumps.find((one) => one.handover === handover);
  if (jump === undefined) {
    const jumps = result.jumps.map((one) => String(one.handover)).join(', ');
    throw new UsageError(jumps === '' ? `--dump ${dump}: ${scenario.name} never jumps` : `--handover ${String(handover)}: that attempt does not jump; of ${scenario.name} these do: ${jumps}`);
  }
  try {
    writeFileSync(path.resolve(io.cwd, dump), jumpCore(scenario, result, jump));
  } catch (error) {
    throw new UsageError(`--dump ${dump}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
