/** The areas of memory that a driver of a scenario has in the kernel that runs: their pages, what is in them, and whether a copy still says what its original says. */
import type { State } from '../../../model/scenario/scenario';
import { CallFailed } from '../recorder';
import { words } from './actor';

export interface Group { readonly pfns: Float64Array; readonly order: number }

/** Bytes, by identity: two areas with the same contents hold equal bytes. */
type Contents = object;

/** Of pages that nobody has written to. */
export const ZEROS: Contents = {};

export interface Area {
  readonly groups: readonly Group[];
  /** vmalloc: handed over as an area of its own. */
  readonly vmalloc: boolean;
  contents: Contents;
  /** The state in which the contents came in. */
  writtenIn: State;
  /** Areas that had these contents first, and when they were taken from them; the nearest first. */
  copies: readonly { readonly of: string; readonly state: State }[];
  preserved: boolean;
}

export class DriverAreas {
  private areas = new Map<string, Area>();

  /** @param who the driver, for errors */
  constructor(private readonly who: string) {}

  has(name: string): boolean {
    return this.areas.has(name);
  }

  /** Throws CallFailed. */
  get(name: string): Area {
    const area = this.areas.get(name);
    if (area === undefined) throw new CallFailed('ENOENT', this.who, `there is no area ${name} now`);
    return area;
  }

  entries(): readonly (readonly [name: string, area: Area])[] {
    return [...this.areas];
  }

  /** @param contents what is in it: new bytes, `ZEROS`, or those of the area that was restored */
  add(name: string, groups: readonly Group[], vmalloc: boolean, state: State, contents: Contents): void {
    this.areas.set(name, { groups, vmalloc, contents, writtenIn: state, copies: [], preserved: false });
  }

  /** What is written is the area's own: it is no copy any more. */
  write(name: string, state: State): void {
    Object.assign(this.get(name), { contents: {}, writtenIn: state, copies: [] } satisfies Partial<Area>);
  }

  /** Gives the pages that were copied. Throws CallFailed when there is not room for them. */
  copy(from: string, to: string, state: State): number {
    const [source, target] = [this.get(from), this.get(to)];
    const [have, need] = [pagesIn(target), pagesIn(source)];
    if (have < need) throw new CallFailed('ENOSPC', this.who, `${to} has ${words(have, 'page')}, ${from} needs ${String(need)}`);
    const copies = [{ of: from, state }, ...source.copies].filter(({ of }) => of !== to);
    Object.assign(target, { contents: source.contents, writtenIn: state, copies } satisfies Partial<Area>);
    return need;
  }

  /** Whoever copied it has the only one now. */
  remove(name: string): void {
    this.areas.delete(name);
    for (const area of this.areas.values()) area.copies = area.copies.filter(({ of }) => of !== name);
  }

  /** What the new kernel will miss in an area: originals that were written after it took its contents from them, unless they are handed over themselves; or any contents at all. */
  missingIn(name: string): readonly string[] {
    const area = this.areas.get(name);
    if (area?.contents === ZEROS) return [`${name} holds zeros: nothing was written or copied into it`];
    return (area?.copies ?? []).flatMap(({ of, state }) => {
      const original = this.areas.get(of);
      if (original === undefined || original.preserved || original.contents === area?.contents) return [];
      return [`${name} holds ${of} as it was in ${state}: ${of} was written after that, in ${original.writtenIn}`];
    });
  }

  /** For an action that fails: gives what puts everything back. */
  snapshot(): () => void {
    const before = new Map([...this.areas].map(([name, area]) => [name, { ...area }]));
    return () => { this.areas = before; };
  }

  /** Behind the jump nothing is there. */
  clear(): void {
    this.areas = new Map();
  }
}

export const pagesIn = ({ groups }: Pick<Area, 'groups'>): number => groups.reduce((sum, { pfns, order }) => sum + pfns.length * 2 ** order, 0);
