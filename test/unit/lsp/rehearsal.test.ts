import assert from 'node:assert/strict';
import { Rehearsal } from '../../../server/lsp/rehearsal';

/** Timers that run when the test says so, and what was read at each keystroke. */
function stage(text: string, keystroke?: () => boolean): { readonly rehearsal: Rehearsal; readonly read: string[]; readonly logged: string[]; readonly waits: number[]; run(): boolean } {
  let pending: (() => void) | undefined;
  const read: string[] = [];
  const logged: string[] = [];
  const waits: number[] = [];
  const log = { error: (message: string) => { logged.push(message); }, warn: () => undefined, info: () => undefined };
  const rehearsal = new Rehearsal({
    log, source: { read: (path) => (path === 'a.c' ? { ok: true, text, identity: text } : { ok: false, reason: 'missing' }) },
    keystroke: (path, instead) => {
      const result = instead.read(path);
      read.push(result.ok ? result.text : result.reason);
      return keystroke?.() ?? true;
    },
    after: (ms, run) => {
      waits.push(ms);
      pending = run;
      return () => { pending = undefined; };
    },
  });
  const run = (): boolean => {
    const next = pending;
    pending = undefined;
    next?.();
    return next !== undefined;
  };
  return { rehearsal, read, logged, waits, run };
}

describe('lsp: rehearsal of keystrokes', () => {
  it('types and takes away, some rounds, for the first file only, and leaves the text as it is', () => {
    const { rehearsal, read, run } = stage('int a;\nint b;\nint c;\n');
    rehearsal.begin('a.c');
    rehearsal.begin('b.c');
    while (run());
    rehearsal.begin('a.c');
    assert.equal(run(), false);
    assert.equal(read.length, 100);
    for (let i = 0; i < read.length; i += 2) assert.deepEqual(read.slice(i, i + 2), ['int a;\nint b;;\nint c;\n', 'int a;\nint b;\nint c;\n']);
  });

  it('makes room for a person who types, and goes on after', () => {
    const { rehearsal, read, waits, run } = stage('x');
    rehearsal.later();
    rehearsal.begin('a.c');
    run();
    rehearsal.later();
    assert.equal(waits.length, 3);
    assert.ok((waits[2] ?? 0) > (waits[1] ?? 0));
    run();
    assert.deepEqual(read, ['x;', 'x', 'x;', 'x']);
    rehearsal.stop();
    assert.equal(run(), false);
  });

  it('waits for the next answer where the file has not been read', () => {
    let known = false;
    const { rehearsal, read, run } = stage('x', () => known);
    rehearsal.begin('a.c');
    assert.equal(run(), true);
    assert.equal(run(), false);
    known = true;
    rehearsal.begin('a.c');
    while (run());
    assert.equal(read.length, 101);
  });

  it('ends at an error, and says so', () => {
    const { rehearsal, logged, run } = stage('x', () => { throw new Error('no'); });
    rehearsal.begin('a.c');
    run();
    assert.equal(run(), false);
    assert.equal(logged.length, 1);
  });
});
