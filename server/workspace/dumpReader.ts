/** A file with what was decoded from it: what the thread of one dump holds, and how it answers. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { KNOWN_FILES, decodeFile } from '../decode/decodeFile';
import type { DecodedView, ViewContent } from '../decode/view';
import { problemText } from '../formats/problem';
import type { DumpBlocksParams, DumpBlocksResult, DumpChildrenParams, DumpChildrenResult, DumpFailure, DumpMemoryParams, DumpNodeParams, DumpNodeResult, OpenDumpResult } from '../shared/requests';
import { readDecodeInput } from './decodeInput';

/** Findings that go to the editor at once; their number is said in full. */
const MOST_FINDINGS = 500;

type Without<P> = Omit<P, 'uri'>;

/** Questions to the thread, sorted by kind. */
export interface DumpQuestions {
  blocks: { params: Without<DumpBlocksParams>; result: DumpBlocksResult };
  children: { params: Without<DumpChildrenParams>; result: DumpChildrenResult };
  memory: { params: Without<DumpMemoryParams>; result: DumpNodeResult };
  node: { params: Without<DumpNodeParams>; result: DumpNodeResult };
  open: { params: null; result: OpenDumpResult };
}

export type DumpQuestion = { readonly [K in keyof DumpQuestions]: { readonly kind: K; readonly ask: number; readonly params: DumpQuestions[K]['params'] } }[keyof DumpQuestions];

export type DumpAnswer =
  | { readonly ask: number; readonly ok: true; readonly result: DumpQuestions[keyof DumpQuestions]['result'] }
  | { readonly ask: number; readonly ok: false; readonly message: string };

interface Kept {
  readonly opened: OpenDumpResult & { readonly ok: true };
  readonly view: DecodedView;
}

export class DumpReader {
  private kept: Kept | undefined;

  constructor(private readonly file: string) {}

  answer(question: DumpQuestion): DumpQuestions[keyof DumpQuestions]['result'] {
    switch (question.kind) {
      case 'blocks': return this.blocks(question.params);
      case 'children': return this.of(question.params, (view) => ({ ok: true, nodes: view.children(question.params.id, question.params.from, question.params.count) }));
      case 'memory': return this.memory(question.params);
      case 'node': return this.node(question.params);
      case 'open': return this.open();
    }
  }

  /** Reads and decodes the file, unless that has been done and the file is the same. */
  private open(): OpenDumpResult {
    const name = path.basename(this.file);
    const stamp = stampOf(this.file);
    if (stamp === undefined) return failed(`${name} cannot be read: there is no file of that name.`);
    if (this.kept?.opened.stamp === stamp) return this.kept.opened;
    this.kept = undefined;
    const input = readDecodeInput(this.file);
    if (input.kind === 'error') return failed(`${input.message}.`);
    if (input.kind === 'folder') return failed(`${name}: expected a file, found a folder.`);
    const decoded = decodeFile(input.bytes, name, { physBase: undefined, pageBytes: undefined });
    if (decoded === undefined) return failed(`${name}: expected ${KNOWN_FILES}, found none of them in its ${String(input.bytes.length)} bytes.`);
    if ('expected' in decoded) return failed(`${name}: ${problemText(decoded)}`);
    const view = decoded.view();
    const { blocks, findings } = view;
    const opened: Kept['opened'] = {
      ok: true, name, stamp, what: decoded.what, fileBytes: input.bytes.length, root: view.root(), findings: findings.slice(0, MOST_FINDINGS), findingCount: findings.length,
      ...(blocks === undefined ? {} : { blocks: { count: blocks.count, pageBytes: 2 ** blocks.pageShift, owners: blocks.owners } }),
    };
    this.kept = { opened, view };
    return opened;
  }

  private blocks({ stamp, query, from, count, find }: Without<DumpBlocksParams>): DumpBlocksResult {
    return this.of({ stamp }, ({ blocks }) => {
      if (blocks === undefined) return nothing('The file holds no preserved blocks.');
      const row = find === undefined ? undefined : blocks.rowOf(query, Number(BigInt(find) >> BigInt(blocks.pageShift)));
      return { ok: true, rows: blocks.rows(query, from, count), ...(row === undefined ? {} : { row }) };
    });
  }

  private memory({ stamp, phys, sizeBytes, offsetBytes, lengthBytes }: Without<DumpMemoryParams>): DumpNodeResult {
    return this.of({ stamp }, (view) => ({ ok: true, ...view.memory(BigInt(phys), sizeBytes, offsetBytes, lengthBytes) }));
  }

  private node({ stamp, id, offsetBytes, lengthBytes }: Without<DumpNodeParams>): DumpNodeResult {
    return this.of({ stamp }, (view) => {
      const content: ViewContent | undefined = view.content(id, offsetBytes, lengthBytes);
      return content === undefined ? nothing(`Nothing in the file has the number ${id}.`) : { ok: true, ...content };
    });
  }

  /** From the decoded file that the editor speaks of; not when the file is another by now. */
  private of<R>({ stamp }: { readonly stamp: string }, answer: (view: DecodedView) => R): R | DumpFailure {
    if (this.kept?.opened.stamp === stamp && stampOf(this.file) === stamp) return answer(this.kept.view);
    return { ok: false, reason: 'changed', message: `${path.basename(this.file)} changed and has to be read again.` };
  }
}

function failed(message: string): OpenDumpResult {
  return { ok: false, message };
}

function nothing(message: string): DumpFailure {
  return { ok: false, reason: 'failed', message };
}

/** Differs when the file does; undefined when there is none. */
function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${String(found.mtimeMs)}:${String(found.size)}:${String(found.ino)}`;
}
