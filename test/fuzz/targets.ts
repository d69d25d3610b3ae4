/** Every target of `npm run fuzz -- KIND`. */
import { c } from './c';
import { fdt } from './fdt';
import { image } from './image';
import type { Target } from './target';

export const targets: readonly Target[] = [c, fdt, image];

export function targetOf(name: string): Target | undefined {
  return targets.find((target) => target.name === name);
}
