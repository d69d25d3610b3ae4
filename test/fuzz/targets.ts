/** Every target of `npm run fuzz -- KIND`. */
import { c } from './c';
import type { Target } from './target';

export const targets: readonly Target[] = [c];

export function targetOf(name: string): Target | undefined {
  return targets.find((target) => target.name === name);
}
