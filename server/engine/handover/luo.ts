/** The live update orchestrator in a kernel that runs: sessions, files, FLBs, and what they write inside reboot(2). KHO facts 6. */
import { encode } from '../../formats/layoutTable';
import {
  LUO_FILES_BYTES, LUO_FLB_BYTES, LUO_SESSION_BYTES, capacityOf, encodeLuoFdt, khoBlockHeader, luoFdtForms, luoFile, luoFlb, luoFlbHeader, luoSer, luoSerForms, luoSession, luoSessionHeader,
} from '../../formats/luo';
import type { LuoSerForm } from '../../formats/luo';
import { encodeArray, encodeBlocks } from '../../formats/luoWrite';
import { hex } from '../../formats/problem';
import { encodeText } from '../../formats/text';
import type { ErrnoName } from '../../model/scenario/scenario';
import { addBlob, addTree } from '../kho/consumers';
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

interface OutSession { readonly name: string; readonly files: { readonly file: LuoFile; readonly data: bigint }[]; filesPhys: bigint }

export interface LuoRules {
  readonly filePreservedTwice: 'EBUSY' | 'allowed';
  /** 7.1 refuses names that are empty or too long, 6.19 cuts them. */
  readonly refusesNames: boolean;
}

const SESSION_NAME_BYTES = 64;

export class LuoOutgoing {
  readonly sessions: OutSession[] = [];
  private readonly flbs: { readonly flb: LuoFlb; count: number; data: bigint }[] = [];
  private readonly form: LuoSerForm | undefined;
  private sessionHeaderPhys = 0n;
  private flbHeaderPhys = 0n;
  private blobPhys = 0n;
  private readonly serCompatible: string;
  private sessionBlocks: bigint[] = [];
  /** After a successful serialize no call comes back any more. */
  frozen = false;

  /** late_initcall: blob and arrays, still empty. Throws CallFailed: LUO is off then. */
  constructor(private readonly outgoing: Outgoing, private readonly recorder: Recorder, private readonly rules: LuoRules, private readonly liveupdateNumber: bigint, compatible: string | undefined) {
    const { generation } = outgoing.machine;
    this.serCompatible = compatible ?? generation.luoCompatible ?? '';
    this.form = generation.luo?.id === 'luo_ser with blocks' ? luoSerForms.find((one) => one.compatible === this.serCompatible) : undefined;
    const failed = outgoing.attempt('LUO', () => {
      if (this.form?.sessions !== 'blocks') this.sessionHeaderPhys = outgoing.preserve(new Uint8Array(LUO_SESSION_BYTES), 'LUO session header');
      if (this.hasFlbs) this.flbHeaderPhys = outgoing.preserve(new Uint8Array(LUO_FLB_BYTES), 'LUO FLB header');
      this.blobPhys = generation.luo?.id === 'luo_ser with blocks' ? addBlob(outgoing, 'LUO', this.ser(), 'luo_ser') : addTree(outgoing, 'LUO', this.tree(), 'LUO FDT');
    });
    if (failed !== undefined) throw failed;
  }

  private get hasFlbs(): boolean {
    return this.outgoing.machine.generation.luo?.id !== 'FDT';
  }

  /** The newest form. */
  private ser(): Uint8Array {
    return encode(luoSer(this.serCompatible), { compatible: this.serCompatible, liveupdate_num: this.liveupdateNumber, sessions_pa: this.sessionBlocks[0] ?? this.sessionHeaderPhys, flbs_pa: this.flbHeaderPhys }, this.outgoing.machine.order);
  }

