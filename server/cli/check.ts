/** `check PATH…`: findings of files and folders. */
import { changeFindings } from '../rules/changes/changes';
import { checkUnit } from '../rules/index';
import type { Finding } from '../rules/rule';
import { findOldKernel } from '../workspace/oldKernel';
import { isInside, toCorePath } from '../workspace/paths';
import type { OpenFile } from '../workspace/project';
import type { CliIo } from './io';
import { EXIT, UsageError } from './io';
import { FORMATTERS } from './format/index';
import type { Parsed } from './options';
import type { Report, ReportedFinding } from './report';
import { count, inOrder, reportFinding } from './report';
import { kstateFiles, openListed } from './kstateFiles';
import { kernelNamed } from './simulateInput';
import { Session } from './session';
import type { Verb } from './verbs';

export const check: Verb = {
  name: 'check',
  usage: 'PATH…',
  summary: 'Say what is wrong with the KSTATE descriptions of C files and folders; with --base also what a change since then breaks.',
  formats: Object.keys(FORMATTERS),
  flags: [],
  operands: [1, Infinity],
  async run(parsed, io) {
    const session = new Session(parsed, io);
    try {
      const report = await checkPaths(parsed, session, io);
      const format = FORMATTERS[parsed.format];
      if (format !== undefined) io.stdout(format(report, (file, line) => session.sourceLine(toCorePath(file, io.cwd), line)));
      return report.findings.length === 0 ? EXIT.clean : EXIT.found;
    } finally {
      session.dispose();
    }
  },
};

async function checkPaths(parsed: Parsed, session: Session, io: CliIo): Promise<Report> {
  const { files, looked } = await kstateFiles(parsed.operands, session, io);
  const opened = openListed(files, session, io);
  const findings: ReportedFinding[] = [];
  for (const file of opened) {
    const others = sameTree(file, opened).map((other) => other.model);
    const changes = parsed.base === undefined ? [] : await changesSince(parsed.base, file, session, io);
    findings.push(...[...checkUnit(file.model, others), ...changes].map((finding) => reportFinding(finding, file.unit, session)).sort(inOrder));
  }
  return {
    findings,
    stats: {
      files: looked, parsed: opened.length,
      descriptions: opened.reduce((sum, file) => sum + file.model.descriptions.length, 0),
      errors: count(findings, 'error'), warnings: count(findings, 'warning'), infos: count(findings, 'info'), hints: count(findings, 'hint'),
    },
  };
}

/** What a change since `base`, a revision or a folder, breaks. A file that the base does not have breaks nothing. */
async function changesSince(base: string, file: OpenFile, session: Session, io: CliIo): Promise<readonly Finding[]> {
  const old = await findOldKernel(kernelNamed(base, io.cwd), { source: session.disk, revisions: session.revisions, project: session.project, file });
  if (!old.ok) {
    if (!old.missing) throw new UsageError(`--base ${base}: ${old.why}`);
    io.stderr(`kexec-handover: ${session.shown(file.path)}: --base ${base}: ${old.why}\n`);
    return [];
  }
  return changeFindings(file.model, { model: old.side.file.model, label: old.side.label }, { target: session.project.targetOf(file.path) });
}

/**
 * Files whose ids may not be the same as this one's: those that lie in the same tree. Files with no tree around them are programs of their
 * own, as far as can be known.
 */
export function sameTree(file: OpenFile, all: readonly OpenFile[]): OpenFile[] {
  const { root, kind } = file.tree;
  if (kind === 'folder' || !isInside(file.path, root)) return [];
  return all.filter((other) => other !== file && other.tree.root === root && isInside(other.path, root));
}
