/** The one stream of a kernel, with the objects of all who register some. Each keeps its objects in memory of its own; the stream lies in the host's. KSTATE facts 3.5, 4.3. */
import { encodeEnd } from '../../formats/kstateStream';
import { unsignedToBytes } from '../memory/addressSpace';
import type { Folio } from '../memory/folios';
import type { Kernel } from '../kernel';
import type { Crash } from '../types';
import { ENOMEM } from './dialect';
import type { SavedPart, SaveRun } from './save';
import { savePart } from './save';
import { common, preservedBytes } from './saveResult';
import { openStream } from './streamWriter';

export type SharedSave =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly folio: Folio | undefined; readonly folioBytes: Uint8Array; /** One for each kernel, as it alone would have saved into that stream. */ readonly runs: readonly SaveRun[] }
  | { readonly ok: false; readonly rc: number; readonly crash: Crash | undefined; /** Index of the kernel whose objects could not be saved. */ readonly by: number | undefined };

/** @param kernels in the order of the stream: who registered last comes first. The host is the last of them */
export function saveShared(kernels: readonly Kernel[]): SharedSave {
  const host = kernels[kernels.length - 1];
  const stream = host === undefined ? undefined : openStream(host);
  if (host === undefined || stream === undefined) return { ok: false, rc: -ENOMEM, crash: undefined, by: undefined };
  const parts: SavedPart[] = [];
  for (const [by, kernel] of kernels.entries()) {
    if (kernel === host) gatherPages(host, kernels);
    const part = savePart(kernel, stream);
    if (part.rc !== 0 || part.crash !== undefined) {
      stream.free();
      return { ok: false, rc: part.rc, crash: part.crash, by };
    }
    parts.push(part);
  }
  const end = host.dialect.format.end.sizeBytes;
  stream.store(stream.pos, encodeEnd(host.dialect.format));
  const bytes = stream.contents(stream.pos + end);
  const folioBytes = stream.folio === undefined ? bytes : stream.contents(host.folios.sizeBytes(stream.folio));
  const runs = kernels.map((kernel, i): SaveRun => ({
    rc: 0, stream: bytes, entries: parts[i]?.entries ?? [], spans: [...(parts[i]?.spans ?? []), { part: 'end', offsetBytes: stream.pos, lengthBytes: end, entry: undefined, field: undefined }],
    ...common(kernel), damage: stream.damage, handed: { blocks: preservedBytes(kernel), kstateOutPhys: undefined, streamPhys: undefined },
  }));
  return { ok: true, bytes, folio: stream.folio, folioBytes, runs };
}

/** v2: by the time that the list of preserved pages is saved, last of all, every page is on it; that which was added last comes first (facts 4.4). */
function gatherPages(host: Kernel, kernels: readonly Kernel[]): void {
  if (host.preservedCountAddress === undefined) return;
  for (const kernel of kernels) if (kernel !== host) host.preservedPages.unshift(...kernel.preservedPages);
  host.space.write(host.preservedCountAddress, unsignedToBytes(BigInt(host.preservedPages.length), 4));
}
