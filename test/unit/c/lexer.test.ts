import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { atomOf, atomText } from '../../../server/c/atoms';
import { Kw, keywordOf } from '../../../server/c/keywords';
import { lex } from '../../../server/c/lexer';
import { lexSlow } from '../../../server/c/lexSlow';
import { Raw, RawFlag } from '../../../server/c/rawTokens';

function spell(text: string): string[] {
  const buffer = lex(text);
  return Array.from({ length: buffer.count }, (_, i) => buffer.spelling(i));
}

function kinds(text: string): number[] {
  const buffer = lex(text);
  return Array.from(buffer.kinds.subarray(0, buffer.count));
}

describe('lexer', () => {
  it('takes the longest punctuator', () => {
    assert.deepEqual(spell('a+++++b ... .. >>= <<= -> ->* ## # <= >= == != && || ^= |= &= %= /= *= -= += --'), [
      'a', '++', '++', '+', 'b', '...', '.', '.', '>>=', '<<=', '->', '->', '*', '##', '#', '<=', '>=', '==', '!=', '&&', '||', '^=', '|=', '&=', '%=', '/=', '*=', '-=', '+=', '--',
    ]);
  });

  it('reads preprocessing numbers greedily, signs after exponents only', () => {
    assert.deepEqual(spell('0x1p-2 1e+5 1.2.3 .5 0xe+1 1_a 5.. x.5 1+2'), ['0x1p-2', '1e+5', '1.2.3', '.5', '0xe+1', '1_a', '5..', 'x', '.5', '1', '+', '2']);
  });

  it('joins lines everywhere, blanks after the backslash allowed', () => {
    const buffer = lex('con\\\ntin\\  \nued "a\\\nb" 1\\\n2 +\\\n= /\\\n/ gone\n/\\\n* x *\\\n/ end');
    assert.deepEqual(Array.from({ length: buffer.count }, (_, i) => buffer.spelling(i)), ['continued', '"ab"', '12', '+=', 'end']);
    assert.equal(buffer.atom(0), atomOf('continued'));
    assert.equal(buffer.flags[0], RawFlag.LineStart | RawFlag.Column0 | RawFlag.Spliced);
  });

  it('keeps a comment of several lines inside its line', () => {
    const buffer = lex('#define X /* a\n b */ 1\n  y // c \\\n d\nz');
    assert.deepEqual(Array.from(buffer.flags.subarray(0, buffer.count)).map((f) => (f & RawFlag.LineStart) !== 0), [true, false, false, false, true, true]);
    assert.deepEqual(Array.from(buffer.directiveEnds), [4]);
  });

  it('knows prefixes of literals, and that u8 has no character form in C11', () => {
    assert.deepEqual(kinds('L"a" u"b" U\'c\' u8"d" L\'e\''), [Raw.String, Raw.String, Raw.Char, Raw.String, Raw.Char]);
    assert.deepEqual(spell("u8'x'"), ['u8', "'x'"]);
    assert.deepEqual(spell('La"x" LL"y"'), ['La', '"x"', 'LL', '"y"']);
  });

  it('ends an unterminated literal at its line and goes on', () => {
    const buffer = lex("a \"b c\nd 'e\nf");
    assert.deepEqual(Array.from({ length: buffer.count }, (_, i) => buffer.spelling(i)), ['a', '"b c', 'd', "'e", 'f']);
    assert.deepEqual(buffer.faults.map((f) => f.message), ['missing terminating " character', "missing terminating ' character"]);
    assert.equal(buffer.kind(1), Raw.Other);
  });

  it('reads escapes in literals', () => {
    assert.deepEqual(spell('"a\\"b" \'\\\'\' "\\\\" x'), ['"a\\"b"', "'\\''", '"\\\\"', 'x']);
  });

  it('takes an unterminated comment to the end', () => {
    const buffer = lex('a /* b\nc');
    assert.equal(buffer.count, 1);
    assert.deepEqual(buffer.faults.map((f) => f.message), ['unterminated comment']);
  });

  it('knows digraphs, BOM, CRLF, $ and letters beyond ASCII', () => {
    assert.deepEqual(kinds('<: :> <% %> %: %:%:'), [Raw.LBracket, Raw.RBracket, Raw.LBrace, Raw.RBrace, Raw.Hash, Raw.HashHash]);
    assert.deepEqual(spell('\ufeff#a\r\n$b \u00e9t\u00e9 x\\\r\ny'), ['#', 'a', '$b', '\u00e9t\u00e9', 'xy']);
    assert.equal(lex('\ufeff#if 1\r\n#endif\r\n').directives.length, 2);
    assert.deepEqual(kinds('\u00a0 \ufffd @ `'), [Raw.Other, Raw.Other, Raw.Other, Raw.Other]);
  });

  it('reads a header name after #include only', () => {
    assert.deepEqual(kinds('#include <a/b-c.h>\n#include_next <x//y>\nif <a> b'), [
      Raw.Hash, Raw.Ident, Raw.HeaderName, Raw.Hash, Raw.Ident, Raw.HeaderName, Raw.Ident, Raw.Lt, Raw.Ident, Raw.Gt, Raw.Ident,
    ]);
  });

  it('finds include guards and nothing like them', () => {
    const guard = (text: string): string => atomText(lex(text).structure.guard);
    assert.equal(guard('/* c */\n#ifndef G\n#define G\nint x;\n#endif // G\n'), 'G');
    assert.equal(guard('#if !defined(G)\n#define G\n#if 1\n#else\n#endif\n#endif'), 'G');
    assert.equal(guard('#if !defined G\n#endif'), 'G');
    assert.equal(guard('#ifndef G\n#define G\n#endif\nint x;'), '');
    assert.equal(guard('int x;\n#ifndef G\n#endif'), '');
    assert.equal(guard('#ifndef G\n#else\n#endif'), '');
    assert.equal(guard('#if !defined(G) && 1\n#endif'), '');
  });

  it('gives the same atom to the same spelling, keywords by meaning', () => {
    assert.equal(lex('some_name').atom(0), lex('x some_name').atom(1));
    assert.equal(atomText(lex('caf\u00e9').atom(0)), 'caf\u00e9');
    assert.equal(keywordOf(atomOf('__inline__')), Kw.Inline);
    assert.equal(keywordOf(atomOf('inlined')), Kw.None);
  });

  it('covers any text: tokens in order, inside the text, between them only blanks, comments and continuations', () => {
    const piece = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('\n', '\\\n', '/*', '*/', '//', '"', "'", '#', 'L"', '<:', '...', 'ab', '1.e+', '\\', '\r\n', '\u00e9', '\ud800'));
    fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join('');
      const buffer = lex(text);
      let at = 0;
      for (let i = 0; i < buffer.count; i++) {
        const start = buffer.starts[i] ?? -1;
        const end = buffer.ends[i] ?? -1;
        assert.ok(start >= at && end > start && end <= text.length);
        assert.ok(buffer.spelling(i).length > 0);
        if (!/[/]/.test(text.slice(at, start))) assert.match(text.slice(at, start), /^[\s\0\\\ufeff]*$/);
        at = end;
      }
    }), { numRuns: 2000 });
  });

  it('reads each token as the slow way reads it alone', () => {
    const piece = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('\n', '\\\n', ' ', '#', 'L"', "u8'", '<:', '%:%:', '%:%', '...', '..', '<<=', '>>', '->', '.5', 'ab', '1.e+', '\\', '"a\\"b"', "'\\''", '\r\n', '\u00e9', '\x01', '\\u00e9'));
    fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('').replace(/[/]/g, '');
      const buffer = lex(text);
      for (let i = 0; i < buffer.count; i++) {
        if (buffer.kind(i) === Raw.HeaderName) continue;
        const token = lexSlow(text, buffer.starts[i] ?? 0, 0, () => undefined);
        assert.deepEqual({ kind: buffer.kind(i), end: buffer.ends[i], atom: buffer.atom(i), flags: (buffer.flags[i] ?? 0) & (RawFlag.Spliced | RawFlag.Digraph) },
          { kind: token.kind, end: token.end, atom: token.atom, flags: token.flags }, JSON.stringify(text));
      }
    }), { numRuns: 2000 });
  });

  it('reads texts that are nothing but tokens, and any number of names', () => {
    const dense = lex(';'.repeat(300_000));
    assert.deepEqual([dense.count, dense.ends[299_999], dense.kind(299_999), dense.kind(300_000)], [300_000, 300_000, Raw.Semi, Raw.End]);
    const names = Array.from({ length: 150_000 }, (_, i) => (i % 1000 === 7 ? `n\u00e9m${i}` : `brand_new_${i}`));
    const buffer = lex(names.join(' '));
    assert.equal(buffer.count, names.length);
    assert.equal(new Set(buffer.atoms.subarray(0, names.length)).size, names.length);
    for (const i of [0, 7, 1007, 65_535, 149_007, 149_999]) assert.equal(atomText(buffer.atom(i)), names[i]);
    const again = lex(`brand_new_3 ${names[1007] ?? ''}`);
    assert.deepEqual([again.atom(0), again.atom(1)], [buffer.atom(3), buffer.atom(1007)]);
    const long = 'x'.repeat(3_000_000);
    assert.equal(atomText(lex(`a ${long}`).atom(1)), long);
    assert.equal(atomOf(`${long}\u00e9`), lex(`${long}\u00e9`).atom(0));
  });

  it('takes a directive whose # stands before a continuation', () => {
    const buffer = lex('# \\\ndefine A\n%\\\n: \\\ndefine B');
    assert.deepEqual([...buffer.directives], [0, 3]);
    assert.deepEqual([...buffer.directiveEnds], [3, 6]);
  });
});
