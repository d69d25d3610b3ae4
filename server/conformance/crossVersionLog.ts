/** Lines that kernels log, brought to what two runs of the same handover have in common. */

/**
 * Addresses are masked. Of a warning's dump the function stands for all: its first line gives it, the RIP line says it again, and the lines of the stack that follow go, since an
 * engine that runs no machine code has no stack to print.
 */
export function comparable(lines: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (const line of lines) {
    const warned = /^WARNING: (?:.* at \S+:\d+ )?(\w+)(?:\+0x[0-9a-f]+\/0x[0-9a-f]+)?$/.exec(line);
    const rip = /^RIP: \w+:(\w+)\+0x/.exec(line);
    if (warned !== null) out.push(`WARNING: ${warned[1] ?? ''}`);
    else if (rip !== null) {
      // Of another function than the one that warned: then it says something of its own.
      if (out[out.length - 1] !== `WARNING: ${rip[1] ?? ''}`) out.push(`RIP: ${rip[1] ?? ''}`);
    } else if (!/^ \w+\+0x[0-9a-f]+\/0x[0-9a-f]+$/.test(line)) out.push(line.replace(/\(0x[0-9a-f]+\)/g, '(0x…)'));
  }
  return out;
}
