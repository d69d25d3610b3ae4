/**
 * `kexecHandover/openDump`, `dumpChildren` and `dumpNode`: a decoded file for the editor that shows it. The decoded file stays here and its
 * branches and bytes are given when they are asked for: an image has a hundred thousand blocks and more.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { decodeFile } from '../decode/decodeFile';
import type { DecodedView } from '../decode/view';
import { problemText } from '../formats/problem';
import type { DumpChildrenParams, DumpChildrenResult, DumpNodeParams, DumpNodeResult, OpenDumpParams, OpenDumpResult } from '../shared/requests';
import { readDecodeInput } from '../workspace/decodeInput';
import { uriToPath } from './uris';

/** Decoded files that are kept: their bytes are, too. */
const MOST_KEPT = 2;
/** Findings that go to the editor at once; their number is said in full. */
const MOST_FINDINGS = 500;
const MOST_FIELDS = 1000;

interface Kept {
  readonly stamp: string;
  readonly view: DecodedView;
}

type Gone = Extract<DumpNodeResult, { ok: false }>;

export class Dumps {
  /** By path; the one that was asked about last is last. */
  private readonly kept = new Map<string, Kept>();

  /** Reads and decodes the file, unless that has been done and the file is the same. */
  open({ uri }: OpenDumpParams): OpenDumpResult {
    const file = uriToPath(uri);
    const name = path.basename(file);
    const stamp = stampOf(file);
    if (stamp === undefined) return failed(`${name} cannot be read: there is no file of that name.`);
    const input = readDecodeInput(file);
    if (input.kind === 'error') return failed(`${input.message}.`);
    if (input.kind === 'folder') return failed(`${name}: expected a file, found a folder.`);
    const decoded = decodeFile(input.bytes, name, { physBase: undefined, pageBytes: undefined });
    if (decoded === undefined) return failed(`${name}: expected an ELF core, an FDT, a KSTATE stream or an image with a KHO root, found none of them in its ${String(input.bytes.length)} bytes.`);
    if ('expected' in decoded) return failed(`${name}: ${problemText(decoded)}`);
    const view = decoded.view();
    this.keep(file, { stamp, view });
    return { ok: true, name, stamp, what: decoded.what, fileBytes: input.bytes.length, root: view.root(), findings: view.findings.slice(0, MOST_FINDINGS), findingCount: view.findings.length };
  }

  children(params: DumpChildrenParams): DumpChildrenResult {
    const view = this.view(params.uri, params.stamp);
    return 'ok' in view ? view : { ok: true, nodes: view.children(params.id, params.from, params.count) };
  }

  node(params: DumpNodeParams): DumpNodeResult {
    const view = this.view(params.uri, params.stamp);
    if ('ok' in view) return view;
    const node = view.find(params.id);
    if (node === undefined) return { ok: false, reason: 'failed', message: `Nothing in the file has the number ${params.id}.` };
    const all = view.fields(params.id);
    const bytes = view.bytes(params.id, params.offsetBytes, params.lengthBytes);
    return { ok: true, node, fields: all.slice(0, MOST_FIELDS), fieldCount: all.length, ...(bytes === undefined ? {} : { bytes }) };
  }

  /** The decoded file that the editor speaks of; not when the file is another by now. */
  private view(uri: string, stamp: string): DecodedView | Gone {
    const file = uriToPath(uri);
    const kept = this.kept.get(file);
    if (kept?.stamp !== stamp || stampOf(file) !== stamp) return { ok: false, reason: 'changed', message: `${path.basename(file)} changed and has to be read again.` };
    this.keep(file, kept);
    return kept.view;
  }

  private keep(file: string, kept: Kept): void {
    this.kept.delete(file);
    this.kept.set(file, kept);
    for (const oldest of this.kept.keys()) if (this.kept.size > MOST_KEPT) this.kept.delete(oldest);
  }
}

function failed(message: string): OpenDumpResult {
  return { ok: false, message };
}

/** Differs when the file does; undefined when there is none. */
function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${String(found.mtimeMs)}:${String(found.size)}:${String(found.ino)}`;
}
