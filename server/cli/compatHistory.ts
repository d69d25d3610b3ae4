/** `compat --history NAME [PATH]`: one description over all tags of a repository. */
import { isFine } from '../compat/compareModels';
import { historyOf } from '../compat/history';
import type { History, Revision } from '../compat/history';
import { linker } from '../compat/sources';
import type { Explained } from '../compat/compare/explain';
import type { Verdict } from '../engine/types';
import { gitRoot } from '../workspace/git';
import { runAtRevision } from '../workspace/gitRevision';
import { relativeInside, toCorePath } from '../workspace/paths';
import { kstateFilesAt } from '../workspace/revisionFiles';
import { namesOf, tagsOf, textsOver } from '../workspace/tags';
import type { CliIo } from './io';
import { EXIT, UsageError } from './io';
import { isFolderOrThrow } from './kstateFiles';
import type { Parsed } from './options';
import type { Session } from './session';

/** The matrix has a run for each pair. */
const MAX_REVISIONS = 60;

interface Tagged extends Revision {
  readonly refs: readonly string[];
  readonly file: string;
}

const WORKING = 'working tree';

/** Gives the exit code: 1 when a step between two neighbours breaks. Throws UsageError for what cannot be read. */
export async function compatHistory(parsed: Parsed, name: string, session: Session, io: CliIo): Promise<number> {
  const [operand = '.'] = parsed.operands;
  if (parsed.operands.length > 1) throw new UsageError(`compat --history NAME takes one PATH; it does not take "${parsed.operands[1] ?? ''}"`);
  const under = toCorePath(operand, io.cwd);
  const folder = isFolderOrThrow(operand, under);
  const root = gitRoot(under);
  if (root === undefined) throw new UsageError(`${operand} is in no git repository, so it has no history`);
  const tags = await tagsOf(root);
  if (!tags.ok) throw new UsageError(`${operand}: ${tags.why}`);
  const path = folder ? await fileOf(name, root, under, tags.value, session) : under;
  const revisions = await revisionsOf(name, path, root, tags.value, session, io);
  if (revisions.length === 0) throw new UsageError(`no tag of ${root} and no working tree has a description ${name} in ${relativeInside(path, root) ?? path}`);
  const shown = revisions.slice(-MAX_REVISIONS);
  if (shown.length < revisions.length) io.stderr(`kexec-handover: ${String(revisions.length)} revisions of ${name}; the last ${String(MAX_REVISIONS)} are compared\n`);
  const history = historyOf(name, shown, session.project.targetOf(path));
  if (parsed.format === 'json') io.stdout(`${JSON.stringify(json(name, shown, history), null, 1)}\n`);
  else io.stdout(text(name, shown, history));
  return history.changes.every((change) => isFine(change.forward.verdict) && isFine(change.backward.verdict)) ? EXIT.clean : EXIT.found;
}

/** The file that describes `name`: in the newest of HEAD and the tags that has one. */
async function fileOf(name: string, root: string, under: string, tags: readonly string[], session: Session): Promise<string> {
  const word = new RegExp(`\\b${name.replace(/[^\w]/g, '')}\\b`);
  for (const ref of ['HEAD', ...[...tags].reverse().slice(0, 5)]) {
    const files = await kstateFilesAt(root, ref, under);
    if (!files.ok) continue;
    for (const file of files.value) {
      const revision = await session.revisions.open(file, ref);
      const source = revision.ok ? await revision.value.text(file) : undefined;
      if (revision.ok && source?.ok === true && word.test(source.text)) {
        const opened = await runAtRevision(revision.value, (provider) => session.project.open(file, provider));
        if (opened.model.descriptions.some((one) => one.variable === name)) return file;
      }
    }
  }
  throw new UsageError(`no file of HEAD or the newest tags describes ${name}; give its file: compat --history ${name} FILE`);
}

