/** The few file system calls of the scan, so that a test can make a file vanish between two of them. */
import fs from 'node:fs';
import { readRegular } from '../openRegular';

export interface ScanEntry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** All calls are synchronous and throw what node:fs throws. */
export interface ScanFs {
  list(folder: string): readonly ScanEntry[];
  open(path: string): number;
  /** Up to `length` bytes to `into[offset]`; fewer only at the end of the file. */
  read(fd: number, into: Uint8Array, offset: number, length: number): number;
  close(fd: number): void;
  stamp(path: string): FileStamp;
  stampOpen(fd: number): FileStamp;
  text(path: string): string;
  exists(path: string): boolean;
  /** Links are followed. */
  isFile(path: string): boolean;
}

export const diskFs: ScanFs = {
  list: (folder) => fs.readdirSync(folder, { withFileTypes: true }),
  // Not through openRegular: one more question for each of sixty thousand files. Only a FIFO would block, and this keeps it from that.
  open: (path) => fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0)),
  read: (fd, into, offset, length) => fs.readSync(fd, into, offset, length, null),
  close: (fd) => { fs.closeSync(fd); },
  stamp: (path) => fs.statSync(path),
  stampOpen: (fd) => fs.fstatSync(fd),
  text: (path) => readRegular(path),
  exists: (path) => fs.existsSync(path),
  isFile: (path) => {
    try {
      return fs.statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    } catch {
      return false; // links in a circle, a folder that may not be searched
    }
  },
};
