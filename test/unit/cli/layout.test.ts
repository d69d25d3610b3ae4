import assert from 'node:assert/strict';
import { DRIVER } from '../../contract/sample';
import { Folder } from '../workspace/helpers';
import type { Ran } from './runCli';
import { run as runIn } from './runCli';

/** A tree that passes for a kernel's, small. Sizes by hand. */
const TREE = {
  'Kconfig': '', 'MAINTAINERS': '', 'kernel/Makefile': '',
  'include/linux/box.h': '#ifndef BOX_H\n#define BOX_H\ntypedef struct {\n\tint counter;\n} box_t;\nstruct box {\n\tchar c;\n\tbox_t t[3];\n\tstruct { int bits:3; } in;\n};\nstruct only;\n#endif\n',
  'kernel/one.c': '#include <linux/box.h>\nstruct own { int a; };\nstruct box the_box = { 0 };\nstruct lost { struct missing m; };\n',
  'kernel/two.c': 'struct own { long a; };\n',
  'kernel/three.c': 'struct own { int a; };\n',
};

describe('layout', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  const run = (...words: string[]): Promise<Ran> => runIn(folder.root, ['layout', ...words]);

  it('prints the struct of a file with what travels', async () => {
    folder.write({ 'lamp.c': DRIVER });
    const { code, out } = await run('lamp', 'lamp.c');
    assert.equal(code, 0);
    assert.match(out, /^\/\* lamp\.c:5, x86_64 \*\/\nstruct lamp \{/);
    assert.match(out, /preserved: 5 of 6 members, 21 of 40 bytes/);
    assert.match((await run('lamp', 'lamp.c', '--description', 'lamp_extra')).out, /preserved: 1 of 6 members, 1 of 40 bytes/);
  });

  it('gives the shape of struct data, and what travels only where a description is about it', async () => {
    folder.write(TREE);
    const { out } = await run('box', '--tree', '.', '--format', 'json');
    assert.deepEqual(JSON.parse(out), {
      box: {
        kind: 'struct', size: 20,
        members: [
          { name: 'c', type: 'char', offset: 0, size: 1 }, { name: 't', type: 'box_t [3]', offset: 4, size: 12, array: [3] },
          { name: 'in', type: 'struct {...}', offset: 16, size: 4, kind: 'struct', members: [{ name: 'bits', type: 'int', offset: 16, size: 4, bit_offset: 128, bit_size: 3 }] },
        ],
      },
    });
    folder.write({ 'lamp.c': DRIVER });
    const lamp: unknown = JSON.parse((await run('lamp', 'lamp.c', '--format', 'json')).out);
    assert.ok(typeof lamp === 'object' && lamp !== null && 'lamp' in lamp && typeof lamp.lamp === 'object' && lamp.lamp !== null && 'descriptions' in lamp.lamp);
  });

  it('takes tags with their keyword, typedefs, variables, and names of one file', async () => {
    folder.write(TREE);
    const sizes: string[] = [];
    for (const name of ['struct box', 'box_t', 'typeof(the_box)', 'own@kernel/two.c', 'own@kernel/one.c']) {
      const { out, err } = await run(name, '--tree', '.', '--format', 'json');
      assert.notEqual(out, '', err);
      const parsed = JSON.parse(out) as Record<string, { size: number }>; // the shape is checked above
      sizes.push(`${name} ${String(parsed[name]?.size)}`);
    }
    assert.deepEqual(sizes, ['struct box 20', 'box_t 4', 'typeof(the_box) 20', 'own@kernel/two.c 8', 'own@kernel/one.c 4']);
  });

  it('shows the first of several definitions and lists those that differ', async () => {
    folder.write(TREE);
    const { code, out, err } = await run('own', '--tree', '.');
    assert.equal(code, 0);
    assert.match(out, /size: 4 bytes/);
    assert.match(err, /own is defined differently in 2 places; shown is kernel\/one\.c:2\. Choose with own@FILE:\n {2}kernel\/two\.c:1\n/);
  });

  it('finds the tree or the files around the working folder', async () => {
    folder.write({ 'a.c': 'struct here { int n; };\n' });
    assert.match((await run('here')).out, /a\.c:1/);
    folder.write(TREE);
    assert.match((await run('box')).out, /include\/linux\/box\.h:6/);
  });

  it('reads a header on its own', async () => {
    folder.write({ 'b.h': 'struct b { short s; };\n' });
    assert.match((await run('b', 'b.h')).out, /size: 2 bytes/);
  });

  it('exits 2 and says what it did not find, what may have been meant, and what stopped it', async () => {
    folder.write({ ...TREE, 'lamp.c': DRIVER });
    for (const [words, message] of [
      [['boxx', '--tree', '.'], /boxx: no definition in \.; near it: box/],
      [['lanp', 'lamp.c'], /lanp: not defined in lamp\.c; near it: lamp/],
      [['only', 'kernel/one.c'], /only: only declared \(include\/linux\/box\.h:11\)/],
      [['lost@kernel/one.c', '--tree', '.'], /lost@kernel\/one\.c \(kernel\/one\.c:4\): its layout is not known: .* at "missing", kernel\/one\.c:4:22/],
      [['own@kernel/four.c', '--tree', '.'], /has no kernel\/four\.c/],
      [['int x', 'lamp.c'], /"int x" names no struct/],
      [['lamp', 'lamp.c', '--description', 'other'], /--description other: no description of that name is about struct lamp/],
      [[], /layout wants NAME/],
      [['lamp', 'none.c'], /none\.c: no such file/],
    ] as const) {
      const { code, out, err } = await run(...words);
      assert.equal(code, 2, `${words.join(' ')}: ${out}`);
      assert.match(err, message);
      assert.equal(out, '');
    }
  });
});
