import assert from 'node:assert/strict';
import { kbuildFlags } from '../../../server/workspace/kbuildFlags';
import { Folder } from './helpers';

describe('options that makefiles give', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  const flags = (file: string, set: Readonly<Record<string, string>> = {}): ReturnType<typeof kbuildFlags> =>
    kbuildFlags(folder.path(file), { root: folder.root, build: '/build', option: (name) => set[name] });
  const names = (file: string, set: Readonly<Record<string, string>> = {}): string[] => flags(file, set).defines.map(({ name, value }) => (value === undefined ? `!${name}` : value === '1' ? name : `${name}=${value}`));

  it('come from the folder, its parents and for the file alone', () => {
    folder.write({
      'drivers/Makefile': 'subdir-ccflags-y += -DALL\nccflags-y += -DNOT_BELOW\n',
      'drivers/x/Makefile': '# -DCOMMENT\nccflags-y := -D_LINUX -I $(src)/inc -I$(srctree)/lib \\\n\t-I$(obj) -UOLD -DN=3 # more\nCFLAGS_one.o += -DONE $(call cc-option, -Wx)\nCFLAGS_two.o := -DTWO\nobj-y += one.o two.o\n',
    });
    assert.deepEqual(names('drivers/x/one.c'), ['ALL', '_LINUX', '!OLD', 'N=3', 'ONE']);
    assert.deepEqual(flags('drivers/x/one.c').includePaths, [folder.path('drivers/x/inc'), folder.path('lib'), '/build/drivers/x']);
    assert.deepEqual(names('drivers/x/two.c'), ['ALL', '_LINUX', '!OLD', 'N=3', 'TWO']);
    assert.deepEqual(names('lib/three.c'), []);
  });

  it('hang on options', () => {
    folder.write({ 'fs/Kbuild': 'ccflags-$(CONFIG_DEBUG) += -DDEBUG\nifdef CONFIG_BIG\nccflags-y += -DBIG\nelse\nccflags-y += -DSMALL\nendif\nifeq ($(CONFIG_MODE),m)\nccflags-y += -DMODULE_MODE\nendif\nifeq ($(CC),clang)\nccflags-y += -DCLANG\nendif\n' });
    assert.deepEqual(names('fs/a.c'), ['SMALL']);
    assert.deepEqual(names('fs/a.c', { DEBUG: 'm', BIG: 'y', MODE: 'm' }), ['DEBUG', 'BIG', 'MODULE_MODE']);
  });

  it('are none where a makefile is missing, a folder, or says what only make knows', () => {
    folder.write({ 'a/Makefile/keep': '', 'b/Makefile': 'ccflags-y += -D$(WHAT) -I$(call f,x)/y -I relative -D"odd name" -D\n' });
    assert.deepEqual(flags('a/x.c'), { includePaths: [], defines: [], forcedIncludes: [] });
    assert.deepEqual(flags('b/x.c'), { includePaths: [], defines: [], forcedIncludes: [] });
  });
});
