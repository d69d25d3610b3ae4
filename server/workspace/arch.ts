/** What is known about an architecture without asking a compiler or a build folder: where it stands in a kernel tree, and the options taken when none are given. */

export const ARCH_NAMES = ['x86_64', 'arm64', 'riscv64', 's390x', 'arm', 'i386'] as const;
export type Arch = (typeof ARCH_NAMES)[number];

/** Other names that `--arch` takes: those of uname, of gcc's triples and of the kernel's ARCH. */
const ALIASES: ReadonlyMap<string, Arch> = new Map([
  ['amd64', 'x86_64'], ['x86', 'x86_64'], ['aarch64', 'arm64'], ['riscv', 'riscv64'], ['s390', 's390x'], ['armhf', 'arm'], ['armv7', 'arm'],
  ['i686', 'i386'], ['x86_32', 'i386'],
]);

export const ARCH_ALIASES: readonly string[] = [...ALIASES.keys()];

/** The architecture of a name or an alias, in any case; undefined: none of them. */
export function archNamed(name: string): Arch | undefined {
  const lower = name.toLowerCase();
  return ARCH_NAMES.find((arch) => arch === lower) ?? ALIASES.get(lower);
}

export const PAGE_SIZES = [4096, 16384, 65536] as const;
export type PageSize = (typeof PAGE_SIZES)[number];

/** `4K`, `16k`, `65536`; undefined: no size that a kernel here has. */
export function pageSizeNamed(text: string): PageSize | undefined {
  const [, digits, kilo] = /^(\d+)(k?)$/i.exec(text) ?? [];
  const bytes = digits === undefined ? NaN : Number(digits) * (kilo === '' ? 1 : 1024);
  return PAGE_SIZES.find((size) => size === bytes);
}

interface ArchFacts {
  /** `arch/<srcArch>` in a kernel tree (SRCARCH of the kernel's Makefile). */
  readonly srcArch: string;
  /** Options that tell a configuration of it; all of them are on. Whatever the rest of a configuration says, these are so. */
  readonly options: readonly string[];
  /** Further options that every configuration of it has, with their values (`arch/<srcArch>/Kconfig`, def_bool y and selects of `options`, is read beside). */
  readonly always: readonly string[];
  /** Taken when no build folder says otherwise: a kernel for it that can do a handover. */
  readonly assumed: readonly string[];
  /** By page size, what is taken; a size that is not here does not exist. */
  readonly pages: { readonly [bytes in PageSize]?: readonly string[] };
  /** Compiler names in compile_commands.json that mean it. */
  readonly compiler: RegExp;
}

/** KSTATE is built on KHO, KHO on these. */
const HANDOVER = ['SMP', 'KEXEC_CORE', 'KEXEC_FILE', 'KEXEC_HANDOVER', 'KSTATE', 'LIVEUPDATE', 'PRINTK', 'BUG', 'OF', 'OF_FLATTREE', 'LIBFDT'] as const;
/** vmemmap is what KSTATE_ADDRESS relies on. */
const VMEMMAP = ['SPARSEMEM', 'SPARSEMEM_VMEMMAP'] as const;
const PAGES_4K = ['PAGE_SHIFT=12', 'PAGE_SIZE_4KB'] as const;

