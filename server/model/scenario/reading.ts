/** What the readers of a scenario's parts share: problems, where each part came from, and numbers as people spell them. */
import type { Node } from 'jsonc-parser';
import { ScenarioProblems } from './problems';
import { integerOf, numberOf, property, shown, stringOf } from './tree';

/** Physical addresses have at most 52 bits (x86-64 and arm64). */
const MOST_BYTES = 1n << 52n;
const U64 = 1n << 64n;
export const MIB = 1n << 20n;

/** `4M`, `0x1000`, `4096`: not wrapped at 64 bits, and without a leading 0, which the command line takes as octal. Undefined: no such number. */
export function wholeOf(text: string): bigint | undefined {
  const [, digits, suffix = ''] = /^(0x[0-9a-f]+|0|[1-9]\d*)([kmgt]?)$/i.exec(text) ?? [];
  return digits === undefined ? undefined : BigInt(digits) << BigInt(10 * (' KMGT'.indexOf(suffix.toUpperCase() || ' ')));
}

export class Reading {
  readonly problems = new ScenarioProblems();
  private readonly places = new Map<object, Node>();

  constructor(readonly root: Node) {}

  /** Remembers what `value` was read from. */
  from<T extends object>(node: Node, value: T): T {
    this.places.set(value, node);
    return value;
  }

  /** The node of a part of the scenario, or of what stands under `path` in it; the nearest that is there. Short forms (`"7.1"` for a kernel) are their own place. */
  place(value: object, ...path: readonly (string | number)[]): Node {
    let at = this.places.get(value) ?? this.root;
    for (const step of path) {
      const next = typeof step === 'string' ? property(at, step) : at.type === 'array' ? at.children?.[step] : undefined;
      if (next === undefined) break;
      at = next;
    }
    return at;
  }

  /** Bytes; undefined where nothing stands, or no size. One that no machine has is a problem. */
  size(node: Node | undefined): bigint | undefined {
    const bytes = this.whole(node);
    if (node === undefined || bytes === undefined) return undefined;
    if (bytes <= MOST_BYTES) return bytes;
    this.problems.add(node, { code: 'too-large', expected: 'at most 4 PiB (physical addresses of 52 bits)', found: shown(node) });
    return undefined;
  }

  /** A number of 64 bits. */
  token(node: Node | undefined): bigint | undefined {
    const value = this.whole(node);
    if (node === undefined || value === undefined || /^0x\w{17}|^\d{21}|[kmgt]$/i.test(stringOf(node) ?? '')) return undefined;
    if (value < U64) return value;
    this.problems.add(node, { code: 'too-large', expected: 'a number of 64 bits', found: shown(node) });
    return undefined;
  }

  /** 0 to 1. */
  share(node: Node | undefined): number | undefined {
    const [, percent] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(stringOf(node) ?? '') ?? [];
    const value = percent === undefined ? numberOf(node) : Number(percent) / 100;
    if (node === undefined || value === undefined) return undefined;
    if (value >= 0 && value <= 1) return value;
    if (percent !== undefined) this.problems.add(node, { code: 'too-large', expected: 'at most 100%', found: shown(node) });
    return undefined;
  }

  private whole(node: Node | undefined): bigint | undefined {
    const text = stringOf(node);
    if (text !== undefined) return wholeOf(text);
    const value = numberOf(node);
    if (node === undefined || value === undefined || value < 0 || !Number.isInteger(value)) return undefined;
    if (integerOf(node, 0, Number.MAX_SAFE_INTEGER) !== undefined) return BigInt(value);
    this.problems.add(node, { code: 'inexact', expected: 'a text ("0x20000000000001") for numbers above 2^53, which JSON does not keep exactly', found: shown(node) });
    return undefined;
  }
}
