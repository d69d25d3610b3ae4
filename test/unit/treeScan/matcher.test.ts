import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileSearch, makeMatcher, type Matcher } from '../../../server/workspace/treeScan/matcher';
import { hasTopic, wordFamilies, wordIds, wordTableKey, type WordFamily } from '../../../server/workspace/treeScan/words';

const simd = makeMatcher(wordFamilies, { module: compileSearch(wordFamilies), capacityBytes: 4096 });
const plain = makeMatcher(wordFamilies, { capacityBytes: 4096 });

function found(matcher: Matcher, text: string): string[] {
  const bytes = Buffer.from(text);
  matcher.bytes.fill(0x6b); // 'k': what is left behind the text must not count
  matcher.bytes.set(bytes);
  return wordIds(matcher.scan(0, bytes.length, true));
}

describe('treeScan: words in bytes', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['kho', ['kho']],
    ['kh', []],
    ['int kho_preserve_folio(struct folio *folio);', ['kho']],
    ['__kho_unpreserve(', ['kho']],
    ['is_kho_boot()', ['kho']],
    ['#include <linux/kho/abi/luo.h>', ['kho', 'luo']],
    ['SETUP_KEXEC_KHO', ['kho']],
    ['blackhole khollis mkho', []],
    ['kho2', []],
    ['2kho', []],
    ['linkstate PORTSC_PTC_KSTATE', ['KSTATE']],
    ['KSTATE_BASE_TYPE(a, struct s, int)', ['KSTATE']],
    ['struct kstate_description d', ['kstate']],
    ['Kho kHO Luo LiveUpdate', []],
    ['DECLARE_KHOSER_PTR(x, y *)', ['khoser']],
    ['khokho_', []],
    ['#include <linux/kexec_handover.h>', ['kexec_handover']],
    ['#define FOO_COMPATIBLE "foo-v1"', ['COMPATIBLE']],
    ['compatible = "x"; INCOMPATIBLE', []],
    ['liveupdate_register_file_handler LIVEUPDATE_X LUO', ['luo', 'liveupdate']],
    ['x\u00e9kho ', ['kho']],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => {
      assert.deepEqual(found(simd, text), expected, 'simd');
      assert.deepEqual(found(plain, text), expected, 'plain');
    });
  }

  it('uses SIMD on this host', () => { assert.equal(simd.kind, 'simd'); });

  it('finds a word at every place, with and without SIMD, as a search in the text does', () => {
    const piece = fc.constantFrom('kho', 'KHO', 'luo', 'liveupdate', '_', ' ', 'x', '9', 'k', 'kh', 'COMPATIBLE', 'kstat', 'e', '\n', 'veu');
    fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), fc.nat(70), (pieces, pad) => {
      const text = '-'.repeat(pad) + pieces.join('');
      const expected = wordFamilies.filter((family) => new RegExp(`(?<![0-9A-Za-z])(?:${family.stems.join('|')})(?![0-9A-Za-z])`).test(text)).map((family) => family.id);
      assert.deepEqual(found(simd, text), expected);
      assert.deepEqual(found(plain, text), expected);
    }));
  });

  it('counts what stands before the chunk, and leaves a word at its end to the next one', () => {
    const put = (text: string): void => { simd.bytes.set(Buffer.from(text)); };
    put('xkho ');
    assert.equal(simd.scan(1, 5, true), 0);
    put('-kho ');
    assert.deepEqual(wordIds(simd.scan(1, 5, true)), ['kho']);
    put('-kho');
    assert.equal(simd.scan(0, 4, false), 0);
    assert.deepEqual(wordIds(simd.scan(0, 4, true)), ['kho']);
  });
});

describe('treeScan: the table of words', () => {
  it('keeps to the limits of the search', () => {
    assert.ok(wordFamilies.length <= 31);
    for (const { stems, anchor } of wordFamilies) {
      for (const stem of stems) {
        assert.match(stem, /^[A-Za-z0-9_]{3,32}$/);
        if (anchor !== undefined) assert.ok(stem.toLowerCase().includes(anchor) && anchor.length === 3, `${anchor} in ${stem}`);
      }
    }
  });

  it('tells topics, and another table has another key', () => {
    assert.equal(hasTopic(1 << 2, 'kho'), true);
    assert.equal(hasTopic(1 << 2, 'kstate'), false);
    const other: readonly WordFamily[] = [{ id: 'foo', topic: 'kho', stems: ['foo'] }];
    assert.notEqual(wordTableKey(other), wordTableKey());
  });
});
