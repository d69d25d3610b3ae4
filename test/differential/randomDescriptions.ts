/** Pairs of revisions of a description, as a person would make them: a list of members, then a few edits, right ones and wrong ones. */
import fc from 'fast-check';

interface Field {
  readonly name: string;
  readonly kind: 'base' | 'pointer' | 'address' | 'folio' | 'nested' | 'deprecated';
  /** For base and deprecated. */
  readonly type: string;
  /** Elements of a nested field; 0: no count callback. */
  readonly count?: number;
  readonly version: number;
}

interface List {
  readonly fields: readonly Field[];
  readonly version: number;
  readonly id: number;
}

export interface Revision {
  readonly main: List;
  readonly inner: List;
  readonly subs: readonly (List & { readonly name: string })[];
  readonly instance: number;
}

const types = ['u8', 'u16', 'u32', 's32', 'u64', 'char [3]', 'char [10]', 'u32 [2]', 'u32 [4]', 'struct raw', 'unsigned int'];

const field = (name: string): fc.Arbitrary<Field> => fc.record({
  name: fc.constant(name),
  kind: fc.oneof({ weight: 12, arbitrary: fc.constant('base' as const) }, { weight: 2, arbitrary: fc.constantFrom('pointer' as const, 'address' as const, 'folio' as const, 'nested' as const) }),
  type: fc.constantFrom(...types), version: fc.constant(0), count: fc.constantFrom(0, 0, 2, 3),
});

const list = (prefix: string, id: number, most: number, nested: boolean): fc.Arbitrary<List> => fc.record({
  fields: fc.integer({ min: 1, max: most }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => field(`${prefix}${String(i)}`))))
    .map((fields) => (nested ? fields : fields.map((one) => (one.kind === 'nested' ? { ...one, kind: 'base' as const } : one)))),
  version: fc.integer({ min: 0, max: 2 }), id: fc.constant(id),
});

const revision: fc.Arbitrary<Revision> = fc.record({
  main: list('m', 40, 6, true), inner: list('i', 41, 3, false),
  subs: fc.integer({ min: 0, max: 2 }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => list(`s${String(i)}_`, 50 + i, 2, true).map((sub) => ({ ...sub, name: `sub${String(i)}` }))))),
  instance: fc.constant(1),
});

type Edit = (before: Revision) => Revision;

