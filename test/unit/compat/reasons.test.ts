/** Reasons, one kind at a time: code, verdict, line. Verdicts by hand, from the facts. */
import assert from 'node:assert/strict';
import { compareModels } from '../../../server/compat/compareModels';
import { linker } from '../../../server/compat/sources';
import { readC } from '../../golden/kstate/readC';

const head = '#include <linux/kstate.h>\n#include <linux/types.h>\n';

/** `forward` and `backward` as `verdict: code@line verdict, …`; reasons that only say something are left out unless `all`. */
function run(old: string, next: string, name: string, all = false): { readonly forward: string; readonly backward: string } {
  const [a, b] = [readC(head + old, 'v3', 'old.c').model, readC(head + next, 'v3', 'new.c').model];
  const item = compareModels(a, b).find((one) => one.name === name);
  assert.ok(item, name);
  const links = { old: linker(a.unit, ''), new: linker(b.unit, '') };
  const text = ({ verdict, reasons }: typeof item.forward): string =>
    `${verdict}: ${reasons.filter((one) => all || one.verdict !== 'loads').map((one) => `${one.code}@${one.side}:${String(links[one.side](one.range)?.line)} ${one.verdict}`).join(', ')}`;
  return { forward: text(item.forward), backward: text(item.backward) };
}

/** struct on line 3, fields from line 7. */
const one = (struct: string, fields: readonly string[], more: { readonly version?: number; readonly before?: string; readonly id?: number; readonly tail?: string } = {}): string =>
  `${struct}\n${more.before ?? ''}\nstatic struct kstate_description d = { .name = "d", .id = ${String(more.id ?? 3)}, .version_id = ${String(more.version ?? 1)},\n\t.fields = (const struct kstate_field[]) {\n${[...fields, 'KSTATE_END_OF_LIST()'].join('\n')}\n\t},${more.tail ?? ''} };\n`;

const abc = 'struct s { u32 a; u16 b; u64 c; };';
const [A, B, C] = ['KSTATE_BASE_TYPE(a, struct s, u32),', 'KSTATE_BASE_TYPE(b, struct s, u16),', 'KSTATE_BASE_TYPE(c, struct s, u64),'];

