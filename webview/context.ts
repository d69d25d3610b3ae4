/** What every part of the screen may read and do. */
import type { SimulationView, SourceLink } from '../server/shared/simulationView';
import type { Direction } from './model/words';

export type PartName = 'layout' | 'stream' | 'hex' | 'members';

export interface Context {
  readonly view: SimulationView;
  readonly direction: Direction;
  readonly selected: number | undefined;
  /** Ids of folds that were opened. */
  readonly unfolded: ReadonlySet<string>;
  setDirection(direction: Direction): void;
  unfold(id: string, part: PartName): void;
  /** Selects a member number everywhere; the same number again clears it. */
  select(key: number): void;
  openSource(link: SourceLink): void;
}

/** `line 12` in the file that the screen is about, else `demo.c:12`. */
export function linkText(link: SourceLink, here?: string): string {
  if (link.file === here) return `line ${link.line}`;
  const file = link.file.slice(Math.max(link.file.lastIndexOf('/'), link.file.lastIndexOf('\\')) + 1);
  return `${file}:${link.line}`;
}

export function linkTitle(link: SourceLink): string {
  return link.revision === 'working tree' ? `Open ${link.file}, line ${link.line}` : `Open ${link.file}, line ${link.line}, at ${link.revision}`;
}
