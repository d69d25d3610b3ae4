/** What every part of the layout panel may read and do. */
import type { LayoutView } from '../../server/shared/layoutView';
import type { SourceLink } from '../../server/shared/simulationView';
import type { PartName } from '../context';
import type { NumberedEntry } from '../model/layoutCells';

export interface LayoutContext {
  readonly view: LayoutView;
  readonly entries: readonly NumberedEntry[];
  readonly rowBytes: number;
  readonly unfolded: ReadonlySet<string>;
  unfold(id: string, part: PartName): void;
  openSource(link: SourceLink): void;
  /** Selects the member everywhere and opens its source. */
  choose(id: number): void;
  copy(): void;
}

/** CSS class by what a member does: without a description all members are alike. */
export function isPlain(view: LayoutView, key: number | undefined): boolean {
  return key === undefined && view.descriptions.length > 0;
}
