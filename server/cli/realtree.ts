/** `realtree DIR`: every description in any folder of C, every field with its offset, size, flags, version and macro. */
import type { KstateDescription, KstateField, KstateRegistration, Read } from '../model/kstate';
import { checkUnit } from '../rules/index';
import { toCorePath } from '../workspace/paths';
import type { OpenFile } from '../workspace/project';
import { sameTree } from './check';
import { text as textFormat } from './format/text';
import { spellFlags } from '../model/kstateFlags';
import { EXIT } from './io';
import type { Report, ReportedFinding } from './report';
import { count, inOrder, reportFinding } from './report';
import { kstateFiles, openListed } from './kstateFiles';
import { Session } from './session';
import type { Verb } from './verbs';

interface ListedField {
  readonly index: number;
  readonly name: string | null;
  readonly offset: number | null;
  readonly size: number | null;
  readonly flags: number | null;
  readonly flag_names: string | null;
  readonly version_id: number | null;
  readonly macro: string | null;
  readonly type: string | null;
  readonly line: number;
  /** Why a number is missing. */
  readonly unknown: readonly string[];
}

interface ListedDescription {
  readonly variable: string;
  readonly file: string;
  readonly line: number;
  readonly name: string | null;
  readonly id: number | null;
  readonly version_id: number | null;
  readonly min_version_id: number | null;
  readonly struct: string | null;
  readonly struct_size: number | null;
  readonly fields: readonly ListedField[];
  readonly subsections: readonly (string | null)[];
  readonly unknown: readonly string[];
}

interface ListedRegistration {
  readonly call: string;
  readonly caller: string;
  readonly file: string;
  readonly line: number;
  readonly description: string | null;
  readonly object: string | null;
  readonly instance_id: number | null;
  /** The arguments as written. */
  readonly args: readonly string[];
}

export const realtree: Verb = {
  name: 'realtree',
  usage: 'DIR…',
  summary: 'List every description found in folders of C, with the layout of its fields.',
  formats: ['text', 'json'],
  flags: [],
  operands: [1, Infinity],
  async run(parsed, io) {
    const session = new Session(parsed, io);
    try {
      const { files, looked } = await kstateFiles(parsed.operands, session, io);
      const opened = openListed(files, session, io);
      const descriptions = opened.flatMap((file) => file.model.descriptions.map((d) => listDescription(d, file, session)));
      const registrations = opened.flatMap((file) => file.model.registrations.map((r) => listRegistration(r, file, session)));
      const findings = opened.flatMap((file) => checkUnit(file.model, sameTree(file, opened).map((o) => o.model))
        .map((finding) => reportFinding(finding, file.unit, session)).sort(inOrder));
      const fields = descriptions.flatMap((d) => d.fields);
      const stats = {
        files: looked, parsed: opened.length, descriptions: descriptions.length, fields: fields.length,
        unknown: descriptions.reduce((sum, d) => sum + d.unknown.length, 0) + fields.reduce((sum, f) => sum + f.unknown.length, 0),
        registrations: registrations.length,
      };
      if (parsed.format === 'json') io.stdout(`${JSON.stringify({ descriptions, registrations, findings, stats }, null, 2)}\n`);
      else {
        io.stdout(descriptions.map(descriptionText).join(''));
        io.stdout(registrations.map((r) => `${r.file}:${r.line}: ${r.call}(${r.args.join(', ')}) in ${r.caller}\n`).join(''));
        io.stdout(`${registrations.length > 0 ? '\n' : ''}${textFormat(reportOf(findings, stats), (file, line) => session.sourceLine(toCorePath(file, io.cwd), line))}`);
        io.stdout(`${stats.files} C files, ${stats.parsed} speak of KSTATE; ${stats.descriptions} descriptions, ${stats.fields} fields, ${stats.registrations} registrations, ${stats.unknown} values not read\n`);
      }
      return findings.length === 0 ? EXIT.clean : EXIT.found;
    } finally {
      session.dispose();
    }
  },
};

