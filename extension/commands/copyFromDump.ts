/** Copies from the editor of decoded files: its page puts what the menu was opened over into the menu's context (webview/dump/copy.ts). */
import * as vscode from 'vscode';
import type { CopyContext } from '../../server/shared/protocol';
import type { Handler } from '../commands';

export function copyFromDump(what: keyof CopyContext): Handler {
  return async (_tools, [context]) => {
    const text = typeof context === 'object' && context !== null && what in context ? (context as Readonly<Record<string, unknown>>)[what] : undefined;
    if (typeof text !== 'string' || text === '') throw new Error('There is nothing of that kind to copy here.');
    await vscode.env.clipboard.writeText(text);
  };
}
