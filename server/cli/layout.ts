/** `layout NAME [FILE…]`: a struct's members, gaps, cache lines, and the bytes that descriptions preserve. */
import { existsSync } from 'node:fs';
import { recordJson } from '../c/recordJson';
import type { Record, Unknown } from '../c/types';
import { layoutText } from '../compat/layoutText';
import { layoutView } from '../compat/layoutView';
import type { LayoutView } from '../shared/layoutView';
import { nearest } from '../rules/memberNames';
import { findInFiles, findInTree, modelsAbout } from '../workspace/findRecord';
import type { Declared, FoundRecords } from '../workspace/findRecord';
import { kernelTypes } from '../workspace/kernelTypes';
import { toCorePath } from '../workspace/paths';
import { discoverTree } from '../workspace/tree';
import { scanTree } from '../workspace/treeScan/scanTree';
import { parseTypeName } from '../workspace/typeFinder';
import type { FoundType, TypeName } from '../workspace/typeFinder';
import { wordFamilies } from '../workspace/treeScan/words';
import { cFiles } from './cFiles';
import { EXIT, UsageError } from './io';
import type { Parsed } from './options';
import { Session } from './session';
import type { Verb } from './verbs';

export const layout: Verb = {
  name: 'layout',
  usage: 'NAME [FILE…]',
  summary: 'Show how a struct or union is laid out: members, holes, cache lines, and which bytes descriptions preserve. NAME may be a tag, a typedef, typeof(VARIABLE), or NAME@FILE.',
  formats: ['text', 'json'],
  flags: ['description'],
  operands: [1, Infinity],
  async run(parsed, io) {
    const session = new Session(parsed, io);
    try {
      const [name = '', ...operands] = parsed.operands;
      const wanted = parseTypeName(name);
      if (wanted.tag === undefined && wanted.variable === undefined) throw new UsageError(`"${name}" names no struct: NAME, struct NAME, union NAME, typeof(VARIABLE), or one of them with @FILE`);
      const search = await searched(wanted, name, operands, session, parsed);
      const { first, others } = search.found;
      const view = layoutView(first.unit, first.record, {
        name: shownName(name, first.record), target: session.project.targetOf(first.unit.main.path), description: parsed.description,
        models: await search.models(first),
      });
      if (!view.known) throw new UsageError(unknownText(first, name, view, session));
      wantedDescription(view.value, parsed.description);
      if (parsed.format === 'json') {
        const json = recordJson(first.unit, first.record);
        if (!json.known) throw new UsageError(unknownText(first, name, json, session));
        const { descriptions } = view.value;
        io.stdout(`${JSON.stringify({ [name]: { ...json.value, ...(descriptions.length === 0 ? {} : { descriptions }) } }, null, 1)}\n`);
      } else io.stdout(layoutText(view.value, (file) => session.shown(file)));
      if (others.length > 0) io.stderr(othersText(name, first, others, session));
      return EXIT.clean;
    } finally {
      session.dispose();
    }
  },
};

interface Search {
  readonly found: FoundRecords;
  models(first: FoundType): Promise<ReturnType<typeof modelsAbout>>;
}

