/** The server as a process of its own: over stdio, node's IPC, a pipe or a socket, as its arguments say. */
import path from 'node:path';
import { ProposedFeatures, createConnection } from 'vscode-languageserver/node';
import { cacheFolder } from '../workspace/cacheFolder';
import { describe } from './guard';
import { startServer } from './server';

/** A pause in opening and typing after which the tree is indexed: what an editor asks after an open has been answered by then. */
const INDEX_AFTER_MS = 1500;

export function serveProcess(words: readonly string[]): void {
  if (!words.some((word) => /^--(stdio|node-ipc|socket|pipe)(=|$)/.test(word))) {
    process.stderr.write('usage: server.js --stdio | --node-ipc | --pipe=NAME | --socket=PORT\n');
    process.exitCode = 2;
    return;
  }
  const connection = createConnection(ProposedFeatures.all);
  // Features catch their own; what escapes is still no reason to take the editor's server away.
  process.on('uncaughtException', (error) => { connection.console.error(`not caught: ${describe(error)}`); });
  process.on('unhandledRejection', (error) => { connection.console.error(`not handled: ${describe(error)}`); });
  const kept = cacheFolder();
  startServer(connection, {
    cacheFolder: kept,
    dumpWorker: path.join(__dirname, 'dumpWorker.js'),
    scenarioWorker: path.join(__dirname, 'scenarioWorker.js'),
    index: {
      workerFile: path.join(__dirname, 'treeIndexWorker.js'), quietMs: INDEX_AFTER_MS,
      otherFilesWorker: path.join(__dirname, 'otherFilesWorker.js'),
      cacheFolder: kept === undefined ? undefined : path.join(kept, 'trees'),
    },
  });
}
