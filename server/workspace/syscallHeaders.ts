/** `asm/unistd_64.h` and its kin, made from the tree's system call tables as scripts/syscallhdr.sh makes them. */
import type { Arch } from './arch';

export interface SyscallHeader {
  /** Under `arch/<srcArch>/include/generated/`. */
  readonly name: string;
  /** Path in the tree; the first that exists. */
  readonly tables: readonly string[];
  readonly abis: readonly string[];
  readonly prefix?: string;
  readonly offset?: string;
  readonly emitCount: boolean;
}

const X86 = (bits: 32 | 64): string[] => [`arch/x86/entry/syscalls/syscall_${bits}.tbl`];
const GENERIC = ['scripts/syscall.tbl'];

const X86_HEADERS: readonly SyscallHeader[] = [
  { name: 'uapi/asm/unistd_32.h', tables: X86(32), abis: ['i386'], emitCount: true },
  { name: 'uapi/asm/unistd_64.h', tables: X86(64), abis: ['common', '64'], emitCount: true },
  { name: 'uapi/asm/unistd_x32.h', tables: X86(64), abis: ['common', 'x32'], offset: '__X32_SYSCALL_BIT', emitCount: true },
  { name: 'asm/unistd_32_ia32.h', tables: X86(32), abis: ['i386'], prefix: 'ia32_', emitCount: true },
  { name: 'asm/unistd_64_x32.h', tables: X86(64), abis: ['x32'], prefix: 'x32_', emitCount: true },
];

/** By architecture, from the makefiles that name the tables (arch/x86/entry/syscalls, arch/<srcArch>/kernel/Makefile.syscalls, arch/arm/tools). */
export const SYSCALL_HEADERS: { readonly [A in Arch]: readonly SyscallHeader[] } = {
  x86_64: X86_HEADERS,
  i386: X86_HEADERS,
  arm64: [
    { name: 'uapi/asm/unistd_64.h', tables: ['arch/arm64/tools/syscall_64.tbl', ...GENERIC], abis: ['common', '64', 'renameat', 'rlimit', 'memfd_secret'], emitCount: true },
    { name: 'asm/unistd_32.h', tables: ['arch/arm64/tools/syscall_32.tbl'], abis: ['common', '32'], emitCount: true },
    { name: 'asm/unistd_compat_32.h', tables: ['arch/arm64/tools/syscall_32.tbl'], abis: ['common', '32'], prefix: 'compat_', emitCount: true },
  ],
  riscv64: [
    { name: 'uapi/asm/unistd_32.h', tables: GENERIC, abis: ['common', '32', 'riscv', 'memfd_secret'], emitCount: true },
    { name: 'uapi/asm/unistd_64.h', tables: GENERIC, abis: ['common', '64', 'riscv', 'rlimit', 'memfd_secret'], emitCount: true },
  ],
  s390x: [
    { name: 'uapi/asm/unistd_32.h', tables: ['arch/s390/kernel/syscalls/syscall.tbl'], abis: ['common', '32'], emitCount: true },
    { name: 'uapi/asm/unistd_64.h', tables: ['arch/s390/kernel/syscalls/syscall.tbl'], abis: ['common', '64'], emitCount: true },
  ],
  arm: [
    { name: 'uapi/asm/unistd-oabi.h', tables: ['arch/arm/tools/syscall.tbl'], abis: ['common', 'oabi'], offset: '__NR_SYSCALL_BASE', emitCount: false },
    { name: 'uapi/asm/unistd-eabi.h', tables: ['arch/arm/tools/syscall.tbl'], abis: ['common', 'eabi'], offset: '__NR_SYSCALL_BASE', emitCount: false },
  ],
};

/** The header's text from the text of its table. */
export function syscallHeaderText(header: SyscallHeader, table: string): string {
  const { abis, prefix = '', offset } = header;
  const lines: string[] = [];
  let last = -1;
  for (const line of table.split('\n')) {
    const [number = '', abi = '', name] = line.trim().split(/\s+/);
    if (!/^[0-9A-Fa-fXx]+$/.test(number) || !abis.includes(abi) || name === undefined) continue;
    last = Number(number);
    lines.push(`#define __NR_${prefix}${name} ${offset === undefined ? number : `(${offset} + ${number})`}`);
  }
  if (header.emitCount) lines.push('#ifdef __KERNEL__', `#define __NR_${prefix}syscalls ${last + 1}`, '#endif');
  const guard = `KEXEC_HANDOVER_${header.name.replace(/\W/g, '_').toUpperCase()}`;
  return `#ifndef ${guard}\n#define ${guard}\n${lines.join('\n')}\n#endif\n`;
}

/** arm's own: room for as many calls as its table may hold, a number that fits an Arm immediate (arch/arm/tools/syscallnr.sh). */
export function armSyscallCount(table: string): string {
  let count = 0;
  for (const line of table.split('\n')) {
    const number = /^(\d+)\s/.exec(line)?.[1];
    if (number !== undefined) count = Math.max(count, Number(number) + 1);
  }
  let align = 1;
  while (count >= 256 * align) align *= 4;
  return `#define __NR_syscalls ${Math.ceil(count / align) * align}\n`;
}
