/** A scenario to be run by a thread, and what the thread answers. Plain data. */
import { scenarioText } from '../compat/scenarioText';
import { runScenario } from '../engine/handover/runScenario';
import type { Scenario } from '../model/scenario/scenario';
import type { RanExpectation } from '../shared/requests';

export interface ScenarioJob {
  readonly scenario: Scenario;
  /** C sources of KSTATE participants, by the names that the scenario has for them. */
  readonly sources: ReadonlyMap<string, string>;
  /** The width of the report. */
  readonly columns: number;
}

export type ScenarioOutcome =
  | { readonly ok: true; readonly ran: { readonly passed: boolean; readonly report: string; readonly expectations: readonly RanExpectation[] } }
  | { readonly ok: false; readonly message: string };

/** Never throws. */
export function runJob({ scenario, sources, columns }: ScenarioJob): ScenarioOutcome {
  try {
    const result = runScenario(scenario, (source) => sources.get(source));
    return { ok: true, ran: { passed: result.passed, report: scenarioText(result, scenario, { columns }), expectations: result.expectations } };
  } catch (error) {
    return { ok: false, message: `The simulator could not go on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
  }
}