describe('reasons of compatibility', () => {
  it('equal revisions load, and say nothing', () => {
    assert.deepEqual(run(one(abc, [A, B, C]), one(abc, [A, B, C]), 'd', true), { forward: 'loads: ', backward: 'loads: ' });
  });

  it('a description without a list stops the kernel, whichever side has it', () => {
    const none = 'struct s { u32 a; };\n\nstatic struct kstate_description d = { .name = "d", .id = 3, .version_id = 1 };\n';
    const { forward, backward } = run(one(abc, [A]), none, 'd');
    assert.match(forward, /^crashes: list-not-terminated@new:5 crashes/);
    assert.match(backward, /^crashes: list-not-terminated@new:5 crashes/);
  });

  it('a struct field that lost its description stops the kernel, and nothing is left unexplained', () => {
    const struct = 'struct in { u32 x; };\nstruct s { struct in n; u64 c; };';
    const before = 'static struct kstate_description in = { .name = "in", .id = 4, .fields = (const struct kstate_field[]) { KSTATE_BASE_TYPE(x, struct in, u32), KSTATE_END_OF_LIST() } };';
    const nested = (ksd: string): string => `{ .name = "n", .flags = KS_STRUCT, .offset = offsetof(struct s, n), .size = sizeof(struct in)${ksd} },`;
    const { forward } = run(one(struct, [nested(', .ksd = &in'), C], { before }), one(struct, [nested(''), C], { before }), 'd', true);
    assert.equal(forward, 'crashes: crash@new:8 crashes');
  });

  it('v2: a description that nothing registers is run all the same, and no version passes over a field', () => {
    const [before, after] = [one(abc, [A, C]), one(abc, [A, B, C])].map((text) => readC(head + text, 'v2').model);
    assert.ok(before !== undefined && after !== undefined);
    const [item] = compareModels(before, after);
    assert.deepEqual([item?.forward.verdict, item?.backward.verdict], ['corrupts', 'corrupts']);
    assert.match(item?.forward.reasons[0]?.message ?? '', /because KSTATE v2 passes over no field; c reads the wrong bytes/);
    const [same] = compareModels(after, after);
    assert.deepEqual([same?.forward.verdict, same?.forward.reasons, same?.backward.verdict], ['loads', [], 'loads']);
  });

  it('another version of a field that the stream has for both is only said', () => {
    const versioned = 'KSTATE_BASE_TYPE_V(b, struct s, u16, 1),';
    assert.deepEqual(run(one(abc, [A, versioned]), one(abc, [A, B]), 'd', true), { forward: 'loads: field-version-changed@new:8 loads', backward: 'loads: field-version-changed@old:8 loads' });
  });

  it('all mismatches are told, not the first alone', () => {
    const next = one('struct s { u16 a; u64 b; u64 c; };', ['KSTATE_BASE_TYPE(a, struct s, u16),', 'KSTATE_BASE_TYPE(b, struct s, u64),', C], { version: 2 });
    assert.equal(run(one(abc, [A, B, C]), next, 'd').forward, 'corrupts: version-raised@new:5 warns, field-resized@new:7 corrupts, field-resized@new:8 corrupts');
  });

  it('version lowered, minimum raised, id changed', () => {
    assert.deepEqual(run(one(abc, [A], { version: 2 }), one(abc, [A]), 'd'), { forward: 'warns: version-lowered@new:5 warns', backward: 'warns: version-raised@old:5 warns' });
    assert.deepEqual(run(one(abc, [A]), one(abc, [A], { id: 4 }), 'd'), { forward: 'refused: id-changed@new:5 refused', backward: 'refused: id-changed@old:5 refused' });
    assert.match(run(one(abc, [A]), one(abc, [A], { tail: ' .min_version_id = 9' }), 'd', true).forward, /^loads: .*minimum-raised@new:\d+ loads/);
  });

  it('array length and type', () => {
    const arr = (n: number): string => one(`struct s { char t[${String(n)}]; u64 c; };`, [`KSTATE_BASE_TYPE(t, struct s, char [${String(n)}]),`, C]);
    assert.equal(run(arr(4), arr(6), 'd').forward, 'corrupts: array-length-changed@new:7 corrupts');
    const signed = one('struct s { s32 a; };', ['KSTATE_BASE_TYPE(a, struct s, s32),']);
    assert.equal(run(one(abc, [A]), signed, 'd', true).forward, 'loads: type-changed@new:7 loads');
  });

  it('a rename that nothing declares is taken for one when the bytes fit; a declared one always is', () => {
    const renamed = (comment: string, fields: readonly string[]): string => one('struct s { u32 z; u16 b; u64 c; };', fields.map((line) => line + comment));
    assert.equal(run(one(abc, [A, B]), renamed('', ['KSTATE_BASE_TYPE(z, struct s, u32),', B]), 'd', true).forward, 'loads: field-renamed@new:7 loads');
    // Without the comment: one member gone, another added; with it: a member that moved behind b.
    const moved = [B, 'KSTATE_BASE_TYPE(z, struct s, u32),'];
    assert.match(run(one(abc, [A, B]), renamed('', moved), 'd').forward, /^corrupts: field-removed@old:7 corrupts, field-added@new:8 corrupts/);
    assert.match(run(one(abc, [A, B]), renamed('', [B, 'KSTATE_BASE_TYPE(z, struct s, u32), /* kexec-handover: was a */']), 'd').forward, /^corrupts: field-reordered@new:\d corrupts/);
  });

  it('structs that travel as they lie in memory: moved members, bit-fields, one level down', () => {
    const raw = (inner: string): string => one(`struct in { ${inner} }; struct mid { u32 x; struct in i; }; struct s { struct mid m; };`, ['KSTATE_BASE_TYPE(m, struct s, struct mid),']);
    assert.equal(run(raw('u16 a; u16 b;'), raw('u16 b; u16 a;'), 'd').forward, 'corrupts: raw-struct-layout@new:7 corrupts, raw-struct-layout@new:7 corrupts');
    assert.equal(run(raw('u32 a:3, b:5;'), raw('u32 b:5, a:3;'), 'd').forward, 'corrupts: raw-struct-layout@new:7 corrupts, raw-struct-layout@new:7 corrupts');
    assert.equal(run(raw('u16 a; u16 b;'), raw('u16 a; u16 renamed;'), 'd').forward, 'loads: ');
  });

  it('pointer and value', () => {
    const value = one('struct s { u32 a; };', [A]);
    const pointee = one('struct s { u32 *a; };', ['KSTATE_POINTER(a, struct s),']);
    const address = one('struct s { void *a; };', ['KSTATE_ADDRESS(a, struct s, KS_LINEAR_ADDR),']);
    assert.equal(run(value, pointee, 'd', true).forward, 'loads: kind-changed@new:7 loads');
    assert.equal(run(value, address, 'd').forward, 'corrupts: kind-changed@new:7 corrupts');
  });

  it('subsections: added, missing, reordered, another id, lost behind a field', () => {
    const sub = (name: string, id: number, member: string): string => `static struct kstate_description ${name} = { .name = "${name}", .id = ${String(id)}, .fields = (const struct kstate_field[]) { KSTATE_BASE_TYPE(${member}, struct s, u32), KSTATE_END_OF_LIST() } };`;
    const struct = 'struct s { u32 a; u32 x; u32 y; u16 b; };';
    const subs = (list: readonly (readonly [string, number, string])[], fields: readonly string[] = [A], version = 1): string =>
      one(struct, fields, { version, before: list.map((each) => sub(...each)).join(' '), tail: ` .subsections = (const struct kstate_description *[]) { ${list.map(([name]) => `&${name}`).join(', ')}, NULL },` });
    const [x, y] = [['sx', 20, 'x'], ['sy', 21, 'y']] as const;
    assert.deepEqual(run(subs([x]), subs([x, y]), 'd', true), { forward: 'loads: subsection-added@new:4 loads', backward: 'loads: subsection-missing@new:4 loads' });
    assert.deepEqual(run(subs([x, y]), subs([y, x]), 'd', true), { forward: 'loads: subsection-reordered@new:5 loads', backward: 'loads: subsection-reordered@old:5 loads' });
    assert.deepEqual(run(subs([x]), subs([['sx', 30, 'x']]), 'd'), { forward: 'loses: subsection-id-changed@new:4 loses', backward: 'loses: subsection-id-changed@old:4 loses' });
    const { backward } = run(subs([x]), subs([x], [A, 'KSTATE_BASE_TYPE_V(b, struct s, u16, 2),'], 2), 'd');
    assert.equal(backward, 'loses: version-lowered@old:5 warns, field-removed@new:8 loses, subsection-search@old:4 loses');
  });

  it('tells of the member that is lost by the book: deprecated, and read anew in a wider type', () => {
    const wide = one('struct s { u64 a; };', ['KSTATE_BASE_TYPE_DEPRECATED(a, u32, 1),', 'KSTATE_BASE_TYPE_V(a, struct s, u64, 2),'], { version: 2 });
    assert.equal(run(one('struct s { u32 a; };', [A]), wide, 'd').forward, 'loses: version-raised@new:5 warns, field-not-in-version@new:8 loses');
  });

  it('a list without end stops the kernel in both directions', () => {
    const open = one(abc, [A]).replace('KSTATE_END_OF_LIST()', '');
    const { forward, backward } = run(one(abc, [A]), open, 'd');
    assert.match(forward, /^crashes: .*list-not-terminated@new:\d+ crashes/);
    assert.match(backward, /^crashes: list-not-terminated@new:\d+ crashes/);
  });
});