async function revisionsOf(name: string, path: string, root: string, tags: readonly string[], session: Session, io: CliIo): Promise<readonly Tagged[]> {
  const names = await namesOf(root, relativeInside(path, root) ?? path);
  const out: Tagged[] = [];
  let lastText: string | undefined;
  for (const [i, { refs, name: file, text }] of (await textsOver(root, tags, names)).entries()) {
    const [ref = ''] = refs;
    io.progress?.(`${name}: ${ref} (${String(i + 1)})`);
    lastText = text;
    if (!text.includes('kstate')) continue;
    const revision = await session.revisions.open(path, `refs/tags/${ref}`);
    if (!revision.ok) continue;
    const opened = await runAtRevision(revision.value, (provider) => session.project.open(`${root}/${file}`, provider));
    if (opened.model.descriptions.some((one) => one.variable === name)) out.push({ label: ref, refs, file, model: opened.model });
  }
  io.progress?.(undefined);
  const now = session.disk.read(path);
  if (now.ok && now.text !== lastText) {
    const opened = session.open(path);
    if (opened.model.descriptions.some((one) => one.variable === name)) out.push({ label: WORKING, refs: [WORKING], file: relativeInside(path, root) ?? path, model: opened.model });
  }
  return out;
}

function versionOf(revision: Tagged, name: string): number | null {
  const version = revision.model.descriptions.find((one) => one.variable === name)?.versionId;
  return version?.known === true ? version.value : null;
}

function json(name: string, revisions: readonly Tagged[], history: History): unknown {
  const side = (explained: Explained, old: Tagged, next: Tagged): unknown => ({
    verdict: explained.verdict,
    reasons: explained.reasons.map(({ code, message, verdict, side: which, range }) => {
      const revision = which === 'old' ? old : next;
      return { code, message, file: revision.file, line: linker(revision.model.unit, revision.label)(range)?.line ?? 1, verdict, revision: revision.label };
    }),
  });
  return {
    name,
    revisions: revisions.map((revision, i) => {
      const before = revisions[i - 1];
      const change = history.changes[i - 1];
      return {
        ref: revision.label, refs: revision.refs, file: revision.file, version_id: versionOf(revision, name),
        ...(before === undefined || change === undefined ? {} : { since: before.label, forward: side(change.forward, before, revision), backward: side(change.backward, before, revision) }),
      };
    }),
    matrix: revisions.flatMap((from, i) => revisions.map((to, j) => ({ saved: from.label, restored: to.label, verdict: history.matrix[i]?.[j] ?? 'loads' }))),
  };
}

function text(name: string, revisions: readonly Tagged[], history: History): string {
  const out = [`${name}, ${String(revisions.length)} revision${revisions.length === 1 ? '' : 's'}`, ''];
  for (const [i, revision] of revisions.entries()) {
    const last = revision.refs.at(-1) ?? revision.label;
    const span = revision.refs.length > 1 ? `${revision.label} … ${last}` : revision.label;
    out.push(`${span}: ${revision.file}, version ${String(versionOf(revision, name) ?? 'not known')}`);
    const change = history.changes[i - 1];
    if (change === undefined) continue;
    out.push(`  update ${change.forward.verdict}, rollback ${change.backward.verdict}`);
    for (const [way, explained] of [['update', change.forward], ['rollback', change.backward]] as const) {
      for (const reason of explained.reasons) if (reason.verdict !== 'loads') out.push(`  ${way.padEnd(8)} ${reason.verdict}: ${reason.message} [${reason.code}]`);
    }
    const said = new Set([...change.forward.reasons, ...change.backward.reasons].filter((reason) => reason.verdict === 'loads').map((reason) => reason.code));
    if (said.size > 0) out.push(`  also ${[...said].join(', ')}`);
  }
  out.push('', 'saved by (rows), restored by (columns)', ...table(revisions.map((one) => one.label), history.matrix), '');
  return out.join('\n');
}

function table(labels: readonly string[], rows: readonly (readonly Verdict[])[]): string[] {
  const width = Math.max(8, ...labels.map((label) => label.length));
  const line = (cells: readonly string[]): string => `  ${cells.map((cell) => cell.padEnd(width)).join('  ')}`.trimEnd();
  return [line(['', ...labels]), ...rows.map((row, i) => line([labels[i] ?? '', ...row]))];
}
