/** What happens, as it happens: events, and the lines that kernels log. */
import type { ErrnoName, State } from '../../model/scenario/scenario';
import type { EventPages, LoggedLine, SimEvent } from './result';

/** A call of a kernel that gave an error. Thrown inside the engine; whoever plays the caller catches it and unwinds. */
export class CallFailed extends Error {
  constructor(readonly errno: ErrnoName, readonly call: string, readonly why: string) {
    super(`${call}: -${errno}: ${why}`);
  }
}

/** The kernel stops: a panic, a fault, an endless loop. */
export class KernelStops extends Error {
  constructor(readonly why: string) {
    super(why);
  }
}

/** Events of a scenario that are kept; how many more there were is counted, and the result says it. */
const MOST_EVENTS = 100_000;

export class Recorder {
  readonly events: SimEvent[] = [];
  /** Behind those that were kept. */
  eventsLeftOut = 0;
  readonly log: LoggedLine[] = [];
  handover = 1;
  kernel = 0;
  state: State = 'RUNNING';
  private readonly once = new Set<string>();

  constructor(private readonly mostEvents = MOST_EVENTS) {}

  event(who: string, call: string, what: string, more: { readonly error?: ErrnoName; readonly pages?: EventPages; readonly tree?: string } = {}): void {
    if (this.events.length >= this.mostEvents) {
      this.eventsLeftOut++;
      return;
    }
    this.events.push({ handover: this.handover, kernel: this.kernel, state: this.state, who, call, what, ...more });
  }

  line(level: LoggedLine['level'], text: string): void {
    this.log.push({ handover: this.handover, kernel: this.kernel, state: this.state, level, text });
  }

  /** WARN_ONCE: once per kernel. */
  lineOnce(level: LoggedLine['level'], text: string): void {
    const key = `${String(this.kernel)} ${text}`;
    if (this.once.has(key)) return;
    this.once.add(key);
    this.line(level, text);
  }
}

/** No blocks have no first frame. */
export function firstOf(pfn: number | undefined): Pick<EventPages, 'firstPfn'> {
  return pfn === undefined ? {} : { firstPfn: pfn };
}

/** Pages of blocks of one order. */
export function pagesOf(became: EventPages['became'], pfns: ArrayLike<number>, order: number): EventPages {
  return { became, blocks: pfns.length, pages: pfns.length * 2 ** order, byOrder: { [String(order)]: pfns.length }, ...firstOf(pfns[0]) };
}

/** Pages of blocks of several orders. */
export function pagesOfBlocks(became: EventPages['became'], blocks: readonly { readonly pfn: number; readonly order: number }[]): EventPages {
  const byOrder: Record<string, number> = {};
  let pages = 0;
  for (const { order } of blocks) {
    byOrder[String(order)] = (byOrder[String(order)] ?? 0) + 1;
    pages += 2 ** order;
  }
  return { became, blocks: blocks.length, pages, byOrder, ...firstOf(blocks[0]?.pfn) };
}
