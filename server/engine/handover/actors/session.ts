/** A LUO session: userspace's agent makes it before the jump, gets it back behind it. KHO facts 6.2, 6.7. */
import { hex } from '../../../formats/problem';
import type { HandlerFile, SessionParticipant, State } from '../../../model/scenario/scenario';
import type { SimKernel } from '../kernel';
import type { LuoFile } from '../luo';
import { CallFailed, KernelStops } from '../recorder';
import type { Actor, Judgement, Outcome } from './actor';
import { judgeGroups, refusalOf, takenOver } from './actor';
import { MemfdOf } from './memfd';

/** A file of a handler that the scenario brings: its data is a folio. */
class FolioFileOf implements LuoFile {
  readonly token: bigint;
  readonly compatible: string;
  readonly name: string;
  failure: string | undefined;
  outcome: Outcome = { kind: 'nobody', why: 'nobody asked for it' };
  retrieved = false;
  private phys: bigint | undefined;
  private handed: { readonly pfn: number; readonly order: number } | undefined;
  private kernel: SimKernel | undefined;

  constructor(private readonly session: string, private readonly spec: HandlerFile) {
    this.token = spec.token;
    this.compatible = spec.compatible;
    this.name = `${session}/${hex(spec.token)}`;
  }

  populate(kernel: SimKernel): void {
    this.kernel = kernel;
  }

  preserve(): bigint {
    const outgoing = this.kernel?.outgoing;
    if (outgoing === undefined) throw new CallFailed('EOPNOTSUPP', 'preserve', 'KHO is off');
    this.kernel?.failIfAsked(this.session, this.name);
    return this.phys = outgoing.preserve(new Uint8Array(this.spec.dataBytes), `file ${this.name}`);
  }

  unpreserve(): void {
    this.kernel?.outgoing?.dropOwned((owner) => owner === `file ${this.name}`);
    this.phys = undefined;
  }

  freeze(): void {
    this.kernel?.failIfAsked(this.session, this.name);
  }

  unfreeze(): void {
    this.kernel?.recorder.event(this.name, 'unfreeze', 'goes on as before');
  }

  jump(): void {
    const { kernel, phys } = this;
    const order = kernel?.outgoing?.orderOf(this.spec.dataBytes) ?? 0;
    this.handed = phys === undefined || kernel === undefined ? undefined : { pfn: kernel.pfnOf(phys), order };
    this.outcome = phys === undefined ? { kind: 'dropped', why: this.failure ?? 'it was not preserved' } : { kind: 'nobody', why: 'nobody asked for it' };
    this.phys = undefined;
    this.retrieved = false;
  }

  arrive(kernel: SimKernel): void {
    this.retrieved = true;
    const { handed } = this;
    this.outcome = takenOver(kernel, handed === undefined ? [] : [{ pfns: [handed.pfn], order: handed.order }], 'retrieved');
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const { handed } = this;
    if (handed === undefined) return { parts: [], notes: [{ fate: 'lost', reason: this.failure ?? 'it was not preserved' }], changed: [] };
    const outcome = kernel.revived ? this.outcome : refusalOf(kernel);
    return { parts: judgeGroups(kernel, [{ pfns: [handed.pfn], order: handed.order }], outcome), notes: [], changed: [] };
  }
}

type FileOf = MemfdOf | FolioFileOf;

export class SessionActor implements Actor {
  readonly kind = 'session';
  readonly name: string;
  private files: FileOf[] = [];
  private handedOver = false;
  private failure: string | undefined;
  /** Behind the jump: whether userspace has its session. */
  private held = false;
  private inKernel = -1;

  constructor(private readonly spec: SessionParticipant) {
    this.name = spec.name;
  }

  turn(state: State, kernel: SimKernel): void {
    switch (state) {
      case 'RUNNING': this.running(kernel); break;
      case 'PREPARE': this.prepare(kernel); break;
      case 'POST-RESUME': this.retrieve(kernel); break;
      case 'CONCLUDE': this.finish(kernel); break;
      default:
    }
  }

