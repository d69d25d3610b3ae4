/**
 * Messages between the panels (webview/) and their hosts (extension/panel.ts, layoutPanel.ts, dumpEditor.ts), which answer the requests that they know.
 *
 * The webview asks, the host answers: every request has an id, a time limit and an error reply. The host itself only
 * sends events, which need no answer. Message kinds are strings.
 */
import type { BaseKernel, DumpBlocksParams, DumpBlocksResult, DumpChildrenParams, DumpChildrenResult, DumpMemoryParams, DumpNodeParams, DumpNodeResult, LayoutResult, OpenDumpResult, SimulateResult } from './requests';
import type { SourceLink } from './simulationView';

/** What a panel shows: one description of one file against one old kernel. Kept in the webview's state for restore. */
export interface PanelTarget {
  readonly uri: string;
  /** C variable; undefined: the first of the file. */
  readonly description?: string;
  readonly base?: BaseKernel;
}

/** What a layout panel shows: one struct as one file knows it. */
export interface LayoutTarget {
  readonly uri: string;
  /** As `kexecHandover/layout` takes it. */
  readonly name: string;
}

/** What can be copied where a context menu opens; the manifest's conditions name these. Absent: nothing of that kind. */
export interface CopyContext {
  readonly kexecHandoverValue?: string;
  readonly kexecHandoverBytes?: string;
  readonly kexecHandoverAddress?: string;
}

/** Requests from the webview: what goes in, what comes back, sorted by method. */
export interface PanelRequests {
  /** Put text on the clipboard. */
  copy: { params: { readonly text: string }; result: null };
  /** Preserved blocks of the decoded file, a page of them. */
  dumpBlocks: { params: Omit<DumpBlocksParams, 'uri'>; result: DumpBlocksResult };
  /** A branch of the decoded file. */
  dumpChildren: { params: Omit<DumpChildrenParams, 'uri'>; result: DumpChildrenResult };
  /** Bytes of memory and their names. */
  dumpMemory: { params: Omit<DumpMemoryParams, 'uri'>; result: DumpNodeResult };
  /** One structure: its bytes and their names. */
  dumpNode: { params: Omit<DumpNodeParams, 'uri'>; result: DumpNodeResult };
  /** Read the struct. */
  layout: { params: null; result: { readonly target: LayoutTarget; readonly layout: LayoutResult } };
  /** Decode the file. */
  openDump: { params: null; result: OpenDumpResult };
  /** Show the source, at the revision the link names. */
  openSource: { params: SourceLink; result: null };
  /** Ask the person for another old kernel; the answer is the panel's target, changed or not. */
  pickBase: { params: null; result: PanelTarget };
  /** Run the handover. */
  simulate: { params: null; result: { readonly target: PanelTarget; readonly simulation: SimulateResult } };
}

export type PanelMethod = keyof PanelRequests;

/** Milliseconds after which the webview gives up on an answer. `pickBase` waits for a person. */
export const panelTimeoutsMs: Readonly<Record<PanelMethod, number>> = {
  copy: 5_000,
  dumpBlocks: 60_000,
  dumpChildren: 60_000,
  dumpMemory: 60_000,
  dumpNode: 60_000,
  layout: 60_000,
  openDump: 120_000,
  openSource: 15_000,
  pickBase: 600_000,
  simulate: 60_000,
};

export type PanelRequest = {
  [M in PanelMethod]: { readonly kind: 'request'; readonly id: string; readonly method: M; readonly params: PanelRequests[M]['params'] };
}[PanelMethod];

export interface PanelError {
  /** One sentence for the person. */
  readonly message: string;
  /** `server-down`: the language server does not run; restarting it is offered. */
  readonly reason: 'server-down' | 'timeout' | 'failed';
}

export type PanelReply =
  | { readonly kind: 'reply'; readonly id: string; readonly ok: true; readonly result: unknown }
  | { readonly kind: 'reply'; readonly id: string; readonly ok: false; readonly error: PanelError };

/** `changed`: the source is newer than what is shown. */
export type PanelEvent = { readonly kind: 'event'; readonly event: 'changed' };

export type ToHost = PanelRequest;
export type ToWebview = PanelReply | PanelEvent;
