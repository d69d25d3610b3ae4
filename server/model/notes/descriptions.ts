/** Notes about descriptions as a whole. */
import type { KstateDescription, KstateModel } from '../kstate';
import { isV3 } from '../dialect';
import { KS_BASE_TYPE, KS_DEPRECATED, hasFlag } from '../kstateFlags';
import type { NoteKind } from './note';

const minVersion: NoteKind = {
  code: 'note-min-version',
  title: 'min_version_id protects nothing',
  facts: ['7', 'KS24'],
  ofDescription: ({ minVersionId }, model) => (isV3(model) && minVersionId.known && minVersionId.value > 0
    ? `min_version_id ${minVersionId.value} is not read by today's code: a stream below it is restored all the same` : undefined),
};

const nestedId: NoteKind = {
  code: 'note-nested-id',
  title: 'The id of a nested description',
  facts: ['3.3', 'KS26'],
  ofDescription: ({ variable, id }, model) => (id.known && id.value !== 0 && usesOf(model).nested.has(variable)
    ? `the id of ${variable} is not compared where it is nested: another description in its place would be read without a word` : undefined),
};

const missingSubsection: NoteKind = {
  code: 'note-missing-subsection',
  title: 'A subsection that the stream may lack',
  facts: ['3.3', 'KS29'],
  ofDescription: ({ variable }, model) => (usesOf(model).subsections.has(variable)
    ? `when the stream has no ${variable}, its members stay as they were and the restore returns 0: initialise them before it` : undefined),
};

const snapshot: NoteKind = {
  code: 'note-snapshot',
  title: 'When an object is saved',
  facts: ['3.5', 'KS59'],
  ofDescription: ({ variable }, model) => (isV3(model) && usesOf(model).registered.has(variable)
    ? 'objects are saved when KHO is finalized, not at the kexec: what changes afterwards is lost' : undefined),
};

const versionWarning: NoteKind = {
  code: 'note-version-warning',
  title: 'The warning about versions',
  facts: ['3.3', 'KS57'],
  ofDescription: ({ versionId, fields }) => (versionId.known && versionId.value > 0 && fields.some((field) => field.versionId.known && field.versionId.value > 0)
    ? 'a stream of another version is read all the same; one WARN_ONCE for all objects of a boot is all that tells' : undefined),
};

const growth: NoteKind = {
  code: 'note-growth',
  title: 'A stream of more than a page',
  facts: ['3.6', 'KS53'],
  ofDescription: ({ variable, fields }, model) => {
    if (!isV3(model) || !usesOf(model).registered.has(variable)) return undefined;
    const bytes = fields.reduce((sum, field) => sum + (hasFlag(field, KS_BASE_TYPE) && !hasFlag(field, KS_DEPRECATED) && field.sizeBytes.known ? field.sizeBytes.value : 0), 0);
    return bytes + 28 < 4096 ? undefined
      : `${variable} alone fills the stream's first page: in KSTATE v3 as it was posted a stream that grows is written to a folio that is freed already (the author's git tree repairs it)`;
  },
};

const hashedInstance: NoteKind = {
  code: 'note-hashed-instance',
  title: 'An instance id from a hash',
  facts: ['3.5', 'KS55'],
  ofDescription: ({ variable }, model) => {
    const hash = /\b(\w*(?:crc32|jhash|xxh|hash)\w*)\s*\([^()]*(?:sizeof|_LEN|_SIZE|,\s*\d+\s*[,)])/;
    for (const { description, args } of model.registrations) {
      const range = description === variable ? args[2] : undefined;
      const [, name] = range?.path === model.unit.main.path ? hash.exec(model.unit.main.text.slice(range.start, range.end)) ?? [] : [];
      if (name !== undefined) return `the instance id comes from ${name}() over a fixed length: what stands behind the end of the string is part of it, and may differ in the next kernel`;
    }
    return undefined;
  },
};

const sharedCounter: NoteKind = {
  code: 'note-const',
  title: 'A constant description that is registered',
  facts: ['3.4', 'KS61'],
  ofDescription: ({ variable, declarator }, model) => (declarator.type.quals.const && usesOf(model).registered.has(variable)
    ? `${variable} is const, and the registering calls take a description that is not: kstate_register_restore would write its counter` : undefined),
};

interface Uses {
  readonly nested: ReadonlySet<string>;
  readonly subsections: ReadonlySet<string>;
  readonly registered: ReadonlySet<string>;
}

const known = new WeakMap<KstateModel, Uses>();

function usesOf(model: KstateModel): Uses {
  let uses = known.get(model);
  if (uses === undefined) {
    const names = (of: (d: KstateDescription) => readonly (string | undefined)[]): ReadonlySet<string> => new Set(model.descriptions.flatMap(of).filter((name) => name !== undefined));
    uses = {
      nested: names((d) => d.fields.map(({ ksd }) => (ksd?.known === true ? ksd.value : undefined))),
      subsections: names((d) => (d.subsections ?? []).map(({ variable }) => variable)),
      registered: new Set(model.registrations.flatMap(({ description, call }) => (description === undefined || call === 'kstate_unregister' ? [] : [description]))),
    };
    known.set(model, uses);
  }
  return uses;
}

export const descriptionNotes: readonly NoteKind[] = [minVersion, nestedId, missingSubsection, snapshot, versionWarning, growth, hashedInstance, sharedCounter];
