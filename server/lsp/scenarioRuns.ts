/** Runs scenarios, each in a thread of its own: the server's stays free for whoever types, and cancelling ends the thread, whatever it is doing. */
import { Worker } from 'node:worker_threads';
import type { CancellationToken } from 'vscode-languageserver/node';
import { scenarioProblemText } from '../model/scenario/problems';
import type { RunScenarioResult } from '../shared/requests';
import type { ScenarioJob, ScenarioOutcome } from '../workspace/scenarioJob';
import type { Log } from './guard';
import { cancelled, describe } from './guard';
import type { Scenarios } from './scenarios';

/** A machine of a tebibyte with ten million folios takes some hundred megabytes of typed arrays, which do not count here. */
const workerLimits = { maxOldGenerationSizeMb: 2048 };

/** What a panel of test results shows without breaking lines in a window of common width, beside its tree. */
const TEST_COLUMNS = 76;

export class ScenarioRuns {
  private readonly running = new Set<Worker>();

  /** @param workerFile the bundle of server/scenarioWorker.ts; undefined: this server runs none */
  constructor(private readonly workerFile: string | undefined, private readonly scenarios: Scenarios, private readonly log: Log) {}

  async run(path: string, token: CancellationToken): Promise<RunScenarioResult> {
    const file = this.scenarios.fresh(path);
    if (file === undefined) return { ok: false, reason: 'failed', message: 'There is no such file.' };
    const { scenario, problems } = file.read;
    const [problem] = problems.filter((one) => one.severity === 'error');
    if (scenario === undefined) {
      const more = problems.length > 1 ? ` (and ${String(problems.length - 1)} more)` : '';
      return { ok: false, reason: 'invalid', message: problem === undefined ? 'Nothing of the file can be read.' : `${scenarioProblemText(problem)}${more}`, ...(problem === undefined ? {} : { range: file.range(problem) }) };
    }
    if (this.workerFile === undefined) return failure('This server runs no scenarios.');
    const sources = this.scenarios.sources(path);
    const named = scenario.participants.flatMap((one) => (one.kind === 'kstate' ? one.sources : []));
    return this.inThread(this.workerFile, { scenario, sources: new Map(named.flatMap((name) => { const text = sources(name); return text === undefined ? [] : [[name, text] as const]; })), columns: TEST_COLUMNS }, token);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running].map((worker) => worker.terminate()));
  }

  private inThread(workerFile: string, job: ScenarioJob, token: CancellationToken): Promise<RunScenarioResult> {
    return new Promise((resolve, reject) => {
      let worker: Worker;
      try {
        worker = new Worker(workerFile, { workerData: job, resourceLimits: workerLimits });
      } catch (error) {
        this.log.error(`the thread for a scenario did not start: ${describe(error)}`);
        resolve(failure('The thread that runs it did not start; the output channel says why.'));
        return;
      }
      this.running.add(worker);
      worker.unref();
      const listener = token.onCancellationRequested(() => {
        reject(cancelled());
        void worker.terminate();
      });
      worker.once('message', (outcome: ScenarioOutcome) => { resolve(outcome.ok ? { ok: true, ...outcome.ran } : failure(outcome.message)); });
      worker.once('error', (error) => {
        this.log.error(`a scenario failed: ${describe(error)}`);
        const memory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        resolve(failure(memory ? `It needs more memory than the ${String(workerLimits.maxOldGenerationSizeMb)} MB that its thread may take.` : 'The thread that runs it failed; the output channel says why.'));
      });
      worker.once('exit', () => {
        this.running.delete(worker);
        listener.dispose();
        resolve(failure('The thread that runs it ended.'));
      });
    });
  }
}

function failure(message: string): RunScenarioResult {
  return { ok: false, reason: 'failed', message };
}
