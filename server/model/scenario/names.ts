/** Names of a scenario: what faults, expectations and userspace may call something by. */
import type { Participant, Scenario, SessionFile, SessionParticipant } from './scenario';

/** Of a file in a session, as reports and expectations call it: `vm-a/0x1001`. */
export function fileName(session: Pick<SessionParticipant, 'name'>, file: Pick<SessionFile, 'token'>): string {
  return `${session.name}/0x${file.token.toString(16)}`;
}

/** What `vm-a/4097` and `vm-a/0X1001` should have been: `vm-a/0x1001`. Anything else is what it is. */
export function canonicalName(name: string): string {
  const [, session, token] = /^(.+)\/(0x[0-9a-f]{1,16}|\d{1,20})$/i.exec(name) ?? [];
  return session === undefined || token === undefined ? name : `${session}/0x${BigInt(token).toString(16)}`;
}

export function sessionsOf(scenario: Scenario): readonly SessionParticipant[] {
  return scenario.participants.filter((one) => one.kind === 'session');
}

export function fileNamesOf(scenario: Scenario): readonly string[] {
  return sessionsOf(scenario).flatMap((session) => session.files.map((file) => fileName(session, file)));
}

export function memfdNamesOf(scenario: Scenario): readonly string[] {
  return sessionsOf(scenario).flatMap((session) => session.files.filter((file) => file.kind === 'memfd').map((file) => fileName(session, file)));
}

/** Of all kernels' `reserve_mem=`, each once. */
export function regionNamesOf(scenario: Scenario): readonly string[] {
  return [...new Set(scenario.kernels.flatMap((kernel) => kernel.reserveMem.flatMap((value) => value.split(':')[2] ?? [])))];
}

export const KEXEC_METADATA = 'kexec-metadata';

/** What `expect.fates` and `expect.changed` can be about. */
export function fateNamesOf(scenario: Scenario): readonly string[] {
  return [...scenario.participants.map((one) => one.name), ...fileNamesOf(scenario), ...regionNamesOf(scenario), KEXEC_METADATA];
}

export function participantNamed(scenario: Scenario, name: string): Participant | undefined {
  return scenario.participants.find((one) => one.name === name);
}
