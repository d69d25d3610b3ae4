/** Pictures in docs/kho.md: `<!-- picture: SCENARIO PART [HANDOVER] -->` is followed by what the simulator prints of that part. */
import { alternatives } from '../../../server/engine/alternatives/alternatives';
import type { ScenarioResult } from '../../../server/engine/handover/result';
import type { Scenario } from '../../../server/model/scenario/scenario';
import { alternativesText } from '../../../server/compat/scenario/alternativesText';
import type { HopPart } from '../../../server/compat/scenarioText';
import { hopPart } from '../../../server/compat/scenarioText';

export interface Ran { readonly scenario: Scenario; readonly result: ScenarioResult }

const PARTS: readonly HopPart[] = ['summary', 'progression', 'events', 'log', 'memory', 'fates'];
const PICTURE = /^(<!-- picture: (\S+) (\w+)(?: (\d+))? -->\n)(?:\n```text\n[\s\S]*?\n```\n)?/gm;

/** The document with each picture as it is printed today. `run` gives a scenario by its file's name; each is asked for once. */
export function withPictures(markdown: string, run: (name: string) => Ran): string {
  const ran = new Map<string, Ran>();
  return markdown.replace(PICTURE, (_, mark: string, name: string, part: string, handover: string | undefined) => {
    const known = ran.get(name) ?? run(name);
    ran.set(name, known);
    return `${mark}\n\`\`\`text\n${picture(known, name, part, handover === undefined ? undefined : Number(handover))}\n\`\`\`\n`;
  });
}

/** Of the last attempt, when none is named. */
function picture({ scenario, result }: Ran, name: string, part: string, handover: number | undefined): string {
  const lines = part === 'alternatives' ? alternativesOf(scenario) : partOf({ scenario, result }, part, handover);
  if (lines.length === 0) throw new Error(`${name}: there is nothing to show of ${part}`);
  return lines.join('\n').trimEnd();
}

function partOf({ scenario, result }: Ran, part: string, handover: number | undefined): readonly string[] {
  const known = PARTS.find((one) => one === part);
  const hop = handover === undefined ? result.hops[result.hops.length - 1] : result.hops.find((one) => one.handover === handover);
  if (known === undefined || hop === undefined) throw new Error(`${scenario.name}: no ${part} of handover ${String(handover)}`);
  return hopPart(known, hop, result, scenario);
}

function alternativesOf(scenario: Scenario): readonly string[] {
  return scenario.alternatives === undefined ? [] : alternativesText(alternatives(scenario, scenario.alternatives), scenario.alternatives);
}