export const ARCH_FACTS: { readonly [A in Arch]: ArchFacts } = {
  x86_64: {
    srcArch: 'x86', options: ['X86', 'X86_64'], always: ['64BIT', 'MMU', ...PAGES_4K], compiler: /x86_64|amd64|(^|\/)(gcc|cc|clang)(-\d+)?$/,
    assumed: [...HANDOVER, ...VMEMMAP, 'X86_L1_CACHE_SHIFT=6', 'X86_INTERNODE_CACHE_SHIFT=6', 'PGTABLE_LEVELS=5', 'NR_CPUS=64', 'HZ=1000', 'NODES_SHIFT=6',
      'ILLEGAL_POINTER_VALUE=0xdead000000000000', 'PHYSICAL_ALIGN=0x200000', 'PHYSICAL_START=0x1000000', 'BASE_SMALL=0', 'LOG_BUF_SHIFT=18', 'FUNCTION_ALIGNMENT=16'],
    pages: { 4096: [] },
  },
  arm64: {
    srcArch: 'arm64', options: ['ARM64'], always: ['64BIT', 'MMU'], compiler: /aarch64|arm64/,
    assumed: [...HANDOVER, ...VMEMMAP, 'ARM64_VA_BITS=48', 'ARM64_VA_BITS_48', 'ARM64_PA_BITS=48', 'ARM64_CONT_PTE_SHIFT=4', 'ARM64_CONT_PMD_SHIFT=4', 'NR_CPUS=512', 'HZ=250', 'NODES_SHIFT=4',
      'ILLEGAL_POINTER_VALUE=0xdead000000000000', 'LOG_BUF_SHIFT=17', 'FUNCTION_ALIGNMENT=8', 'ARCH_FORCE_MAX_ORDER=10'],
    pages: {
      4096: [...PAGES_4K, 'ARM64_4K_PAGES', 'PGTABLE_LEVELS=4'],
      16384: ['PAGE_SHIFT=14', 'PAGE_SIZE_16KB', 'ARM64_16K_PAGES', 'PGTABLE_LEVELS=4'],
      65536: ['PAGE_SHIFT=16', 'PAGE_SIZE_64KB', 'ARM64_64K_PAGES', 'PGTABLE_LEVELS=3'],
    },
  },
  riscv64: {
    srcArch: 'riscv', options: ['RISCV', '64BIT'], always: ['MMU', 'ARCH_RV64I', ...PAGES_4K], compiler: /riscv64/,
    assumed: [...HANDOVER, ...VMEMMAP, 'FPU', 'RISCV_SBI', 'PGTABLE_LEVELS=5', 'NR_CPUS=64', 'HZ=250', 'NODES_SHIFT=2', 'ILLEGAL_POINTER_VALUE=0xdead000000000000', 'PAGE_OFFSET=0xff60000000000000', 'LOG_BUF_SHIFT=17', 'FUNCTION_ALIGNMENT=0'],
    pages: { 4096: [] },
  },
  s390x: {
    srcArch: 's390', options: ['S390'], always: ['64BIT', 'MMU', 'CPU_BIG_ENDIAN', ...PAGES_4K], compiler: /s390x?-/,
    assumed: [...HANDOVER, ...VMEMMAP, 'PGTABLE_LEVELS=5', 'NR_CPUS=512', 'HZ=100', 'NODES_SHIFT=1', 'MAX_PHYSMEM_BITS=46', 'ILLEGAL_POINTER_VALUE=0xdead000000000000', 'LOG_BUF_SHIFT=17', 'FUNCTION_ALIGNMENT=8'],
    pages: { 4096: [] },
  },
  arm: {
    srcArch: 'arm', options: ['ARM'], always: [...PAGES_4K], compiler: /(^|\/|=)arm(v\d\w*|hf|eb)?-|arm-linux/,
    assumed: [...HANDOVER, 'MMU', 'ARCH_MULTIPLATFORM', 'ARCH_MULTI_V7', 'CPU_V7', 'CPU_32v7', 'CPU_32v6K', 'CPU_CP15', 'CPU_CP15_MMU', 'CPU_TLB_V7', 'CPU_CACHE_V7', 'CPU_COPY_V6', 'CPU_CACHE_VIPT', 'CPU_ABRT_EV7', 'CPU_PABRT_V7', 'CPU_HAS_ASID',
      'AEABI', 'VFP', 'VFPv3', 'SMP_ON_UP', 'ARM_L1_CACHE_SHIFT=6', 'ARM_L1_CACHE_SHIFT_6', 'PAGE_OFFSET=0xC0000000', 'VMSPLIT_3G', 'PGTABLE_LEVELS=2', 'NR_CPUS=16', 'HZ=100', 'HZ_FIXED=0',
      'ILLEGAL_POINTER_VALUE=0x0', 'LOG_BUF_SHIFT=17', 'FLATMEM', 'ARCH_FORCE_MAX_ORDER=10', 'FUNCTION_ALIGNMENT=0'],
    pages: { 4096: [] },
  },
  i386: {
    srcArch: 'x86', options: ['X86', 'X86_32'], always: ['MMU', ...PAGES_4K], compiler: /i[3-6]86/,
    assumed: [...HANDOVER, 'X86_L1_CACHE_SHIFT=6', 'X86_INTERNODE_CACHE_SHIFT=6', 'PGTABLE_LEVELS=2', 'PAGE_OFFSET=0xC0000000', 'NR_CPUS=8', 'HZ=1000', 'ILLEGAL_POINTER_VALUE=0x0',
      'PHYSICAL_ALIGN=0x200000', 'PHYSICAL_START=0x1000000', 'M686', 'X86_CX8', 'X86_CMOV', 'X86_TSC', 'X86_MINIMUM_CPU_FAMILY=6', 'LOG_BUF_SHIFT=18', 'FLATMEM', 'FUNCTION_ALIGNMENT=4'],
    pages: { 4096: [] },
  },
};

