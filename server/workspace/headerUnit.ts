/** Reads a header of a kernel tree as files of the kernel do: behind the headers that they have included before it. */
import type { CUnit } from '../c/api';
import type { SourceProvider } from '../c/source';
import type { Project } from './project';

/** What many headers take for granted and do not include. */
const PRELUDE: readonly string[] = ['linux/sched.h', 'linux/mm.h', 'linux/irq.h', 'linux/acpi.h', 'linux/libfdt.h'];

/** `header` lies in the tree `root`. The unit's main file is one of ours, which stands in no folder. */
export function openHeader(header: string, root: string, project: Project, source: SourceProvider): CUnit {
  const path = `${root}/kernel/.kexec-handover.c`;
  const inInclude = `${root}/include/`;
  const own = header.startsWith(inInclude) ? `<${header.slice(inInclude.length).replace(/^uapi\//, '')}>` : `"${header}"`;
  const text = [...PRELUDE.map((name) => `<${name}>`), own].map((name) => `#include ${name}\n`).join('');
  return project.open(path, { read: (asked) => (asked === path ? { ok: true, text, identity: text } : source.read(asked)) }).unit;
}
