/** The webview's side of the messages: requests with an id and a time limit, events, and the state that survives hiding. */
import { panelTimeoutsMs } from '../server/shared/protocol';
import type { PanelError, PanelEvent, PanelMethod, PanelRequest, PanelRequests, PanelTarget, ToWebview } from '../server/shared/protocol';
import type { Direction } from './model/words';

/** What the panel remembers while hidden and over a restart of the editor. */
export interface PanelState {
  readonly target: PanelTarget | undefined;
  readonly direction: Direction | undefined;
  readonly selected: number | undefined;
  readonly unfolded: readonly string[];
  readonly scrollTop: number;
}

interface VsCodeApi<S> {
  postMessage(message: PanelRequest): void;
  getState(): S | undefined;
  setState(state: S): void;
}
declare function acquireVsCodeApi<S>(): VsCodeApi<S>;

export class RequestFailed extends Error {
  constructor(readonly error: PanelError) {
    super(error.message);
  }
}

/** `S`: what the panel remembers. */
export class Host<S> {
  private readonly api = acquireVsCodeApi<S>();
  private readonly waiting = new Map<string, { resolve: (result: unknown) => void; reject: (e: RequestFailed) => void; timer: number }>();
  private nextId = 1;

  constructor(onEvent: (event: PanelEvent['event']) => void) {
    // Only the editor's own frame can post here; unknown ids and kinds are left alone.
    window.addEventListener('message', (e: MessageEvent<ToWebview>) => {
      const message = e.data;
      if (message.kind === 'event') { onEvent(message.event); return; }
      if (message.kind !== 'reply') return;
      const entry = this.waiting.get(message.id);
      if (entry === undefined) return;
      this.waiting.delete(message.id);
      window.clearTimeout(entry.timer);
      if (message.ok) entry.resolve(message.result);
      else entry.reject(new RequestFailed(message.error));
    });
  }

  request<M extends PanelMethod>(method: M, params: PanelRequests[M]['params']): Promise<PanelRequests[M]['result']> {
    const id = String(this.nextId++);
    const limitMs = panelTimeoutsMs[method];
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => {
        this.waiting.delete(id);
        reject(new RequestFailed({ reason: 'timeout', message: `No answer to "${method}" within ${limitMs / 1000} seconds.` }));
      }, limitMs);
      // The host answers a method with that method's result type (protocol.ts); the reply itself cannot carry the type.
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject, timer });
      // A generic method and its params are one member of the union; the compiler cannot see that.
      this.api.postMessage({ kind: 'request', id, method, params } as PanelRequest);
    });
  }

  get state(): S | undefined {
    return this.api.getState();
  }

  set state(state: S) {
    this.api.setState(state);
  }
}
