/**
 * Around every handler: other messages get their turn first, so that a cancellation which came in the same breath is seen; a request that was
 * cancelled does no work; a feature that throws is logged and answers with nothing, and the server lives on.
 */
import type { CancellationToken } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';

export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
}

export function guarded<P, R>(log: Log, feature: string, nothing: R, work: (params: P, token: CancellationToken) => R | Promise<R>): (params: P, token: CancellationToken) => Promise<R> {
  return async (params, token) => {
    await breathe();
    if (token.isCancellationRequested) throw cancelled();
    try {
      return await work(params, token);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      log.error(`${feature} failed: ${describe(error)}`);
      return nothing;
    }
  };
}

/** Lets messages that are waiting be read. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => { setImmediate(resolve); });
}

export function cancelled(): ResponseError<undefined> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
}

export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
