/** The live update orchestrator in a kernel that runs: sessions, files, FLBs, and what they write inside reboot(2). KHO facts 6. */
import { LUO_FLB_BYTES } from '../../formats/luo';
import { hex } from '../../formats/problem';
import { encodeText } from '../../formats/text';
import type { ErrnoName } from '../../model/scenario/scenario';
import type { LuoRoom } from '../kho/luoWriter';
import { LuoWriter, mostEntries } from '../kho/luoWriter';
import { messages } from './messages';
import type { Outgoing } from './outgoing';
import type { Recorder } from './recorder';
import { CallFailed } from './recorder';

/** What a file handler does for a file. Each throws CallFailed, having undone what it did. */
export interface LuoFile {
  readonly token: bigint;
  /** The handler's string. */
  readonly compatible: string;
  /** Gives what goes into the array: mostly an address. */
  preserve(): bigint;
  unpreserve(): void;
  freeze(data: bigint): void;
  unfreeze(): void;
}

/** A file-lifecycle-bound object of a handler. */
export interface LuoFlb {
  readonly name: string;
  readonly handler: string;
  preserve(): bigint;
  unpreserve(): void;
}

/** `fileRooms`: the area of its files, or their blocks. */
interface OutSession { readonly name: string; readonly files: { readonly file: LuoFile; readonly data: bigint }[]; fileRooms: readonly bigint[] }

export interface LuoRules {
  readonly filePreservedTwice: 'EBUSY' | 'allowed';
  /** 7.1 refuses names that are empty or too long, 6.19 cuts them. */
  readonly refusesNames: boolean;
}

const SESSION_NAME_BYTES = 64;

export class LuoOutgoing {
  readonly sessions: OutSession[] = [];
  private readonly flbs: { readonly flb: LuoFlb; count: number; data: bigint }[] = [];
  private readonly writer: LuoWriter;
  /** The area of the sessions, or their blocks. */
  private sessionRooms: bigint[] = [];
  private flbHeaderPhys = 0n;
  private blobPhys = 0n;
  /** After a successful serialize no call comes back any more. */
  frozen = false;

  /** late_initcall: blob and arrays, still empty. Throws CallFailed: LUO is off then. */
  constructor(private readonly outgoing: Outgoing, private readonly recorder: Recorder, private readonly rules: LuoRules, private readonly liveupdateNumber: bigint, compatible: string | undefined) {
    this.writer = new LuoWriter(outgoing, compatible);
    const { sessionRoom, hasFlbs } = this.writer;
    const failed = outgoing.attempt('LUO', () => {
      if (!sessionRoom.chained) this.sessionRooms.push(outgoing.preserve(new Uint8Array(sessionRoom.sizeBytes), 'LUO session header'));
      if (hasFlbs) this.flbHeaderPhys = outgoing.preserve(new Uint8Array(LUO_FLB_BYTES), 'LUO FLB header');
      this.blobPhys = this.writer.addBlob(liveupdateNumber, this.sessionRooms[0] ?? 0n, this.flbHeaderPhys);
    });
    if (failed !== undefined) throw failed;
  }

  /** liveupdate_register_flb(). */
  register(flb: LuoFlb): void {
    this.flbs.push({ flb, count: 0, data: 0n });
  }

  private fails(call: string, errno: ErrnoName, why: string): never {
    this.recorder.event('LUO', call, why, { error: errno });
    throw new CallFailed(errno, call, why);
  }

  /** LIVEUPDATE_IOCTL_CREATE_SESSION. */
  create(wanted: string): OutSession {
    const call = 'LIVEUPDATE_IOCTL_CREATE_SESSION';
    const { sessionRoom } = this.writer;
    const tooLong = encodeText(wanted).length >= SESSION_NAME_BYTES;
    if (this.rules.refusesNames && (wanted === '' || tooLong)) this.fails(call, 'EINVAL', `a session's name has 1 to ${String(SESSION_NAME_BYTES - 1)} bytes`);
    const name = tooLong ? wanted.slice(0, SESSION_NAME_BYTES - 1) : wanted;
    if (this.sessions.some((one) => one.name === name)) this.fails(call, 'EEXIST', `there is a session ${name} already`);
    const most = mostEntries(sessionRoom);
    if (this.sessions.length >= most) this.fails(call, 'ENOSPC', `there are ${String(most)} sessions already`);
    if (sessionRoom.chained && this.sessions.length === this.sessionRooms.length * sessionRoom.capacity) this.sessionRooms.push(this.outgoing.preserve(new Uint8Array(sessionRoom.sizeBytes), 'LUO session block'));
    const session: OutSession = { name, files: [], fileRooms: [] };
    this.sessions.push(session);
    this.recorder.event('userspace', call, `session ${name}`);
    return session;
  }

