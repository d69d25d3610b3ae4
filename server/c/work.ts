/**
 * How much one question about types and constants may cost. Text of a few hundred bytes can hold a question whose answer takes forever:
 * forty arrays, each as long as the size of the one before, and the first of them unknown.
 *
 * A question is the outermost call of evaluate, typeOf or typeLayout; what parsing asks on the way is a question of its own.
 */
import type { Const } from './api';
import type { Expr } from './ast';

/** Steps of one question. The largest record of a kernel takes some ten thousand. */
const MAX_STEPS = 400_000;
/** Steps that all long questions of a unit may take together; after that each is cut short. */
const MAX_LONG = 2_000_000;
const LONG = 20_000;

export class Work {
  private nested = 0;
  private steps = 0;
  private long = 0;
  /** Array lengths that could not be told, within the question: asked again, they would cost the same again. */
  readonly unmeasured = new Map<Expr, Const>();

  /** Call `leave` after the work when this is true; false: the question has cost too much, answer "not known". */
  enter(): boolean {
    if (this.nested === 0) {
      this.steps = 0;
      if (this.unmeasured.size > 0) this.unmeasured.clear();
    }
    if (++this.steps > (this.long > MAX_LONG ? LONG : MAX_STEPS)) return false;
    this.nested++;
    return true;
  }

  leave(): void {
    if (--this.nested === 0 && this.steps > LONG) this.long += this.steps;
  }

  /** Around parsing, whatever is being asked: its own questions are counted by themselves. */
  apart<T>(parse: () => T): T {
    const { nested, steps } = this;
    this.nested = 0;
    try {
      return parse();
    } finally {
      this.nested = nested;
      this.steps = steps;
      // What was not known may be now.
      this.unmeasured.clear();
    }
  }

  /** After an exception: as it was before the question. */
  reset(nested: number): void {
    this.nested = nested;
  }

  get depth(): number {
    return this.nested;
  }
}

export const TOO_MUCH_WORK = 'it takes too much work to tell';
