/** Findings as diagnostics: on request (`textDocument/diagnostic`), or sent after each change to clients that cannot ask. */
import type { Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver/node';
import { DiagnosticSeverity, DocumentDiagnosticReportKind } from 'vscode-languageserver/node';
import { isChangeCode } from '../rules/changes/codes';
import type { Finding, Severity } from '../rules/rule';
import { isScenarioFile } from '../workspace/scenarioFile';
import type { SeverityOverride } from '../shared/settings';
import { SUPPRESSION_MARK } from '../rules/suppressionComments';
import type { Analysed } from './analysis';
import type { Context } from './context';
import { describe, guarded } from './guard';
import { toRange } from './places';
import { uriToPath } from './uris';

export const DIAGNOSTIC_SOURCE = 'kexec-handover';

const SEVERITIES: { readonly [S in Severity]: DiagnosticSeverity } = {
  error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, info: DiagnosticSeverity.Information, hint: DiagnosticSeverity.Hint,
};

/** The first change after a pause is answered at once; those that follow sooner than this after an answer are answered together. */
const PUSH_AFTER_MS = 20;

/** Diagnostics of a file as it is now. */
export function diagnosticsOf(context: Context, path: string): Diagnostic[] {
  if (isScenarioFile(path)) return context.scenarios.diagnostics(path);
  const kept = context.kept?.recall(path);
  const made = kept ?? madeDiagnostics(context, path);
  // What a comment takes back until a certain day is not the same tomorrow.
  const read = context.source.read(path);
  if (kept === undefined && (!read.ok || !read.text.includes(SUPPRESSION_MARK))) context.kept?.offer(path, made);
  // What the base makes of the text is not kept on disk: the base moves.
  const analysed = context.analysis.peek(path)?.analysed;
  return analysed === undefined ? made : [...made, ...shown(context, analysed, context.changes.of(path, analysed.model))];
}

function madeDiagnostics(context: Context, path: string): Diagnostic[] {
  const analysed = context.analysis.of(path);
  if (analysed === undefined) return [];
  for (const notice of context.project().notices()) context.log.warn(notice);
  return shown(context, analysed, context.analysis.findings(path));
}

function shown(context: Context, analysed: Analysed, findings: readonly Finding[]): Diagnostic[] {
  const overrides = context.settings().diagnosticsSeverity;
  const result: Diagnostic[] = [];
  for (const finding of findings) {
    const override: SeverityOverride | undefined = Object.hasOwn(overrides, finding.code) ? overrides[finding.code] : undefined;
    if (override === 'off') continue;
    const diagnostic = toDiagnostic(context, analysed, finding, override ?? finding.severity);
    if (diagnostic !== undefined) result.push(diagnostic);
  }
  return result;
}

function toDiagnostic(context: Context, analysed: Analysed, finding: Finding, severity: Severity): Diagnostic | undefined {
  // A finding in a header belongs to that header's own document.
  if (finding.range.path !== analysed.path) return undefined;
  const range = toRange(analysed.unit, finding.range);
  if (range === undefined) return undefined;
  const related = finding.related.flatMap((item) => {
    const at = relatedRange(context, analysed, item.range);
    return at === undefined ? [] : [{ message: item.message, location: at }];
  });
  const fixable = finding.fixes.length > 0 ? { data: { code: finding.code, fixes: finding.fixes.map((fix) => fix.title) } } : {};
  return {
    range, severity: SEVERITIES[severity], code: finding.code, source: DIAGNOSTIC_SOURCE, message: finding.message,
    codeDescription: { href: docOf(context, finding.code) },
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...fixable,
  };
}

/** Findings about changes have a page of their own. */
function docOf(context: Context, code: string): string {
  const page = isChangeCode(code) ? context.diagnosticsDoc.replace(/diagnostics\.md$/, 'changes.md') : context.diagnosticsDoc;
  return `${page}#${code}`;
}

function relatedRange(context: Context, analysed: Analysed, range: { path: string; start: number; end: number }): { uri: string; range: { start: { line: number; character: number }; end: { line: number; character: number } } } | undefined {
  const unit = [analysed, context.analysis.peek(range.path)?.analysed].find((a) => a !== undefined && toRange(a.unit, range) !== undefined)?.unit;
  const at = unit === undefined ? undefined : toRange(unit, range);
  return at === undefined ? undefined : { uri: context.documents.uriOf(range.path), range: at };
}

/** Answers `textDocument/diagnostic`. */
export function pullDiagnostics(context: Context): void {
  const sent = new Map<string, { readonly id: string; readonly json: string }>();
  let counter = 0;
  context.connection.languages.diagnostics.on(guarded<{ textDocument: { uri: string }; previousResultId?: string }, DocumentDiagnosticReport>(
    context.log, 'diagnostics', { kind: DocumentDiagnosticReportKind.Full, items: [] }, (params) => {
      const path = uriToPath(params.textDocument.uri);
      const items = diagnosticsOf(context, path);
      if (!isScenarioFile(path)) context.rehearsal.begin(path);
      const json = JSON.stringify(items);
      const last = sent.get(path);
      if (last !== undefined && last.json === json && params.previousResultId === last.id) {
        return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: last.id };
      }
      const id = String(++counter);
      sent.set(path, { id, json });
      if (sent.size > 200) sent.delete(sent.keys().next().value ?? '');
      return { kind: DocumentDiagnosticReportKind.Full, resultId: id, items };
    },
  ));
}

/** Sends diagnostics of open documents after changes; the returned functions tell it what changed. */
export function pushDiagnostics(context: Context): { readonly schedule: () => void; readonly closed: (path: string, uri: string) => void; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const sent = new Map<string, string>();
  const sendAll = (): void => {
    for (const path of [...context.documents.paths(), ...context.documents.scenarioPaths()]) {
      const document = context.documents.get(path);
      if (document === undefined) continue;
      let items: Diagnostic[] = [];
      try {
        items = diagnosticsOf(context, path);
        if (!isScenarioFile(path)) context.rehearsal.begin(path);
      } catch (error) {
        context.log.error(`diagnostics failed: ${describe(error)}`);
      }
      // Sent anew for each version, so that a client which waits for its edit's answer gets one.
      const key = `${document.version}\n${JSON.stringify(items)}`;
      if (sent.get(path) === key) continue;
      sent.set(path, key);
      void context.connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics: items });
    }
  };
  let sentAt = Number.NEGATIVE_INFINITY;
  return {
    schedule: () => {
      if (timer !== undefined) return;
      // Not within the notification: several changes that came in one read count as one.
      timer = setTimeout(() => {
        timer = undefined;
        sendAll();
        sentAt = performance.now();
      }, Math.max(0, sentAt + PUSH_AFTER_MS - performance.now()));
    },
    closed: (path, uri) => {
      sent.delete(path);
      void context.connection.sendDiagnostics({ uri, diagnostics: [] });
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
