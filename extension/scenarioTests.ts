/** Scenario files (`*.handover.json`) in the Test Explorer: each is a test, each of its expectations one below it. They are found, read and run by the language server. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { LspRange, RanExpectation, RunScenarioResult } from '../server/shared/requests';
import { requests } from '../server/shared/requests';
import type { Client } from './client';
import { scenarioSelector, textOf } from './client';

const PATTERN = '**/*.handover.json';
const SUFFIX = '.handover.json';
const MOST_FILES = 5000;
/** A pause in typing after which the list follows the text. */
const TYPED_MS = 300;
/** Each takes a thread and its memory. */
const AT_ONCE = 2;

export class ScenarioTests implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController('kexecHandover.scenarios', 'Kernel Handovers');
  private readonly disposables: vscode.Disposable[] = [];
  private readonly typed = new Map<string, NodeJS.Timeout>();

  constructor(private readonly client: Client) {
    this.controller.refreshHandler = () => this.discover();
    this.controller.resolveHandler = (item) => (item === undefined ? this.discover() : this.update(item));
    this.controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, (request, token) => this.run(request, token), true);
    const watcher = vscode.workspace.createFileSystemWatcher(PATTERN);
    this.disposables.push(
      this.controller, watcher,
      watcher.onDidCreate((uri) => void this.add(uri)), watcher.onDidChange((uri) => void this.add(uri)), watcher.onDidDelete((uri) => { this.controller.items.delete(uri.toString()); }),
      vscode.workspace.onDidOpenTextDocument((document) => { if (isScenario(document)) void this.add(document.uri); }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => { if (isScenario(document)) this.later(document.uri); }),
      // What was found while the server was not there has no expectations yet.
      client.onDidChangeHealth(({ kind }) => { if (kind === 'ready' && this.controller.items.size > 0) void this.discover(); }),
    );
    for (const document of vscode.workspace.textDocuments) if (isScenario(document)) void this.add(document.uri);
  }

  /** Runs one file, and shows its report. */
  async runFile(uri: vscode.Uri): Promise<void> {
    const item = await this.add(uri);
    const source = new vscode.CancellationTokenSource();
    await this.run(new vscode.TestRunRequest([item]), source.token);
    source.dispose();
    await vscode.commands.executeCommand('testing.showMostRecentOutput');
  }

  dispose(): void {
    for (const timer of this.typed.values()) clearTimeout(timer);
    for (const one of this.disposables) one.dispose();
  }

  private async discover(): Promise<void> {
    const found = await vscode.workspace.findFiles(PATTERN, '**/node_modules/**', MOST_FILES);
    const there = new Set([...found, ...vscode.workspace.textDocuments.filter(isScenario).map((document) => document.uri)].map((uri) => uri.toString()));
    for (const [id] of this.controller.items) if (!there.has(id)) this.controller.items.delete(id);
    for (const uri of [...there].sort()) await this.add(vscode.Uri.parse(uri));
  }

  private async add(uri: vscode.Uri): Promise<vscode.TestItem> {
    const id = uri.toString();
    let item = this.controller.items.get(id);
    if (item === undefined) {
      const name = path.posix.basename(uri.path);
      item = this.controller.createTestItem(id, name.slice(0, -SUFFIX.length), uri);
      item.description = vscode.workspace.asRelativePath(uri);
      item.sortText = uri.path;
      this.controller.items.add(item);
    }
    await this.update(item);
    return item;
  }

  private later(uri: vscode.Uri): void {
    const id = uri.toString();
    clearTimeout(this.typed.get(id));
    this.typed.set(id, setTimeout(() => {
      this.typed.delete(id);
      void this.add(uri);
    }, TYPED_MS));
  }

  /** Name and expectations as the file says them now. Items that stay keep their last result. */
  private async update(item: vscode.TestItem): Promise<void> {
    const { uri } = item;
    if (uri === undefined || item.parent !== undefined) return;
    try {
      const outline = await this.client.request(requests.scenarioOutline, { uri: uri.toString() });
      item.error = outline === null ? 'Nothing of the file can be read.' : undefined;
      if (outline === null) return;
      item.label = outline.name;
      item.range = toRange(outline.range);
      const known = new Map([...item.children].map(([id, child]) => [id, child]));
      item.children.replace(outline.expectations.map((one, i) => {
        const id = expectationId(item, one.path);
        const child = known.get(id) ?? this.controller.createTestItem(id, one.label, uri);
        child.label = one.label;
        child.range = toRange(one.range);
        child.sortText = String(i).padStart(6, '0');
        return child;
      }));
    } catch (error) {
      // The status item says when the server is down; the next start reads the file again.
      this.client.output.debug(`no outline of ${uri.fsPath}: ${textOf(error)}`);
    }
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    const waiting = [...wantedOf(request, this.controller.items)];
    for (const { tests } of waiting) for (const test of tests) run.enqueued(test);
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (token.isCancellationRequested) for (const test of next.tests) run.skipped(test);
        else await this.runOne(run, next, token);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    } finally {
      run.end();
    }
  }

  private async runOne(run: vscode.TestRun, { scenario, tests }: Wanted, token: vscode.CancellationToken): Promise<void> {
    for (const test of tests) run.started(test);
    const { uri } = scenario;
    if (uri === undefined) return;
    const begin = performance.now();
    let outcome: RunScenarioResult;
    try {
      outcome = await this.client.request(requests.runScenario, { uri: uri.toString() }, token);
    } catch (error) {
      if (token.isCancellationRequested) for (const test of tests) run.skipped(test);
      else for (const test of tests) run.errored(test, new vscode.TestMessage(textOf(error)));
      return;
    }
    const ms = performance.now() - begin;
    if (!outcome.ok) {
      const message = new vscode.TestMessage(outcome.message);
      message.location = new vscode.Location(uri, outcome.range === undefined ? new vscode.Position(0, 0) : toRange(outcome.range));
      run.appendOutput(lines(`${scenario.label}: ${outcome.message}\n`), message.location, scenario);
      for (const test of tests) run.errored(test, message, ms);
      return;
    }
    run.appendOutput(lines(`${outcome.report}\n`), undefined, scenario);
    const results = new Map(outcome.expectations.map((one) => [expectationId(scenario, one.path), one]));
    for (const test of tests) {
      const result = results.get(test.id);
      if (test === scenario ? outcome.passed : result?.passed === true) run.passed(test, ms);
      else run.failed(test, result === undefined ? new vscode.TestMessage(test === scenario ? 'Not everything is as it is expected; the output has the report.' : 'The file changed while it ran.') : difference(uri, test, result), ms);
    }
  }
}

