/** Who takes part in a handover: each is told when its turn comes, and judged behind the jump. */
import type { Fate, State } from '../../../model/scenario/scenario';
import type { SimKernel } from '../kernel';
import type { ArrivedFile } from '../result';

/** Pages of one order that share a fate. */
export interface FatePart {
  readonly pfns: ArrayLike<number>;
  readonly order: number;
  readonly fate: Fate;
  readonly reason: string;
}

export interface Judgement {
  readonly parts: readonly FatePart[];
  /** What has no pages of its own (a number, a subtree that was not found) or explains the rest: the worst fate counts. */
  readonly notes: readonly { readonly fate: Fate; readonly reason: string }[];
  /** What arrived in another state though its pages were kept. */
  readonly changed: readonly string[];
  /** A memfd as the new kernel has it; undefined: it has none. */
  readonly arrived?: ArrivedFile;
  /** Somebody goes on with bytes that are not what they are taken for. */
  readonly corrupts?: boolean;
}

export interface Actor {
  readonly name: string;
  readonly kind: string;
  /** Its turn in a state, before the jump in the old kernel, behind it in the new one. Throws CallFailed when it fails as a whole. */
  turn(state: State, kernel: SimKernel): void;
  /** In the notifier of finalize, where a generation has one. Throws CallFailed: the whole finalize is given up. */
  notified?(kernel: SimKernel): void;
  /** The attempt is given up while in that state: back to where it was before PREPARE. */
  abort?(kernel: SimKernel): void;
  /** The jump: what it has in memory now is what should arrive. */
  jump(kernel: SimKernel): void;
  /** Behind CONCLUDE: what became of that. Undefined: there was nothing. */
  judge(kernel: SimKernel): Judgement | undefined;
  /** What it consists of, where reports and expectations tell its parts apart. */
  judgeParts?(kernel: SimKernel): readonly { readonly name: string; readonly kind: string; readonly judgement: Judgement }[];
}

/** What a participant made of its pages behind the jump. */
export type Outcome =
  | { readonly kind: 'took over'; readonly how: string }
  | { readonly kind: 'nobody'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'dropped'; readonly why: string }
  /** Looked at when its owner took it over, because it was given back since. */
  | { readonly kind: 'judged'; readonly parts: readonly FatePart[] };

/** Of what is taken over now, before anything of it is given back. */
export function takenOver(kernel: SimKernel, groups: readonly { readonly pfns: ArrayLike<number>; readonly order: number }[], how: string): Outcome {
  return { kind: 'judged', parts: groups.flatMap(({ pfns, order }) => judgePages(kernel, pfns, order, { kind: 'took over', how }, true)) };
}

/** All groups of something with one outcome. */
export function judgeGroups(kernel: SimKernel, groups: readonly { readonly pfns: ArrayLike<number>; readonly order: number }[], outcome: Outcome): readonly FatePart[] {
  return outcome.kind === 'judged' ? outcome.parts : groups.flatMap(({ pfns, order }) => judgePages(kernel, pfns, order, outcome));
}

/** What a handover that was not taken leaves to say. */
export function refusalOf(kernel: SimKernel): Outcome {
  return kernel.by?.data === undefined ? { kind: 'dropped', why: kernel.refusal ?? 'no handover' } : { kind: 'refused', why: kernel.refusal ?? 'the tree was not taken' };
}

/** Pages of one order by what became of them in the new kernel, given what their owner did. KHO facts 12 for those that are in use and free at once. */
export function judgePages(kernel: SimKernel, pfns: ArrayLike<number>, order: number, outcome: Exclude<Outcome, { readonly kind: 'judged' }>, proven = false): FatePart[] {
  const part = (list: ArrayLike<number>, fate: Fate, reason: string): FatePart[] => (list.length === 0 ? [] : [{ pfns: list, order, fate, reason }]);
  if (outcome.kind === 'refused') return part(pfns, 'refused', outcome.why);
  if (outcome.kind === 'dropped') return part(pfns, 'lost', outcome.why);
  const { inScratch, taken, reserved, free } = kernel.sort(pfns, order, proven);
  if (outcome.kind === 'nobody') {
    return [
      ...part(reserved, 'leaked', `${outcome.why}; they stay reserved until the next kexec`),
      ...part(inScratch, 'lost', outcome.why), ...part(taken, 'lost', `${outcome.why}; others use them now`), ...part(free, 'lost', `${outcome.why}; they are free memory`),
    ];
  }
  return [
    ...part(reserved, 'kept', outcome.how),
    ...part(inScratch, 'overwritten', 'they lie in scratch, which the new kernel was booted into'),
    ...part(taken, 'overwritten', 'nothing reserved them: the new kernel gave them to others while their owner goes on using them'),
    ...part(free, 'overwritten', 'nothing reserved them: they are free memory that their owner goes on using, not yet given to others'),
  ];
}

export const words = (count: number, one: string, many = `${one}s`): string => `${String(count)} ${count === 1 ? one : many}`;