  /** The process has its files from the first kernel on; in later ones it has those that it got back. */
  private running(kernel: SimKernel): void {
    if (this.inKernel < 0) this.files = this.spec.files.map((file) => (file.kind === 'memfd' ? new MemfdOf(this.name, file, kernel) : new FolioFileOf(this.name, file)));
    for (const file of this.files) {
      if (this.inKernel >= 0 && !file.retrieved && file instanceof MemfdOf) continue;
      try {
        file.populate(kernel);
      } catch (problem) {
        if (!(problem instanceof CallFailed)) throw problem;
        file.failure = problem.message;
        kernel.recorder.event(file.name, problem.call, problem.why, { error: problem.errno });
      }
    }
    this.inKernel = kernel.index;
  }

  private prepare(kernel: SimKernel): void {
    const { luo, recorder } = kernel;
    this.handedOver = false;
    this.failure = undefined;
    const later = kernel.by !== undefined;
    if (later && !kernel.userspace.preservesAgain) {
      this.failure = 'userspace does not preserve it again';
      return;
    }
    if (luo === undefined) {
      this.failure = kernel.generation.luo === undefined ? `${kernel.spec.release} has no /dev/liveupdate` : `LUO is off in ${kernel.spec.release}`;
      for (const file of this.files) file.failure ??= this.failure;
      recorder.event('userspace', 'open', `/dev/liveupdate: ${this.failure}`, { error: 'ENOENT' });
      return;
    }
    const handlers = kernel.handlers();
    try {
      const session = luo.create(this.name);
      this.handedOver = true;
      for (const file of this.files) this.preserveFile(file, kernel, () => { luo.preserve(session, file, handlers); });
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      this.failure = problem.message;
    }
  }

  /** The others go on when one fails: it is userspace that decides. */
  private preserveFile(file: FileOf, kernel: SimKernel, preserve: () => void): void {
    // What nobody got back in this kernel is no file any more.
    if (kernel.by !== undefined && !file.retrieved && file instanceof MemfdOf) {
      file.failure = `left over from the handover before, which nobody retrieved it from: ${kernel.spec.release} does not preserve it again`;
      return;
    }
    file.failure = undefined;
    try {
      preserve();
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      file.failure = problem.message;
    }
  }

  abort(kernel: SimKernel): void {
    const session = kernel.luo?.sessions.find((one) => one.name === this.name);
    if (session !== undefined) kernel.luo?.close(session);
    this.handedOver = false;
  }

  jump(): void {
    for (const file of this.files) file.jump();
    this.held = false;
  }

  private wants(kernel: SimKernel, file?: FileOf): boolean {
    const { retrieve } = kernel.userspace;
    if (retrieve === 'all') return true;
    if (retrieve === 'none') return false;
    return file === undefined ? retrieve.some((one) => one === this.name || one.startsWith(`${this.name}/`)) : retrieve.includes(this.name) || retrieve.includes(file.name);
  }

  private retrieve(kernel: SimKernel): void {
    if (!this.handedOver) return;
    if (kernel.sessions === undefined) {
      if (kernel.revived) this.everyFile({ kind: 'nobody', why: `${kernel.spec.release} has no /dev/liveupdate: nobody can ask for it` });
      return;
    }
    if (!this.wants(kernel)) return;
    this.retrieveSession(kernel);
    if (this.held) for (const file of this.files) if (this.wants(kernel, file)) this.retrieveFile(file, kernel);
  }

  private retrieveSession(kernel: SimKernel): void {
    const { sessions, recorder } = kernel;
    if (sessions === undefined) return;
    const opened = sessions.open();
    if (opened !== undefined) {
      recorder.event('userspace', 'open', `/dev/liveupdate: its sessions could not be read (${sessions.failure ?? opened})`, { error: opened });
      this.everyFile({ kind: 'refused', why: `the first open of /dev/liveupdate failed with -${sessions.failure ?? opened}, and with -EIO for ever after` });
      return;
    }
    const error = sessions.retrieve(this.name);
    if (error !== undefined) {
      recorder.event('userspace', 'LIVEUPDATE_IOCTL_RETRIEVE_SESSION', `session ${this.name} is not there`, { error });
      return;
    }
    this.held = true;
    recorder.event('userspace', 'LIVEUPDATE_IOCTL_RETRIEVE_SESSION', `session ${this.name}`);
  }

  private everyFile(outcome: Outcome): void {
    for (const file of this.files) if (file.outcome.kind === 'nobody') file.outcome = outcome;
  }

