/** One long-lived `git cat-file --batch` per repository: texts of files at commits, many per process start. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { SourceResult } from '../c/source';
import { MAX_SOURCE_BYTES, decodeSource } from './diskProvider';
import { GIT_SAFE_ARGS, gitEnvironment } from './git';

interface Waiting {
  resolve(result: SourceResult): void;
}

/** An idle process is ended after this; the next question starts another. */
const IDLE_MS = 60_000;
const ANSWER_MS = 20_000;

export class GitBlobs {
  private child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  private readonly waiting: Waiting[] = [];
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  /** Header of the answer whose content is being collected. */
  private current: { readonly oid: string; readonly type: string; readonly sizeBytes: number } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly root: string) {}

  /** Text of `name` (relative to the root) in `commit`. Never rejects. */
  read(commit: string, name: string): Promise<SourceResult> {
    // The protocol is one question per line.
    if (/[\n\r\0]/.test(name)) return Promise.resolve({ ok: false, reason: 'missing' });
    return new Promise((resolve) => {
      const child = this.start();
      this.waiting.push({ resolve });
      this.arm(ANSWER_MS);
      child.stdin.write(`${commit}:${name}\n`);
    });
  }

  dispose(): void {
    this.stop('closed');
  }

  private start(): ChildProcessByStdio<Writable, Readable, null> {
    if (this.child !== undefined) return this.child;
    const child = spawn('git', [...GIT_SAFE_ARGS, 'cat-file', '--batch'], {
      cwd: this.root, env: gitEnvironment(), stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true,
    });
    this.child = child;
    const ended = (why: string) => () => {
      if (this.child === child) this.stop(why);
    };
    child.on('error', ended('git could not be started'));
    child.on('exit', ended('git cat-file ended'));
    child.stdin.on('error', ended('git cat-file ended'));
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.child !== child) return;
      this.pending.push(chunk);
      this.pendingBytes += chunk.length;
      this.drain();
    });
    return child;
  }

  private drain(): void {
    for (;;) {
      if (this.current === undefined) {
        const buffer = this.joined();
        const newline = buffer.indexOf(10);
        if (newline < 0) return;
        this.drop(newline + 1);
        this.header(buffer.subarray(0, newline).toString('utf8'));
      } else {
        // Content, then one newline.
        if (this.pendingBytes < this.current.sizeBytes + 1) return;
        const buffer = this.joined();
        const content = buffer.subarray(0, this.current.sizeBytes);
        const { oid, type, sizeBytes } = this.current;
        this.current = undefined;
        if (type === 'tree') this.answer({ ok: false, reason: 'folder' });
        else if (type !== 'blob') this.answer({ ok: false, reason: 'missing' });
        else if (sizeBytes > MAX_SOURCE_BYTES) this.answer({ ok: false, reason: 'unreadable', detail: `${sizeBytes} bytes` });
        else this.answer({ ok: true, text: decodeSource(content).text, identity: `blob:${oid}` });
        this.drop(sizeBytes + 1);
      }
    }
  }

  private header(line: string): void {
    const match = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line);
    if (match === null) {
      // `… missing`, `… ambiguous`, `submodule`: the commit has no such text.
      this.answer({ ok: false, reason: 'missing' });
      return;
    }
    this.current = { oid: match[1] ?? '', type: match[2] ?? '', sizeBytes: Number(match[3]) };
  }

  private joined(): Buffer {
    const only = this.pending[0];
    if (this.pending.length === 1 && only !== undefined) return only;
    const all = Buffer.concat(this.pending);
    this.pending = [all];
    return all;
  }

  private drop(bytes: number): void {
    const rest = this.joined().subarray(bytes);
    this.pending = rest.length === 0 ? [] : [rest];
    this.pendingBytes = rest.length;
  }

  private answer(result: SourceResult): void {
    this.waiting.shift()?.resolve(result);
    this.arm(this.waiting.length === 0 ? IDLE_MS : ANSWER_MS);
  }

  private arm(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.stop('git cat-file gave no answer'); }, ms);
    // While a question is open the timer keeps the process alive, so that the answer arrives.
    if (this.waiting.length === 0) this.timer.unref();
  }

  private stop(why: string): void {
    clearTimeout(this.timer);
    const child = this.child;
    this.child = undefined;
    this.pending = [];
    this.pendingBytes = 0;
    this.current = undefined;
    child?.kill();
    for (const { resolve } of this.waiting.splice(0)) resolve({ ok: false, reason: 'unreadable', detail: why });
  }
}
