import assert from 'node:assert/strict';
import { DiskProvider } from '../../../server/workspace/diskProvider';
import { Folder } from './helpers';
import { assumed, openDriver, projectIn, sizeOf, smallKernel } from './smallKernel';

const X86_CONFIG = 'CONFIG_X86=y\nCONFIG_X86_64=y\nCONFIG_64BIT=y\nCONFIG_HZ=100\nCONFIG_PAGE_SHIFT=12\nCONFIG_ZONE_EXTRA=y\nCONFIG_WATCH=y\n# CONFIG_HAVE_ALIGNED is not set\n';

describe('a kernel tree without a build', () => {
  let tree: Folder;
  beforeEach(() => { tree = smallKernel(); });
  afterEach(() => { tree.remove(); });

  it('is read whole: wrappers, bounds, ticks and versions are made', () => {
    const unit = openDriver(tree);
    assert.deepEqual(unit.problems, []);
    assert.deepEqual(unit.includes.filter(({ resolved }) => resolved === undefined), []);
    assert.equal(unit.macro('GENERIC')?.name, 'GENERIC', 'asm/rwonce.h is the generic one');
    // HZ is assumed as 1000: one millisecond a tick.
    assert.deepEqual(['zones', 'ticks', 'numbered', 'paged'].map((tag) => sizeOf(unit, tag)), [1, 1, 6, 4096]);
  });

  it('takes an own header of the architecture before the generic one', () => {
    const unit = openDriver(tree, { arch: 'arm64' });
    assert.deepEqual([unit.macro('OWN')?.name, unit.macro('GENERIC')?.name], ['OWN', undefined]);
  });

  it('marks what rests on a choice, also through a generated constant, and not what Kconfig always selects', () => {
    const unit = openDriver(tree);
    assert.deepEqual(assumed(unit, 'plain'), []);
    assert.deepEqual(assumed(unit, 'watched'), ['CONFIG_WATCH=n']);
    assert.deepEqual([sizeOf(unit, 'aligned'), assumed(unit, 'aligned')], [16, []]);
    assert.deepEqual(assumed(unit, 'zones'), ['CONFIG_ZONE_EXTRA=n']);
    const arm64 = openDriver(tree, { arch: 'arm64' });
    assert.deepEqual([sizeOf(arm64, 'aligned'), assumed(arm64, 'aligned')], [4, ['CONFIG_HAVE_ALIGNED=n']]);
  });

  it('has the page size that was asked for, and says when there is none such', () => {
    assert.equal(sizeOf(openDriver(tree, { arch: 'arm64', pageSizeBytes: 65536 }), 'paged'), 65536);
    const project = projectIn(tree, { arch: 'x86_64', pageSizeBytes: 16384 });
    assert.equal(sizeOf(project.open(tree.path('drivers/driver.c'), new DiskProvider()).unit, 'paged'), 4096);
    assert.deepEqual(project.notices(), ['page size 16384: x86_64 has pages of 4096 bytes; 4096 is used']);
    assert.deepEqual(project.notices(), [], 'said once');
  });

  it('has the words of each architecture', () => {
    for (const [arch, size] of [['x86_64', 16], ['i386', 8], ['arm', 8], ['riscv64', 16], ['s390x', 16]] as const) assert.equal(sizeOf(openDriver(tree, { arch }), 'words'), size, arch);
  });
});

describe('a folder with only a .config', () => {
  let tree: Folder;
  beforeEach(() => { tree = smallKernel(); });
  afterEach(() => { tree.remove(); });

  it('tells the configuration like a build: nothing is assumed', () => {
    const build = new Folder().write({ '.config': X86_CONFIG });
    const unit = openDriver(tree, { build: build.root });
    assert.deepEqual(['watched', 'aligned', 'zones', 'ticks'].map((tag) => sizeOf(unit, tag)), [16, 4, 2, 10]);
    for (const tag of ['watched', 'aligned', 'zones']) assert.deepEqual(assumed(unit, tag), [], tag);
    build.remove();
  });

  it('counts in the tree, too, and tells the architecture', () => {
    tree.write({ '.config': 'CONFIG_ARM64=y\nCONFIG_64BIT=y\nCONFIG_PAGE_SHIFT=14\n' });
    const project = projectIn(tree, { pageSizeBytes: 4096 });
    const file = tree.path('drivers/driver.c');
    assert.equal(project.targetOf(file), 'arm64');
    assert.equal(sizeOf(project.open(file, new DiskProvider()).unit, 'paged'), 16384);
    assert.deepEqual(project.notices(), [`page size 4096: the configuration in ${tree.root}/.config has pages of 16384 bytes, and its headers are used`]);
  });

  it('is read again when it changes', () => {
    tree.write({ '.config': X86_CONFIG });
    const project = projectIn(tree);
    const file = tree.path('drivers/driver.c');
    assert.equal(sizeOf(project.open(file, new DiskProvider()).unit, 'watched'), 16);
    const before = project.configIdentity(file);
    tree.write({ '.config': X86_CONFIG.replace('CONFIG_WATCH=y\n', '') });
    project.refresh();
    assert.equal(sizeOf(project.open(file, new DiskProvider()).unit, 'watched'), 4);
    assert.notEqual(project.configIdentity(file), before);
  });

  it('gives way to an autoconf.h, whose folder need not be prepared', () => {
    tree.write({ '.config': X86_CONFIG, 'include/generated/autoconf.h': '#define CONFIG_X86 1\n#define CONFIG_X86_64 1\n#define CONFIG_HZ 250\n#define CONFIG_PAGE_SHIFT 12\n' });
    const unit = openDriver(tree);
    assert.deepEqual(['watched', 'zones', 'ticks'].map((tag) => sizeOf(unit, tag)), [4, 1, 4]);
    assert.deepEqual(assumed(unit, 'watched'), []);
  });

  it('is for 32-bit x86 when it says so', () => {
    const build = new Folder().write({ '.config': 'CONFIG_X86=y\nCONFIG_X86_32=y\nCONFIG_PAGE_SHIFT=12\n' });
    assert.equal(sizeOf(openDriver(tree, { build: build.root }), 'words'), 8);
    build.remove();
  });
});
