/** A thread that reads files for the server's rules and ends: what reading a kernel file takes in memory goes with it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { OtherFilesRequest } from './workspace/treeIndex/otherFilesReader';
import { readOtherFiles } from './workspace/treeIndex/otherFilesReader';

// The only sender is lsp/otherFiles.ts, which sends this type.
readOtherFiles(workerData as OtherFilesRequest, (read) => { parentPort?.postMessage(read); });