  /** LIVEUPDATE_SESSION_PRESERVE_FD: token, count, handler; then FLBs, then the file itself. */
  preserve(session: OutSession, file: LuoFile, handlers: readonly string[]): void {
    const call = 'LIVEUPDATE_SESSION_PRESERVE_FD';
    const { outgoing } = this;
    const where = `${session.name}/${hex(file.token)}`;
    if (session.files.some((one) => one.file.token === file.token)) this.fails(call, 'EEXIST', `token ${hex(file.token)} is used in ${session.name} already`);
    const { fileRoom } = this.writer;
    const { capacity, sizeBytes } = fileRoom;
    if (session.files.length >= mostEntries(fileRoom)) this.fails(call, 'ENOSPC', `${session.name} has ${String(mostEntries(fileRoom))} files already`);
    if (!handlers.includes(file.compatible)) this.fails(call, 'ENOENT', `no handler takes ${where} (${file.compatible})`);
    if (this.rules.filePreservedTwice === 'EBUSY' && this.sessions.some((one) => one.files.some((other) => other.file === file))) this.fails(call, 'EBUSY', `${where} is preserved already`);
    let data = 0n;
    const roomsBefore = session.fileRooms;
    const counted: typeof this.flbs = [];
    const release = (): void => {
      for (const one of counted.reverse()) if (--one.count === 0) one.flb.unpreserve();
    };
    const failed = outgoing.attempt(where, () => {
      if (session.files.length === roomsBefore.length * capacity) session.fileRooms = [...roomsBefore, outgoing.preserve(new Uint8Array(sizeBytes), `LUO files[] of ${session.name}`)];
      for (const one of this.flbs) {
        if (one.flb.handler !== file.compatible) continue;
        if (one.count === 0) one.data = one.flb.preserve();
        one.count++;
        counted.push(one);
      }
      data = file.preserve();
    });
    if (failed !== undefined) {
      release();
      // Room that was made for this file is gone with it.
      session.fileRooms = roomsBefore;
      this.recorder.event('userspace', call, `${where}: ${failed.why}`, { error: failed.errno });
      throw failed;
    }
    session.files.push({ file, data });
    this.recorder.event('userspace', call, `${where} preserved by ${file.compatible}`);
  }

  /** close() of a session before the reboot: the newest file first, then the FLBs that nobody needs any more. */
  close(session: OutSession): void {
    for (const { file } of [...session.files].reverse()) {
      file.unpreserve();
      for (const one of [...this.flbs].reverse()) if (one.flb.handler === file.compatible && --one.count === 0) one.flb.unpreserve();
    }
    const { outgoing, writer } = this;
    for (const phys of session.fileRooms) outgoing.unpreserveFree(phys, outgoing.orderOf(writer.fileRoom.sizeBytes));
    session.fileRooms = [];
    this.sessions.splice(this.sessions.indexOf(session), 1);
    this.recorder.event('userspace', 'close', `session ${session.name} closed: nothing of it is preserved any more`);
  }

  /** liveupdate_reboot(): freezes every file, the oldest first, and writes the arrays. Throws CallFailed when a file cannot be frozen: those before it are thawed, the reboot is given up. */
  serialize(): void {
    const done: LuoFile[] = [];
    for (const session of this.sessions) {
      for (const { file, data } of session.files) {
        try {
          file.freeze(data);
          done.push(file);
        } catch (problem) {
          if (!(problem instanceof CallFailed)) throw problem;
          for (const one of done.reverse()) one.unfreeze();
          this.recorder.line('err', messages.luoFreezeFailed(file.token, file.compatible, problem.errno));
          this.recorder.event('LUO', 'liveupdate_reboot', `${session.name}/${hex(file.token)} cannot be frozen: ${problem.why}`, { error: problem.errno });
          throw problem;
        }
      }
    }
    this.frozen = true;
    this.writeArrays();
    this.recorder.event('LUO', 'liveupdate_reboot', `${String(this.sessions.length)} ${this.sessions.length === 1 ? 'session and its' : 'sessions and their'} files written`);
  }

  /** The reboot comes back: every file goes on as before. */
  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    for (const session of [...this.sessions].reverse()) for (const { file } of [...session.files].reverse()) file.unfreeze();
  }

  private writeArrays(): void {
    const { outgoing, writer } = this;
    const entries = this.sessions.map(({ name, files, fileRooms }) => {
      const written = files.map(({ file, data }) => ({ compatible: file.compatible, data, token: file.token }));
      return { name, file_set: writer.files(written, this.into(fileRooms, writer.fileRoom, files.length)) };
    });
    const sessionsPhys = writer.sessions(entries, this.into(this.sessionRooms, writer.sessionRoom, entries.length));
    if (writer.hasFlbs) {
      const used = this.flbs.filter((one) => one.count > 0).map(({ flb, count, data }) => ({ name: flb.name, data, count: BigInt(count) }));
      writer.flbs(used, this.into([this.flbHeaderPhys], { chained: false, capacity: used.length }, used.length));
    }
    // The blob of the newest kernels names the first block of sessions; that of others, an area that was there before.
    const ser = writer.ser(this.liveupdateNumber, sessionsPhys, this.flbHeaderPhys);
    if (ser !== undefined) outgoing.write(this.blobPhys, ser);
  }

  /** Into room that was preserved before. Of a chain the last block that is needed comes first; sessions that were closed may have left more. */
  private into(rooms: readonly bigint[], { chained, capacity }: Pick<LuoRoom, 'chained' | 'capacity'>, count: number): (bytes: Uint8Array) => bigint {
    let next = chained ? Math.ceil(count / capacity) : 1;
    return (bytes) => {
      const phys = rooms[--next] ?? 0n;
      this.outgoing.write(phys, bytes);
      return phys;
    };
  }
}
