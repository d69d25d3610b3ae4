/** Where things are kept from one start to the next. */
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** `$XDG_CACHE_HOME/kexec-handover`, else below ~/.cache, as the XDG Base Directory Specification has it; undefined: nowhere to put it. */
export function cacheFolder(): string | undefined {
  const base = process.env['XDG_CACHE_HOME'];
  // The specification: a relative path is to be passed over.
  if (base !== undefined && path.isAbsolute(base)) return path.join(base, 'kexec-handover');
  const home = os.homedir();
  return home === '' ? undefined : path.join(home, '.cache', 'kexec-handover');
}