  /** That of 6.19 and 7.1. */
  private tree(): ReturnType<typeof encodeLuoFdt> {
    const { machine: { order }, pageBytes } = this.outgoing;
    const form = this.hasFlbs ? luoFdtForms['7.1'] : luoFdtForms['6.19'];
    return encodeLuoFdt(form, { liveupdateNumber: this.liveupdateNumber, sessionHeaderPhys: this.sessionHeaderPhys, flbHeaderPhys: form.flb ? this.flbHeaderPhys : undefined }, pageBytes, order);
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
    const { pageBytes } = this.outgoing;
    const tooLong = encodeText(wanted).length >= SESSION_NAME_BYTES;
    if (this.rules.refusesNames && (wanted === '' || tooLong)) this.fails(call, 'EINVAL', `a session's name has 1 to ${String(SESSION_NAME_BYTES - 1)} bytes`);
    const name = tooLong ? wanted.slice(0, SESSION_NAME_BYTES - 1) : wanted;
    if (this.sessions.some((one) => one.name === name)) this.fails(call, 'EEXIST', `there is a session ${name} already`);
    const blocks = this.form?.sessions === 'blocks';
    const perBlock = capacityOf(khoBlockHeader, luoSession, pageBytes);
    const most = blocks ? perBlock * MOST_BLOCKS : capacityOf(luoSessionHeader, luoSession, LUO_SESSION_BYTES);
    if (this.sessions.length >= most) this.fails(call, 'ENOSPC', `there are ${String(most)} sessions already`);
    if (blocks && this.sessions.length === this.sessionBlocks.length * perBlock) this.sessionBlocks.push(this.outgoing.preserve(new Uint8Array(pageBytes), 'LUO session block'));
    const session = { name, files: [], filesPhys: 0n };
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
    const inBlocks = this.form?.files === 'blocks';
    const perBlock = inBlocks ? capacityOf(khoBlockHeader, luoFile, outgoing.pageBytes) : capacityOf(undefined, luoFile, LUO_FILES_BYTES);
    if (!inBlocks && session.files.length >= perBlock) this.fails(call, 'ENOSPC', `${session.name} has ${String(perBlock)} files already`);
    if (!handlers.includes(file.compatible)) this.fails(call, 'ENOENT', `no handler takes ${where} (${file.compatible})`);
    if (this.rules.filePreservedTwice === 'EBUSY' && this.sessions.some((one) => one.files.some((other) => other.file === file))) this.fails(call, 'EBUSY', `${where} is preserved already`);
    let data = 0n;
    const blocksBefore = this.fileBlocks.get(session) ?? [];
    const counted: typeof this.flbs = [];
    const release = (): void => {
      for (const one of counted.reverse()) if (--one.count === 0) one.flb.unpreserve();
    };
    const failed = outgoing.attempt(where, () => {
      if (session.files.length === 0 || (inBlocks && session.files.length % perBlock === 0)) {
        const phys = outgoing.preserve(new Uint8Array(inBlocks ? outgoing.pageBytes : LUO_FILES_BYTES), `LUO files[] of ${session.name}`);
        if (session.files.length === 0) session.filesPhys = phys;
        this.fileBlocks.set(session, [...blocksBefore, phys]);
      }
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
      // A block that was made for this file is gone with it.
      this.fileBlocks.set(session, blocksBefore);
      this.recorder.event('userspace', call, `${where}: ${failed.why}`, { error: failed.errno });
      throw failed;
    }
    session.files.push({ file, data });
    this.recorder.event('userspace', call, `${where} preserved by ${file.compatible}`);
  }

  private readonly fileBlocks = new Map<OutSession, bigint[]>();

  /** close() of a session before the reboot: the newest file first, then the FLBs that nobody needs any more. */
  close(session: OutSession): void {
    for (const { file } of [...session.files].reverse()) {
      file.unpreserve();
      for (const one of [...this.flbs].reverse()) if (one.flb.handler === file.compatible && --one.count === 0) one.flb.unpreserve();
    }
    const { outgoing } = this;
    const order = this.form?.files === 'blocks' ? 0 : outgoing.orderOf(LUO_FILES_BYTES);
    for (const phys of this.fileBlocks.get(session) ?? []) outgoing.unpreserveFree(phys, order);
    this.fileBlocks.delete(session);
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
    const { outgoing, form } = this;
    const { machine: { order }, pageBytes } = outgoing;
    const entries = this.sessions.map((session) => {
      const files = session.files.map(({ file, data }) => ({ compatible: file.compatible, data, token: file.token }));
      const blocks = this.fileBlocks.get(session) ?? [];
      if (files.length > 0) {
        if (form?.files === 'blocks') writeBlocks(blocks, (place) => encodeBlocks(luoFile, files, pageBytes, order, place), outgoing);
        else outgoing.write(session.filesPhys, encodeArray(undefined, luoFile, files, LUO_FILES_BYTES, order));
      }
      return { name: session.name, file_set: { files: files.length === 0 ? 0n : session.filesPhys, count: BigInt(files.length) } };
    });
    if (form?.sessions === 'blocks') writeBlocks(this.sessionBlocks, (place) => encodeBlocks(luoSession, entries, pageBytes, order, place), outgoing);
    else outgoing.write(this.sessionHeaderPhys, encodeArray({ table: luoSessionHeader, values: { count: BigInt(entries.length) } }, luoSession, entries, LUO_SESSION_BYTES, order));
    if (this.hasFlbs) {
      const used = this.flbs.filter((one) => one.count > 0).map(({ flb, count, data }) => ({ name: flb.name, data, count: BigInt(count) }));
      outgoing.write(this.flbHeaderPhys, encodeArray({ table: luoFlbHeader, values: { pgcnt: 1n, count: BigInt(used.length) } }, luoFlb, used, LUO_FLB_BYTES, order));
    }
    // The blob names the first block of sessions.
    if (form !== undefined) outgoing.write(this.blobPhys, this.ser());
  }
}

const MOST_BLOCKS = 10000;

/** encodeBlocks() places the last block first. */
function writeBlocks(blocks: readonly bigint[], encodeWith: (place: (bytes: Uint8Array) => bigint) => bigint, outgoing: Outgoing): void {
  let next = blocks.length;
  encodeWith((bytes) => {
    const phys = blocks[--next] ?? 0n;
    outgoing.write(phys, bytes);
    return phys;
  });
}
