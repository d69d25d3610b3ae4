/** Files of old kernels as read-only documents, `kexec-handover-rev:/REF/path?{"uri","revision"}`, with their text from the server. */
import * as vscode from 'vscode';
import { requests } from '../server/shared/requests';
import type { Client } from './client';

export const revisionScheme = 'kexec-handover-rev';

export function revisionUri(file: vscode.Uri, revision: string): vscode.Uri {
  return vscode.Uri.from({ scheme: revisionScheme, path: `/${revision}${file.path}`, query: JSON.stringify({ uri: file.toString(), revision }) });
}

export class RevisionContent implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(revisionScheme, this);

  constructor(private readonly client: Client) {}

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const asked = parseQuery(uri.query);
    if (asked === undefined) throw new Error(`Not the address of a file at a revision: ${uri.toString()}`);
    const answer = await this.client.request(requests.revisionText, asked, token);
    if (!answer.ok) throw new Error(answer.message);
    return answer.text;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

function parseQuery(query: string): { uri: string; revision: string } | undefined {
  try {
    const value: unknown = JSON.parse(query);
    if (typeof value !== 'object' || value === null || !('uri' in value) || !('revision' in value)) return undefined;
    return typeof value.uri === 'string' && typeof value.revision === 'string' ? { uri: value.uri, revision: value.revision } : undefined;
  } catch {
    return undefined;
  }
}
