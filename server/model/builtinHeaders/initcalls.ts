/**
 * Modules and initcalls. The macros leave ordinary C behind; the model finds the calls by the macro's name in the unit's
 * expansions, so it sees them with a tree's own headers just the same.
 */
export const initcallsHeader = `
#ifndef KEXEC_HANDOVER_INITCALLS_H
#define KEXEC_HANDOVER_INITCALLS_H
#include <kexec-handover/kernel.h>

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);
#define __define_initcall(fn, level) static initcall_t __initcall_##fn __used = fn
#define early_initcall(fn) __define_initcall(fn, early)
#define pure_initcall(fn) __define_initcall(fn, 0)
#define core_initcall(fn) __define_initcall(fn, 1)
#define core_initcall_sync(fn) __define_initcall(fn, 1s)
#define postcore_initcall(fn) __define_initcall(fn, 2)
#define postcore_initcall_sync(fn) __define_initcall(fn, 2s)
#define arch_initcall(fn) __define_initcall(fn, 3)
#define arch_initcall_sync(fn) __define_initcall(fn, 3s)
#define subsys_initcall(fn) __define_initcall(fn, 4)
#define subsys_initcall_sync(fn) __define_initcall(fn, 4s)
#define fs_initcall(fn) __define_initcall(fn, 5)
#define fs_initcall_sync(fn) __define_initcall(fn, 5s)
#define rootfs_initcall(fn) __define_initcall(fn, rootfs)
#define device_initcall(fn) __define_initcall(fn, 6)
#define device_initcall_sync(fn) __define_initcall(fn, 6s)
#define late_initcall(fn) __define_initcall(fn, 7)
#define late_initcall_sync(fn) __define_initcall(fn, 7s)
#define __initcall(fn) device_initcall(fn)
#define console_initcall(fn) static initcall_t __initcall_##fn __used = fn
#define __exitcall(fn) static exitcall_t __exitcall_##fn __used = fn
#define module_init(fn) device_initcall(fn)
#define module_exit(fn) __exitcall(fn)
#define module_platform_driver(driver) static void *__driver_##driver __used = &driver
#define module_pci_driver(driver) static void *__driver_##driver __used = &driver
#define builtin_platform_driver(driver) static void *__driver_##driver __used = &driver
#define early_param(name, fn) static int (*__early_param_##fn)(char *) __used = fn
#define __setup(name, fn) static int (*__setup_param_##fn)(char *) __used = fn

struct module;
#define THIS_MODULE ((struct module *)0)
#define MODULE_LICENSE(text) _Static_assert(1, "")
#define MODULE_AUTHOR(text) _Static_assert(1, "")
#define MODULE_DESCRIPTION(text) _Static_assert(1, "")
#define MODULE_VERSION(text) _Static_assert(1, "")
#define MODULE_ALIAS(text) _Static_assert(1, "")
#define MODULE_FIRMWARE(text) _Static_assert(1, "")
#define MODULE_IMPORT_NS(text) _Static_assert(1, "")
#define MODULE_SOFTDEP(text) _Static_assert(1, "")
#define MODULE_DEVICE_TABLE(kind, table) extern __typeof__(table) __mod_##kind##_##table
#define MODULE_PARM_DESC(name, text) _Static_assert(1, "")
#define module_param(name, type, mode) _Static_assert(1, "")
#define module_param_named(name, value, type, mode) _Static_assert(1, "")
#define core_param(name, value, type, mode) _Static_assert(1, "")
#define EXPORT_SYMBOL(symbol) extern __typeof__(symbol) symbol
#define EXPORT_SYMBOL_GPL(symbol) extern __typeof__(symbol) symbol
#define EXPORT_SYMBOL_NS(symbol, ns) extern __typeof__(symbol) symbol
#define EXPORT_SYMBOL_NS_GPL(symbol, ns) extern __typeof__(symbol) symbol
#define EXPORT_SYMBOL_FOR_MODULES(symbol, modules) extern __typeof__(symbol) symbol

#endif
`;
