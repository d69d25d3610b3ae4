/** A kernel tree of a few lines: what a build would add to it is what the tests ask for. */
import type { CUnit } from '../../../server/c/api';
import { DiskProvider } from '../../../server/workspace/diskProvider';
import { Project } from '../../../server/workspace/project';
import type { ProjectOptions } from '../../../server/workspace/project';
import { Folder } from './helpers';

export const DRIVER = `#include <linux/types.h>
#include <linux/mm.h>
#include <asm/rwonce.h>
#include <linux/version.h>
struct plain { int a; };
struct watched {
#ifdef CONFIG_WATCH
	long watch;
#endif
	int a;
};
struct aligned {
#ifdef CONFIG_HAVE_ALIGNED
	long a;
#endif
	int b;
};
struct zones { char each[MAX_NR_ZONES]; };
struct ticks { char each[HZ_TO_MSEC_NUM]; };
struct paged { char bytes[PAGE_SIZE]; };
struct numbered { char each[LINUX_VERSION_MAJOR]; };
struct words { unsigned long w[2]; };
`;

export function smallKernel(): Folder {
  return new Folder().write({
    'Kconfig': 'source "arch/$(SRCARCH)/Kconfig"\nsource "mm/Kconfig"\n', 'MAINTAINERS': '', 'Makefile': '# x\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 2\nEXTRAVERSION = -rc3\n',
    'arch/x86/Kconfig': 'config X86\n\tdef_bool y\n\tselect HAVE_ALIGNED\n', 'arch/x86/include/asm/Kbuild': '', 'arch/x86/include/asm/page.h': '#define PAGE_SHIFT CONFIG_PAGE_SHIFT\n',
    'arch/arm64/Kconfig': 'config ARM64\n\tdef_bool y\n', 'arch/arm64/include/asm/page.h': '#define PAGE_SHIFT CONFIG_PAGE_SHIFT\n', 'arch/arm64/include/asm/rwonce.h': '#define OWN 1\n',
    'mm/Kconfig': 'config HAVE_ALIGNED\n\tbool\nconfig WATCH\n\tbool "watch"\n',
    'include/asm-generic/Kbuild': 'mandatory-y += rwonce.h\n', 'include/asm-generic/rwonce.h': '#define GENERIC 1\n',
    'include/uapi/asm-generic/Kbuild': 'mandatory-y += types.h\n', 'include/uapi/asm-generic/types.h': 'typedef unsigned int u32;\n',
    'include/linux/kconfig.h': '#include <generated/autoconf.h>\n', 'include/linux/types.h': '#ifndef T_H\n#define T_H\n#include <asm/types.h>\n#endif\n', 'include/linux/module.h': '',
    'include/linux/param.h': '', 'include/linux/kbuild.h': '#define DEFINE(sym, val) asm volatile("->" #sym " %0 " #val : : "i" (val))\n',
    'include/linux/mm.h': '#ifndef MM_H\n#define MM_H\n#include <asm/page.h>\n#ifndef MAKING_BOUNDS\n#include <generated/bounds.h>\n#include <generated/timeconst.h>\n#endif\n#define PAGE_SIZE (1UL << PAGE_SHIFT)\n'
      + 'enum zone { ZONE_A,\n#ifdef CONFIG_ZONE_EXTRA\nZONE_EXTRA,\n#endif\n__MAX_NR_ZONES };\n#endif\n',
    'kernel/bounds.c': '#define MAKING_BOUNDS\n#include <linux/mm.h>\n#include <linux/kbuild.h>\nint main(void)\n{\n\tDEFINE(MAX_NR_ZONES, __MAX_NR_ZONES);\n\treturn 0;\n}\n',
    'drivers/driver.c': DRIVER,
  });
}

export function projectIn(folder: Folder, more: Partial<ProjectOptions> = {}): Project {
  return new Project({ generation: 'auto', arch: 'auto', tree: folder.root, build: undefined, workspaceFolders: [], ...more });
}

export function openDriver(folder: Folder, more: Partial<ProjectOptions> = {}): CUnit {
  return projectIn(folder, more).open(folder.path('drivers/driver.c'), new DiskProvider()).unit;
}

export function sizeOf(unit: CUnit, tag: string): number | undefined {
  const record = unit.record(tag);
  const laid = record === undefined ? undefined : unit.layout(record);
  return laid?.known === true ? laid.value.sizeBytes : undefined;
}

export function assumed(unit: CUnit, tag: string): string[] {
  const record = unit.record(tag);
  return record === undefined ? ['no such record'] : unit.assumptionsOf(record).map(({ what }) => what);
}
