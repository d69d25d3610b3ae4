/** Reads a header of a kernel tree as files of the kernel do: behind the headers that they have included before it. */
import type { CUnit } from '../c/api';
import type { SourceProvider } from '../c/source';
import type { Project } from './project';

/** What many headers take for granted and do not include. */
const PRELUDE: readonly string[] = ['linux/sched.h', 'linux/mm.h', 'linux/irq.h', 'linux/acpi.h', 'linux/libfdt.h'];

/** `header` lies in the tree `root`. The unit's main file is one of ours, which stands in no folder. */
export function openHeader(header: string, root: string, project: Project, source: SourceProvider): CUnit {
  // A private header is read with the options of its folder.
  const folder = /\/include\//.test(header.slice(root.length)) ? `${root}/kernel` : header.slice(0, header.lastIndexOf('/'));
  const path = `${folder}/.kexec-handover.c`;
  const read = source.read(header);
  // What a trace header declares is made when it is read again by this.
  const traces = read.ok && /^[ \t]*#[ \t]*include[ \t]*<trace\/define_trace\.h>/m.test(read.text);
  const text = [
    ...PRELUDE.map((name) => `#include <${name}>\n`), traces ? '#define CREATE_TRACE_POINTS\n' : '', `#include ${spelled(header, root, source)}\n`,
  ].join('');
  return project.open(path, { read: (asked) => (asked === path ? { ok: true, text, identity: text } : source.read(asked)) }).unit;
}

/** As files of the kernel name it: what another header of the same name would hide is named by its path. */
function spelled(header: string, root: string, source: SourceProvider): string {
  const [, generic] = /\/include\/asm-generic\/(.+)$/.exec(header) ?? [];
  // An architecture may have its own, or hold what this one asks for.
  if (generic !== undefined) return `<asm/${generic}>`;
  const include = `${root}/include/`;
  if (!header.startsWith(include)) return `"${header}"`;
  const name = header.slice(include.length);
  if (!name.startsWith('uapi/')) return `<${name}>`;
  const plain = name.slice('uapi/'.length);
  return source.read(`${include}${plain}`).ok ? `"${header}"` : `<${plain}>`;
}
