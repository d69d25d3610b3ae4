/**
 * Headers of ours that stand in where a tree has none, so that a driver file that lies alone reads well.
 *
 * Adding a header is adding a name to one of the lists; adding an interface is adding a piece.
 */
import type { KstateDialect } from '../kstate';
import { compilerHeader } from './compiler';
import { deviceHeader } from './device';
import { handoverHeader } from './handover';
import { initcallsHeader } from './initcalls';
import { kernelHeader } from './kernel';
import { kstateHeader } from './kstate';
import { memoryHeader } from './memory';
import { typesHeader } from './types';

/** The pieces, includable under a name of their own. */
const piecesByName: readonly (readonly [string, string])[] = [
  ['kexec-handover/compiler.h', compilerHeader],
  ['kexec-handover/types.h', typesHeader],
  ['kexec-handover/kernel.h', kernelHeader],
  ['kexec-handover/memory.h', memoryHeader],
  ['kexec-handover/initcalls.h', initcallsHeader],
  ['kexec-handover/device.h', deviceHeader],
  ['kexec-handover/handover.h', handoverHeader],
];

/**
 * Which piece stands in for which kernel headers. Kernel headers pull in one another freely, and drivers rely on it, so all but
 * the most basic ones give everything a driver commonly needs.
 */
const standIns: readonly (readonly [piece: string, headers: readonly string[]])[] = [
  ['kexec-handover/compiler.h', ['linux/compiler.h', 'linux/compiler_types.h', 'linux/compiler_attributes.h', 'linux/build_bug.h',
    'linux/stringify.h', 'linux/stddef.h', 'linux/static_assert.h', 'linux/container_of.h', 'linux/args.h']],
  ['kexec-handover/types.h', ['linux/types.h', 'uapi/linux/types.h', 'asm/types.h', 'linux/atomic.h', 'linux/refcount.h', 'linux/kref.h']],
  ['kexec-handover/kernel.h', ['linux/kernel.h', 'linux/errno.h', 'linux/err.h', 'linux/list.h', 'linux/string.h', 'linux/bitops.h',
    'linux/bits.h', 'linux/bug.h', 'linux/printk.h', 'linux/spinlock.h', 'linux/mutex.h', 'linux/rwsem.h', 'linux/completion.h',
    'linux/workqueue.h', 'linux/wait.h', 'linux/xarray.h', 'linux/idr.h', 'linux/rbtree.h', 'linux/bitmap.h', 'linux/log2.h',
    'linux/minmax.h', 'linux/sizes.h', 'linux/cleanup.h', 'linux/rcupdate.h', 'linux/notifier.h', 'linux/jiffies.h', 'linux/delay.h',
    'linux/ktime.h', 'linux/timer.h', 'linux/time.h', 'linux/time64.h', 'linux/crc32.h', 'linux/jhash.h', 'linux/math.h',
    'linux/math64.h', 'linux/align.h', 'linux/limits.h', 'linux/overflow.h', 'linux/percpu.h', 'linux/cpumask.h', 'linux/smp.h',
    'linux/cpu.h', 'linux/uuid.h', 'linux/array_size.h', 'linux/kstrtox.h', 'linux/sprintf.h', 'linux/unaligned.h', 'asm/byteorder.h',
    'linux/hashtable.h', 'linux/llist.h', 'linux/seqlock.h', 'linux/rwlock.h', 'linux/sched.h', 'linux/random.h', 'linux/ctype.h',
    'linux/cache.h', 'linux/const.h', 'asm/barrier.h', 'linux/instrumentation.h']],
  ['kexec-handover/memory.h', ['linux/mm.h', 'linux/mm_types.h', 'linux/slab.h', 'linux/gfp.h', 'linux/gfp_types.h', 'linux/vmalloc.h',
    'linux/memblock.h', 'linux/io.h', 'linux/pfn.h', 'linux/page-flags.h', 'linux/highmem.h', 'linux/uaccess.h', 'linux/mmzone.h',
    'linux/pgtable.h', 'linux/huge_mm.h', 'linux/memory_hotplug.h', 'linux/dma-mapping.h', 'linux/memory.h', 'linux/page_ref.h',
    'asm/page.h', 'asm/io.h']],
  ['kexec-handover/device.h', ['linux/init.h', 'linux/module.h', 'linux/moduleparam.h', 'linux/export.h', 'linux/device.h',
    'linux/device/driver.h', 'linux/platform_device.h', 'linux/mod_devicetable.h', 'linux/pci.h', 'linux/of.h', 'linux/miscdevice.h',
    'linux/kobject.h', 'linux/sysfs.h', 'linux/ioport.h', 'linux/interrupt.h', 'linux/irq.h', 'linux/fs.h', 'linux/file.h',
    'linux/pagemap.h', 'linux/debugfs.h', 'linux/seq_file.h', 'linux/cdev.h', 'linux/anon_inodes.h', 'linux/shmem_fs.h', 'linux/memfd.h',
    'linux/reboot.h', 'linux/pm.h', 'linux/kexec.h']],
  ['kexec-handover/handover.h', ['linux/kexec_handover.h', 'linux/liveupdate.h', 'linux/kho/abi/kexec_handover.h', 'linux/kho_radix_tree.h']],
];

