import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../../server/cli/run';
import { underline } from '../../../server/cli/format/text';
import { DRIVER, DRIVER_STREAM, FAULTY, UNENDED } from '../../contract/sample';
import { Folder } from '../workspace/helpers';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a test reads of a JSON answer. */
interface Answer {
  findings: { code: string; severity: string; message: string; file: string; line: number; column: number; endLine: number; endColumn: number; related: unknown[] }[];
  stats: Record<string, number>;
  verdicts: { update: string; rollback: string };
  events: { kind: string }[];
  report: string;
  views: { description: string; old: { label: string }; new: { label: string }; update: { stream: { hex: string }; verdict: string } }[];
  descriptions: { variable: string; file: string; line: number; struct_size: number; fields: Record<string, unknown>[]; subsections: string[] }[];
  registrations: { call: string; description: string; instance_id: number | null }[];
}

describe('the command line', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  async function run(...words: string[]): Promise<Run> {
    let out = '';
    let err = '';
    const code = await runCli(words, { cwd: folder.root, stdout: (text) => { out += text; }, stderr: (text) => { err += text; } });
    return { code, out, err };
  }
  async function json(...words: string[]): Promise<Answer & { code: number }> {
    const { code, out, err } = await run(...words, '--format', 'json');
    assert.notEqual(out, '', err);
    return { ...(JSON.parse(out) as Answer), code }; // the shape is what the tests check
  }

  describe('use', () => {
    it('prints help and version and exits 0', async () => {
      for (const words of [['--help'], ['-h'], ['check', '--help'], ['simulate', '-h']]) {
        const { code, out } = await run(...words);
        assert.equal(code, 0);
        assert.match(out, /usage: kexec-handover/);
      }
      const manifest: unknown = JSON.parse(readFileSync(path.resolve('package.json'), 'utf8'));
      assert.ok(typeof manifest === 'object' && manifest !== null && 'version' in manifest);
      assert.deepEqual(await run('--version'), { code: 0, out: `kexec-handover ${String(manifest.version)}\n`, err: '' });
    });

    it('exits 2 and names what is wrong', async () => {
      folder.write({ 'a.c': 'int a;\n' });
      const cases: readonly (readonly [readonly string[], RegExp])[] = [
        [[], /usage/], [['frobnicate'], /unknown verb "frobnicate"/], [['check'], /check wants PATH/], [['check', 'none.c'], /none\.c: no such file/],
        [['check', '--colour', 'a.c'], /unknown flag --colour/], [['check', '--old', 'x', 'a.c'], /unknown flag --old for check/],
        [['check', 'a.c', '--format'], /--format wants a value/], [['check', 'a.c', '--format', 'xml'], /--format must be one of .*sarif.* it is "xml"/],
        [['simulate', '--format', 'sarif', '--old', 'a.c', '--new', 'a.c'], /--format must be one of text, json/],
        [['check', '--generation', '5.4', 'a.c'], /--generation must be one of/], [['check', '--arch=m68k', 'a.c'], /--arch must be one of/],
        [['check', '--page-size', '1234', 'a.c'], /--page-size must be/], [['check', '--tree', 'none', 'a.c'], /--tree none: no such folder/],
        [['check', '--base', '-x', 'a.c'], /--base "-x".*must not begin with '-'/], [['check', '--arch', 'arm64', '--arch', 'arm64', 'a.c'], /given twice/],
        [['simulate'], /simulate wants --old FILE --new FILE/], [['simulate', 'a.c'], /does not take "a\.c"/],
        [['simulate', '--old', 'a.c', '--new', 'none.c'], /none\.c|no git repository/], [['simulate', '--old', 'none.c', '--new', 'none2.c'], /none2\.c: no such file/],
        [['simulate', '--old', 'a.c', '--new', 'a.c'], /KSTATE description/],
      ];
      for (const [words, message] of cases) {
        const { code, err, out } = await run(...words);
        assert.equal(code, 2, `${words.join(' ')}: ${out}${err}`);
        assert.match(err, message, words.join(' '));
        assert.equal(out, '');
      }
    });
  });

  describe('check', () => {
    it('finds nothing in a driver that is right and exits 0', async () => {
      folder.write({ 'lamp.c': DRIVER });
      const answer = await json('check', 'lamp.c');
      assert.deepEqual(answer.findings, []);
      assert.equal(answer.code, 0);
      assert.equal(answer.stats['descriptions'], 2);
    });

    it('gives the keys, places and paths of the interface, and exits 1', async () => {
      folder.write({ 'drivers/lamp.c': FAULTY });
      const answer = await json('check', 'drivers');
      assert.equal(answer.code, 1);
      assert.equal(answer.findings.length, 1);
      const [finding] = answer.findings;
      assert.deepEqual(Object.keys(finding ?? {}).sort(), ['code', 'column', 'endColumn', 'endLine', 'file', 'line', 'message', 'related', 'severity']);
      const line = FAULTY.split('\n').findIndex((l) => l.includes('u16, 4)')) + 1;
      const column = (FAULTY.split('\n')[line - 1] ?? '').indexOf('4)') + 1;
      assert.deepEqual({ ...finding, message: '', related: [] }, {
        code: 'kstate-field-version-above-version', severity: 'error', message: '', file: 'drivers/lamp.c', line, column, endLine: line, endColumn: column + 1, related: [],
      });
      assert.match(finding?.message ?? '', /watts/);
      const absolute = await json('check', folder.path('drivers/lamp.c'));
      assert.equal(absolute.findings[0]?.file, folder.path('drivers/lamp.c'), 'as given');
    });

    it('prints the line and points at the characters', async () => {
      folder.write({ 'lamp.c': FAULTY });
      const { out, code } = await run('check', 'lamp.c');
      assert.equal(code, 1);
      const lines = out.split('\n');
      assert.match(lines[0] ?? '', /^lamp\.c:\d+:\d+: error: .*watts.* \[kstate-field-version-above-version\]$/);
      assert.match(lines[1] ?? '', /KSTATE_BASE_TYPE_V\(watts, struct lamp, u16, 4\),$/);
      assert.equal((lines[1] ?? '').charAt((lines[2] ?? '').indexOf('^')), '4');
    });

    it('underlines with tabs kept', () => {
      assert.equal(underline('\tabc, x', 3, 5), '\t ^~');
      assert.equal(underline('abc', 4, 9), '   ^');
    });

    it('walks folders, passing over what git ignores and what says nothing of KSTATE', async () => {
      folder.git('init', '-q');
      folder.write({ '.gitignore': 'made/\n', 'a/lamp.c': FAULTY, 'made/lamp.c': FAULTY, 'b/plain.c': 'int x;\n', 'b/x.h': '' });
      const answer = await json('check', '.');
      assert.deepEqual(answer.findings.map((f) => f.file), ['a/lamp.c']);
      assert.deepEqual([answer.stats['files'], answer.stats['parsed']], [3, 1]);
      assert.deepEqual((await json('check', 'made')).findings.map((f) => f.file), ['made/lamp.c'], 'asked for by name');
      assert.deepEqual((await json('check', 'a', 'a/lamp.c')).findings.length, 1, 'each file once');
    });

    it('holds ids unique across one tree, and only there', async () => {
      const other = DRIVER.replaceAll('lamp', 'bulb');
      folder.write({ 'one/lamp.c': DRIVER, 'two/bulb.c': other });
      assert.equal((await json('check', '.')).code, 0, 'two programs of their own');
      folder.write({ 'include/linux/own.h': '' });
      const answer = await json('check', '.');
      assert.equal(answer.code, 1);
      assert.ok(answer.findings.every((f) => f.code === 'kstate-duplicate-id'), JSON.stringify(answer.findings));
      assert.deepEqual([...new Set(answer.findings.map((f) => f.file))].sort(), ['one/lamp.c', 'two/bulb.c']);
    });

    it('reads C that it cannot read whole', async () => {
      folder.write({ 'broken.c': `#include "nowhere.h"\n@@@ }}} (((\n${FAULTY}`, 'cut.c': DRIVER.slice(0, 900), 'latin.c': Buffer.from(`/* ${'\u00e9'} */\n${FAULTY}`, 'latin1') });
      for (const name of ['broken.c', 'cut.c', 'latin.c']) assert.ok((await run('check', name)).code <= 1, name);
      assert.ok((await json('check', 'latin.c')).findings.length === 1);
    });

    it('writes SARIF 2.1.0', async () => {
      folder.write({ 'a b#/lamp.c': FAULTY, 'a b#/lamp2.c': UNENDED });
      const { out, code } = await run('check', 'a b#', '--format', 'sarif');
      assert.equal(code, 1);
      const log = JSON.parse(out) as { version: string; runs: { tool: { driver: { name: string; rules: { id: string }[] } }; columnKind: string; results: { ruleId: string; ruleIndex: number; level: string; locations: { physicalLocation: { artifactLocation: { uri: string }; region: Record<string, number> } }[] }[] }[] };
      assert.equal(log.version, '2.1.0');
      const [sarif] = log.runs;
      assert.ok(sarif);
      assert.equal(sarif.tool.driver.name, 'kexec-handover');
      assert.equal(sarif.results.length, 2);
      for (const result of sarif.results) {
        assert.equal(sarif.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
        assert.equal(result.level, 'error');
        const at = result.locations[0]?.physicalLocation;
        assert.match(at?.artifactLocation.uri ?? '', /^a%20b%23\/lamp2?\.c$/);
        assert.ok((at?.region['startLine'] ?? 0) >= 1 && (at?.region['startColumn'] ?? 0) >= 1);
      }
    });

    it('writes annotations for GitHub, and checkpatch\'s form', async () => {
      folder.write({ 'a,b.c': FAULTY });
      const github = await run('check', 'a,b.c', '--format', 'github');
      assert.match(github.out, /^::error file=a%2Cb\.c,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=kstate-field-version-above-version::[^\n]*watts[^\n]*\n$/);
      const checkpatch = await run('check', 'a,b.c', '--format', 'checkpatch');
      assert.match(checkpatch.out, /^ERROR:KSTATE_FIELD_VERSION_ABOVE_VERSION: .*\n#\d+: FILE: a,b\.c:\d+:\n\+\t\tKSTATE_BASE_TYPE_V\(watts/);
      assert.match(checkpatch.out, /total: 1 errors, 0 warnings, 0 checks, 1 files checked\n$/);
    });
  });

  describe('simulate', () => {
    const grown = DRIVER.replace('u32 hours;', 'u32 hours; u32 spare;').replace('KSTATE_BASE_TYPE(name', 'KSTATE_BASE_TYPE(spare, struct lamp, u32),\n\t\tKSTATE_BASE_TYPE(name');

    it('gives verdicts, events, a report and views; exits 0 when everything arrives', async () => {
      folder.write({ 'old.c': DRIVER, 'new.c': DRIVER });
      const answer = await json('simulate', '--old', 'old.c', '--new', 'new.c');
      assert.deepEqual(answer.verdicts, { update: 'loads', rollback: 'loads' });
      assert.equal(answer.code, 0);
      assert.deepEqual(answer.views.map((v) => v.description), ['lamp_extra', 'lamp_state']);
      assert.equal(answer.views[1]?.update.stream.hex, DRIVER_STREAM);
      assert.deepEqual([answer.views[0]?.old.label, answer.views[0]?.new.label], ['old.c', 'new.c']);
      assert.ok(answer.events.some((e) => e.kind === 'save') && answer.events.some((e) => e.kind === 'restore'));
      assert.equal(typeof answer.report, 'string');
    });

    it('exits 1 when something does not arrive, and prints the stream', async () => {
      folder.write({ 'old.c': DRIVER, 'new.c': grown });
      const answer = await json('simulate', '--old', 'old.c', '--new', 'new.c');
      assert.equal(answer.code, 1);
      assert.equal(answer.verdicts.update, 'corrupts');
      const { out, code } = await run('simulate', '--old', 'old.c', '--new', 'new.c');
      assert.equal(code, 1);
      assert.match(out, /8c 77 37 3b/);
      assert.match(out, /update: corrupts, rollback: \w+\n$/);
    });

    it('runs the description that is named', async () => {
      folder.write({ 'old.c': DRIVER, 'new.c': grown });
      const answer = await json('simulate', '--old', 'old.c', '--new', 'new.c', '--description', 'lamp_state');
      assert.deepEqual(answer.views.map((v) => v.description), ['lamp_state']);
      const { code, err } = await run('simulate', '--old', 'old.c', '--new', 'new.c', '--description', 'x');
      assert.equal(code, 2);
      assert.match(err, /lamp_extra, lamp_state/);
    });

    it('takes a git revision for either side, and HEAD when none is named', async () => {
      folder.git('init', '-q');
      folder.write({ 'lamp.c': DRIVER }).commitAll('one');
      folder.git('tag', 'v1');
      folder.write({ 'lamp.c': grown });
      for (const words of [['--old', 'v1', '--new', 'lamp.c'], ['--base', 'v1', '--new', 'lamp.c'], ['--new', 'lamp.c']]) {
        const answer = await json('simulate', ...words);
        assert.equal(answer.verdicts.update, 'corrupts', words.join(' '));
        assert.equal(answer.views[0]?.old.label, words.includes('v1') ? 'v1' : 'HEAD');
      }
      const back = await json('simulate', '--old', 'lamp.c', '--new', 'v1');
      assert.deepEqual([back.views[0]?.old.label, back.views[0]?.new.label], ['lamp.c', 'v1']);
    });

    it('takes another tree as the old kernel', async () => {
      folder.write({ 'a/include/linux/x.h': '', 'a/drivers/lamp.c': DRIVER, 'b/include/linux/x.h': '', 'b/drivers/lamp.c': grown });
      const answer = await json('simulate', '--base', 'a', '--new', 'b/drivers/lamp.c');
      assert.equal(answer.verdicts.update, 'corrupts');
      assert.equal(answer.views[0]?.old.label, 'a');
    });
  });

  describe('realtree', () => {
    it('lists every description with the layout of its fields, and counts', async () => {
      folder.write({ 'drivers/lamp.c': DRIVER, 'drivers/plain.c': '' });
      const answer = await json('realtree', '.');
      assert.equal(answer.code, 0);
      assert.deepEqual(answer.descriptions.map((d) => [d.variable, d.file, d.struct_size, d.subsections]), [['lamp_extra', 'drivers/lamp.c', 40, []], ['lamp_state', 'drivers/lamp.c', 40, ['lamp_extra']]]);
      const picked = answer.descriptions[1]?.fields.map((f) => [f['name'], f['offset'], f['size'], f['flag_names'], f['version_id'], f['macro'], f['type']]);
      assert.deepEqual(picked, [
        ['hours', 0, 4, 'KS_BASE_TYPE', 0, 'KSTATE_BASE_TYPE', 'u32'],
        ['name', 5, 6, 'KS_BASE_TYPE', 0, 'KSTATE_BASE_TYPE', 'char[6]'],
        ['cycles', 16, 8, 'KS_POINTER', 0, 'KSTATE_POINTER', 'u64 *'],
        ['colour', 0, 2, 'KS_DEPRECATED', 2, 'KSTATE_BASE_TYPE_DEPRECATED', 'u16'],
        ['watts', 32, 2, 'KS_BASE_TYPE', 3, 'KSTATE_BASE_TYPE_V', 'u16'],
      ]);
      assert.deepEqual(answer.registrations.map((r) => [r.call, r.description, r.instance_id]), [['kstate_register', 'lamp_state', 5], ['kstate_restore', 'lamp_state', 5]]);
      assert.deepEqual(answer.stats, { files: 2, parsed: 1, descriptions: 2, fields: 6, unknown: 0, registrations: 2 });
      const { out } = await run('realtree', '.');
      assert.match(out, /drivers\/lamp\.c:\d+: lamp_state "lamp" id 3, version 3, min_version 1, struct lamp of 40 bytes/);
      assert.match(out, /2 C files, 1 speak of KSTATE; 2 descriptions, 6 fields, 2 registrations, 0 values not read\n$/);
    });

    it('says what could not be read and why', async () => {
      folder.write({ 'lamp.c': DRIVER.replace('.version_id = 3', '.version_id = LAMP_VERSION') });
      const { out } = await run('realtree', 'lamp.c');
      assert.match(out, /not read: version_id: .*LAMP_VERSION/);
    });
  });
});