/** Edits of one list. */
const listEdit: fc.Arbitrary<(list: List, nested: boolean) => List> = fc.record({
  what: fc.constantFrom('remove', 'deprecate', 'deprecate-no-bump', 'add', 'add-v', 'add-v-no-bump', 'swap', 'resize', 'widen-by-the-book', 'rename', 'kind', 'bump', 'lower', 'move-deprecated', 'wrong-deprecated', 'raise-field', 'was', 'count'),
  at: fc.nat(20), to: fc.nat(20), type: fc.constantFrom(...types), kind: fc.constantFrom('base' as const, 'pointer' as const, 'address' as const, 'folio' as const, 'nested' as const), serial: fc.nat(9999),
}).map(({ what, at, to, type, kind: wanted, serial }) => (before: List, nested: boolean): List => {
  const kind = wanted === 'nested' && !nested ? 'base' : wanted;
  const { fields, version } = before;
  const i = at % Math.max(1, fields.length);
  const one = fields[i];
  const fresh: Field = { name: `n${String(serial)}`, kind, type, version: 0 };
  const j = to % (fields.length + 1);
  const insert = (place: number, ...added: readonly Field[]): readonly Field[] => [...fields.slice(0, place), ...added, ...fields.slice(place)];
  const replace = (...by: readonly Field[]): readonly Field[] => [...fields.slice(0, i), ...by, ...fields.slice(i + 1)];
  const gone = (was: Field): Field => ({ ...was, kind: 'deprecated', type: was.kind === 'base' ? was.type : was.kind === 'nested' ? 'char [31]' : was.kind === 'pointer' ? 'u32' : 'u64', version });
  switch (what) {
    case 'add': return { ...before, fields: insert(j, fresh) };
    case 'add-v': return { ...before, fields: insert(j, { ...fresh, kind: kind === 'folio' || kind === 'nested' ? 'base' : kind, version: version + 1 }), version: version + 1 };
    case 'add-v-no-bump': return { ...before, fields: insert(j, { ...fresh, kind: 'base', version: version + 1 }) };
    case 'bump': return { ...before, version: version + 1 };
    case 'lower': return { ...before, version: Math.max(0, version - 1) };
    default: break;
  }
  if (one === undefined) return before;
  const live = one.kind !== 'deprecated';
  switch (what) {
    case 'remove': return { ...before, fields: replace() };
    case 'deprecate': return live ? { ...before, fields: replace(gone(one)), version: version + 1 } : before;
    case 'deprecate-no-bump': return live ? { ...before, fields: replace(gone(one)) } : before;
    case 'move-deprecated': return live ? { ...before, fields: [...replace(), gone(one)], version: version + 1 } : before;
    case 'wrong-deprecated': return live ? { ...before, fields: replace({ ...gone(one), type }), version: version + 1 } : before;
    case 'swap': {
      const other = fields[to % fields.length];
      return other === undefined ? before : { ...before, fields: fields.map((x) => (x === one ? other : x === other ? one : x)) };
    }
    case 'resize': return one.kind === 'base' ? { ...before, fields: replace({ ...one, type }) } : before;
    case 'widen-by-the-book': return one.kind === 'base' ? { ...before, fields: replace(gone(one), { ...one, type, version: version + 1 }), version: version + 1 } : before;
    case 'count': return one.kind === 'nested' ? { ...before, fields: replace({ ...one, count: to % 4 }) } : before;
    case 'rename': return { ...before, fields: replace({ ...one, name: fresh.name }) };
    case 'was': return live ? { ...before, fields: replace({ ...one, name: `${fresh.name} /* kexec-handover: was ${one.name.split(' ')[0] ?? ''} */` }) } : before;
    case 'kind': return live ? { ...before, fields: replace({ ...one, kind }) } : before;
    case 'raise-field': return one.kind === 'base' ? { ...before, fields: replace({ ...one, version: version + 1 }), version: version + 1 } : before;
    default: return before;
  }
});

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 8, arbitrary: listEdit.map((change): Edit => (before) => ({ ...before, main: change(before.main, true) })) },
  { weight: 2, arbitrary: listEdit.map((change): Edit => (before) => ({ ...before, inner: change(before.inner, false) })) },
  { weight: 2, arbitrary: listEdit.map((change): Edit => (before) => ({ ...before, subs: before.subs.map((sub, i) => (i === 0 ? { ...change(sub, true), name: sub.name } : sub)) })) },
  fc.constantFrom<Edit>(
    (before) => ({ ...before, subs: before.subs.slice(1) }),
    (before) => ({ ...before, subs: [...before.subs].reverse() }),
    (before) => (before.subs.length > 2 ? before : { ...before, subs: [{ name: `sub${String(before.subs.length + 5)}`, id: 60 + before.subs.length, version: 1, fields: [{ name: `x${String(before.subs.length)}`, kind: 'base', type: 'u32', version: 0 }] }, ...before.subs] }),
    (before) => ({ ...before, subs: before.subs.map((sub, i) => (i === 0 ? { ...sub, id: 70 } : sub)) }),
    (before) => ({ ...before, main: { ...before.main, id: 45 } }),
    (before) => ({ ...before, inner: { ...before.inner, id: 46 } }),
    (before) => ({ ...before, instance: 2 }),
    (before) => {
      const [moved, ...rest] = before.main.fields;
      const [sub, ...subs] = before.subs;
      return moved === undefined || sub === undefined ? before : { ...before, main: { ...before.main, fields: rest }, subs: [{ ...sub, fields: [...sub.fields, moved] }, ...subs] };
    },
  ),
);

/** Two revisions, old and new, as C. */
export const revisionPairs: fc.Arbitrary<{ readonly old: string; readonly new: string }> = fc.tuple(revision, fc.array(edit, { minLength: 0, maxLength: 3 }), fc.boolean())
  .map(([first, edits, rawChanged]) => ({ old: text(first, false), new: text(edits.reduce((at, change) => change(at), first), rawChanged && edits.length > 1) }));

