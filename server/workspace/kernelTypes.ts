/** The finder of types for a kernel tree, as its files are built. */
import type { SourceProvider } from '../c/source';
import { ARCH_FACTS, ARCH_NAMES } from './arch';
import type { Project } from './project';
import { TypeFinder } from './typeFinder';

export function kernelTypes(project: Project, source: SourceProvider, root: string): TypeFinder {
  const target = project.targetOf(`${root}/kernel/.kexec-handover.c`);
  const arch = ARCH_NAMES.find((name) => name === target);
  return new TypeFinder(project, source, root, arch === undefined ? 'x86' : ARCH_FACTS[arch].srcArch);
}
