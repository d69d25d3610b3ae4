/**
 * Copying: Ctrl+C takes what is selected, unless text is marked by hand; the context menu offers value, bytes and address. VS Code reads the menu's
 * context from an attribute of the elements around the pointer, so it is made when the menu opens.
 */
import type { CopyContext } from '../../server/shared/protocol';

export interface CopySource {
  readonly element: HTMLElement;
  /** What can be copied of what is selected in it. */
  copies(): CopyContext;
  /** The menu opens over that element: select what is there. */
  point?(target: Element): void;
}

export function textOf({ kexecHandoverValue, kexecHandoverAddress, kexecHandoverBytes }: CopyContext): string {
  return kexecHandoverValue ?? kexecHandoverAddress ?? kexecHandoverBytes ?? '';
}

/** `sources`: asked each time, for the page is drawn anew when the file changes. `said`: what was copied. */
export function followCopies(sources: () => readonly CopySource[], said: (text: string) => void): void {
  const over = (node: Node | null): CopySource | undefined => sources().find(({ element }) => element.contains(node));
  document.addEventListener('copy', (e) => {
    if (document.getSelection()?.isCollapsed === false || document.activeElement instanceof HTMLInputElement) return;
    const text = textOf(over(document.activeElement)?.copies() ?? {});
    if (text === '' || e.clipboardData === null) return;
    e.clipboardData.setData('text/plain', text);
    e.preventDefault();
    said(`Copied ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`);
  });
  document.addEventListener('contextmenu', (e) => {
    if (!(e.target instanceof Element)) return;
    const source = over(e.target);
    if (source === undefined) return;
    source.point?.(e.target);
    source.element.dataset['vscodeContext'] = JSON.stringify({ preventDefaultContextMenuItems: true, ...source.copies() });
  }, { capture: true });
}
