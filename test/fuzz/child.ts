/** The process that runs cases, one at a time: what hangs or takes all memory takes this one down and not the run. */
import process from 'node:process';
import { targetOf } from './targets';
import type { Case } from './target';
import { Random } from './random';

/** To the child. A case by its numbers, or as it is. */
export interface Ask {
  readonly kind: string;
  readonly seed: number;
  readonly index: number;
  readonly given: Case | undefined;
}

/** From the child: `step` before each piece of work, `done` at the end. */
export type Tell =
  | { readonly what: 'step'; readonly step: string }
  | { readonly what: 'done'; readonly slowest: { readonly step: string; readonly ms: number }; readonly rssMb: number; readonly failure: { readonly title: string; readonly detail: string } | undefined };

/** Wall time, or processor time where other programs had the processor: the lesser. */
function clock(): () => number {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(performance.now() - wall, (user + system) / 1000);
  };
}

process.on('message', (message: Ask) => { void answer(message); });

async function answer({ kind, seed, index, given }: Ask): Promise<void> {
  const target = targetOf(kind);
  if (target === undefined) throw new Error(`no fuzz target ${kind}`);
  const one = given ?? target.make(new Random(seed, index));
  let slowest = { step: 'nothing', ms: 0 };
  let running: { step: string; since: () => number } | undefined;
  const close = (): void => {
    if (running === undefined) return;
    const ms = running.since();
    if (ms > slowest.ms) slowest = { step: running.step, ms };
    running = undefined;
  };
  let failure: { title: string; detail: string } | undefined;
  try {
    await target.run(one, (step) => {
      close();
      tell({ what: 'step', step });
      running = { step, since: clock() };
    });
  } catch (error) {
    failure = describe(error);
  }
  close();
  tell({ what: 'done', slowest, rssMb: process.resourceUsage().maxRSS / 1024, failure });
}

function tell(message: Tell): void {
  process.send?.(message);
}

/** The title is the same for the same fault: it holds no offsets and no names of the case. */
function describe(error: unknown): { title: string; detail: string } {
  if (!(error instanceof Error)) return { title: String(error), detail: '' };
  const frame = (error.stack ?? '').split('\n').find((line) => /^\s+at .*[/\\](server|test)[/\\]/.test(line))?.trim().replace(/\(.*[/\\](?=(server|test)[/\\])/, '(') ?? '';
  const [first = ''] = error.message.split('\n');
  return { title: error.constructor.name === 'Demand' ? first : `${error.name}: ${first} ${frame}`, detail: error.stack ?? error.message };
}
