/** Starts programs and tells what they took. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export interface Ran {
  readonly ms: number;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Wall time from start to end. Rejects when the program cannot be started. */
export function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => { out.push(data); });
    child.stderr.on('data', (data: Buffer) => { err.push(data); });
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ ms: performance.now() - started, code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

/** First line of `command --version`; undefined when it cannot be run. */
export function versionOf(command: string): string | undefined {
  const result = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.split('\n')[0] : undefined;
}

function statusField(pid: number, field: string): number | undefined {
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(fs.readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return fs.readdirSync(`/proc/${String(pid)}/task`)
      .flatMap((task) => fs.readFileSync(path.join(`/proc/${String(pid)}/task`, task, 'children'), 'utf8').split(' ').filter((text) => text !== '').map(Number));
  } catch {
    return [];
  }
}

/** Peak resident memory of the process and of those of its children that still run, in MB; undefined off Linux. */
export function peakMemoryMb(pid: number): number | undefined {
  const own = statusField(pid, 'VmHWM');
  if (own === undefined) return undefined;
  return childrenOf(pid).reduce((sum, child) => sum + (peakMemoryMb(child) ?? 0), own / 1024);
}
