/** What `check` found, as plain data: the JSON format is this object itself (INTERFACES, "check"). */
import type { CUnit } from '../c/api';
import type { Finding, Severity } from '../rules/rule';
import type { Session } from './session';

export interface ReportedPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface ReportedFinding extends ReportedPlace {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly (ReportedPlace & { readonly message: string })[];
  /** What it assumes because no build folder tells the configuration; absent when nothing. */
  readonly assumes?: readonly string[];
}

export interface ReportStats {
  /** C files looked at, and of those the ones that speak of KSTATE and were parsed. */
  readonly files: number;
  readonly parsed: number;
  readonly descriptions: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly hints: number;
}

export interface Report {
  readonly findings: readonly ReportedFinding[];
  readonly stats: ReportStats;
}

export function reportFinding(finding: Finding, unit: CUnit, session: Session): ReportedFinding {
  return {
    code: finding.code, severity: finding.severity, message: finding.message,
    file: session.shown(finding.range.path), ...session.place(finding.range, unit),
    related: finding.related.map((related) => ({
      message: related.message, file: session.shown(related.range.path), ...session.place(related.range, unit),
    })),
    ...(finding.assumes === undefined ? {} : { assumes: finding.assumes }),
  };
}

export function inOrder(a: ReportedFinding, b: ReportedFinding): number {
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

export function count(findings: readonly ReportedFinding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}
