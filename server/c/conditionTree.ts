/**
 * Which group of which conditional each directive of a text stands in. A *group* is named by the directive that begins it (#if, #elif, #else).
 * Depends on the text alone.
 */
import { A } from './keywords';
import type { TokenBuffer } from './lexer';
import { isIf } from './structure';

const trees = new WeakMap<TokenBuffer, ConditionTree>();

export class ConditionTree {
  /** By directive: the group that holds what follows it; -1: none. */
  private readonly after: Int32Array;
  /** By group: the group around it; -1: none. */
  private readonly parents: Int32Array;
  /** By group: the group of the same conditional before it; -1: none. */
  private readonly befores: Int32Array;

  static of(buffer: TokenBuffer): ConditionTree {
    const known = trees.get(buffer);
    if (known !== undefined) return known;
    const made = new ConditionTree(buffer);
    trees.set(buffer, made);
    return made;
  }

  private constructor(private readonly buffer: TokenBuffer) {
    const { names, next } = buffer.structure;
    const total = names.length;
    this.after = new Int32Array(total).fill(-1);
    this.parents = new Int32Array(total).fill(-1);
    this.befores = new Int32Array(total).fill(-1);
    const open: number[] = [];
    for (let d = 0; d < total; d++) {
      const name = names[d] ?? 0;
      if (isIf(name)) {
        this.parents[d] = open[open.length - 1] ?? -1;
        open.push(d);
      } else if (open.length > 0 && next[open[open.length - 1] ?? 0] === d) {
        const before = open.pop() ?? -1;
        if (name !== A.endif) {
          this.befores[d] = before;
          this.parents[d] = this.parents[before] ?? -1;
          open.push(d);
        }
      }
      this.after[d] = open[open.length - 1] ?? -1;
    }
  }

  isGroup(directive: number): boolean {
    const name = this.buffer.structure.names[directive] ?? 0;
    return isIf(name) || this.befores[directive] !== -1;
  }

  parent(group: number): number {
    return this.parents[group] ?? -1;
  }

  before(group: number): number {
    return this.befores[group] ?? -1;
  }

  /** The group that holds what follows the directive; for a directive that begins none, the group it stands in. */
  groupAfter(directive: number): number {
    return this.after[directive] ?? -1;
  }

  /** The first directive whose `#` is not before the token. */
  firstAfter(token: number): number {
    const { directives } = this.buffer;
    let low = 0;
    let high = directives.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((directives[middle] ?? 0) < token) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  groupAtToken(token: number): number {
    const d = this.firstAfter(token);
    return d === 0 ? -1 : this.groupAfter(d - 1);
  }

  /** The directive in whose line the character stands. */
  directiveAt(offset: number): number {
    const { directives, starts } = this.buffer;
    let low = 0;
    let high = directives.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[directives[middle] ?? 0] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The group and those around it, outermost first. */
  chain(group: number): readonly number[] {
    const result: number[] = [];
    for (let g = group; g >= 0; g = this.parents[g] ?? -1) result.push(g);
    return result.reverse();
  }
}
