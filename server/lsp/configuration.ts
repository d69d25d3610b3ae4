/** The client's settings, read again whenever it says they changed. */
import { DidChangeConfigurationNotification } from 'vscode-languageserver/node';
import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import type { Settings } from '../shared/settings';
import { DEFAULT_SETTINGS, SECTION, readSettings } from '../shared/settings';
import type { Log } from './guard';
import { describe } from './guard';

export class Configuration {
  private settings: Settings = DEFAULT_SETTINGS;
  private json = JSON.stringify(DEFAULT_SETTINGS);

  constructor(
    private readonly connection: Connection,
    private readonly log: Log,
    /** `problems`: bad values, each a sentence. Called when the settings differ from before. */
    private readonly changed: (problems: readonly string[]) => void,
  ) {}

  get current(): Settings {
    return this.settings;
  }

  /** `initial`: `initializationOptions`, for clients that cannot be asked. */
  start(capabilities: ClientCapabilities, initial: unknown): void {
    this.take(initial, false);
    const canAsk = capabilities.workspace?.configuration === true;
    this.connection.onDidChangeConfiguration((params: { settings?: unknown }) => {
      if (canAsk) void this.ask();
      else this.take(sectionOf(params.settings), true);
    });
  }

  /** The client is ready to be asked. */
  initialized(capabilities: ClientCapabilities): void {
    if (capabilities.workspace?.configuration !== true) return;
    if (capabilities.workspace.didChangeConfiguration?.dynamicRegistration === true) {
      this.connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION }).catch((error: unknown) => {
        this.log.warn(`settings are read once only: ${describe(error)}`);
      });
    }
    void this.ask();
  }

  private async ask(): Promise<void> {
    try {
      this.take(await this.connection.workspace.getConfiguration(SECTION), true);
    } catch (error) {
      this.log.warn(`the client gave no settings: ${describe(error)}`);
    }
  }

  private take(raw: unknown, tell: boolean): void {
    const { settings, problems } = readSettings(raw);
    for (const problem of problems) this.log.warn(problem);
    const json = JSON.stringify([settings, problems]);
    if (json === this.json) return;
    this.json = json;
    this.settings = settings;
    if (tell) this.changed(problems);
  }
}

function sectionOf(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null) return undefined;
  return Object.hasOwn(settings, SECTION) ? Reflect.get(settings, SECTION) : settings;
}
