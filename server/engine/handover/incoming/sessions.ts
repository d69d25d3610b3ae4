/** LUO sessions in the new kernel: read at the first open of /dev/liveupdate, retrieved by name, their files by token, and finished. KHO facts 6.2, 6.3. */
import { decode } from '../../../formats/layoutTable';
import { luoFile, luoSession, luoSessionHeader, readBlocks } from '../../../formats/luo';
import type { Placed } from '../../../formats/luo';
import type { Specs, Table, Values } from '../../../formats/layoutTable';
import type { ErrnoName } from '../../../model/scenario/scenario';
import { messages } from '../messages';
import type { FileHandler, Finished, RetrieveStatus, Retrieved, RetrievedFile } from './fileHandler';
import type { FinishedFlb, IncomingFlbs } from './flbs';
import type { LuoIncoming } from './luo';
import type { Answer, Successor } from './successor';
import { answer, refused } from './successor';

export interface IncomingFile {
  readonly token: bigint;
  readonly compatible: string;
  readonly data: bigint;
  readonly status: RetrieveStatus;
  readonly file: RetrievedFile | undefined;
}

interface FileState extends IncomingFile { readonly handler: FileHandler; status: RetrieveStatus; file: RetrievedFile | undefined; error: ErrnoName | undefined }
interface SessionState { readonly name: string; blocks: readonly bigint[]; files: FileState[]; retrieved: boolean }

export interface FinishedSession {
  /** In the order in which they were finished, the newest first. */
  readonly files: readonly { readonly token: bigint; readonly status: RetrieveStatus; readonly file: RetrievedFile | undefined; readonly finished: Finished }[];
  readonly flbs: readonly FinishedFlb[];
  /** Pages of the array of files, free again. */
  readonly freed: readonly bigint[];
}

/** Entries that a count may promise before reading them counts as endless. */
const MOST_ENTRIES = 1 << 20;

export class IncomingSessions {
  private readonly sessions: SessionState[] = [];
  private opened: { readonly error: ErrnoName | undefined } | undefined;
  /** Pages of the array of sessions, free since the first open. */
  readonly freed: bigint[] = [];

  /**
   * @param luo undefined: nothing was handed over
   * @param handlers those that were registered before the first open
   */
  constructor(private readonly kernel: Successor, private readonly luo: LuoIncoming | undefined, private readonly handlers: readonly FileHandler[], private readonly flbs: IncomingFlbs) {}

  /** open(/dev/liveupdate): the first reads all sessions and files; when that fails, it and every later one gives EIO. */
  open(): ErrnoName | undefined {
    this.opened ??= { error: this.deserialize() };
    return this.opened.error === undefined ? undefined : 'EIO';
  }

  /** Why the first open failed. */
  get failure(): ErrnoName | undefined {
    return this.opened?.error;
  }

  /** Sessions that are there, in order, also those that an open that failed has left behind. */
  get list(): readonly { readonly name: string; readonly retrieved: boolean; readonly files: readonly IncomingFile[] }[] {
    return this.sessions;
  }

  private deserialize(): ErrnoName | undefined {
    const { luo } = this;
    if (luo?.sessions === undefined) return undefined;
    const read = luo.sessions.in === 'blocks' ? this.chain(luoSession, luo.sessions.phys) : this.sessionArray(luo.sessions.phys);
    if (!read.ok) return read.error;
    for (const { value: { name, file_set: { files, count } } } of read.value.entries) {
      if (this.sessions.some((one) => one.name === name)) {
        this.kernel.print('warn', messages.luoInsertFailed(name, 'EEXIST'));
        return 'EEXIST';
      }
      const session: SessionState = { name, blocks: luo.files === 'blocks' || files === 0n ? [] : [files], files: [], retrieved: false };
      this.sessions.push(session);
      const error = this.readFiles(session, files, count);
      if (error !== undefined) return error;
    }
    for (const block of read.value.blocks) if (this.kernel.restoreFree(block)) this.freed.push(block);
    return undefined;
  }

  private sessionArray(phys: bigint): Answer<{ readonly entries: readonly Placed<Values<typeof luoSession['specs']>>[]; readonly blocks: readonly bigint[] }> {
    const bytes = this.kernel.memory.read(phys, luoSessionHeader.sizeBytes);
    const header = bytes === undefined ? undefined : decode(luoSessionHeader, bytes, 0, this.kernel.spec.order);
    if (header?.ok !== true) return refused('EIO');
    const entries = this.array(luoSession, phys + BigInt(luoSessionHeader.sizeBytes), header.value.count);
    return entries.ok ? answer({ entries: entries.value, blocks: [phys] }) : entries;
  }

