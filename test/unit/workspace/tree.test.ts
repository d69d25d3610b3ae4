import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import fc from 'fast-check';
import { CompileCommands, parseCommand, shellWords } from '../../../server/workspace/compileCommands';
import { ancestors, isInside, isTooBroad, relativeInside } from '../../../server/workspace/paths';
import { discoverTree } from '../../../server/workspace/tree';
import type { SourceTree } from '../../../server/workspace/tree';
import { TreeConfigs } from '../../../server/workspace/treeConfig';
import { fileOptions } from '../../../server/workspace/unitOptions';
import type { FileOptions } from '../../../server/workspace/unitOptions';
import { speaksOfKstate, walkC } from '../../../server/workspace/walk';
import { Folder } from './helpers';

function optionsOf(file: string, tree: SourceTree, commands = new CompileCommands(), workspaceFolder?: string): FileOptions {
  const configs = new TreeConfigs();
  return fileOptions(file, { tree, arch: 'auto', workspaceFolder, commands, config: (arch) => configs.get(tree, arch, undefined, () => undefined) });
}

const none = { ignored: new Set<string>(), maxFiles: 1000 };

describe('paths', () => {
  it('knows inside from beside', () => {
    assert.equal(isInside('/a/b/c', '/a/b'), true);
    assert.equal(isInside('/a/bc', '/a/b'), false);
    assert.equal(isInside('/a', '/'), true);
    assert.equal(relativeInside('/a/b/c.h', '/a'), 'b/c.h');
    assert.equal(relativeInside('/ab', '/a'), undefined);
    assert.deepEqual(ancestors('/a/b'), ['/a/b', '/a', '/']);
  });

  it('takes no root, home or system folder for a tree', () => {
    for (const folder of ['/', '/usr', '/home', os.homedir()]) assert.equal(isTooBroad(folder), true, folder);
    assert.equal(isTooBroad('/usr/src/linux'), false);
  });
});

describe('the tree around a file', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  function kernel(): void {
    folder.write({
      'Kconfig': '', 'MAINTAINERS': '', 'include/linux/kstate.h': '', 'include/linux/kconfig.h': '', 'include/linux/compiler_types.h': '',
      'include/uapi/linux/x.h': '', 'arch/x86/include/asm/page.h': '', 'arch/x86/include/uapi/asm/y.h': '', 'arch/arm64/include/asm/page.h': '',
      'drivers/net/my-drv.c': '',
    });
  }

  it('is the kernel around it', () => {
    kernel();
    assert.deepEqual(discoverTree(folder.path('drivers/net/my-drv.c')), { kind: 'kernel', root: folder.root, build: undefined });
  });

  it('is a folder of headers when there is no whole kernel', () => {
    folder.write({ 'include/linux/kstate.h': '', 'lib/t.c': '' });
    assert.deepEqual(discoverTree(folder.path('lib/t.c')), { kind: 'headers', root: folder.root, build: undefined });
  });

  it('is the folder alone when there is nothing, and the tree named when one is', () => {
    folder.write({ 'p/t.c': '' });
    assert.equal(discoverTree(folder.path('p/t.c')).kind, 'folder');
    kernel();
    const other = new Folder().write({ 't.c': '' });
    assert.equal(discoverTree(other.path('t.c'), { tree: folder.root }).kind, 'kernel');
    other.remove();
  });

  it('knows a build in place', () => {
    kernel();
    folder.write({ 'include/generated/autoconf.h': '#define CONFIG_ARM64 1\n' });
    assert.equal(discoverTree(folder.path('drivers/net/my-drv.c')).build, folder.root);
  });

  it('gives the include paths, forced includes and names of a kernel build', () => {
    kernel();
    const file = folder.path('drivers/net/my-drv.c');
    const options = optionsOf(file, discoverTree(file));
    assert.equal(options.target, 'x86_64');
    assert.deepEqual(options.includePaths, [
      folder.path('arch/x86/include'), '<built-in>/generated-asm', folder.path('include'), '<built-in>/generated-include',
      folder.path('arch/x86/include/uapi'), '<built-in>/generated-asm-uapi', folder.path('include/uapi'), '<built-in>/generated-uapi',
    ], 'ours stand where a build would have its own');
    assert.deepEqual(options.forcedIncludes, ['kconfig.h', 'compiler_types.h'].map((name) => folder.path(`include/linux/${name}`)));
    const define = (name: string): string | undefined => options.defines.find((d) => d.name === name)?.value;
    assert.equal(define('__KERNEL__'), '1');
    assert.equal(define('KBUILD_MODNAME'), '"my_drv"');
    assert.equal(define('CONFIG_KSTATE'), '1', 'assumed, for nothing says otherwise');
  });

  it('takes architecture and configuration from a build folder beside the tree', () => {
    kernel();
    const build = new Folder().write({ 'include/generated/autoconf.h': '#define CONFIG_ARM64 1\n', 'arch/arm64/include/generated/asm/z.h': '' });
    const file = folder.path('drivers/net/my-drv.c');
    const tree = discoverTree(file, { build: build.root });
    const options = optionsOf(file, tree);
    assert.equal(options.target, 'arm64');
    assert.ok(options.includePaths.includes(build.path('arch/arm64/include/generated')));
    assert.ok(options.includePaths.includes(folder.path('arch/arm64/include')));
    assert.equal(options.defines.some((d) => d.name === 'CONFIG_KSTATE'), false, 'autoconf.h says what is on');
    build.remove();
  });

  it('looks for include folders upward, within the workspace', () => {
    folder.write({ 'include/top.h': '', 'ws/include/w.h': '', 'ws/src/include/s.h': '', 'ws/src/deep/t.c': '' });
    const file = folder.path('ws/src/deep/t.c');
    const ws = folder.path('ws');
    const options = optionsOf(file, discoverTree(file, { workspaceFolder: ws }), new CompileCommands(), ws);
    assert.deepEqual(options.includePaths, [folder.path('ws/src/include'), folder.path('ws/include')]);
  });

  it('uses compile_commands.json when it lists the file, and survives a broken one', () => {
    folder.write({
      'src/a.c': '', 'src/b.c': '',
      'compile_commands.json': JSON.stringify([
        { directory: folder.root, file: 'src/a.c', command: `gcc -Iinc -isystem /sys -DA -DB='"x y"' -D C=3 -UD -include pre.h -c src/a.c` },
        { directory: 7 }, null, 'text',
      ]),
    });
    const commands = new CompileCommands();
    const tree = { kind: 'folder', root: folder.root, build: undefined } as const;
    const a = optionsOf(folder.path('src/a.c'), tree, commands);
    assert.deepEqual(a.includePaths, [folder.path('inc'), '/sys']);
    assert.deepEqual(a.defines, [{ name: 'A', value: '1' }, { name: 'B', value: '"x y"' }, { name: 'C', value: '3' }, { name: 'D', value: undefined }]);
    assert.deepEqual(a.forcedIncludes, [folder.path('pre.h')]);
    assert.equal(commands.find(folder.path('src/b.c'), [folder.root]), undefined);
    folder.write({ 'compile_commands.json': '{ broken' });
    assert.equal(commands.find(folder.path('src/a.c'), [folder.root]), undefined);
  });

  it('reads the target from the command', () => {
    assert.equal(parseCommand('/', ['clang', '--target=aarch64-linux-gnu', '-c', 'x.c']).targetTriple, 'aarch64-linux-gnu');
    assert.equal(parseCommand('/', ['clang', '-target', 'x86_64-linux', '-c']).targetTriple, 'x86_64-linux');
  });
});

