/** The index worker of the language server: a thread, so that no tree however large holds up an answer to the editor. */
import { parentPort } from 'node:worker_threads';
import type { FromIndex, ToIndex } from './workspace/treeIndex/messages';
import { IndexService } from './workspace/treeIndex/indexService';

const service = new IndexService((message: FromIndex) => { parentPort?.postMessage(message); });
// The only sender is lsp/treeIndexes.ts, which sends this type.
parentPort?.on('message', (message: ToIndex) => { service.take(message); });
