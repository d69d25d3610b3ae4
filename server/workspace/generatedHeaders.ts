/**
 * Headers that a kernel build generates, made from the tree alone where no build folder has them. Keys are paths below the root of the stand-ins;
 * `generatedFolders` says where each kind stands in the search order.
 */
import { readRegular } from './openRegular';
import type { Arch } from './arch';
import { ARCH_FACTS } from './arch';
import { genericHeaders } from './asmWrappers';
import { SYSCALL_HEADERS, armSyscallCount, syscallHeaderText } from './syscallHeaders';
import { timeconstText } from './timeconst';
import { isFile } from './tree';

/** Folder names of the stand-ins, as in a build folder, within the built-in headers. */
export const GENERATED = { asm: 'generated-asm', asmUapi: 'generated-asm-uapi', include: 'generated-include', uapi: 'generated-uapi' } as const;

/**
 * Headers that hold only what assembly asks for, or tables that code but no declaration and no conditional uses: they stand empty. Without them
 * their including files would seem incomplete.
 */
const WITHOUT_DECLARATIONS: { readonly [A in Arch]: readonly string[] } = {
  x86_64: ['cpufeaturemasks.h', 'orc_hash.h', 'syscalls_32.h', 'syscalls_64.h', 'syscalls_x32.h', 'xen-hypercalls.h'],
  i386: ['cpufeaturemasks.h', 'orc_hash.h', 'syscalls_32.h', 'xen-hypercalls.h'],
  arm64: ['sysreg-defs.h', 'syscall_table_32.h', 'syscall_table_64.h'],
  riscv64: ['syscall_table_32.h', 'syscall_table_64.h'],
  s390x: ['dis-defs.h', 'facility-defs.h', 'syscall_table.h'],
  arm: ['mach-types.h'],
};

/** Values in which an option decides; without a build folder they follow the assumed ones. */
export interface GeneratedRequest {
  readonly root: string;
  readonly arch: Arch;
  /** The value of `CONFIG_…`; undefined: not set. */
  readonly option: (name: string) => string | undefined;
}

/** Everything but bounds.h, which is evaluated from C. */
export function generatedHeaders({ root, arch, option }: GeneratedRequest): Map<string, string> {
  const made = new Map<string, string>();
  const { srcArch } = ARCH_FACTS[arch];
  const include = `${root}/arch/${srcArch}/include`;
  const put = (folder: string, name: string, text: string): void => {
    made.set(`${folder}/${name}`, text);
  };
  for (const name of WITHOUT_DECLARATIONS[arch]) put(GENERATED.asm, `asm/${name}`, '/* Nothing that a declaration or a conditional asks for. */\n');
  for (const [folder, uapi] of [[GENERATED.asm, ''], [GENERATED.asmUapi, 'uapi/']] as const) {
    const wrapped = genericHeaders({
      archKbuild: textOf(`${include}/${uapi}asm/Kbuild`), genericKbuild: textOf(`${root}/include/${uapi}asm-generic/Kbuild`), has: (name) => isFile(`${include}/${uapi}asm/${name}`),
    });
    for (const name of wrapped) {
      put(folder, `asm/${name}`, `#include <asm-generic/${name}>\n`);
      // Seen from the folder above, too: `#include <uapi/asm/…>`.
      if (uapi !== '') put(GENERATED.asm, `uapi/asm/${name}`, `#include <asm-generic/${name}>\n`);
    }
  }
  for (const header of SYSCALL_HEADERS[arch]) {
    const table = header.tables.map((name) => textOf(`${root}/${name}`)).find((text) => text !== '');
    if (table === undefined) continue;
    const text = syscallHeaderText(header, table);
    put(GENERATED.asm, header.name, text);
    if (header.name.startsWith('uapi/')) put(GENERATED.asmUapi, header.name.slice('uapi/'.length), text);
  }
  special(arch, root, put);
  put(GENERATED.include, 'generated/asm-offsets.h', '/* Offsets for assembly. */\n');
  put(GENERATED.include, 'generated/rq-offsets.h', '/* Offsets for inline functions; no declaration and no conditional asks for them. */\n');
  put(GENERATED.include, 'generated/vdso-offsets.h', '/* Offsets into the vDSO; no declaration and no conditional asks for them. */\n');
  put(GENERATED.include, 'generated/compile.h', '#define UTS_VERSION "unknown"\n#define UTS_MACHINE "unknown"\n#define LINUX_COMPILE_BY "unknown"\n#define LINUX_COMPILE_HOST "unknown"\n#define LINUX_COMPILER "unknown"\n');
  put(GENERATED.include, 'generated/timeconst.h', timeconstText(Number(option('CONFIG_HZ') ?? 0)));
  version(textOf(`${root}/Makefile`), put);
  return made;
}

type Put = (folder: string, name: string, text: string) => void;

function special(arch: Arch, root: string, put: Put): void {
  if (arch === 'arm') put(GENERATED.asm, 'asm/unistd-nr.h', armSyscallCount(textOf(`${root}/arch/arm/tools/syscall.tbl`)));
  if (arch === 's390x') put(GENERATED.asm, 'asm/unistd_nr.h', '/* The count of calls stands in asm/unistd_64.h. */\n');
  if (arch !== 'arm64') return;
  // arch/arm64/tools/gen-cpucaps.awk and gen-kernel-hwcaps.sh.
  const capabilities = textOf(`${root}/arch/arm64/tools/cpucaps`).split('\n').filter((line) => /^[vA-Z0-9_]+$/.test(line));
  if (capabilities.length > 0) put(GENERATED.asm, 'asm/cpucap-defs.h', `${capabilities.map((name, i) => `#define ARM64_${name} ${i}\n`).join('')}#define ARM64_NCAPS ${capabilities.length}\n`);
  const hwcaps = [...textOf(`${root}/arch/arm64/include/uapi/asm/hwcap.h`).matchAll(/^#define HWCAP([0-9]*)_([A-Z0-9_]+)/gm)];
  put(GENERATED.asm, 'asm/kernel-hwcap.h', hwcaps.map(([, set = '', name = '']) => `#define KERNEL_HWCAP_${name} __khwcap${set}_feature(${name})\n`).join(''));
}

/** From the first lines of the tree's Makefile (its filechk_version.h). */
function version(makefile: string, put: Put): void {
  const part = (name: string): number => Number(new RegExp(`^${name} = (\\d+)$`, 'm').exec(makefile)?.[1] ?? 0);
  const [major, patch, sub] = [part('VERSION'), part('PATCHLEVEL'), part('SUBLEVEL')];
  if (major === 0) return;
  put(GENERATED.uapi, 'linux/version.h', [
    `#define LINUX_VERSION_CODE ${major * 65536 + patch * 256 + Math.min(sub, 255)}`,
    '#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))',
    `#define LINUX_VERSION_MAJOR ${major}`, `#define LINUX_VERSION_PATCHLEVEL ${patch}`, `#define LINUX_VERSION_SUBLEVEL ${sub}`, '',
  ].join('\n'));
  const extra = /^EXTRAVERSION =[ \t]*(\S*)$/m.exec(makefile)?.[1] ?? '';
  put(GENERATED.include, 'generated/utsrelease.h', `#define UTS_RELEASE "${major}.${patch}.${sub}${extra}"\n`);
}

function textOf(name: string): string {
  try {
    return readRegular(name);
  } catch {
    return '';
  }
}
