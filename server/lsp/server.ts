/** Wires the features to a connection. Holds no feature of its own. */
import path from 'node:path';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { ClientCapabilities, Connection, InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import { CodeActionKind, CodeLensRefreshRequest, TextDocumentSyncKind } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { pageSizeNamed } from '../workspace/arch';
import { DiskProvider } from '../workspace/diskProvider';
import { Revisions } from '../workspace/gitRevision';
import { OverlayProvider } from '../workspace/overlayProvider';
import { Project, folderOption } from '../workspace/project';
import { Analysis } from './analysis';
import { AnswerCache } from './answerCache';
import { Changes } from './changes';
import { BUILTIN_SCHEME, BuiltinContent, serveBuiltinContent } from './builtinContent';
import { FIX_ALL_KIND, codeActions } from './codeActions';
import { codeLenses, lensTitles } from './codeLens';
import { Configuration } from './configuration';
import type { Context } from './context';
import { customRequests } from './customRequests';
import { DIAGNOSTIC_SOURCE, diagnosticsOf, pullDiagnostics, pushDiagnostics } from './diagnostics';
import { definition } from './definition';
import { Documents } from './documents';
import { Dumps } from './dump';
import type { Log } from './guard';
import { Handovers } from './handovers';
import { hover } from './hover';
import { inlayHints } from './inlayHints';
import { Layouts } from './layouts';
import { KeptAnswers } from './keptAnswers';
import { references } from './references';
import { OtherFiles } from './otherFiles';
import { Proposals } from './proposals';
import { Rehearsal } from './rehearsal';
import { isScenarioFile } from '../workspace/scenarioFile';
import { registerScenarioCompletion, scenarioCompletion } from './scenarioCompletion';
import { ScenarioRuns } from './scenarioRuns';
import { Scenarios } from './scenarios';
import { SentLenses } from './sentLenses';
import { Status } from './status';
import { documentSymbols } from './symbols';
import type { IndexOptions } from './treeIndexes';
import { TreeIndexes } from './treeIndexes';
import { uriToPath } from './uris';
import { WatchedFiles } from './watchedFiles';
import { workspaceSymbols } from './workspaceSymbols';

export interface ServerOptions {
  /** Where answers are kept from one start to the next; undefined: nowhere. */
  readonly cacheFolder?: string | undefined;
  /** The bundle of server/dumpWorker.ts; undefined: dumps are not decoded. */
  readonly dumpWorker?: string | undefined;
  /** The bundle of server/scenarioWorker.ts; undefined: scenarios are not run. */
  readonly scenarioWorker?: string | undefined;
  /** How the workspace is indexed; undefined: not at all. */
  readonly index?: IndexOptions | undefined;
}

/** Serves `connection` until it closes. */
export function startServer(connection: Connection, options: ServerOptions = {}): void {
  const log: Log = {
    error: (message) => { connection.console.error(message); },
    warn: (message) => { connection.console.warn(message); },
    info: (message) => { connection.console.info(message); },
  };
  connection.onInitialize((params) => initialize(connection, log, params, options));
  connection.listen();
}

function initialize(connection: Connection, log: Log, params: InitializeParams, { cacheFolder, dumpWorker, scenarioWorker, index }: ServerOptions): InitializeResult {
  const { capabilities } = params;
  const folders = (params.workspaceFolders ?? (params.rootUri === null ? [] : [{ uri: params.rootUri }])).map((folder) => uriToPath(folder.uri));
  const disk = new DiskProvider();
  const source = new OverlayProvider(disk);
  const documents = new Documents(source);
  const revisions = new Revisions(disk);
  let project: Project | undefined;
  const getProject = (): Project => project ??= makeProject(configuration, folders);
  const analysis = new Analysis({
    source, project: getProject,
    versionOf: (name) => documents.get(name)?.version,
    candidates: () => documents.paths(),
    closedFiles: (name, treeRoot) => otherFiles?.of(name, treeRoot) ?? [],
  });
  const handovers = new Handovers({ source, disk, revisions, analysis, project: getProject, settings: () => configuration.current });
  const changes = new Changes({
    analysis, handovers, log, settings: () => configuration.current, open: () => documents.paths(), targetOf: (name) => getProject().targetOf(name), rereader: (name) => proposals.rereader(name),
    watch: (name) => { watched.watch(name); },
    changed: () => {
      push?.schedule();
      status.schedule();
      refreshClient(context, pulls);
    },
  });
  const proposals = new Proposals(source, getProject);
  const rehearsal = new Rehearsal({
    log, source,
    keystroke: (name, texts) => {
      if (analysis.reread(name, texts) === undefined) return false;
      JSON.stringify(diagnosticsOf(context, name));
      // A comparison that was under way finds another model, and gives up until the next pause.
      changes.schedule();
      return true;
    },
    after: (ms, run) => {
      const timer = setTimeout(run, ms).unref();
      return () => { clearTimeout(timer); };
    },
  });
  const watched = new WatchedFiles(connection, capabilities, folders, log);
  const layouts = new Layouts({ source, analysis, project: getProject, candidates: () => documents.paths() });
  const status = new Status(() => context);
  const lenses = new SentLenses({
    log, titles: (uri) => lensTitles(context, uri),
    refresh: () => { if (capabilities.workspace?.codeLens?.refreshSupport === true) void connection.sendRequest(CodeLensRefreshRequest.type); },
  });
  const configuration = new Configuration(connection, log, (problems) => {
    status.setWarning(problems[0]);
    indexes?.configure(configuration.current.indexEnabled);
    everythingChanged();
    otherFiles?.reset();
  });
  const kept = cacheFolder === undefined ? undefined : new KeptAnswers(new AnswerCache(cacheFolder, version, __filename), () => context);
  const indexes = index === undefined ? undefined : new TreeIndexes(index, folders, () => context, () => { status.schedule(); });
  const otherFiles = index?.otherFilesWorker === undefined ? undefined : new OtherFiles({
    workerFile: index.otherFilesWorker, log, project: () => getProject().options,
    changed: () => {
      analysis.othersChanged();
      push?.schedule();
      status.schedule();
      refreshClient(context, pulls);
    },
  });
  if (indexes !== undefined) indexes.onDescriptions = (root, paths, changed) => { otherFiles?.update(root, paths, changed); };
  const dumps = new Dumps(dumpWorker, log);
  const scenarios = new Scenarios({ source, isOpen: (name) => documents.get(name) !== undefined, hasSchema: saysOfItself(capabilities, 'kexecHandoverScenarioSchema') });
  const scenarioRuns = new ScenarioRuns(scenarioWorker, scenarios, log);
  const context: Context = {
    connection, capabilities, log, documents, disk, source, revisions, analysis, handovers, changes, layouts, lenses, proposals, rehearsal, kept, indexes, otherFiles, dumps, scenarios, scenarioRuns,
    hasLayoutPanel: saysOfItself(capabilities, 'kexecHandoverLayoutPanel'), builtins: new BuiltinContent(),
    settings: () => configuration.current, project: getProject, diagnosticsDoc: diagnosticsDoc(),
  };

  const pulls = capabilities.textDocument?.diagnostic !== undefined;
  const push = pulls ? undefined : pushDiagnostics(context);
  const textChanged = (name: string): void => {
    rehearsal.later();
    analysis.changed(name);
    layouts.changed(name);
    changes.schedule();
    push?.schedule();
    status.schedule();
    indexes?.touched();
  };
  const everythingChanged = (): void => {
    rehearsal.stop();
    disk.refresh();
    revisions.refresh();
    project = undefined;
    analysis.reset();
    layouts.reset();
    handovers.reset();
    changes.reset();
    proposals.reset();
    push?.schedule();
    status.schedule();
    refreshClient(context, pulls);
  };

  documents.listen(connection, {
    // A header may have changed on disk since another file was read.
    opened: (name) => {
      if (isScenarioFile(name)) return push?.schedule();
      disk.refresh();
      textChanged(name);
    },
    changed: (name) => {
      if (isScenarioFile(name)) push?.schedule();
      else textChanged(name);
    },
    saved: (name) => {
      if (isScenarioFile(name)) return;
      kept?.saved(name);
      indexes?.changedOnDisk([name]);
      disk.refresh();
      revisions.refresh();
      handovers.reset();
      changes.reset();
    },
    closed: (name, uri) => {
      if (isScenarioFile(name)) {
        scenarios.closed(name);
        push?.closed(name, uri);
        return;
      }
      analysis.closed(name); layouts.closed(name); changes.closed(name); lenses.closed(uri); proposals.reset(); kept?.closed(name); indexes?.closed(name); push?.closed(name, uri); textChanged(name);
    },
  });
  configuration.start(capabilities, params.initializationOptions);
  indexes?.configure(configuration.current.indexEnabled);
  // The connection keeps one handler only.
  connection.onInitialized(() => {
    configuration.initialized(capabilities);
    watched.start();
    registerScenarioCompletion(context);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    indexes?.changedOnDisk(changes.map((change) => uriToPath(change.uri)));
    // Files that are not open were read through headers, too.
    if (changes.some((change) => change.uri.endsWith('.h'))) otherFiles?.reset();
    // A change of an open document's file was made by its own save.
    if (changes.some((change) => change.type !== 2 || documents.get(uriToPath(change.uri)) === undefined)) everythingChanged();
  });
  connection.onShutdown(async () => {
    push?.stop();
    changes.stop();
    rehearsal.stop();
    lenses.stop();
    revisions.dispose();
    await Promise.all([kept?.stop(), indexes?.stop(), otherFiles?.stop(), dumps.stop(), scenarioRuns.stop()]);
    // An index that ends has something to tell; nobody listens any more.
    status.stop();
  });

  if (pulls) pullDiagnostics(context);
  codeActions(context);
  codeLenses(context);
  customRequests(context);
  definition(context);
  documentSymbols(context);
  hover(context);
  inlayHints(context);
  references(context);
  scenarioCompletion(context);
  workspaceSymbols(context);
  if (capabilities.workspace?.textDocumentContent !== undefined) serveBuiltinContent(context);

  return {
    serverInfo: { name: 'kexec-handover', version },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
      hoverProvider: true,
      definitionProvider: true,
      documentSymbolProvider: { label: 'KSTATE' },
      ...(indexes === undefined ? {} : { workspaceSymbolProvider: true, referencesProvider: true }),
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, FIX_ALL_KIND] },
      codeLensProvider: { resolveProvider: false },
      inlayHintProvider: true,
      ...(pulls ? { diagnosticProvider: { identifier: DIAGNOSTIC_SOURCE, interFileDependencies: true, workspaceDiagnostics: false } } : {}),
      ...(capabilities.workspace?.textDocumentContent === undefined ? {} : { workspace: { textDocumentContent: { schemes: [BUILTIN_SCHEME] } } }),
    },
  };
}

