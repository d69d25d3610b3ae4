/** What is known about an architecture without asking a compiler: its folder in a kernel tree and the options taken when none are given. */

export type Arch = 'x86_64' | 'arm64';

interface ArchFacts {
  /** `arch/<srcArch>` in a kernel tree (SRCARCH of the kernel's Makefile). */
  readonly srcArch: string;
  /** Options that any kernel for it which can do a handover has; taken when no build folder says otherwise. */
  readonly assumedConfig: readonly string[];
  /** Compiler names and options in compile_commands.json that mean it. */
  readonly compiler: RegExp;
  /** Line of autoconf.h that means it. */
  readonly autoconf: string;
}

/** KSTATE is built on KHO, KHO on these; vmemmap is what KSTATE_ADDRESS relies on. */
const HANDOVER_CONFIG = ['64BIT', 'MMU', 'SMP', 'KEXEC_CORE', 'KEXEC_FILE', 'KEXEC_HANDOVER', 'KSTATE', 'LIVEUPDATE', 'SPARSEMEM', 'SPARSEMEM_VMEMMAP', 'PRINTK', 'BUG', 'OF', 'OF_FLATTREE', 'LIBFDT'] as const;

export const ARCH_FACTS: { readonly [A in Arch]: ArchFacts } = {
  x86_64: {
    srcArch: 'x86', compiler: /x86_64|(^|\/)(gcc|cc|clang)(-\d+)?$/, autoconf: 'CONFIG_X86_64',
    assumedConfig: [...HANDOVER_CONFIG, 'X86', 'X86_64', 'HAVE_ARCH_SOFT_DIRTY', 'X86_L1_CACHE_SHIFT=6', 'PGTABLE_LEVELS=5', 'NR_CPUS=64', 'HZ=1000', 'NODES_SHIFT=6', 'PAGE_SHIFT=12'],
  },
  arm64: {
    srcArch: 'arm64', compiler: /aarch64|arm64/, autoconf: 'CONFIG_ARM64',
    assumedConfig: [...HANDOVER_CONFIG, 'ARM64', 'ARM64_PAGE_SHIFT=12', 'ARM64_4K_PAGES', 'ARM64_VA_BITS=48', 'ARM64_PA_BITS=48', 'PGTABLE_LEVELS=4', 'NR_CPUS=512', 'HZ=250', 'NODES_SHIFT=4', 'PAGE_SHIFT=12'],
  },
};

export const ARCH_NAMES: readonly Arch[] = ['x86_64', 'arm64'];

/** `CONFIG_…` definitions as `-D` gives them. */
export function assumedDefines(arch: Arch): { readonly name: string; readonly value: string }[] {
  return ARCH_FACTS[arch].assumedConfig.map((option) => {
    const [name = '', value = '1'] = option.split('=');
    return { name: `CONFIG_${name}`, value };
  });
}