function listDescription(d: KstateDescription, file: OpenFile, session: Session): ListedDescription {
  const struct = d.struct;
  const size = struct === undefined ? undefined : file.unit.sizeOf(struct);
  const unknown = [...whyUnknown('name', d.name), ...whyUnknown('id', d.id), ...whyUnknown('version_id', d.versionId), ...whyUnknown('min_version_id', d.minVersionId)];
  if (d.fieldsProblem !== undefined) unknown.push(`fields: ${d.fieldsProblem.why}`);
  return {
    variable: d.variable, file: session.shown(d.nameRange.path), line: session.place(d.nameRange, file.unit).line,
    name: value(d.name), id: value(d.id), version_id: value(d.versionId), min_version_id: value(d.minVersionId),
    struct: struct === undefined ? null : file.unit.spell(struct), struct_size: size?.known === true ? size.value : null,
    fields: d.fields.map((field) => listField(field, file, session)),
    subsections: (d.subsections ?? []).map((s) => s.variable ?? null),
    unknown,
  };
}

function listField(f: KstateField, file: OpenFile, session: Session): ListedField {
  const flags = value(f.flags);
  const type = f.member?.type ?? f.statedType;
  return {
    index: f.index, name: value(f.name), offset: value(f.offsetBytes), size: value(f.sizeBytes), flags,
    flag_names: flags === null ? null : spellFlags(flags), version_id: value(f.versionId), macro: f.macro?.wrapper ?? f.macro?.name ?? null,
    type: type === undefined ? null : file.unit.spell(type), line: session.place(f.range, file.unit).line,
    unknown: [...whyUnknown('name', f.name), ...whyUnknown('offset', f.offsetBytes), ...whyUnknown('size', f.sizeBytes), ...whyUnknown('flags', f.flags), ...whyUnknown('version_id', f.versionId)],
  };
}

function listRegistration(r: KstateRegistration, file: OpenFile, session: Session): ListedRegistration {
  return {
    call: r.call, caller: r.caller, file: session.shown(r.range.path), line: session.place(r.range, file.unit).line,
    description: r.description ?? null, object: r.object?.variable ?? null,
    instance_id: r.instanceId === undefined ? null : value(r.instanceId),
    args: r.args.map((range) => (file.unit.files.find((f) => f.path === range.path)?.text.slice(range.start, range.end) ?? '?').replace(/\s+/g, ' ')),
  };
}

function value<T>(read: Read<T>): T | null {
  return read.known ? read.value : null;
}

function whyUnknown(what: string, read: Read<unknown>): string[] {
  return read.known ? [] : [`${what}: ${read.why}`];
}

function descriptionText(d: ListedDescription): string {
  const head = `${d.file}:${d.line}: ${d.variable} "${d.name ?? '?'}" id ${d.id ?? '?'}, version ${d.version_id ?? '?'}`
    + `${d.min_version_id === 0 ? '' : `, min_version ${d.min_version_id ?? '?'}`}${d.struct === null ? '' : `, ${d.struct} of ${d.struct_size ?? '?'} bytes`}`;
  const rows = d.fields.map((f) => [
    `+${f.offset ?? '?'}`, `${f.size ?? '?'} B`, f.name ?? '?', f.type ?? '', f.flag_names ?? '?', `v${f.version_id ?? '?'}`, f.macro ?? 'by hand',
  ]);
  const widths = [0, 1, 2, 3, 4, 5, 6].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) => `  ${row.map((cell, i) => (i < 2 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ').trimEnd()}`);
  const subsections = d.subsections.length === 0 ? [] : [`  subsections: ${d.subsections.map((s) => s ?? '?').join(', ')}`];
  const unknown = [...d.unknown, ...d.fields.flatMap((f) => f.unknown.map((why) => `field ${f.index}, ${why}`))].map((why) => `  not read: ${why}`);
  return `${[head, ...lines, ...subsections, ...unknown].join('\n')}\n\n`;
}

function reportOf(findings: readonly ReportedFinding[], stats: { readonly files: number; readonly parsed: number; readonly descriptions: number }): Report {
  return {
    findings,
    stats: {
      files: stats.files, parsed: stats.parsed, descriptions: stats.descriptions,
      errors: count(findings, 'error'), warnings: count(findings, 'warning'), infos: count(findings, 'info'), hints: count(findings, 'hint'),
    },
  };
}
