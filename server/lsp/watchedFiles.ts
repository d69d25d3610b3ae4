/** Files whose changes on disk the client tells of: those of the workspace, and what bases outside of it are read from. */
import type { Connection, ClientCapabilities } from 'vscode-languageserver/node';
import { DidChangeWatchedFilesNotification } from 'vscode-languageserver/node';
import { isInside } from '../workspace/paths';
import type { Log } from './guard';
import { describe } from './guard';
import { pathToUri } from './uris';

/** What a change on disk may invalidate: sources, build outputs, and the state of git. */
const WATCHED = ['**/*.{c,h}', '**/compile_commands.json', '**/.git/HEAD', '**/.git/logs/HEAD'];
/** Single files outside of the workspace. */
const MAX_OUTSIDE = 100;

export class WatchedFiles {
  private readonly outside = new Set<string>();

  constructor(
    private readonly connection: Connection, private readonly capabilities: ClientCapabilities, private readonly folders: readonly string[], private readonly log: Log,
  ) {}

  start(): void {
    if (this.can?.dynamicRegistration === true) this.register(WATCHED.map((globPattern) => ({ globPattern })));
  }

  /** A file that an answer rests on. Where the client cannot watch it, the next answer looks at the disk. */
  watch(path: string): void {
    if (this.can?.dynamicRegistration !== true || this.can.relativePatternSupport !== true) return;
    if (this.outside.has(path) || this.outside.size >= MAX_OUTSIDE || this.folders.some((folder) => isInside(path, folder))) return;
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    // It would be a pattern.
    if (/[*?[\]{}]/.test(name)) return;
    this.outside.add(path);
    this.register([{ globPattern: { baseUri: pathToUri(path.slice(0, slash)), pattern: name } }]);
  }

  private get can(): NonNullable<ClientCapabilities['workspace']>['didChangeWatchedFiles'] {
    return this.capabilities.workspace?.didChangeWatchedFiles;
  }

  private register(watchers: readonly { readonly globPattern: string | { readonly baseUri: string; readonly pattern: string } }[]): void {
    this.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [...watchers] })
      .catch((error: unknown) => { this.log.warn(`files are not watched: ${describe(error)}`); });
  }
}
