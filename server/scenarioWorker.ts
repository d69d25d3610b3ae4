/** A thread that runs one scenario: the server's own thread stays free for whoever types, and cancelling ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ScenarioJob } from './workspace/scenarioJob';
import { runJob } from './workspace/scenarioJob';

// The only sender is lsp/scenarioRuns.ts, which sends this type.
parentPort?.postMessage(runJob(workerData as ScenarioJob));
