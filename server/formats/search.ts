/** Where a number stands among ascending ones, of which there may be millions. */

/** Index of the first that is not below `least`, among those from `from` to before `end`; `end` when there is none. */
export function firstNotBelow(list: ArrayLike<number>, least: number, from = 0, end = list.length): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first that lies above. */
export function firstAbove(list: ArrayLike<number>, most: number, from = 0, end = list.length): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
