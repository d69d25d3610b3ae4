/** Quick fixes of findings, one action that applies all that are certain (`source.fixAll`), and refactorings. */
import type { CodeAction, CodeActionParams, TextEdit as LspEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { CodeActionKind } from 'vscode-languageserver/node';
import type { Finding, TextEdit } from '../rules/rule';
import { ignoreFix } from '../rules/ignoreFix';
import type { Analysed } from './analysis';
import type { Context } from './context';
import { diagnosticsOf } from './diagnostics';
import { guarded } from './guard';
import { fileOf, lineIndexOf, rangeIn } from './places';
import { isAskedFor, refactoringsFor } from './refactorings';
import { uriToPath } from './uris';

export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.kexecHandover`;

export function codeActions(context: Context): void {
  context.connection.onCodeAction(guarded<CodeActionParams, CodeAction[] | null>(context.log, 'code actions', null, (params) => {
    const path = uriToPath(params.textDocument.uri);
    const analysed = context.analysis.of(path);
    if (analysed === undefined) return null;
    const all = [...context.analysis.findings(path), ...context.changes.of(path, analysed.model)].filter((finding) => finding.range.path === path);
    const findings = all.filter((finding) => finding.fixes.length > 0);
    const only = params.context.only;
    const actions: CodeAction[] = [];
    if (wanted(only, CodeActionKind.QuickFix)) {
      const file = fileOf(analysed.unit, path);
      const index = file === undefined ? undefined : lineIndexOf(file);
      const start = index?.offset(params.range.start) ?? 0;
      const end = index?.offset(params.range.end) ?? 0;
      const diagnostics = diagnosticsOf(context, path);
      for (const finding of all) {
        if (finding.range.end < start || finding.range.start > end) continue;
        const at = file === undefined ? undefined : rangeIn(file, finding.range.start, finding.range.end);
        const solved = diagnostics.filter((d) => d.code === finding.code && JSON.stringify(d.range) === JSON.stringify(at));
        for (const fix of finding.fixes) {
          const edit = workspaceEdit(context, analysed, fix.edits);
          if (edit !== undefined) actions.push({ title: fix.title, kind: CodeActionKind.QuickFix, diagnostics: solved, isPreferred: finding.fixes.length === 1, edit });
        }
        const ignore = ignoreFix(analysed.unit.main.text, finding);
        const edit = ignore === undefined ? undefined : workspaceEdit(context, analysed, ignore.edits);
        if (ignore !== undefined && edit !== undefined) actions.push({ title: ignore.title, kind: CodeActionKind.QuickFix, diagnostics: solved, isPreferred: false, edit });
      }
    }
    if (wanted(only, CodeActionKind.RefactorRewrite) && isAskedFor(params)) {
      const file = fileOf(analysed.unit, path);
      const offset = file === undefined ? undefined : lineIndexOf(file).offset(params.range.start);
      for (const offered of offset === undefined ? [] : refactoringsFor(context, analysed, offset)) {
        const edit = workspaceEdit(context, analysed, offered.edits);
        if (edit !== undefined) actions.push({ title: offered.title, kind: CodeActionKind.RefactorRewrite, edit });
      }
    }
    if (wanted(only, FIX_ALL_KIND) && (only !== undefined || findings.length > 1)) {
      const every = fixAll(context, analysed, findings);
      if (every !== undefined) actions.push(every);
    }
    return actions;
  }));
}

/** Kinds are hierarchical: `source` asks for `source.fixAll.kexecHandover` too. */
function wanted(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((o) => o === '' || kind === o || kind.startsWith(`${o}.`));
}

/** The one fix of every finding that has exactly one; of two that touch the same characters the first in the text wins. */
function fixAll(context: Context, analysed: Analysed, findings: readonly Finding[]): CodeAction | undefined {
  const edits: TextEdit[] = [];
  const inOrder = [...findings].sort((a, b) => a.range.start - b.range.start);
  for (const finding of inOrder) {
    const [fix] = finding.fixes;
    if (fix === undefined || finding.fixes.length !== 1) continue;
    if (fix.edits.some((edit) => edits.some((taken) => overlap(edit, taken)))) continue;
    edits.push(...fix.edits);
  }
  const edit = edits.length === 0 ? undefined : workspaceEdit(context, analysed, edits);
  return edit === undefined ? undefined : { title: 'Fix all KSTATE findings with a certain fix', kind: FIX_ALL_KIND, edit };
}

function overlap(a: TextEdit, b: TextEdit): boolean {
  return a.range.path === b.range.path && a.range.start <= b.range.end && b.range.start <= a.range.end;
}

/** undefined when an edit is in a file that the unit did not read or that is ours. */
function workspaceEdit(context: Context, analysed: Analysed, edits: readonly TextEdit[]): WorkspaceEdit | undefined {
  const byUri = new Map<string, LspEdit[]>();
  for (const edit of edits) {
    const file = fileOf(analysed.unit, edit.range.path);
    if (file === undefined || file.builtin) return undefined;
    const uri = context.documents.uriOf(file.path);
    const list = byUri.get(uri) ?? [];
    list.push({ range: rangeIn(file, edit.range.start, edit.range.end), newText: edit.newText });
    byUri.set(uri, list);
  }
  if (context.capabilities.workspace?.workspaceEdit?.documentChanges === true) {
    return {
      documentChanges: [...byUri].map(([uri, list]) => ({
        // The version the fix was made from: a client refuses it when the text moved on.
        textDocument: { uri, version: context.documents.get(uriToPath(uri))?.version ?? null }, edits: list,
      })),
    };
  }
  return { changes: Object.fromEntries(byUri) };
}
