/**
 * Arrow keys inside a region that is one tab stop. Left and right go to the neighbour in order, up and down to the nearest
 * item of the next line, Home and End to the ends.
 */
export function roving(region: HTMLElement, selector: string): void {
  const items = (): HTMLElement[] => [...region.querySelectorAll<HTMLElement>(selector)];
  for (const [i, item] of items().entries()) item.tabIndex = i === 0 ? 0 : -1;
  region.addEventListener('focusin', (e) => {
    if (!(e.target instanceof HTMLElement) || !e.target.matches(selector)) return;
    for (const item of region.querySelectorAll<HTMLElement>(`${selector}[tabindex="0"]`)) item.tabIndex = -1;
    e.target.tabIndex = 0;
  });
  region.addEventListener('keydown', (e) => {
    if (!(e.target instanceof HTMLElement) || !e.target.matches(selector) || e.ctrlKey || e.metaKey || e.altKey) return;
    const all = items();
    const next = target(all, e.target, e.key);
    if (next === undefined) return;
    e.preventDefault();
    next.focus();
  });
}

function target(all: readonly HTMLElement[], from: HTMLElement, key: string): HTMLElement | undefined {
  const at = all.indexOf(from);
  switch (key) {
    case 'ArrowLeft': return all[at - 1];
    case 'ArrowRight': return all[at + 1];
    case 'Home': return all[0];
    case 'End': return all.at(-1);
    case 'ArrowUp': return nearest(all.slice(0, at).reverse(), from, -1);
    case 'ArrowDown': return nearest(all.slice(at + 1), from, 1);
    default: return undefined;
  }
}

/** The closest item, by column, on the first line above or below. */
function nearest(candidates: readonly HTMLElement[], from: HTMLElement, way: 1 | -1): HTMLElement | undefined {
  const here = from.getBoundingClientRect();
  const middle = here.left + here.width / 2;
  let line: number | undefined;
  let best: HTMLElement | undefined;
  let bestDistance = Infinity;
  for (const item of candidates) {
    const box = item.getBoundingClientRect();
    if (way > 0 ? box.top < here.bottom - 1 : box.bottom > here.top + 1) continue;
    line ??= box.top;
    if (Math.abs(box.top - line) > 4) break;
    const distance = middle < box.left ? box.left - middle : middle > box.right ? middle - box.right : 0;
    if (distance < bestDistance) { best = item; bestDistance = distance; }
  }
  return best;
}
