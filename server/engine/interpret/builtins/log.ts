/** printk and the warnings. What is logged names the function that does it. */
import { EngineStop } from '../../memory/fault';
import type { Builtin, BuiltinCall } from './builtin';
import { int, number, textAt } from './builtin';
import { formatted } from './format';

const where = (call: BuiltinCall): string => call.m.frame?.fn.name ?? '';
const text = (call: BuiltinCall, i: number): string => String.fromCharCode(...textAt(call, number(call, i), 1024));

/** Levels 0 to 3 are errors, 4 a warning; the kernel writes them behind an SOH. */
const printk: Builtin = (call) => {
  const line = formatted(call, 0).replace(/\n$/, '');
  const level = line.charCodeAt(0) === 1 ? Number(line[1]) : 6;
  if (level <= 3) call.m.kernel.log('err', 'pr_err', where(call), line.slice(2));
  return int('int', line.length);
};

/** kexec_handover_warn(condition, text): what our headers make of WARN_ON and WARN. */
const warn = (via: 'WARN_ON' | 'WARN'): Builtin => (call) => {
  const on = number(call, 0) !== 0n;
  if (on) call.m.kernel.log('warn', 'WARN_ON', where(call), via === 'WARN' ? formatted(call, 1).replace(/\n$/, '') : text(call, 1));
  return int('int', on ? 1 : 0);
};
const warnOnce = (via: 'WARN_ONCE' | 'WARN_ON_ONCE'): Builtin => (call) => {
  const on = number(call, 0) !== 0n;
  const site = `${String(call.at.file)}:${String(call.exprs[0]?.first.start ?? call.at.start)}:${via}`;
  if (on) call.m.kernel.logOnce(via, where(call), site, via === 'WARN_ONCE' ? formatted(call, 1).replace(/\n$/, '') : text(call, 1));
  return int('int', on ? 1 : 0);
};
const stops: Builtin = () => {
  throw new EngineStop('runs-off', 'stops the kernel with BUG().');
};

export const logBuiltins: Readonly<Record<string, Builtin>> = {
  printk, _printk: printk,
  kexec_handover_warn_on: warn('WARN_ON'),
  kexec_handover_warn: warn('WARN'),
  kexec_handover_warn_on_once: warnOnce('WARN_ON_ONCE'),
  kexec_handover_warn_once: warnOnce('WARN_ONCE'),
  kexec_handover_bug: stops, panic: stops, __builtin_unreachable: stops, __builtin_trap: stops,
  snprintf: (call) => print(call, 2, Number(BigInt.asUintN(31, number(call, 1))), false),
  scnprintf: (call) => print(call, 2, Number(BigInt.asUintN(31, number(call, 1))), true),
  sprintf: (call) => print(call, 1, 1 << 16, false),
};

/** snprintf gives the length the text would have, scnprintf the length it has. */
function print(call: BuiltinCall, format: number, size: number, real: boolean): ReturnType<Builtin> {
  const whole = formatted(call, format);
  const kept = whole.slice(0, Math.max(0, size - 1));
  if (size > 0) call.m.write(number(call, 0), Uint8Array.from([...kept, '\0'].map((c) => c.charCodeAt(0))), call.at);
  return int('int', real ? kept.length : whole.length);
}