interface Wanted {
  readonly scenario: vscode.TestItem;
  /** Whose results are told: the expectations, or the scenario when it has none. */
  readonly tests: readonly vscode.TestItem[];
}

function* wantedOf({ include, exclude }: vscode.TestRunRequest, items: vscode.TestItemCollection): Iterable<Wanted> {
  const skipped = new Set(exclude ?? []);
  const byScenario = new Map<vscode.TestItem, Set<vscode.TestItem>>();
  for (const item of include ?? [...items].map(([, one]) => one)) {
    const scenario = item.parent ?? item;
    const own = byScenario.get(scenario) ?? new Set<vscode.TestItem>();
    byScenario.set(scenario, own);
    if (item.parent !== undefined) own.add(item);
    else if (item.children.size === 0) own.add(item);
    else for (const [, child] of item.children) own.add(child);
  }
  for (const [scenario, tests] of byScenario) {
    const left = [...tests].filter((test) => !skipped.has(test) && !skipped.has(scenario));
    if (left.length > 0) yield { scenario, tests: left };
  }
}

function difference(uri: vscode.Uri, test: vscode.TestItem, { expected, found }: RanExpectation): vscode.TestMessage {
  const message = vscode.TestMessage.diff(`${test.label}: expected ${expected}, found ${found}`, expected, found);
  message.location = new vscode.Location(uri, test.range ?? new vscode.Position(0, 0));
  return message;
}

function expectationId(scenario: vscode.TestItem, place: readonly (string | number)[]): string {
  return `${scenario.id}#${JSON.stringify(place)}`;
}

function isScenario(document: vscode.TextDocument): boolean {
  return vscode.languages.match(scenarioSelector, document) > 0;
}

function toRange({ start, end }: LspRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** The terminal that shows it wants both. */
function lines(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}
