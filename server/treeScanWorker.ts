import { runScanWorker } from './workspace/treeScan/worker';

runScanWorker();
