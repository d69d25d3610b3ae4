/** Sorted, disjoint ranges as typed arrays, and the sweeps over them: millions of ranges without an object each. Numbers below 2^53; whether bytes or pages is the owner's affair. */
import { firstAbove, firstNotBelow } from '../../formats/search';

export class Spans {
  starts: Float64Array;
  ends: Float64Array;
  count = 0;

  constructor(capacity = 16) {
    this.starts = new Float64Array(capacity);
    this.ends = new Float64Array(capacity);
  }

  start(i: number): number {
    return this.starts[i] ?? 0;
  }

  end(i: number): number {
    return this.ends[i] ?? 0;
  }

  /** Adds a range behind the others; one that touches or overlaps the last is joined to it. `start` must not lie below the last range's. */
  append(start: number, end: number): void {
    if (end <= start) return;
    const last = this.count - 1;
    if (last >= 0 && start <= this.end(last)) {
      if (end > this.end(last)) this.ends[last] = end;
      return;
    }
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  /** Adds what of other ranges lies in [start, end), behind the others. */
  appendFrom(other: Spans, start: number, end: number): void {
    let first = other.firstEndingAfter(start);
    const last = other.firstStartingAt(end);
    if (first >= last) return;
    // The outer two may be cut; those between are copied as they are.
    this.append(Math.max(start, other.start(first)), Math.min(end, other.end(first)));
    first++;
    const between = last - 1 - first;
    if (between > 0) {
      if (this.starts.length < this.count + between) this.grow(this.count + between + 16);
      this.starts.set(other.starts.subarray(first, first + between), this.count);
      this.ends.set(other.ends.subarray(first, first + between), this.count);
      this.count += between;
    }
    if (last - 1 >= first) this.append(Math.max(start, other.start(last - 1)), Math.min(end, other.end(last - 1)));
  }

  /** Index of the first range that starts at or behind `at`; `count` when there is none. */
  firstStartingAt(at: number): number {
    return firstNotBelow(this.starts, at, 0, this.count);
  }

  /** Index of the first range that ends behind `at`; `count` when there is none. */
  firstEndingAfter(at: number): number {
    return firstAbove(this.ends, at, 0, this.count);
  }

  has(at: number): boolean {
    const i = this.firstEndingAfter(at);
    return i < this.count && this.start(i) <= at;
  }

  /** Sum of the lengths. */
  get total(): number {
    const { starts, ends, count } = this;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += (ends[i] ?? 0) - (starts[i] ?? 0);
    return sum;
  }

  /** What of them lies in [start, end): the sum of the lengths. */
  within(start: number, end: number): number {
    const { starts, ends } = this;
    let sum = 0;
    const last = this.firstStartingAt(end);
    for (let i = this.firstEndingAfter(start); i < last; i++) sum += Math.min(ends[i] ?? 0, end) - Math.max(starts[i] ?? 0, start);
    return sum;
  }

  /** Whether one of them has a number in [start, end). */
  touches(start: number, end: number): boolean {
    const i = this.firstEndingAfter(start);
    return i < this.count && this.start(i) < end;
  }

  /** As pairs, for tests and small lists. */
  pairs(): readonly (readonly [start: number, end: number])[] {
    return Array.from({ length: this.count }, (_, i) => [this.start(i), this.end(i)] as const);
  }

  private grow(least = 16): void {
    const capacity = Math.max(least, this.starts.length * 2);
    const starts = new Float64Array(capacity);
    starts.set(this.starts);
    this.starts = starts;
    const ends = new Float64Array(capacity);
    ends.set(this.ends);
    this.ends = ends;
  }
}

/** So many are put into others one by one, and those between them copied as they are. */
const FEW = 64;

function inserted(few: Spans, many: Spans): Spans {
  const out = new Spans(few.count * 2 + many.count);
  let from = -Infinity;
  for (let i = 0; i < few.count; i++) {
    out.appendFrom(many, from, few.start(i));
    out.append(few.start(i), few.end(i));
    from = few.end(i);
  }
  out.appendFrom(many, from, Infinity);
  return out;
}

/** What lies in one of them. */
export function union(a: Spans, b: Spans): Spans {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  if (Math.min(a.count, b.count) <= FEW) return a.count < b.count ? inserted(a, b) : inserted(b, a);
  const out = new Spans(a.count + b.count);
  for (let i = 0, j = 0; i < a.count || j < b.count;) {
    if (j >= b.count || (i < a.count && a.start(i) <= b.start(j))) {
      out.append(a.start(i), a.end(i));
      i++;
    } else {
      out.append(b.start(j), b.end(j));
      j++;
    }
  }
  return out;
}

/** What lies in [start, end) and not in `taken`, in ascending order. */
export function eachGap(taken: Spans, start: number, end: number, visit: (start: number, end: number) => void): void {
  let at = start;
  for (let i = taken.firstEndingAfter(start); i < taken.count && taken.start(i) < end; i++) {
    if (taken.start(i) > at) visit(at, taken.start(i));
    at = Math.max(at, taken.end(i));
  }
  if (at < end) visit(at, end);
}
