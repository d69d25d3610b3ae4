/** The open documents, by URI and by path, as texts for the core. */
import type { Connection } from 'vscode-languageserver/node';
import { TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { OverlayProvider } from '../workspace/overlayProvider';
import { isScenarioFile } from '../workspace/scenarioFile';
import { pathToUri, uriToPath } from './uris';

export interface DocumentEvents {
  opened(path: string): void;
  changed(path: string): void;
  saved(path: string): void;
  /** `uri` as the client spelt it. */
  closed(path: string, uri: string): void;
}

export class Documents {
  private readonly documents = new TextDocuments(TextDocument);
  private readonly byPath = new Map<string, TextDocument>();

  constructor(private readonly overlay: OverlayProvider) {}

  listen(connection: Connection, events: DocumentEvents): void {
    // `onDidChangeContent` comes after an open, too; `opened` is sent first.
    this.documents.onDidOpen(({ document }) => { this.take(document); events.opened(uriToPath(document.uri)); });
    this.documents.onDidChangeContent(({ document }) => { this.take(document); events.changed(uriToPath(document.uri)); });
    this.documents.onDidSave(({ document }) => { events.saved(uriToPath(document.uri)); });
    this.documents.onDidClose(({ document }) => {
      const path = uriToPath(document.uri);
      this.byPath.delete(path);
      this.overlay.delete(path);
      events.closed(path, document.uri);
    });
    this.documents.listen(connection);
  }

  get(path: string): TextDocument | undefined {
    return this.byPath.get(path);
  }

  /** Open C, in order of opening. */
  paths(): string[] {
    return [...this.byPath.keys()].filter((path) => !isScenarioFile(path));
  }

  /** Open scenario files. */
  scenarioPaths(): string[] {
    return [...this.byPath.keys()].filter(isScenarioFile);
  }

  /** As the client spells it when it is open. */
  uriOf(path: string): string {
    return this.byPath.get(path)?.uri ?? pathToUri(path);
  }

  private take(document: TextDocument): void {
    const path = uriToPath(document.uri);
    this.byPath.set(path, document);
    this.overlay.set(path, document.getText());
  }
}
