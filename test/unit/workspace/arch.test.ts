import assert from 'node:assert/strict';
import { targetNames, targetOf } from '../../../server/c/targets';
import { ARCHES } from '../../../server/shared/settings';
import { ARCH_FACTS, ARCH_NAMES, archNamed, archOfConfig, assumedDefines, certainOptions, makefileDefines, pageSizeNamed } from '../../../server/workspace/arch';

describe('architectures', () => {
  it('are those of the C front end and of the settings', () => {
    assert.deepEqual([...ARCH_NAMES].sort(), [...targetNames].sort());
    assert.deepEqual(ARCHES, ['auto', ...ARCH_NAMES]);
    for (const arch of ARCH_NAMES) assert.equal(targetOf(arch).pointerBytes === 8, certainOptions(arch).on.includes('64BIT'), arch);
  });

  it('have the names that uname, gcc and the kernel give them', () => {
    for (const [name, arch] of [['aarch64', 'arm64'], ['AMD64', 'x86_64'], ['x86', 'x86_64'], ['i686', 'i386'], ['riscv', 'riscv64'], ['s390', 's390x'], ['arm', 'arm']] as const) assert.equal(archNamed(name), arch);
    assert.equal(archNamed('vax'), undefined);
  });

  it('are told by a configuration', () => {
    for (const [options, arch] of [
      [['X86', 'X86_64', '64BIT'], 'x86_64'], [['X86', 'X86_32'], 'i386'], [['ARM'], 'arm'], [['ARM64', '64BIT'], 'arm64'], [['RISCV', '64BIT'], 'riscv64'], [['S390', '64BIT'], 's390x'],
    ] as const) {
      const on = new Set<string>(options.map((option) => `CONFIG_${option}`));
      assert.equal(archOfConfig((option) => on.has(option)), arch);
    }
    assert.equal(archOfConfig(() => false), undefined);
    assert.equal(archOfConfig((option) => option === 'CONFIG_X86'), undefined, 'neither of the two');
  });

  it('never have on what they say is off', () => {
    for (const arch of ARCH_NAMES) {
      const { off } = certainOptions(arch);
      const names = assumedDefines(arch).map(({ name }) => name.slice('CONFIG_'.length));
      assert.deepEqual(names.filter((name) => off.includes(name)), [], arch);
      assert.equal(new Set(names).size, names.length, `${arch}: an option is there twice`);
    }
  });

  it('have the page size that is asked for where they can', () => {
    const value = (bytes: 4096 | 16384 | 65536, name: string): string | undefined => assumedDefines('arm64', bytes).find((d) => d.name === name)?.value;
    assert.deepEqual([value(4096, 'CONFIG_PAGE_SHIFT'), value(16384, 'CONFIG_PAGE_SHIFT'), value(65536, 'CONFIG_PAGE_SHIFT')], ['12', '14', '16']);
    assert.deepEqual([value(65536, 'CONFIG_ARM64_64K_PAGES'), value(65536, 'CONFIG_ARM64_4K_PAGES'), value(65536, 'CONFIG_PGTABLE_LEVELS')], ['1', undefined, '3']);
    assert.deepEqual(assumedDefines('s390x', 65536), assumedDefines('s390x'));
    for (const arch of ARCH_NAMES) assert.ok(ARCH_FACTS[arch].pages[4096] !== undefined, arch);
    assert.deepEqual(['4K', '16k', '65536', '8192', '4 K', ''].map(pageSizeNamed), [4096, 16384, 65536, undefined, undefined, undefined]);
  });

  it('pass the options of their makefiles', () => {
    const version = (...on: string[]): string | undefined => makefileDefines('arm', (option) => on.includes(option))[0]?.value;
    assert.equal(version('CONFIG_CPU_32v7', 'CONFIG_CPU_32v6K'), '7');
    assert.equal(version('CONFIG_CPU_32v6', 'CONFIG_CPU_32v6K', 'CONFIG_CPU_32v7'), '6');
    assert.equal(version('CONFIG_CPU_32v4T'), '4');
    assert.equal(version(), undefined);
    assert.deepEqual(makefileDefines('x86_64', () => true), []);
  });

});