describe('words of a command line', () => {
  it('are what a POSIX shell makes of them', () => {
    assert.deepEqual(shellWords(`gcc  -D'A B' -D"C \\"D\\"" e\\ f '' "x"y`), ['gcc', '-DA B', '-DC "D"', 'e f', '', 'xy']);
  });

  it('come back from any quoted words', () => {
    fc.assert(fc.property(fc.array(fc.string()), (words) => {
      const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
      assert.deepEqual(shellWords(quoted), words);
    }));
  });
});

describe('the walk', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  it('finds C files and leaves out what no person wrote', () => {
    folder.write({
      'a.c': '', 'b.h': '', 'c.S': '', 'd.txt': '', 'x/e.c': '', '.git/f.c': '', 'node_modules/g.c': '', 'skip/h.c': '', 'no.c': '',
      'o/include/generated/i.h': '', 'o/j.c': '', 'k/include/generated/l.h': '', 'k/m.c': '',
    });
    symlinkSync(folder.root, folder.path('x/loop'));
    symlinkSync(folder.root, folder.path('o/source'));
    symlinkSync(folder.path('a.c'), folder.path('link.c'));
    const ignored = new Set([folder.path('skip/'), folder.path('no.c')]);
    const found = walkC(folder.root, { ...none, ignored: new Set([...ignored, `${folder.path('skip')}/`]) });
    assert.deepEqual(found.files.map((f) => f.slice(folder.root.length + 1)).sort(), ['a.c', 'b.h', 'k/m.c', 'link.c', 'x/e.c']);
  });

  it('stops at its limit and says so', () => {
    for (let i = 0; i < 9; i++) folder.write({ [`f${i}.c`]: '' });
    const found = walkC(folder.root, { ...none, maxFiles: 4 });
    assert.equal(found.files.length, 4);
    assert.equal(found.truncated, true);
  });

  it('names folders it cannot read', () => {
    assert.deepEqual(walkC(folder.path('none'), none), { files: [], unreadable: [folder.path('none')], unnameable: [], truncated: false });
  });

  it('knows which files speak of KSTATE, also across the border of two reads', () => {
    const mib = 1024 * 1024;
    folder.write({ 'no.c': 'int x;', 'a.c': 'struct kstate_x;', 'b.c': 'KSTATE_END', 'split.c': `${'x'.repeat(mib - 3)}kstate`, 'far.c': `${'x'.repeat(3 * mib)}KSTATE_` });
    mkdirSync(folder.path('d.c'));
    assert.equal(speaksOfKstate(folder.path('no.c')), false);
    for (const name of ['a.c', 'b.c', 'split.c', 'far.c']) assert.equal(speaksOfKstate(folder.path(name)), true, name);
    assert.equal(typeof speaksOfKstate(folder.path('d.c')), 'object');
    assert.equal(typeof speaksOfKstate(folder.path('none.c')), 'object');
  });
});
