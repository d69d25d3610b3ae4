import assert from 'node:assert';
import fc from 'fast-check';
import type { CUnit, Init } from '../../server/c/api';
import { resolve } from '../../server/c/makeTypes';
import type { CType } from '../../server/c/types';
import { Refused, compile, compilers } from './compilers';
import { openText } from './questions';

/** Random initialisers: the bytes gcc makes of them beside those of our resolved Init. COUNT (default 400), SEED. */
const count = Number(process.env['COUNT'] ?? '400');
const seed = Number(process.env['SEED'] ?? '20263');
const batchSize = 400;

const prelude = `struct p { int a; short b; };
struct q { char n[5]; struct p x; int t[3]; };
struct r { int h; union { int u; struct { short v, w; }; }; struct q k[2]; unsigned : 0; long z; };
union m { struct p s; long l; char c[6]; };
struct w { union m m; struct { int i; struct p y; }; int e[]; };
`;
const types = ['struct p', 'struct q', 'struct r', 'union m', 'struct p[3]', 'int[4]', 'int[]', 'char[6]', 'char[]', 'struct q[]', 'int[2][3]', 'struct r[2]', 'int', 'struct w'];
const designators = ['.a', '.b', '.n', '.x', '.x.b', '.t', '.t[1]', '.h', '.u', '.v', '.w', '.k', '.k[1]', '.k[0].x', '.k[1].t[2]', '.k[0 ... 1].t[0]', '.z', '.s', '.s.b', '.l', '.c', '.m.s', '.y.a', '.i', '[0]', '[1]',
  '[2]', '[1 ... 2]', '[0].a', '[1].x.a', '[1][2]', '[0].n', '[1].k[0].t', '[0 ... 1].b'];

const initializer = fc.letrec<{ list: string; item: string }>((tie) => ({
  list: fc.array(tie('item'), { minLength: 0, maxLength: 6 }).map((items) => `{ ${items.join(', ')} }`),
  item: fc.oneof({ maxDepth: 3, depthSize: 'small' },
    fc.integer({ min: -100, max: 100 }).map(String),
    fc.tuple(fc.constantFrom(...designators), fc.integer({ min: 1, max: 99 })).map(([d, n]) => `${d} = ${n}`),
    fc.constantFrom('"ab"', '"abcd"', '.n = "xyz"', '"x"'),
    tie('list'),
    fc.tuple(fc.constantFrom(...designators), tie('list')).map(([d, l]) => `${d} = ${l}`),
  ),
})).list;

function declare(type: string, name: string): string {
  const at = type.indexOf('[');
  return at < 0 ? `${type} ${name}` : `${type.slice(0, at)} ${name}${type.slice(at)}`;
}

function write(unit: CUnit, init: Init, type: CType, bytes: Uint8Array, at: number): void {
  switch (init.kind) {
    case 'zero': return;
    case 'unknown': throw new Error(init.why);
    case 'string': {
      const size = unit.sizeOf(type);
      const most = size.known ? size.value : bytes.length - at;
      init.literal.bytes.forEach((byte, i) => {
        if (i < most) bytes[at + i] = byte;
      });
      return;
    }
    case 'scalar': {
      const value = unit.evaluate(init.expr);
      const size = unit.sizeOf(type);
      if (value.kind !== 'int' || !size.known) throw new Error(`no number: ${value.kind}`);
      for (let i = 0; i < size.value; i++) bytes[at + i] = Number((BigInt.asUintN(64, value.value) >> BigInt(8 * i)) & 255n);
      return;
    }
    case 'record': {
      const laid = unit.layout(init.record);
      if (!laid.known) throw new Error(laid.why);
      // A later union member takes the whole union: what it leaves out is zero.
      for (const one of init.members) write(unit, one.value, one.member.type, bytes, at + (laid.value.members.find((m) => m.member === one.member)?.offsetBytes ?? 0));
      return;
    }
    case 'array': {
      const t = resolve(type);
      if (t.kind !== 'array') throw new Error('no array');
      const size = unit.sizeOf(t.of);
      if (!size.known) throw new Error(size.why);
      for (const one of init.elements) write(unit, one.value, t.of, bytes, at + one.index * size.value);
      return;
    }
  }
}

describe('initialisers beside gcc', function () {
  this.timeout(0);
  it(`${count} random ones give the same bytes`, () => {
    const [compiler] = compilers;
    assert.ok(compiler !== undefined);
    for (let done = 0; done < count; done += batchSize) {
      let asked = fc.sample(fc.tuple(fc.constantFrom(...types), initializer), { numRuns: Math.min(batchSize, count - done), seed: seed + done })
        .map(([type, init], i) => ({ name: `v${i}`, text: `${declare(type, `v${i}`)} = ${init};` }));
      const total = asked.length;
      const before = prelude.split('\n').length;
      let object;
      for (let round = 0; object === undefined && round < 40; round++) {
        try {
          object = compile(compiler, prelude + asked.map((a) => `${a.text}\n`).join(''), ['-Werror=int-conversion']);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          if (error.lines.size === 0 || round === 39) throw error;
          asked = asked.filter((_, i) => !error.lines.has(i + before));
        }
      }
      assert.ok(object !== undefined && asked.length * 10 > total, `${asked.length} of ${total} are accepted`);
      const unit = openText(prelude + asked.map((a) => `${a.text}\n`).join(''), compiler.target);
      const wrong: string[] = [];
      for (const a of asked) {
        const truth = object.symbols.get(a.name) ?? new Uint8Array();
        const d = unit.lookup(a.name);
        const own = new Uint8Array(truth.length);
        let why = '';
        try {
          if (d?.init === undefined) why = 'not declared';
          else write(unit, unit.resolveInit(d.type, d.init), d.type, own, 0);
        } catch (error) {
          why = String(error);
        }
        // A string where a char stands is no C; gcc takes it for the whole array when the first element is not set yet.
        if (why.endsWith('no number: address') && a.text.includes('"')) continue;
        if (why !== '' || Buffer.compare(own, truth) !== 0) wrong.push(`${a.text}\n  gcc ${Buffer.from(truth).toString('hex')}\n  we  ${Buffer.from(own).toString('hex')} ${why}`);
      }
      assert.ok(wrong.length === 0, `${wrong.length} of ${asked.length} differ:\n${wrong.slice(0, 4).join('\n')}`);
    }
  });
});
