/** A thread that reads and decodes one file for the editor that shows it: the server's own thread stays free for whoever types, and closing ends the work. */
import { parentPort, workerData } from 'node:worker_threads';
import type { DumpAnswer, DumpQuestion } from './workspace/dumpReader';
import { DumpReader } from './workspace/dumpReader';

// The only sender is lsp/dump.ts, which sends these types.
const reader = new DumpReader(workerData as string);
parentPort?.on('message', (question: DumpQuestion) => {
  const { ask } = question;
  let answer: DumpAnswer;
  try {
    answer = { ask, ok: true, result: reader.answer(question) };
  } catch (error) {
    answer = { ask, ok: false, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(answer);
});
