import type { Tools } from '../commands';
import { chooseTarget } from './chooseTarget';

/** Opens the panel for one description, against the old kernel that the settings name. */
export async function simulate(tools: Tools, args: readonly unknown[]): Promise<void> {
  const target = await chooseTarget(tools, args);
  if (target !== undefined) tools.panels.handovers.show(target);
}
