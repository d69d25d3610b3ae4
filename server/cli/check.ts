/** `check PATH…`: findings of files and folders. */
import { checkUnit } from '../rules/index';
import { isInside, toCorePath } from '../workspace/paths';
import type { OpenFile } from '../workspace/project';
import type { CliIo } from './io';
import { EXIT } from './io';
import { FORMATTERS } from './format/index';
import type { Parsed } from './options';
import type { Report, ReportedFinding } from './report';
import { count, inOrder, reportFinding } from './report';
import { kstateFiles, openListed } from './kstateFiles';
import { Session } from './session';
import type { Verb } from './verbs';

export const check: Verb = {
  name: 'check',
  usage: 'PATH…',
  summary: 'Say what is wrong with the KSTATE descriptions of C files and folders.',
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
    findings.push(...checkUnit(file.model, others).map((finding) => reportFinding(finding, file.unit, session)).sort(inOrder));
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

/**
 * Files whose ids may not be the same as this one's: those that lie in the same tree. Files with no tree around them are programs of their
 * own, as far as can be known.
 */
export function sameTree(file: OpenFile, all: readonly OpenFile[]): OpenFile[] {
  const { root, kind } = file.tree;
  if (kind === 'folder' || !isInside(file.path, root)) return [];
  return all.filter((other) => other !== file && other.tree.root === root && isInside(other.path, root));
}
