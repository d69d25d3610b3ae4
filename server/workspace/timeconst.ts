/** `generated/timeconst.h`: factors between ticks and units of time, by the arithmetic of kernel/time/timeconst.bc. */

/** Text for `hz` ticks a second; 0 or less gives none. */
export function timeconstText(hz: number): string {
  if (!Number.isInteger(hz) || hz < 2) return '';
  const ticks = BigInt(hz);
  const lines = [...factors('MSEC', 1000n, ticks), ...factors('USEC', 1_000_000n, ticks), ...fraction('NSEC', 1_000_000_000n, ticks)];
  return `#ifndef KEXEC_HANDOVER_TIMECONST_H\n#define KEXEC_HANDOVER_TIMECONST_H\n#include <linux/param.h>\n#include <linux/types.h>\n${lines.join('\n')}\n#endif\n`;
}

function factors(unit: string, perSecond: bigint, hz: bigint): string[] {
  const one = (name: string, n: bigint, d: bigint): string[] => {
    const shift = shiftFor(n, d);
    return [`#define ${name}_MUL32 U64_C(0x${multiplier(shift, n, d).toString(16)})`, `#define ${name}_ADJ32 U64_C(0x${adjustment(shift, n, d).toString(16)})`, `#define ${name}_SHR32 ${shift}`];
  };
  return [...one(`HZ_TO_${unit}`, perSecond, hz), ...one(`${unit}_TO_HZ`, hz, perSecond), ...fraction(unit, perSecond, hz)];
}

function fraction(unit: string, perSecond: bigint, hz: bigint): string[] {
  const common = gcd(hz, perSecond);
  return [
    `#define HZ_TO_${unit}_NUM ${perSecond / common}`, `#define HZ_TO_${unit}_DEN ${hz / common}`,
    `#define ${unit}_TO_HZ_NUM ${hz / common}`, `#define ${unit}_TO_HZ_DEN ${perSecond / common}`,
  ];
}

/** fmul: the reciprocal of d/n with b bits, rounded up. */
function multiplier(b: bigint, n: bigint, d: bigint): bigint {
  return ((1n << b) * n + d - 1n) / d;
}

/** fadj. */
function adjustment(b: bigint, n: bigint, d: bigint): bigint {
  const reduced = d / gcd(n, d);
  return ((1n << b) * (reduced - 1n)) / reduced;
}

/** fmuls(32): the least shift that gives a multiplier of 32 bits. */
function shiftFor(n: bigint, d: bigint): bigint {
  let shift = 0n;
  while (multiplier(shift, n, d) < 1n << 31n) shift++;
  return shift;
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
