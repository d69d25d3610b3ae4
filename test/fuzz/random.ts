/** Random choices that a seed repeats on every machine: splitmix32. */
export class Random {
  private state: number;

  /** The stream of case `index` of a run. */
  constructor(seed: number, index: number) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
  }

  /** 0 to 2^32 - 1. */
  bits(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** 0 to below - 1; 0 when `below` is 0. */
  below(below: number): number {
    return below <= 0 ? 0 : Math.floor((this.bits() / 0x100000000) * below);
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  pick<T>(list: readonly [T, ...T[]]): T;
  pick<T>(list: readonly T[]): T | undefined;
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  /** 1 to `most`, each order of magnitude as often as the next. */
  size(most: number): number {
    return Math.max(1, Math.min(most, Math.round(Math.exp((this.bits() / 0x100000000) * Math.log(most)))));
  }
}
