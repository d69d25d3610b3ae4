/** `#pragma pack` (gcc manual, Structure-Layout Pragmas). */
import { isName } from './ppToken';
import { TokKind } from './token';
import type { Tok } from './token';

/** What is in force, in bytes (0: nothing), and what was pushed. */
export interface PackState {
  value: number;
  stack: { label: string | undefined; value: number }[];
}

/** Obeys the pragma whose operands are `toks`, parentheses included; false when they are malformed, and nothing changed. */
export function applyPack(pack: PackState, toks: readonly Tok[]): boolean {
  const open = toks[0];
  if (open?.text !== '(') return false;
  const close = toks.findIndex((t) => t.text === ')');
  if (close < 0) return false;
  const items: Tok[] = toks.slice(1, close).filter((t) => t.text !== ',');
  const size = (t: Tok | undefined): number | undefined => {
    if (t === undefined || t.kind !== TokKind.Number) return undefined;
    const n = Number(t.text.replace(/[uUlL]+$/, ''));
    return [0, 1, 2, 4, 8, 16].includes(n) ? n : undefined;
  };
  const head = items[0];
  if (head === undefined) {
    pack.value = 0;
    return true;
  }
  if (head.kind === TokKind.Number) {
    const n = size(head);
    if (n === undefined || items.length > 1) return false;
    pack.value = n;
    return true;
  }
  const label = items.slice(1).find(isName)?.text;
  const number = items.slice(1).find((t) => t.kind === TokKind.Number);
  const n = size(number);
  if (number !== undefined && n === undefined) return false;
  if (head.text === 'push') {
    pack.stack.push({ label, value: pack.value });
    if (n !== undefined) pack.value = n;
    return true;
  }
  if (head.text !== 'pop') return false;
  let at = pack.stack.length - 1;
  if (label !== undefined) while (at >= 0 && pack.stack[at]?.label !== label) at--;
  const entry = pack.stack[at];
  if (entry === undefined) return false;
  pack.value = entry.value;
  pack.stack.length = at;
  return true;
}
