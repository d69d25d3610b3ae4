/** What runs in each worker thread of the tree scan. The entry is server/treeScanWorker.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { FolderScanner, type ScannerSettings } from './folderScanner';
import { diskFs } from './scanFs';
import { WorkList } from './workList';

export interface WorkerInput {
  readonly settings: ScannerSettings;
  readonly workList: SharedArrayBuffer;
}

export function runScanWorker(): void {
  // The only sender is scanTree.ts, which sends this type.
  const { settings, workList } = workerData as WorkerInput;
  const work = new WorkList(workList);
  const scanner = new FolderScanner(settings, diskFs, work);
  for (let task = work.take(); task !== undefined; task = work.take()) scanner.scan(task);
  const outcome = scanner.finish();
  parentPort?.postMessage(outcome, [outcome.records.buffer]);
}
