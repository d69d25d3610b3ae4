/**
 * Random macro programs, expanded by us and by `gcc -E`: the same tokens. COUNT sets how many (default 400).
 *
 * Programs go to gcc in batches, each between two markers; names are numbered by program so that they do not meet.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { allTokens, unitOf } from '../unit/c/preprocessHelp';
import { gccPreprocess, tokensOf } from './gccTokens';

const COUNT = Number(process.env['COUNT'] ?? '400');
const BATCH = 100;

interface Macro {
  readonly params: number | undefined;
  readonly variadic: 'none' | 'std' | 'named';
  readonly body: readonly string[];
}
interface Program {
  readonly macros: readonly Macro[];
  readonly uses: readonly string[];
}

const MACROS = 5;
/** Words of a body or a use; m0..m4 are the program's macros, p0..p2 parameters. */
const plain = fc.constantFrom('a', 'b', 'x', '1', '2.5e', '+', '-', '*', ',', '(', ')', '"s\\n"', "'c'", '.', '<', '=', '&', 'm0', 'm1', 'm2', 'm3', 'm4', 'm0', 'm1', '( m2 )', '( x )', '( )', '(a,b)', '(m1,m3)');
const inBody = fc.oneof(
  { weight: 6, arbitrary: plain },
  { weight: 4, arbitrary: fc.constantFrom('p0', 'p1', 'p2', 'V', '(p0)', '(p0,p1)', '(V)') },
  { weight: 2, arbitrary: fc.constantFrom('#p0', '# p1', '#V', 'p0##p1', 'a ## p0', 'p1 ## b', ', ## V', 'p0 ## 1', 'm ## 1', 'm##p0', 'p0 ## V', 'a ## b ## p2') },
  { weight: 1, arbitrary: fc.constantFrom('__VA_OPT__(p0)', '__VA_OPT__( a b )', '__VA_OPT__(,) V', '__VA_OPT__(a ## p0)', 'x ## __VA_OPT__(y)', '__VA_OPT__(x) ## y', '#__VA_OPT__(p0 V)', '__VA_OPT__()') },
);
const spaced = (words: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string[]> =>
  fc.array(fc.tuple(words, fc.constantFrom(' ', '', ' ', '  ')), { maxLength }).map((list) => list.map(([word, space]) => word + (space === '' && /\w$/.test(word) ? ' ' : space)));
const macro: fc.Arbitrary<Macro> = fc.record({
  params: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 4 }),
  variadic: fc.constantFrom<('none' | 'std' | 'named')[]>('none', 'none', 'std', 'named'),
  body: spaced(inBody, 7),
});
const use = fc.oneof(
  plain,
  fc.tuple(fc.constantFrom('m0', 'm1', 'm2', 'm3', 'm4'), fc.constantFrom(' ', '', '\n'), spaced(fc.oneof(plain, fc.constantFrom('m0(1)', 'm1(a)(b)', 'm2()', 'm3(x,y)', 'm4(1,2,3)', '\n')), 5)).map(([name, space, args]) => `${name}${space}(${args.join('')})`),
  fc.constantFrom('m0(1)', 'm1(a)(b)', 'm2()', 'm3(x,y)', 'm4(1,2,3)', 'm0 (m1)(2)', 'm1(,)', 'm2(m2(m2(1)))', 'm3((a,b),c)', '\n'),
);
const program: fc.Arbitrary<Program> = fc.record({ macros: fc.array(macro, { minLength: MACROS, maxLength: MACROS }), uses: fc.array(use, { minLength: 1, maxLength: 6 }) });

/** Text of a program: parameters that a macro does not have become plain words, `V` its variable arguments. */
function textOf({ macros, uses }: Program, number: number): string {
  const rename = (text: string): string => text.replace(/\bm(\d)\b/g, `m$1_${String(number)}`);
  let text = '';
  macros.forEach((m, i) => {
    const variadic = m.params === undefined ? 'none' : m.variadic;
    const params = Array.from({ length: m.params ?? 0 }, (_, k) => `p${String(k)}`);
    const v = variadic === 'std' ? '__VA_ARGS__' : variadic === 'named' ? 'rest' : params.length > 0 ? 'p0' : undefined;
    if (variadic !== 'none') params.push(variadic === 'std' ? '...' : 'rest...');
    let body = m.body.join('');
    body = body.replace(/\bV\b/g, v ?? 'v');
    if (m.params === undefined || m.params === 0 && variadic === 'none') body = body.replace(/# *(?=p\d|v\b)(?<!##\s*)/g, '');
    for (let k = m.params ?? 0; k < 3; k++) body = body.replace(new RegExp(`# *p${String(k)}\\b(?<!## *p\\d)`, 'g'), `p${String(k)}`);
    if (variadic === 'none') body = body.replace(/#?__VA_OPT__/g, 'f');
    text += `#define m${String(i)}${m.params === undefined ? '' : `(${params.join(', ')})`} ${body}\n`;
  });
  // The closers end a use left open, so that it does not swallow the next program of the batch.
  return rename(`${text}${uses.join(' ')}\n${') '.repeat(40)}\n`);
}

/** Tokens between the markers of each program; undefined where a marker was lost to an unterminated use. */
function split(tokens: readonly string[], count: number): (string[] | undefined)[] {
  const parts: (string[] | undefined)[] = Array.from({ length: count }, () => undefined);
  for (let i = 0; i < tokens.length; i++) {
    const begin = /^BEGIN_(\d+)$/.exec(tokens[i] ?? '');
    if (begin === null) continue;
    const end = tokens.indexOf(`END_${begin[1] ?? ''}`, i);
    if (end > i) parts[Number(begin[1])] = tokens.slice(i + 1, end);
  }
  return parts;
}

describe('preprocessor against gcc -E', () => {
  it(`expands ${String(COUNT)} random macro programs to the same tokens`, function () {
    this.timeout(0);
    let compared = 0;
    let seed = Number(process.env['SEED'] ?? '20240611');
    for (let done = 0; done < COUNT; done += BATCH) {
      const programs = fc.sample(program, { numRuns: Math.min(BATCH, COUNT - done), seed: seed++ });
      // gcc's errors recover in its own way; only programs without errors are compared. Each is first asked alone for its errors, in one batch.
      const sources = programs.map((p, i) => textOf(p, i));
      const whole = sources.map((text, i) => `BEGIN_${String(i)}\n# 1 "p${String(i)}"\n${text}END_${String(i)}\n`).join('');
      const { text, errors } = gccPreprocess(whole);
      const bad = new Set([...errors.matchAll(/^p(\d+):.*(?:error|warning):/gm)].map((m) => Number(m[1])));
      const theirs = split(tokensOf(text), programs.length);
      sources.forEach((source, i) => {
        const expected = theirs[i];
        if (expected === undefined || bad.has(i)) return;
        const ours = allTokens(unitOf(source)).map((t) => t.text);
        compared++;
        // In rare cases gcc prints two tokens without the blank that would keep them apart (`x 2.5e` as `x2.5e`); then only the characters can be compared.
        if (ours.join('') === expected.join('')) return;
        assert.deepEqual(ours, tokensOf(expected.join(' ')), `seed ${String(seed - 1)}, program:\n${source}`);
      });
    }
    assert.ok(compared > COUNT / 5, `only ${String(compared)} programs were without errors`);
  });
});
