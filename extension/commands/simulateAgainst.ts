import type { Tools } from '../commands';
import { chooseBase } from './chooseBase';
import { chooseTarget } from './chooseTarget';

/** As `simulate`, but asks for the old kernel first. */
export async function simulateAgainst(tools: Tools, args: readonly unknown[]): Promise<void> {
  const target = await chooseTarget(tools, args);
  if (target === undefined) return;
  const base = await chooseBase(tools.client, target.uri);
  if (base !== undefined) tools.panels.handovers.show(base === 'default' ? target : { ...target, base });
}