/** The names by which configurations tell architectures apart, in every kernel tree: all but an architecture's own are off. */
const ARCH_OPTIONS: readonly string[] = [
  'ALPHA', 'ARC', 'ARM', 'ARM64', 'CSKY', 'HEXAGON', 'IA64', 'LOONGARCH', 'M68K', 'MICROBLAZE', 'MIPS', 'NIOS2', 'OPENRISC', 'PARISC', 'PPC', 'PPC64', 'PPC32', 'RISCV', 'S390',
  'SUPERH', 'SPARC', 'SPARC64', 'SPARC32', 'UML', 'X86', 'X86_64', 'X86_32', 'XTENSA', '64BIT', '32BIT',
];

/** `CONFIG_…` names that are the same in every configuration of the architecture: those that are on, and those of other architectures. */
export function certainOptions(arch: Arch): { readonly on: readonly string[]; readonly off: readonly string[] } {
  const { options, always } = ARCH_FACTS[arch];
  const on = [...options, ...always];
  const names = new Set(on.map((option) => option.split('=')[0] ?? ''));
  return { on, off: [...ARCH_OPTIONS, 'CPU_BIG_ENDIAN'].filter((name) => !names.has(name) && !(name === 'CPU_BIG_ENDIAN' && arch !== 'x86_64' && arch !== 'i386')) };
}

/** Pages of 4 KiB where nothing says otherwise; every architecture here has them. */
export const DEFAULT_PAGE_SIZE: PageSize = 4096;

/** `CONFIG_…` definitions as `-D` gives them: what always holds and what is assumed. A page size that the architecture does not have counts as 4096. */
export function assumedDefines(arch: Arch, pageSizeBytes: PageSize = DEFAULT_PAGE_SIZE): { readonly name: string; readonly value: string }[] {
  const { assumed, pages } = ARCH_FACTS[arch];
  return [...certainOptions(arch).on, ...assumed, ...(pages[pageSizeBytes] ?? pages[DEFAULT_PAGE_SIZE] ?? [])].map((option) => {
    const [name = '', value = '1'] = option.split('=');
    return { name: `CONFIG_${name}`, value };
  });
}

/** `-D` options of the architecture's makefile that follow from its configuration (arch/arm/Makefile, cpp-y; arch/arm64/Makefile). */
export function makefileDefines(arch: Arch, isOn: (option: string) => boolean): { readonly name: string; readonly value: string }[] {
  switch (arch) {
    case 'arm': {
      // The last that is on wins, as `:=` after `:=` does.
      const versions = [['CPU_32v7M', 7], ['CPU_32v7', 7], ['CPU_32v6', 6], ['CPU_32v6K', 6], ['CPU_32v5', 5], ['CPU_32v4T', 4], ['CPU_32v4', 4], ['CPU_32v3', 3]] as const;
      // A kernel for several is built for the oldest; v6K adds to v6 only.
      const on = versions.filter(([name]) => isOn(`CONFIG_${name}`) && (name !== 'CPU_32v6K' || isOn('CONFIG_CPU_32v6')));
      const version = on[on.length - 1]?.[1];
      return version === undefined ? [] : [{ name: '__LINUX_ARM_ARCH__', value: String(version) }];
    }
    case 'arm64': return [{ name: 'KASAN_SHADOW_SCALE_SHIFT', value: isOn('CONFIG_KASAN_SW_TAGS') ? '4' : '3' }];
    default: return [];
  }
}

/** The architecture that a configuration is for. `isOn`: whether it sets the option (`CONFIG_X`) to y. */
export function archOfConfig(isOn: (option: string) => boolean): Arch | undefined {
  // More options tell more: X86 alone would be either.
  return ARCH_NAMES.find((arch) => ARCH_FACTS[arch].options.every((option) => isOn(`CONFIG_${option}`)));
}
