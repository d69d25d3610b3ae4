/**
 * Which `asm/` headers the build makes for an architecture: those that only include `asm-generic/` (scripts/Makefile.asm-headers, from generic-y and
 * mandatory-y in the Kbuild files).
 */

/** What the wrappers are made from, read by the caller. */
export interface AsmHeaders {
  /** Text of `arch/<srcArch>/include/[uapi/]asm/Kbuild`; empty when there is none. */
  readonly archKbuild: string;
  /** Text of `include/[uapi/]asm-generic/Kbuild`. */
  readonly genericKbuild: string;
  /** Whether the architecture has the header itself. */
  readonly has: (name: string) => boolean;
}

/** Names (`rwonce.h`) of the wrappers, sorted. */
export function genericHeaders({ archKbuild, genericKbuild, has }: AsmHeaders): string[] {
  const generated = new Set(listed(archKbuild, 'generated-y'));
  const mandatory = listed(genericKbuild, 'mandatory-y').filter((name) => !generated.has(name) && !has(name));
  return [...new Set([...listed(archKbuild, 'generic-y'), ...mandatory])].sort();
}

/** Words that a Makefile adds to a variable. */
export function listed(makefile: string, variable: string): string[] {
  const words: string[] = [];
  for (const line of makefile.replace(/\\\n/g, ' ').split('\n')) {
    const [, name, value] = /^\s*([\w-]+)\s*(?:\+|:)?=\s*([^#]*)/.exec(line) ?? [];
    if (name === variable && value !== undefined) words.push(...value.trim().split(/\s+/).filter((word) => word !== ''));
  }
  return words;
}
