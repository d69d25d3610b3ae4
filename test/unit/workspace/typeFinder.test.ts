import assert from 'node:assert/strict';
import { recordJson } from '../../../server/c/recordJson';
import { DefinitionFiles, partsOf } from '../../../server/workspace/definitionFiles';
import { DiskProvider } from '../../../server/workspace/diskProvider';
import { Project } from '../../../server/workspace/project';
import { TypeFinder, parseTypeName } from '../../../server/workspace/typeFinder';
import { Folder } from './helpers';

/** A tree with every way in which a kernel comes by a struct's definition. */
const TREE = {
  'Kconfig': '', 'MAINTAINERS': '', 'include/linux/kconfig.h': '',
  'include/linux/sched.h': '#ifndef S\n#define S\nstruct task { int pid; };\ntypedef struct { int counter; } atom_t;\nstruct only_named;\n#endif\n',
  'include/linux/seq.h': '#define SEQ(name, lock) struct seq_##name { unsigned seq; lock *guard; }\nSEQ(spin, int);\n',
  'include/linux/heap.h': '#define DEFINE_HEAP(type, name) struct name { int used; type *data; }\n',
  'include/linux/mount.h': 'struct mount_kernel { int k; };\n',
  'include/uapi/linux/mount.h': 'struct mount_user { long u; };\n',
  'include/linux/group.h': '#define struct_group_tagged(TAG, NAME, MEMBERS...) union { struct { MEMBERS }; struct TAG { MEMBERS } NAME; }\nstruct pool { struct_group_tagged(pool_fast, fast, int order; long size;); };\n',
  'include/asm-generic/compat.h': '#ifndef compat_perm\n#define compat_perm compat_perm\nstruct compat_perm { long wide; };\n#endif\n',
  'arch/x86/include/asm/compat.h': '#define compat_perm compat_perm\nstruct compat_perm { char narrow; };\n#include <asm-generic/compat.h>\n',
  'include/trace/define_trace.h': '#ifdef CREATE_TRACE_POINTS\n#undef CREATE_TRACE_POINTS\n#undef EVENT\n#define EVENT(n, f) struct trace_raw_##n { f };\n#include <trace/events/tick.h>\n#endif\n',
  'include/trace/events/tick.h': '#ifndef EVENT\n#define EVENT(n, f) void trace_##n(void);\n#endif\nEVENT(tick_stop, int success;)\n#include <trace/define_trace.h>\n',
  'kernel/internal.h': 'struct ring { local_counter_t head; };\n',
  'kernel/ring.c': 'typedef long local_counter_t;\n#include "internal.h"\nstatic struct {\n\tint a;\n\tstruct task *t;\n} state;\nstatic struct ring ring = { 0 };\n',
  'kernel/safe.c': '#define SAFE(type) type##__safe\n#define TYPE_SAFE(type) struct SAFE(type)\nTYPE_SAFE(task) {\n\tint *trusted;\n};\n#include <linux/heap.h>\nDEFINE_HEAP(char, min_heap);\n',
  'drivers/one.c': 'struct local { char c; };\n', 'drivers/two.c': 'struct local { long l; };\n',
};

describe('finding a type in a tree', () => {
  let folder: Folder;
  before(() => { folder = new Folder().write(TREE); });
  after(() => { folder.remove(); });

  const finder = (): TypeFinder => {
    const project = new Project({ generation: 'auto', arch: 'x86_64', pageSizeBytes: undefined, tree: folder.root, build: undefined, workspaceFolders: [] });
    return new TypeFinder(project, new DiskProvider(), folder.root, 'x86');
  };
  /** `size: member@offset …` of each definition found. */
  function found(name: string, by = finder()): string[] {
    return [...by.find(parseTypeName(name))].map(({ unit, record }) => {
      const json = recordJson(unit, record);
      return json.known ? `${String(json.value.size)}: ${json.value.members.map((m) => `${m.name}@${String(m.offset)}`).join(' ')}` : json.why;
    });
  }
  const cases: readonly (readonly [name: string, ways: readonly string[]])[] = [
    ['task', ['4: pid@0']],
    ['struct task', ['4: pid@0']],
    ['union task', []],
    ['atom_t', ['4: counter@0']],
    ['seq_spin', ['16: seq@0 guard@8']],
    ['mount_user', ['8: u@0']],
    ['pool_fast', ['16: order@0 size@8']],
    ['compat_perm', ['1: narrow@0']],
    ['trace_raw_tick_stop', ['4: success@0']],
    ['ring', ['8: head@0']],
    ['typeof(state)', ['16: a@0 t@8']],
    ['task__safe', ['8: trusted@0']],
    ['min_heap', ['16: used@0 data@8']],
    ['local@drivers/two.c', ['8: l@0']],
    ['__va_list_tag', ['24: gp_offset@0 fp_offset@4 overflow_arg_area@8 reg_save_area@16']],
    ['union __va_list_tag', []],
    ['only_named', []],
    ['nowhere', []],
  ];

  for (const [name, ways] of cases) {
    it(`reads ${name} as the kernel does`, () => {
      assert.deepEqual(found(name).slice(0, 1), ways);
    });
  }

  it('finds the same with an index of the whole tree as by one name alone', () => {
    const many = finder();
    for (let i = 0; i < 4; i++) found('task', many);
    for (const [name, ways] of cases) assert.deepEqual(found(name, many).slice(0, 1), ways, name);
  });

  it('gives every private definition of a name', () => {
    assert.deepEqual(found('local'), ['1: c@0', '8: l@0']);
  });

  it('names files, not what is in them', () => {
    const files = new DefinitionFiles(folder.root, 'x86');
    assert.deepEqual([...files.of({ tag: 'ring', variable: undefined })].map((file) => file.slice(folder.root.length + 1)), ['kernel/internal.h']);
    assert.deepEqual(files.includersOf(folder.path('kernel/internal.h')), [folder.path('kernel/ring.c')]);
    assert.ok([...files.names()].includes('task'));
  });

  it('takes a name apart at its underscores', () => {
    assert.deepEqual(partsOf('seq_raw_spin'), ['raw_spin', 'spin', 'seq_raw', 'seq']);
    assert.deepEqual(partsOf('plain'), []);
  });
});
