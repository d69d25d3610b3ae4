import assert from 'node:assert/strict';
import fc from 'fast-check';
import { autoconfText, optionIn } from '../../../server/workspace/autoconf';

describe('an autoconf.h made from a .config', () => {
  it('has what kconfig writes: y, m, numbers, strings as they are escaped, nothing for what is not set', () => {
    const config = [
      '#', '# Automatically generated file', '#', 'CONFIG_A=y', 'CONFIG_B=m', '# CONFIG_C is not set', 'CONFIG_D=250', 'CONFIG_E=-1', 'CONFIG_F=0xdead000000000000',
      'CONFIG_G="a \\"b\\" # c=d"', 'CONFIG_H=""', 'CONFIG_I=n', 'not an option', 'CONFIG_J', '',
    ].join('\n');
    assert.equal(autoconfText(config), [
      '#define CONFIG_A 1', '#define CONFIG_B_MODULE 1', '#define CONFIG_D 250', '#define CONFIG_E -1', '#define CONFIG_F 0xdead000000000000',
      '#define CONFIG_G "a \\"b\\" # c=d"', '#define CONFIG_H ""', '',
    ].join('\n'));
  });

  it('takes the last word about an option, and lines that end as on Windows', () => {
    assert.equal(autoconfText('CONFIG_A=y\r\nCONFIG_B=y\r\n# CONFIG_A is not set\r\nCONFIG_B=m\r\n'), '#define CONFIG_B_MODULE 1\n');
  });

  it('gives single values back', () => {
    const text = '#define CONFIG_A 1\n#define CONFIG_AB "x y"\n';
    assert.equal(optionIn(text, 'CONFIG_AB'), '"x y"');
    assert.equal(optionIn(text, 'CONFIG_B'), undefined);
  });

  it('never makes text that is no definition, whatever the file holds', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      for (const line of autoconfText(`${text}\nCONFIG_LAST=y\n`).trimEnd().split('\n')) assert.match(line, /^#define CONFIG_\w+ \S/);
    }));
  });
});