function text(at: Revision, rawChanged: boolean): string {
  const members = (lists: readonly List[]): string => {
    const seen = new Set<string>();
    return lists.flatMap((one) => one.fields).flatMap((one) => {
      const name = bare(one.name);
      if (one.kind === 'deprecated' || seen.has(name)) return [];
      seen.add(name);
      return [`\t${declare(one, name)};`];
    }).join('\n');
  };
  const typeOf = (one: Field, name: string, lists: readonly List[]): Field => lists.flatMap((x) => x.fields).find((x) => x.kind !== 'deprecated' && bare(x.name) === name) ?? one;
  const description = (variable: string, struct: string, one: List, lists: readonly List[], subs: readonly string[]): string => [
    `static struct kstate_description ${variable} = {`, `\t.name = "${variable}", .id = ${String(one.id)}, .version_id = ${String(one.version)},`, '\t.fields = (const struct kstate_field[]) {',
    ...one.fields.map((f) => `\t\t${entry(f.kind === 'deprecated' ? f : { ...typeOf(f, bare(f.name), lists), version: f.version, name: f.name }, struct)}`), '\t\tKSTATE_END_OF_LIST()', '\t},',
    ...(subs.length === 0 ? [] : [`\t.subsections = (const struct kstate_description *[]) { ${subs.map((sub) => `&${sub}`).join(', ')}, NULL },`]), '};',
  ].join('\n');
  const outer = [at.main, ...at.subs];
  return [
    '#include <linux/kstate.h>', '#include <linux/types.h>', 'struct folio;',
    `struct raw {\n${rawChanged ? '\tu32 b;\n\tu16 a;' : '\tu16 a;\n\tu32 b;'}\n};`,
    `struct inner {\n${members([at.inner])}\n\tint unused;\n};`, `struct outer {\n\tint unused;\n${members(outer)}\n};`,
    ...[1, 2, 3].map((n) => `static int count${String(n)}(void)\n{\n\treturn ${String(n)};\n}`),
    description('inner_state', 'struct inner', at.inner, [at.inner], []),
    ...at.subs.map((sub) => description(`${sub.name}_state`, 'struct outer', sub, outer, [])),
    description('outer_state', 'struct outer', at.main, outer, at.subs.map((sub) => `${sub.name}_state`)),
    'static struct outer object;',
    `static int __init start(void)\n{\n\tkstate_register(&outer_state, &object, ${String(at.instance)});\n\treturn kstate_restore(&outer_state, &object, ${String(at.instance)});\n}\nlate_initcall(start);`,
  ].join('\n');
}

function bare(name: string): string {
  return name.split(' ')[0] ?? name;
}

function declare(one: Field, name: string): string {
  switch (one.kind) {
    case 'pointer': return `u32 *${name}`;
    case 'address': return `void *${name}`;
    case 'folio': return `struct folio *${name}`;
    case 'nested': return `struct inner ${name}[3]`;
    default: {
      const [type = 'u8', length = ''] = one.type.split(' [');
      return length === '' ? `${one.type} ${name}` : `${type} ${name}[${length}`;
    }
  }
}

function entry(one: Field, struct: string): string {
  const name = bare(one.name);
  const comment = one.name.slice(name.length);
  const v = one.version > 0;
  const version = String(one.version);
  switch (one.kind) {
    case 'deprecated': return `KSTATE_BASE_TYPE_DEPRECATED(${name}, ${one.type}, ${version}),${comment}`;
    case 'pointer': return v ? `KSTATE_POINTER_V(${name}, ${struct}, ${version}),${comment}` : `KSTATE_POINTER(${name}, ${struct}),${comment}`;
    case 'address': return v ? `KSTATE_ADDRESS_V(${name}, ${struct}, KS_LINEAR_ADDR, ${version}),${comment}` : `KSTATE_ADDRESS(${name}, ${struct}, KS_LINEAR_ADDR),${comment}`;
    case 'folio': return `KSTATE_FOLIO(${name}, ${struct}),${comment}`;
    case 'nested': return `{ .name = "${name}", .offset = offsetof(${struct}, ${name}), .size = sizeof(struct inner), .flags = KS_STRUCT, .ksd = &inner_state, .version_id = ${version}${(one.count ?? 0) > 0 ? `, .count = count${String(one.count)}` : ''} },${comment}`;
    default: return v ? `KSTATE_BASE_TYPE_V(${name}, ${struct}, ${one.type}, ${version}),${comment}` : `KSTATE_BASE_TYPE(${name}, ${struct}, ${one.type}),${comment}`;
  }
}