  /** Entries behind each other, as many as the count says: nobody checks it, so what lies behind the array is read as entries, too. */
  private array<S extends Specs>(entry: Table<S>, phys: bigint, count: bigint): Answer<readonly Placed<Values<S>>[]> {
    const { memory, spec: { order } } = this.kernel;
    const out: Placed<Values<S>>[] = [];
    for (let i = 0; i < Math.min(Number(count), MOST_ENTRIES); i++) {
      const at = phys + BigInt(i * entry.sizeBytes);
      const bytes = memory.read(at, entry.sizeBytes);
      const value = bytes === undefined ? undefined : decode(entry, bytes, 0, order);
      if (value?.ok !== true) return refused('EIO');
      out.push({ phys: at, value: value.value });
    }
    return answer(out);
  }

  /** kho_block_set_restore(): counts and cycles are checked. */
  private chain<S extends Specs>(entry: Table<S>, phys: bigint): Answer<{ readonly entries: readonly Placed<Values<S>>[]; readonly blocks: readonly bigint[] }> {
    const { kernel: { memory, pageBytes, spec: { order } } } = this;
    const { entries, blocks, problems } = readBlocks({ read: (at, sizeBytes) => memory.read(at, sizeBytes), ranges: [] }, entry, phys, pageBytes, order);
    return problems.length > 0 ? refused('EINVAL') : answer({ entries, blocks });
  }

  private readFiles(session: SessionState, phys: bigint, count: bigint): ErrnoName | undefined {
    if (phys === 0n) return undefined;
    const inBlocks = this.luo?.files === 'blocks';
    const chain = inBlocks ? this.chain(luoFile, phys) : undefined;
    if (chain?.ok === false) return chain.error;
    const read = chain === undefined ? this.array(luoFile, phys, count) : answer(chain.value.entries);
    if (!read.ok) return read.error;
    if (chain !== undefined) session.blocks = chain.value.blocks;
    for (const { value: { compatible, data, token } } of read.value) {
      const handler = this.handlers.find((one) => one.compatible === compatible);
      if (handler === undefined) {
        this.kernel.print('warn', messages.luoNoHandler(compatible));
        return 'ENOENT';
      }
      session.files.push({ token, compatible, data, handler, status: 'never', file: undefined, error: undefined });
    }
    return undefined;
  }

  /** LIVEUPDATE_IOCTL_RETRIEVE_SESSION. */
  retrieve(name: string): ErrnoName | undefined {
    const session = this.sessions.find((one) => one.name === name);
    if (session === undefined) return 'ENOENT';
    if (session.retrieved) return 'EINVAL';
    session.retrieved = true;
    return undefined;
  }

  /** A session whose file descriptor userspace holds. */
  private held(name: string): SessionState | undefined {
    return this.sessions.find((one) => one.name === name && one.retrieved);
  }

  /** LIVEUPDATE_SESSION_RETRIEVE_FD; EBADF when the session was not retrieved. A file that was retrieved before is given again. */
  retrieveFd(name: string, token: bigint): Retrieved {
    const session = this.held(name);
    const file = session?.files.find((one) => one.token === token);
    if (file === undefined) return { result: refused(session === undefined ? 'EBADF' : 'ENOENT'), freed: [] };
    if (file.file !== undefined) return { result: answer(file.file), freed: [] };
    if (file.error !== undefined && this.kernel.rules.failedRetrieve === 'kept') return { result: refused(file.error), freed: [] };
    const retrieved = file.handler.retrieve(this.kernel, file.data);
    const { result } = retrieved;
    if (result === 'faults') return retrieved;
    if (result.ok) {
      file.file = result.value;
      file.status = 'retrieved';
    } else {
      file.error = result.error;
      file.status = this.kernel.rules.failedRetrieve === 'kept' ? 'failed' : 'never';
    }
    return retrieved;
  }

  /** LIVEUPDATE_SESSION_FINISH: all files or none; those that nobody retrieved are dropped. */
  finish(name: string): Answer<FinishedSession> {
    const session = this.held(name);
    if (session === undefined) return refused('EBADF');
    const { kernel, flbs } = this;
    if (session.files.length === 0) return answer({ files: [], flbs: [], freed: [] });
    if (session.files.some((one) => one.handler.canFinish?.(one.status) === false)) return refused('EBUSY');
    const files: FinishedSession['files'][number][] = [];
    const done: FinishedFlb[] = [];
    for (const file of session.files.reverse()) {
      const { token, status } = file;
      files.push({ token, status, file: file.file, finished: file.handler.finish(kernel, file.data, status) });
      done.push(...flbs.fileFinished(file.compatible));
    }
    session.files = [];
    return answer({ files, flbs: done, freed: session.blocks.filter((block) => kernel.restoreFree(block)) });
  }

  /** close() of the session: finishes it, and the session is gone; when it cannot be finished it stays, out of reach. */
  close(name: string): Answer<FinishedSession> {
    const finished = this.finish(name);
    if (finished.ok) this.sessions.splice(this.sessions.findIndex((one) => one.name === name), 1);
    else if (finished.error !== 'EBADF') this.kernel.print('warn', messages.luoNotFinished(name));
    return finished;
  }
}

