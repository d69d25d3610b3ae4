/** The text of a truth file, or in words why there is none: nothing that may block or never end is read. */
import { DiskProvider } from '../workspace/diskProvider';

export function readText(file: string): string | { readonly error: string } {
  const read = new DiskProvider().read(file);
  if (read.ok) return read.text;
  switch (read.reason) {
    case 'missing': return { error: 'no such file' };
    case 'folder': return { error: 'expected a file, found a folder' };
    case 'unreadable': return { error: `cannot be read (${read.detail ?? 'no reason given'})` };
  }
}
