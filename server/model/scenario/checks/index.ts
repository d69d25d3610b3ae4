/** All checks of a scenario. */
import type { Reading } from '../reading';
import type { Scenario } from '../scenario';
import type { Check } from './check';
import { checkCommandLine } from './commandLine';
import { checkDrivers } from './drivers';
import { checkKernels } from './kernels';
import { checkMachine } from './machine';
import { checkParticipants } from './participants';
import { checkReferences } from './references';

const checks: readonly Check[] = [checkMachine, checkCommandLine, checkKernels, checkParticipants, checkDrivers, checkReferences];

/** Adds what contradicts itself to `reading.problems`. */
export function checkScenario(scenario: Scenario, reading: Reading, hasSource: ((path: string) => boolean) | undefined): void {
  for (const check of checks) check({ scenario, reading, hasSource });
}
