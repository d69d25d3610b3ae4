import assert from 'node:assert/strict';
import { optionValues } from '../../../server/workspace/kconfigDefaults';
import { parseCondition, readKconfig } from '../../../server/workspace/kconfigText';

const TEXT = `
config ME
	def_bool y
	select HAVE_A
	select HAVE_B if BITS64 && !OTHER
	select HAVE_C if CHOSEN
	select HAVE_D if OTHER
	help
	  config NOT_AN_OPTION
	    select NOTHING

config HAVE_A
	bool
	select DEEPER

config DEEPER
	bool

config HAVE_B
	bool
config HAVE_C
	bool
config HAVE_D
	bool

config WIDE
	def_bool BITS64 || LPAE

config LEVELS
	int
	default 5 if BITS64
	default 2

config CHOSEN
	bool "a question"
	default y
	depends on MENU_ON

menu "things"
	depends on ABSENT
config IN_MENU
	def_bool y
endmenu

if HAVE_A
config IN_IF
	def_bool y
endif

choice
	prompt "one of"
config FIRST
	bool "first"
	default y
endchoice

source "more/Kconfig"
source "never/Kconfig"
`;

describe('Kconfig', () => {
  const options = readKconfig(TEXT, (name) => (name === 'more/Kconfig' ? 'config MORE\n\tdef_bool y\n' : undefined));
  const values = optionValues(options, new Map([['ME', 'y'], ['BITS64', 'y']]), new Set(['OTHER']), new Map([['MENU_ON', 'y']]));

  it('tells what every configuration of an architecture has', () => {
    assert.deepEqual([...values.certain].map(([name, value]) => `${name}=${value}`).sort(), ['BITS64=y', 'DEEPER=y', 'HAVE_A=y', 'HAVE_B=y', 'IN_IF=y', 'LEVELS=5', 'ME=y', 'MORE=y', 'WIDE=y']);
  });

  it('tells what is on when nobody answers its questions', () => {
    const more = [...values.assumed.keys()].filter((name) => !values.certain.has(name));
    assert.deepEqual(more.sort(), ['CHOSEN', 'HAVE_C', 'MENU_ON'], 'a choice is left alone, a menu that is off holds nothing');
  });

  it('reads conditions by precedence', () => {
    assert.deepEqual(parseCondition('A || B && !C'), {
      kind: 'or', left: { kind: 'symbol', name: 'A' }, right: { kind: 'and', left: { kind: 'symbol', name: 'B' }, right: { kind: 'not', of: { kind: 'symbol', name: 'C' } } },
    });
    assert.deepEqual(parseCondition('N >= 2'), { kind: 'compare', op: '>=', left: 'N', right: '2' });
    assert.equal(parseCondition('$(cc-option,-fx)').kind, 'unknown');
    assert.equal(parseCondition('').kind, 'unknown');
  });

  it('puts together what several places say of one option', () => {
    const text = 'config N\n\tint\n\tdefault 4 if UNKNOWN\nconfig N\n\tint\n\tdefault 2\nconfig M\n\thex\n\tdefault 10 if OTHER\nconfig M\n\thex\n\tdefault 20\n';
    const both = optionValues(readKconfig(text, () => undefined), new Map(), new Set(['OTHER']), new Map());
    assert.deepEqual([both.certain.get('N'), both.certain.get('M')], [undefined, '0x20'], 'an unknown condition decides N');
    assert.equal(both.assumed.get('N'), '2');
  });

  it('survives files that include themselves', () => {
    assert.ok(readKconfig('source "x"\nconfig A\n\tbool\n', () => 'source "x"\n').length === 1);
  });
});