/** Files that were named say where to look; else the tree; else the working folder. */
async function searched(wanted: TypeName, name: string, operands: readonly string[], session: Session, parsed: Parsed): Promise<Search> {
  const { cwd } = session.io;
  const tree = discoverTree(toCorePath('.layout.c', cwd), session.project.options);
  if (operands.length > 0 || tree.kind === 'folder') {
    const { files, warnings } = await cFiles(operands.length > 0 ? operands : ['.'], session);
    for (const warning of warnings) session.io.stderr(`kexec-handover: ${warning}\n`);
    const result = findInFiles(files, wanted, session.project, session.disk);
    const { first, others = [] } = result;
    if (first === undefined) {
      const where = operands.length > 0 ? operands.join(', ') : `${cwd}, and no kernel tree is around it (--tree DIR says where one is)`;
      throw new UsageError(result.onlyDeclared === undefined ? `${name}: not defined in ${where}${suggestion(wanted, tagsOf(files, session))}` : declaredText(name, result.onlyDeclared, session));
    }
    return { found: { first, others }, models: (found) => Promise.resolve(modelsAbout(found.record, files, session.project, session.disk, found.unit)) };
  }
  if (wanted.path !== undefined && !existsSync(`${tree.root}/${wanted.path}`)) throw new UsageError(`${name}: ${session.shown(tree.root)} has no ${wanted.path}`);
  const finder = kernelTypes(session.project, session.disk, tree.root);
  const found = findInTree(finder, wanted);
  if (found === undefined) {
    throw new UsageError(`${name}: no definition in ${parsed.tree ?? session.shown(wanted.path === undefined ? tree.root : `${tree.root}/${wanted.path}`)}${suggestion(wanted, finder.names())}`);
  }
  return { found, models: async ({ unit, record }) => modelsAbout(record, await describers(tree.root), session.project, session.disk, unit) };
}

/** C files of a tree that say kstate; none in a tree without the interface, which most are. */
async function describers(root: string): Promise<readonly string[]> {
  if (!existsSync(`${root}/include/linux/kstate.h`)) return [];
  const scan = await scanTree(root, { callerHelps: true, families: wordFamilies.filter((family) => family.topic === 'kstate') });
  return scan.ok ? scan.files.map((file) => file.path).filter((file) => file.endsWith('.c')) : [];
}

function shownName(name: string, record: Record): string {
  const [spelled = ''] = name.split('@');
  return spelled === record.tag ? `${record.union ? 'union' : 'struct'} ${spelled}` : spelled;
}

function wantedDescription(view: LayoutView, description: string | undefined): void {
  if (description === undefined || view.descriptions.length > 0) return;
  throw new UsageError(`--description ${description}: no description of that name is about ${view.name}`);
}

function declaredText(name: string, { unit, range }: Declared, session: Session): string {
  return `${name}: only declared (${session.shown(range.path)}:${String(session.place(range, unit).line)}), defined in none of the files it includes`;
}

function unknownText(found: FoundType, name: string, { why, at }: Unknown, session: Session): string {
  const [record, token] = [found.unit.range(found.record.at), found.unit.range(at)];
  const place = session.place(token, found.unit);
  const word = at.text === '' ? '' : ` at "${at.text}"`;
  return `${name} (${session.shown(record.path)}:${String(session.place(record, found.unit).line)}): its layout is not known: ${why}${word}, ${session.shown(token.path)}:${String(place.line)}:${String(place.column)}`;
}

function othersText(name: string, first: FoundType, others: readonly FoundType[], session: Session): string {
  const spelled = name.split('@')[0] ?? name;
  const at = (found: FoundType): string => {
    const range = found.unit.range(found.record.at);
    return `${session.shown(range.path)}:${String(session.place(range, found.unit).line)}`;
  };
  return [
    `kexec-handover: ${spelled} is defined differently in ${String(others.length + 1)} places; shown is ${at(first)}. Choose with ${spelled}@FILE:`,
    ...others.map((other) => `  ${at(other)}`), '',
  ].join('\n');
}

function suggestion(wanted: TypeName, names: Iterable<string>): string {
  const near = nearest(wanted.tag ?? wanted.variable ?? '', [...new Set(names)]).names.slice(0, 5);
  return near.length === 0 ? '' : `; near it: ${near.join(', ')}`;
}

function tagsOf(files: readonly string[], session: Session): readonly string[] {
  return files.flatMap((file) => {
    const read = session.disk.read(file);
    return read.ok ? [...read.text.matchAll(/\b(?:struct|union)\s+(\w+)/g)].map((match) => match[1] ?? '') : [];
  });
}
