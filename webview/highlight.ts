/**
 * One member number, everywhere: hovering or focusing an element with `data-key` rings all elements of that key, a click
 * selects it. Listens on the root only, so parts can be redrawn freely.
 */
export interface Highlight {
  /** Rings the selected key again after a redraw. */
  refresh(): void;
  select(key: number | undefined): void;
}

export function highlight(root: HTMLElement, onSelect: (key: number) => void): Highlight {
  let hovered: string | undefined;
  let selected: string | undefined;
  const mark = (key: string | undefined, name: string, on: boolean): void => {
    if (key === undefined) return;
    for (const e of root.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)) e.classList.toggle(name, on);
  };
  const hover = (key: string | undefined): void => {
    if (key === hovered) return;
    mark(hovered, 'hot', false);
    hovered = key;
    mark(hovered, 'hot', true);
  };
  root.addEventListener('pointerover', (e) => hover(keyAt(e.target)));
  root.addEventListener('pointerleave', () => hover(undefined));
  root.addEventListener('focusin', (e) => hover(keyAt(e.target)));
  root.addEventListener('focusout', () => hover(undefined));
  root.addEventListener('click', (e) => {
    if (e.target instanceof Element && e.target.closest('.link, .fold, vscode-button')) return;
    const key = keyAt(e.target);
    if (key !== undefined && !textIsSelected()) onSelect(Number(key));
  });
  const show = (key: string | undefined, on: boolean): void => {
    mark(key, 'sel', on);
    if (key === undefined) return;
    for (const e of root.querySelectorAll(`button[data-key="${CSS.escape(key)}"]`)) e.setAttribute('aria-pressed', String(on));
    for (const e of root.querySelectorAll(`[role=row][data-key="${CSS.escape(key)}"]`)) e.setAttribute('aria-selected', String(on));
  };
  return {
    refresh: () => { mark(hovered, 'hot', true); show(selected, true); },
    select: (key) => {
      show(selected, false);
      selected = key === undefined ? undefined : String(key);
      show(selected, true);
    },
  };
}

function keyAt(target: EventTarget | null): string | undefined {
  if (!(target instanceof Element)) return undefined;
  const element = target.closest('[data-key]');
  return element instanceof HTMLElement ? element.dataset['key'] : undefined;
}

/** Someone who drags over bytes to copy them does not mean to select the member. */
function textIsSelected(): boolean {
  const selection = window.getSelection();
  return selection !== null && !selection.isCollapsed && selection.toString().trim() !== '';
}
