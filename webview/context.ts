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

/** `name` for messages about a revision: the file and line, and the revision unless it is the working tree. */
export function linkText(link: SourceLink): string {
  const file = link.file.slice(Math.max(link.file.lastIndexOf('/'), link.file.lastIndexOf('\\')) + 1);
  return `${file}:${link.line}`;
}

export function linkTitle(link: SourceLink): string {
  return link.revision === 'working tree' ? `Open ${link.file}, line ${link.line}` : `Open ${link.file}, line ${link.line}, at ${link.revision}`;
}
