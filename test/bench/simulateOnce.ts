/**
 * `simulateOnce folios COUNT`: a handover of that many scattered folios on a machine of 1 TiB. `simulateOnce participants TABLE` and `simulateOnce image FILE.elf`: the
 * handover that the 7.1.5 image was taken from, simulated, and the image decoded. Prints JSON: milliseconds of the first run and the median of later ones, memory, and what
 * says that all was done.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import { readRows } from '../../server/conformance/crossVersionRow';
import { scenarioOf } from '../../server/conformance/crossVersionScenario';
import { decodeCore } from '../../server/decode/core';
import { parseExact } from '../../server/decode/exactJson';
import { runScenario } from '../../server/engine/handover/runScenario';
import type { KernelSpec, Scenario } from '../../server/model/scenario/scenario';

const LATER_RUNS = 15;
const GIB = 1n << 30n;

const [what = '', word = ''] = process.argv.slice(2);

function million(count: number): Scenario {
  const kernel: KernelSpec = {
    generation: '7.1', release: '7.1', kho: true, liveupdate: false, khoScratch: undefined, reserveMem: [], debug: false, bootBytes: 64n << 20n, pressure: 0, imageBytes: 64n << 20n, compatible: {},
    bitmapBytes: undefined, depthFix: undefined, without: [],
  };
  return {
    name: 'folios', description: undefined, kernels: [kernel, kernel], faults: [], expect: undefined,
    machine: { arch: 'x86_64', pageBytes: 4096, order: 'little', kernelBytes: 256n << 20n, ram: [{ start: 0n, sizeBytes: 512n * GIB, node: 0 }, { start: 512n * GIB, sizeBytes: 512n * GIB, node: 1 }] },
    participants: [{
      kind: 'driver', name: 'guests', compatible: 'guests-v1',
      states: {
        RUNNING: [{ do: 'alloc', area: 'memory', folios: [{ order: 0, count, placement: 'scattered' }], migrate: 'unmovable', write: true }],
        PREPARE: [{ do: 'preserve', area: 'memory' }], STOP: [{ do: 'add subtree' }], RESUME: [{ do: 'retrieve subtree' }, { do: 'restore', area: 'memory' }],
      },
    }],
    handovers: [{ abortAfter: undefined, finalize: 0, userspace: { retrieve: 'all', finish: 'all', opensPlain: [], preservesAgain: false } }],
  };
}

/** Gives what the run says of itself. */
function prepared(): { readonly run: () => string; readonly later: number } {
  if (what === 'folios') {
    const scenario = million(Number(word));
    return { later: 0, run: () => `${runScenario(scenario).hops[0]?.participants.find((one) => one.name === 'guests')?.pages.kept.toString() ?? 'none'} kept` };
  }
  if (what === 'participants') {
    const rows = readRows(parseExact(readFileSync(word, 'utf8')));
    const row = rows.find((one) => one.from === '7.1.5' && one.to === '7.1.5');
    if (row === undefined) throw new Error(`${word} has no handover from 7.1.5 to 7.1.5`);
    const scenario = scenarioOf(row, 'participants');
    return { later: LATER_RUNS, run: () => runScenario(scenario).hops[0]?.verdict ?? 'none' };
  }
  const packed = readFileSync(word);
  const bytes = word.endsWith('.gz') ? gunzipSync(packed) : packed;
  return {
    later: LATER_RUNS, run: () => {
      const image = decodeCore(bytes);
      return 'field' in image ? image.field : `${String(image.handover?.blocks.count)} blocks`;
    },
  };
}

const { run, later } = prepared();
const before = process.resourceUsage().maxRSS / 1024;
const timed = (): { readonly ms: number; readonly says: string } => {
  const started = performance.now();
  const says = run();
  return { ms: performance.now() - started, says };
};
const first = timed();
const others = Array.from({ length: later }, () => timed().ms).sort((a, b) => a - b);
process.stdout.write(JSON.stringify({ firstMs: first.ms, medianMs: others[others.length >> 1] ?? first.ms, says: first.says, beforeMb: before, peakMb: process.resourceUsage().maxRSS / 1024 }));
