import assert from 'node:assert/strict';
import { genericHeaders, listed } from '../../../server/workspace/asmWrappers';
import { armSyscallCount, syscallHeaderText } from '../../../server/workspace/syscallHeaders';
import { timeconstText } from '../../../server/workspace/timeconst';

describe('headers that a build generates', () => {
  it('are wrappers for generic-y, and for mandatory-y where the architecture has none of its own', () => {
    const names = genericHeaders({
      archKbuild: '# comment\ngeneric-y += mcs.h user.h\ngenerated-y += table.h\nsyscall-y += unistd_64.h\ngeneric-y += \\\n  late.h # why\n',
      genericKbuild: 'mandatory-y += bug.h\nmandatory-y += table.h\nmandatory-y += own.h\n',
      has: (name) => name === 'own.h',
    });
    assert.deepEqual(names, ['bug.h', 'late.h', 'mcs.h', 'user.h']);
    assert.deepEqual(listed('a-y = one\nb-y := two three\n', 'b-y'), ['two', 'three']);
  });

  it('number system calls by the table and its ABIs', () => {
    const table = '# comment\n0\tcommon\tread\t\tsys_read\n1\t64\twrite\t\tsys_write\n2\tx32\tother\t\tsys_other\n5\tcommon\tlast\n';
    const text = syscallHeaderText({ name: 'uapi/asm/unistd_64.h', tables: [], abis: ['common', '64'], emitCount: true }, table);
    assert.deepEqual(text.split('\n').filter((line) => line.startsWith('#define __NR')), ['#define __NR_read 0', '#define __NR_write 1', '#define __NR_last 5', '#define __NR_syscalls 6']);
    const x32 = syscallHeaderText({ name: 'asm/u.h', tables: [], abis: ['x32'], prefix: 'x32_', offset: 'BIT', emitCount: false }, table);
    assert.deepEqual(x32.split('\n').filter((line) => line.startsWith('#define __NR')), ['#define __NR_x32_other (BIT + 2)']);
  });

  it('count the calls of arm so that the number fits an immediate', () => {
    // Beyond 255, in steps of 4: 300 calls and one more are 304.
    assert.equal(armSyscallCount('300 common last sys_last\n'), '#define __NR_syscalls 304\n');
    assert.equal(armSyscallCount('200 common last sys_last\n'), '#define __NR_syscalls 201\n');
  });

  it('convert ticks as bc computes it: 250, 1000 and 100 a second', () => {
    // 250: as kernel/time/timeconst.bc gives it in a real build.
    const of = (hz: number, name: string): string | undefined => new RegExp(`#define ${name} (.*)`).exec(timeconstText(hz))?.[1];
    assert.deepEqual(['HZ_TO_MSEC_MUL32', 'HZ_TO_MSEC_ADJ32', 'HZ_TO_MSEC_SHR32', 'MSEC_TO_HZ_ADJ32', 'MSEC_TO_HZ_SHR32', 'USEC_TO_HZ_MUL32', 'USEC_TO_HZ_ADJ32', 'USEC_TO_HZ_SHR32', 'HZ_TO_NSEC_NUM'].map((name) => of(250, name)),
      ['U64_C(0x80000000)', 'U64_C(0x0)', '29', 'U64_C(0x180000000)', '33', 'U64_C(0x83126e98)', 'U64_C(0x7ff7ced9168)', '43', '4000000']);
    assert.deepEqual(['HZ_TO_MSEC_NUM', 'HZ_TO_MSEC_DEN', 'MSEC_TO_HZ_NUM', 'MSEC_TO_HZ_DEN'].map((name) => of(1000, name)), ['1', '1', '1', '1']);
    assert.equal(of(100, 'HZ_TO_MSEC_NUM'), '10');
    assert.equal(timeconstText(0), '');
  });
});
