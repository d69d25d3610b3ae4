/** The states of a driver's progression through a live update, in words for hovers and completion. KHO facts 6.7; the posted progression of RUNNING to CONCLUDE. */
import type { State } from './scenario';

export const stateWords: Readonly<Record<State, string>> = {
  RUNNING: 'Nothing is under way. What a driver does here it has done long before anybody asks for an update.',
  PREPARE: 'Memory is set aside and the new kernel is loaded, at full speed. LUO: sessions are made, `LIVEUPDATE_SESSION_PRESERVE_FD` calls `preserve()` of each file\'s handler. The attempt can be given up.',
  'PRE-STOP': 'Degraded: copies are made of what is to stay as it is. No event of its own in the kernel; what `preserve()` froze stays frozen. The attempt can be given up.',
  STOP: 'Everything stands still. `reboot(LINUX_REBOOT_CMD_KEXEC)`: LUO calls `freeze()` of each file and writes its arrays; until 6.19 the map is finalized. The last moment to give up.',
  KEXEC: 'The jump. Nothing but memory and the address of the root FDT gets over.',
  RESUME: 'The new kernel boots: it reserves what was preserved before its page allocator starts, and drivers find their subtrees.',
  'POST-RESUME': 'Userspace runs again: sessions and their files are retrieved, copies are unpacked.',
  CONCLUDE: 'What was preserved for the jump only is given back: `LIVEUPDATE_SESSION_FINISH`.',
};
