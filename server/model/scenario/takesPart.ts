/** In which states a participant has its turn: where a fault of it can strike, and what the schema's `faults[].state` means for it. KHO facts 5.2, 6.3, 6.7, 7. */
import type { Participant, State } from './scenario';
import { STATES } from './scenario';

const ofKind: Readonly<Record<Exclude<Participant['kind'], 'driver'>, readonly State[]>> = {
  // preserve, in the notifier of finalize or when it starts; its init in the new kernel.
  test_kho: ['RUNNING', 'PREPARE', 'STOP', 'RESUME'],
  // PRESERVE_FD; freeze; the first open; RETRIEVE_FD; FINISH.
  session: ['PREPARE', 'STOP', 'RESUME', 'POST-RESUME', 'CONCLUDE'],
  flb: ['PREPARE', 'STOP', 'RESUME', 'POST-RESUME', 'CONCLUDE'],
  vmalloc: ['RUNNING', 'PREPARE', 'STOP', 'RESUME', 'POST-RESUME', 'CONCLUDE'],
  // Saved when the kernel is finalized (PRE-STOP, where that is a request of its own) or in reboot(2); restored by the driver's init.
  kstate: ['PRE-STOP', 'STOP', 'RESUME'],
};

export function takesPartIn(participant: Participant): readonly State[] {
  if (participant.kind !== 'driver') return ofKind[participant.kind];
  return STATES.filter((state) => (participant.states[state] ?? []).length > 0);
}