const shared: ReadonlyMap<string, string> = new Map<string, string>([
  ...piecesByName,
  ...standIns.flatMap(([piece, headers]) => headers.map((header): readonly [string, string] => [header, `#include <${piece}>\n`])),
]);

/** What the pieces are in a kernel tree: its own headers, so that nothing is declared twice. */
const piecesInTree: readonly (readonly [piece: string, headers: readonly string[]])[] = [
  ['kexec-handover/compiler.h', ['linux/compiler.h', 'linux/build_bug.h', 'linux/stddef.h', 'linux/stringify.h', 'linux/container_of.h']],
  ['kexec-handover/types.h', ['linux/types.h', 'linux/atomic.h', 'linux/refcount.h', 'linux/kref.h']],
  ['kexec-handover/kernel.h', ['linux/kernel.h', 'linux/errno.h', 'linux/err.h', 'linux/list.h', 'linux/string.h', 'linux/bitops.h', 'linux/bug.h', 'linux/printk.h', 'linux/spinlock.h', 'linux/mutex.h', 'linux/xarray.h', 'linux/notifier.h']],
  ['kexec-handover/memory.h', ['linux/mm.h', 'linux/slab.h', 'linux/gfp.h', 'linux/vmalloc.h', 'linux/memblock.h', 'linux/io.h']],
  ['kexec-handover/initcalls.h', ['linux/init.h', 'linux/module.h']],
  ['kexec-handover/device.h', ['linux/init.h', 'linux/module.h', 'linux/device.h', 'linux/fs.h', 'linux/file.h']],
];

/** What a whole kernel tree may lack: interfaces that came late. Everything else it has, or makes when it is built. */
const inTree: readonly (readonly [string, string])[] = [
  // `__has_include`: older trees do not have them all.
  ...piecesInTree.map(([piece, headers]): readonly [string, string] => [piece, headers.map((name) => `#if __has_include(<${name}>)\n#include <${name}>\n#endif\n`).join('')]),
  ['kexec-handover/handover.h', handoverHeader],
  ...standIns.filter(([piece]) => piece === 'kexec-handover/handover.h').flatMap(([piece, headers]) => headers.map((header): readonly [string, string] => [header, `#include <${piece}>\n`])),
];

/**
 * Every header of ours by its include spelling (`linux/kstate.h`).
 * @param dialect whose `linux/kstate.h` to give; everything else is the same for all.
 * @param within `kernel`: a whole tree is around, and only what it may lack is given.
 */
export function builtinHeaders(dialect: KstateDialect, within: 'kernel' | 'nothing' = 'nothing'): ReadonlyMap<string, string> {
  return new Map([...(within === 'kernel' ? inTree : shared), ['linux/kstate.h', kstateHeader(dialect)]]);
}
