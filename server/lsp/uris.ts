/** Document URIs of the client and paths of the core. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { toCorePath } from '../workspace/paths';

/** Documents that are no files (`untitled:`, other schemes) get a path below this, which no disk has. */
const VIRTUAL_ROOT = '/.kexec-handover-virtual';

/** The core's name for a document. Never throws: a URI that cannot be read gets a virtual name. */
export function uriToPath(uri: string): string {
  if (uri.startsWith('file:')) {
    try {
      return toCorePath(fileURLToPath(uri));
    } catch {
      // A host part or an encoded '/': no local file.
    }
  }
  return `${VIRTUAL_ROOT}/${uri.replace(/[^A-Za-z0-9._-]+/g, '/').replace(/^\/|\/$/g, '')}`;
}

export function isVirtual(path: string): boolean {
  return path.startsWith(`${VIRTUAL_ROOT}/`);
}

/** The URI of a file on disk; open documents keep the spelling of their client (see Documents.uriOf). */
export function pathToUri(path: string): string {
  return pathToFileURL(path).href;
}