  private retrieveFile(file: FileOf, kernel: SimKernel): void {
    const { sessions, recorder } = kernel;
    const call = 'LIVEUPDATE_SESSION_RETRIEVE_FD';
    try {
      kernel.failIfAsked(this.name, file.name);
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      recorder.event('userspace', call, `${file.name}: ${problem.why}`, { error: problem.errno });
      file.outcome = { kind: 'nobody', why: problem.message };
      return;
    }
    const { result } = sessions?.retrieveFd(this.name, file.token) ?? { result: { ok: false, error: 'ENODEV' } as const };
    if (result === 'faults') throw new KernelStops(`retrieving ${file.name} reads memory that is not there`);
    if (!result.ok) {
      recorder.event('userspace', call, `${file.name} is not given out`, { error: result.error });
      if (file.outcome.kind === 'nobody') file.outcome = { kind: 'nobody', why: `retrieving it failed with -${result.error}` };
      return;
    }
    const { value } = result;
    if (file instanceof MemfdOf && value.kind === 'memfd') {
      const { folios: { pfns }, orders } = value.memfd;
      const byOrder: number[] = [];
      // Entries of pfn 0 are passed over: nothing came back for them.
      for (const [i, order] of orders.entries()) if (pfns[i] !== 0) byOrder[order] = (byOrder[order] ?? 0) + 1;
      kernel.restoredEvent(file.name, call, Array.from(byOrder, (blocks = 0) => blocks), pfns.find((pfn) => pfn !== 0));
      file.arrive(kernel, value.memfd);
    } else {
      recorder.event('userspace', call, file.name);
      if (file instanceof FolioFileOf) file.arrive(kernel);
    }
  }

  private finish(kernel: SimKernel): void {
    const { finish } = kernel.userspace;
    if (!this.handedOver || finish === 'none' || (finish !== 'all' && !finish.includes(this.name))) return;
    // A session can be finished without its files, but not without itself.
    if (!this.held) this.retrieveSession(kernel);
    if (!this.held) return;
    const { recorder, sessions } = kernel;
    const call = 'LIVEUPDATE_SESSION_FINISH';
    try {
      kernel.failIfAsked(this.name);
    } catch (problem) {
      if (!(problem instanceof CallFailed)) throw problem;
      recorder.event('userspace', call, `${this.name}: ${problem.why}`, { error: problem.errno });
      return;
    }
    const finished = sessions?.close(this.name);
    if (finished?.ok !== true) {
      recorder.event('userspace', call, `${this.name} cannot be finished`, { error: finished === undefined ? 'EBADF' : finished.error });
      return;
    }
    recorder.event('userspace', call, `session ${this.name} is done: what it did not retrieve is dropped, its arrays are free`);
    for (const { token, status } of finished.value.files) {
      const file = this.files.find((one) => one.token === token);
      if (status === 'never' && file !== undefined && file.outcome.kind === 'nobody') file.outcome = { kind: 'dropped', why: 'the session was finished before anybody retrieved it: restored and freed' };
    }
  }

  judgeParts(kernel: SimKernel): readonly { readonly name: string; readonly kind: string; readonly judgement: Judgement }[] {
    return this.files.flatMap((file) => {
      const judgement = file.judge(kernel);
      return judgement === undefined ? [] : [{ name: file.name, kind: file instanceof MemfdOf ? 'memfd' : 'file', judgement }];
    });
  }

  judge(kernel: SimKernel): Judgement | undefined {
    const parts = this.judgeParts(kernel);
    if (parts.length === 0) {
      const fate = !this.handedOver ? 'lost' : !kernel.revived ? 'refused' : this.held ? 'kept' : 'lost';
      return { parts: [], notes: [{ fate, reason: this.failure ?? (this.held ? 'retrieved; it has no files' : kernel.refusal ?? 'nobody retrieved it') }], changed: [] };
    }
    return {
      parts: parts.flatMap(({ name, judgement }) => judgement.parts.map((part) => ({ ...part, reason: `${name}: ${part.reason}` }))),
      notes: parts.flatMap(({ judgement }) => judgement.notes),
      changed: parts.flatMap(({ name, judgement }) => judgement.changed.map((one) => `${name}: ${one}`)),
    };
  }
}
