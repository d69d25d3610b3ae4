/** What the page of every panel has: a stage that scrolls, and a live region for screen readers. */
import { h } from './dom';

export interface Page {
  readonly stage: HTMLElement;
  say(text: string): void;
}

/** `rested`: called when scrolling has come to rest. */
export function makePage(rested: () => void): Page {
  const stage = h('div', { id: 'stage' });
  const live = h('div', { class: 'sr', attrs: { role: 'status', 'aria-live': 'polite' } });
  document.body.append(stage, live);
  let timer = 0;
  stage.addEventListener('scroll', () => { window.clearTimeout(timer); timer = window.setTimeout(rested, 200); }, { passive: true });
  return { stage, say: (text) => { live.textContent = text; } };
}

export function reason(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}
