/** Two things measured side by side, in turn (A B A B …), so that the machine's noise hits both alike. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Comparison {
  readonly ours: Spread;
  readonly theirs: Spread;
  /** Of each pair: ours / theirs. */
  readonly ratio: Spread;
  readonly pairs: number;
}

/** One measurement: milliseconds or MB, in one unit for both sides. */
export type Measurement = () => Promise<number>;

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const half = sorted.length >> 1;
  return { median: sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2, min: at(0), max: at(sorted.length - 1) };
}

/** `warmUps` runs of each side go unmeasured. */
export async function compare(ours: Measurement, theirs: Measurement, pairs: number, warmUps = 1): Promise<Comparison> {
  for (let i = 0; i < warmUps; i++) {
    await ours();
    await theirs();
  }
  const a: number[] = [];
  const b: number[] = [];
  for (let i = 0; i < pairs; i++) {
    a.push(await ours());
    b.push(await theirs());
  }
  return { ours: spreadOf(a), theirs: spreadOf(b), ratio: spreadOf(a.map((value, i) => value / (b[i] ?? Number.NaN))), pairs };
}
