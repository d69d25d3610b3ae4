/** Runs cases in a child process, replaces it when it dies or hangs, and says how a case went. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Ask, Tell } from './child';
import type { Case, Limits, Target } from './target';
import { bytesOf } from './target';

export interface Outcome {
  readonly failure: { readonly title: string; readonly detail: string } | undefined;
  readonly slowestMs: number;
  readonly rssMb: number;
}

/** A child is replaced after this many cases, so that the memory of one says something about few. */
const CASES_PER_CHILD = 300;
/** Wall time after which a step counts as endless, in limits: the machine has other things to do as well. */
const ENDLESS = 8;
/** What Node itself needs, and buffers that are not in JavaScript's heap. */
const BESIDE_HEAP_MB = 220;

export class Runner {
  private child: ChildProcess | undefined;
  private heapMb = 0;
  private cases = 0;

  constructor(private readonly target: Target, private readonly script: string) {}

  /** One run of a case, not repeated, given up soon: for making it smaller. */
  quick(one: Case): Promise<Outcome> {
    return this.once(one, undefined, this.target.limits(bytesOf(one)), 1.5);
  }

  /** One case, by what it is. `numbers`: how the child can make it by itself, which saves sending it. */
  async run(one: Case, numbers: { readonly seed: number; readonly index: number }): Promise<Outcome> {
    const limits = this.target.limits(bytesOf(one));
    const first = await this.once(one, numbers, limits);
    if (first.failure === undefined || !/took|memory/.test(first.failure.title)) return first;
    // Time and memory depend on what ran before in the process and beside it: a fault is one that shows in a fresh process, too.
    for (let again = 0; again < 2; again++) {
      this.stop();
      const next = await this.once(one, numbers, limits);
      if (next.failure === undefined) return next;
    }
    return first;
  }

  stop(): void {
    this.child?.removeAllListeners();
    this.child?.kill('SIGKILL');
    this.child = undefined;
    this.cases = 0;
  }

  private start(heapMb: number): ChildProcess {
    if (this.child !== undefined && this.heapMb === heapMb && this.cases < CASES_PER_CHILD) return this.child;
    this.stop();
    this.heapMb = heapMb;
    this.child = fork(this.script, [], { execArgv: ['--enable-source-maps', `--max-old-space-size=${heapMb}`], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    return this.child;
  }

  private once(one: Case, numbers: { readonly seed: number; readonly index: number } | undefined, limits: Limits, endless = ENDLESS): Promise<Outcome> {
    const child = this.start(limits.heapMb);
    this.cases++;
    return new Promise((resolve) => {
      let step = 'start';
      let said = '';
      let timer: NodeJS.Timeout | undefined;
      const end = (outcome: Outcome, alive: boolean): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        child.stderr?.removeAllListeners();
        if (!alive) this.stop();
        resolve(outcome);
      };
      const watch = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          end({ failure: { title: `took too long: ${plain(step)}`, detail: `${step}: not finished after ${endless * limits.timeMs} ms` }, slowestMs: endless * limits.timeMs, rssMb: 0 }, false);
        }, endless * limits.timeMs + (endless === ENDLESS ? 5000 : 0));
      };
      child.stderr?.on('data', (chunk: Buffer) => { said = (said + chunk.toString('utf8')).slice(-4000); });
      child.on('message', (message: Tell) => {
        if (message.what === 'step') {
          ({ step } = message);
          watch();
          return;
        }
        const { slowest, rssMb } = message;
        let { failure } = message;
        const most = limits.heapMb + BESIDE_HEAP_MB;
        if (slowest.ms > limits.timeMs) failure ??= { title: `took too long: ${plain(slowest.step)}`, detail: `${slowest.step}: ${Math.round(slowest.ms)} ms, at most ${Math.round(limits.timeMs)} ms` };
        else if (rssMb > most) failure ??= { title: 'took too much memory', detail: `the process had ${Math.round(rssMb)} MB, at most ${most} MB` };
        end({ failure, slowestMs: slowest.ms, rssMb }, rssMb <= most);
      });
      child.on('exit', (code, signal) => {
        const memory = /heap out of memory|heap limit/.test(said);
        end({ failure: { title: memory ? 'took too much memory' : `ended the process (${signal ?? `exit code ${String(code)}`})`, detail: memory ? `${step}: more than ${limits.heapMb} MB of heap` : `${step}\n${said}` }, slowestMs: 0, rssMb: 0 }, false);
      });
      child.on('error', (error) => { end({ failure: { title: `ended the process (${error.message})`, detail: step }, slowestMs: 0, rssMb: 0 }, false); });
      watch();
      const ask: Ask = { kind: this.target.name, seed: numbers?.seed ?? 0, index: numbers?.index ?? 0, given: numbers === undefined ? one : undefined };
      child.send(ask);
    });
  }
}

/** Without the numbers that differ from case to case. */
function plain(step: string): string {
  return step.replace(/\d+/g, 'N');
}
