import assert from 'node:assert';
import fc from 'fast-check';
import { MadeNames } from '../../../server/c/madeNames';
import { preprocess } from '../../../server/c/preprocess';
import type { Preprocessed } from '../../../server/c/preprocess';
import { TokKind } from '../../../server/c/token';
import { layoutText, open, recordOf } from './unitHelp';

function read(text: string): Preprocessed {
  return preprocess({
    source: { read: (path) => (path === '/main.c' ? { ok: true, text, identity: text } : { ok: false, reason: 'missing' }) },
    path: '/main.c', target: 'x86_64', includePaths: [], defines: [], forcedIncludes: [], builtinHeaders: new Map(),
  });
}

const made = (pp: Preprocessed): MadeNames => new MadeNames(pp, pp.chunks);

describe('names that macros can make', () => {
  const pp = read(`
#define __PASTE2(a, b) a ## b
#define __PASTE(a, b) __PASTE2(a, b)
#define GUARD(name, type) typedef type class_ ## name ## _t; static int class_ ## name ## _lock
#define KEY(name) __PASTE(PREFIX, name)
#define PREFIX key_
#define COUNTED(x) __PASTE(__PASTE(id_, x), __COUNTER__)
GUARD(mutex, struct mutex *);
int KEY(tick);
int COUNTED(seen);
#undef PREFIX
#define PREFIX lock_
int KEY(late);
`);
  const chunks = (name: string): string[] => made(pp).candidates(name).map((i) => pp.expand(pp.chunks[i] as never).toks.map((t) => t.text).join(' '));

  it('are put together from tokens of the chunk and of the macros reached from it', () => {
    assert.deepStrictEqual(chunks('class_mutex_t'), ['typedef struct mutex * class_mutex_t ; static int class_mutex_lock ;']);
    assert.deepStrictEqual(chunks('key_tick'), ['int key_tick ;']);
    assert.deepStrictEqual(chunks('lock_late'), ['int lock_late ;']);
    assert.deepStrictEqual(chunks('id_seen0'), ['int id_seen0 ;']);
  });

  it('are no others', () => {
    assert.deepStrictEqual(chunks('class_spinlock_t'), []);
    assert.deepStrictEqual(chunks('kexec_handover'), []);
    assert.deepStrictEqual(chunks('key_mutex'), []);
    assert.deepStrictEqual(chunks(''), []);
  });

  it('include every name that an expansion brings', () => {
    const word = fc.constantFrom('a', 'b', 'ab', 'x1', '7', '42', 'm0', 'm1', 'm2', 'p', 'q');
    const piece = fc.oneof(word, fc.constantFrom('p ## q', 'a ## p', 'p ## 7', 'q ## _ ## p', 'm0(p, q)', 'm1(b, p ## q)', 'm2(m0(a, b), x1)', '__COUNTER__', '__LINE__', 'p ## __LINE__', 'J(p, __COUNTER__)', '+'));
    const macro = fc.array(piece, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
    const use = fc.oneof(word, fc.tuple(fc.constantFrom('m0', 'm1', 'm2', 'J'), word, word).map(([m, a, b]) => `${m}(${a}, ${b})`));
    fc.assert(fc.property(fc.tuple(macro, macro, macro), fc.array(fc.array(use, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }), ([m0, m1, m2], lines) => {
      const text = `#define J2(p, q) p ## q\n#define J(p, q) J2(p, q)\n#define m0(p, q) ${m0}\n#define m1(p, q) ${m1}\n#define m2(p, q) ${m2}\n${lines.map((l) => `${l.join(' ')};`).join('\n')}\n`;
      const unit = read(text);
      const names = made(unit);
      for (const chunk of unit.chunks) {
        for (const tok of unit.expand(chunk).toks) {
          if (tok.kind !== TokKind.Identifier) continue;
          assert.ok(names.candidates(tok.text).includes(chunk.index), `${tok.text} comes from chunk ${String(chunk.index)} of\n${text}`);
        }
      }
    }), { numRuns: 300 });
  });
});

describe('a tag that a macro makes inside a record', () => {
  const text = '#define group(TAG, NAME, MEMBERS...) union { struct { MEMBERS }; struct TAG { MEMBERS } NAME; }\n'
    + 'struct pool { int before; group(pool_params, params, int order; long size;); char after; };\n';

  it('is found without its outer record', () => {
    assert.strictEqual(layoutText(open(text), recordOf(open(text), 'pool_params')), '16/8 order@0 size@8');
  });

  it('is found in a header', () => {
    const unit = open('#include <pool.h>\nint n = sizeof(struct pool_params);', { '/inc/pool.h': text });
    assert.deepStrictEqual(unit.problems, []);
    assert.strictEqual(layoutText(unit, recordOf(unit, 'pool_params')), '16/8 order@0 size@8');
  });
});
