/** The compilers that are our truth, one per target. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readObject } from './elfObject';
import type { ElfObject } from './elfObject';

export interface Compiler {
  readonly target: string;
  readonly command: string;
  readonly has128: boolean;
}

export const compilers: readonly Compiler[] = [
  { target: 'x86_64', command: 'gcc', has128: true },
  { target: 'arm64', command: 'aarch64-linux-gnu-gcc', has128: true },
  { target: 'riscv64', command: 'riscv64-linux-gnu-gcc', has128: true },
  { target: 's390x', command: 's390x-linux-gnu-gcc', has128: true },
  { target: 'arm', command: 'arm-linux-gnueabihf-gcc', has128: false },
  { target: 'i386', command: 'i686-linux-gnu-gcc', has128: false },
];

export class Refused extends Error {
  /** Lines of the text that the compiler calls wrong, from 1. */
  readonly lines: ReadonlySet<number>;

  constructor(command: string, words: string) {
    super(`${command}: ${words.slice(0, 3000)}`);
    this.lines = new Set([...words.matchAll(/t\.c:(\d+):\d+: error/g)].map((m) => Number(m[1])));
  }
}

/** Compiles to an object and reads its data; throws Refused with the compiler's words. */
export function compile(compiler: Compiler, text: string, warnings: readonly string[] = ['-w']): ElfObject {
  const folder = mkdtempSync(path.join(tmpdir(), 'layout-'));
  try {
    const source = path.join(folder, 't.c');
    const object = path.join(folder, 't.o');
    writeFileSync(source, text);
    const run = spawnSync(compiler.command, ['-c', ...warnings, '-std=gnu11', '-fms-extensions', '-fno-zero-initialized-in-bss', '-o', object, source], { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (run.error !== undefined) throw new Error(`${compiler.command} does not run: ${run.error.message}`);
    if (run.status !== 0) throw new Refused(compiler.command, run.stderr);
    return readObject(new Uint8Array(readFileSync(object)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
