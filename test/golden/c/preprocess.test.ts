/** Hand-written files against what gcc 12 made of them: test/golden/c/*.i, recorded with `gcc -E -P -std=gnu11 -nostdinc -funsigned-char -fshort-wchar` (x86_64). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { tokensOf } from '../../differential/gccTokens';
import { expand } from '../../unit/c/preprocessHelp';

describe('preprocessor, recorded from gcc', () => {
  for (const name of ['standard', 'gnu', 'conditions']) {
    it(`${name}.c`, () => {
      const source = readFileSync(path.resolve(`test/fixtures/preprocess/${name}.c`), 'utf8');
      const expected = readFileSync(path.resolve(`test/golden/c/${name}.i`), 'utf8');
      assert.deepEqual(tokensOf(expand(source, {}, { path: '/m.c' })), tokensOf(expected));
    });
  }
});
