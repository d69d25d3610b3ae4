/** Opens files for reading without ever blocking: a FIFO without a writer, a device or a terminal is refused, also when it has just taken a file's place. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** The code of the error that is thrown for what is no regular file. */
export const NOT_REGULAR = 'ENOTREGULAR';

/** A descriptor to be closed by the caller. Throws as `openSync` does, and an error of code NOT_REGULAR (EISDIR for a folder). */
export function openRegular(path: string): number {
  // Without O_NONBLOCK opening a FIFO waits for a writer; Windows has neither.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(fd);
    if (stats.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    if (!stats.isFile()) throw Object.assign(new Error('not a regular file'), { code: NOT_REGULAR });
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** A small text beside the sources (a build's autoconf.h, compile_commands.json). Throws as `openRegular` does. */
export function readRegular(path: string): string {
  return readRegularBytes(path).toString('utf8');
}

/** The same, not decoded. */
export function readRegularBytes(path: string): Buffer {
  const fd = openRegular(path);
  try {
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Why a file could not be opened or read, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  switch (code) {
    case 'ENOENT': case 'ENOTDIR': return 'no such file';
    case 'EISDIR': return 'a folder, where a file is wanted';
    case 'EACCES': case 'EPERM': return 'permission denied';
    case 'ELOOP': return 'too many symbolic links';
    case 'ENAMETOOLONG': return 'the name is too long';
    case 'ERR_INVALID_ARG_VALUE': return 'the name holds a NUL';
    case NOT_REGULAR: return 'not a regular file';
    default: return code ?? 'read failed';
  }
}