/** The extension's client says so of itself (extension/client.ts). */
function saysOfItself({ experimental }: ClientCapabilities, what: string): boolean {
  return typeof experimental === 'object' && experimental !== null && new Map<string, unknown>(Object.entries(experimental)).get(what) === true;
}

function makeProject(configuration: Configuration, folders: readonly string[]): Project {
  const { generation, arch, pageSize, tree, build } = configuration.current;
  const base = folders[0] ?? process.cwd();
  return new Project({ generation, arch, pageSizeBytes: pageSizeNamed(pageSize), tree: folderOption(tree, base), build: folderOption(build, base), workspaceFolders: folders });
}

/** What the client shows may be stale. */
function refreshClient({ connection, capabilities, lenses }: Context, pulls: boolean): void {
  if (pulls && capabilities.workspace?.diagnostics?.refreshSupport === true) connection.languages.diagnostics.refresh();
  lenses.schedule();
}

/** docs/diagnostics.md lies beside the bundle's folder in the repository and in the packaged extension alike. */
function diagnosticsDoc(): string {
  const beside = ['../docs/diagnostics.md', './docs/diagnostics.md'].map((name) => path.resolve(__dirname, name));
  return pathToFileURL(beside.find((name) => existsSync(name)) ?? path.resolve('docs/diagnostics.md')).href;
}
