/** What is wrong with bytes, as a value: which structure, where, which field, what was expected and what was found. */

export interface FormatProblem {
  /** The structure by its name in the kernel, or what stands for one (`FDT header`). */
  readonly structure: string;
  /** From the start of the bytes that were given; in memory images `phys` says where the structure lies. */
  readonly offsetBytes: number;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  /** Physical address of the structure, when it was read from memory. */
  readonly phys?: bigint;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: FormatProblem };

export function good<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function bad<T>(problem: FormatProblem): Result<T> {
  return { ok: false, problem };
}

/** One sentence for people. */
export function problemText({ structure, offsetBytes, field, expected, found, phys }: FormatProblem): string {
  const place = phys === undefined ? `+${String(offsetBytes)}` : `${hex(phys)}+${String(offsetBytes)}`;
  return `${structure} at ${place}: ${field} should be ${expected}, found ${found}`;
}

/** A list of problems that hostile input cannot make long: what comes after `most` is only counted. */
export class Problems {
  readonly list: FormatProblem[] = [];
  /** Problems that were found and not kept. */
  leftOut = 0;

  constructor(private readonly most = 200) {}

  add(problem: FormatProblem): void {
    if (this.list.length < this.most) this.list.push(problem);
    else this.leftOut++;
  }
}

export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
