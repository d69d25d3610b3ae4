/** A scenario that was run, as JSON (docs/schemas/simulate.json). */
import type { ExpectationResult, HopReport, JumpMemory, LoggedLine, ScenarioResult, SimEvent } from '../engine/handover/result';
import { hex } from '../formats/problem';
import type { HandoverVerdict } from '../model/scenario/scenario';

export interface ScenarioJson {
  readonly file: string;
  readonly name: string;
  /** Every expectation is met (and of a scenario without any nothing is not). */
  readonly passed: boolean;
  /** Of each attempt, in order. */
  readonly verdicts: readonly HandoverVerdict[];
  readonly expectations: readonly ExpectationResult[];
  readonly hops: readonly (Omit<HopReport, 'scratch'> & { readonly scratch: readonly { readonly phys: string; readonly sizeBytes: number }[] })[];
  readonly events: readonly SimEvent[];
  readonly eventsLeftOut: number;
  readonly log: readonly LoggedLine[];
  readonly jumps: readonly JumpJson[];
  /** The report as text. */
  readonly report: string;
}

export interface JumpJson {
  readonly handover: number;
  /** Of the root FDT; null: nothing was handed over. */
  readonly rootPhys: string | null;
  /** Pages with bytes that a dump carries. */
  readonly pages: number;
  /** Preserved blocks. */
  readonly blocks: number;
  readonly byOrder: Readonly<Record<string, number>>;
  readonly owners: JumpMemory['owners'];
}

export function scenarioJson(file: string, result: ScenarioResult, report: string): ScenarioJson {
  const { name, passed, expectations, hops, events, eventsLeftOut, log, jumps } = result;
  return {
    file, name, passed, verdicts: hops.map((hop) => hop.verdict), expectations,
    hops: hops.map((hop) => ({ ...hop, scratch: (hop.scratch ?? []).map(({ phys, sizeBytes }) => ({ phys: hex(phys), sizeBytes: Number(sizeBytes) })) })),
    events, eventsLeftOut, log, jumps: jumps.map(jumpJson), report,
  };
}

function jumpJson({ handover, rootPhys, pages, blocks, owners }: JumpMemory): JumpJson {
  const counts: number[] = [];
  for (let i = 0; i < blocks.count; i++) {
    const order = blocks.orders[i] ?? 0;
    counts[order] = (counts[order] ?? 0) + 1;
  }
  const byOrder = Object.fromEntries([...counts.entries()].filter(([, count]) => count !== undefined && count > 0).map(([order, count]) => [String(order), count]));
  return { handover, rootPhys: rootPhys === undefined ? null : hex(rootPhys), pages: pages.length, blocks: blocks.count, byOrder, owners };
}
