import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { DocumentDiagnosticReport } from 'vscode-languageserver/node';
import type { DescriptionsResult, RefsResult, RevisionTextResult, SimulateResult } from '../../server/shared/requests';
import { requests } from '../../server/shared/requests';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL, PUSH, applyEdits, place } from './client';
import { DRIVER, DRIVER_STREAM, FAULTY, UNENDED } from './sample';

describe('the language server', () => {
  let folder: Folder;
  let client: Client;
  let uri: string;
  beforeEach(() => {
    folder = new Folder();
    client = new Client();
    uri = pathToFileURL(folder.path('lamp.c')).href;
  });
  afterEach(async () => {
    await client.stop();
    folder.remove();
  });

  it('says what it can, pull or push by what the client can', async () => {
    const pull = await client.initialize(PULL, folder.root);
    assert.equal(pull.serverInfo?.name, 'kexec-handover');
    assert.ok(pull.capabilities.diagnosticProvider !== undefined);
    assert.equal(pull.capabilities.hoverProvider, true);
    const other = new Client();
    const push = await other.initialize(PUSH, folder.root);
    assert.equal(push.capabilities.diagnosticProvider, undefined);
    await other.stop();
  });

  describe('diagnostics', () => {
    it('are none for a driver that is right', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, DRIVER);
      assert.deepEqual(await client.pull(uri), []);
    });

    it('have a code, a link to its documentation, a source and the exact place', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, FAULTY);
      const [diagnostic, ...more] = await client.pull(uri);
      assert.deepEqual(more, []);
      assert.equal(diagnostic?.code, 'kstate-field-version-above-version');
      assert.equal(diagnostic.severity, 1);
      assert.equal(diagnostic.source, 'kexec-handover');
      assert.match(diagnostic.codeDescription?.href ?? '', /^file:\/\/.*\/docs\/diagnostics\.md#kstate-field-version-above-version$/);
      assert.match(JSON.stringify(diagnostic.message), /watts/);
      assert.deepEqual(diagnostic.range, { start: place(FAULTY, 'u16, 4)', 5), end: place(FAULTY, 'u16, 4)', 6) });
      for (const related of diagnostic.relatedInformation ?? []) assert.equal(related.location.uri, uri);
    });

    it('are sent to a client that cannot ask, with the version they are of, and taken back at close', async () => {
      await client.initialize(PUSH, folder.root);
      await client.open(uri, FAULTY);
      const first = await client.pushed(uri, 1);
      assert.deepEqual(first.diagnostics.map((d) => d.code), ['kstate-field-version-above-version']);
      const version = await client.change(uri, [{ text: DRIVER }]);
      const second = await client.pushed(uri, version);
      assert.deepEqual(second.diagnostics, []);
      await client.change(uri, [{ text: FAULTY }]);
      await client.close(uri);
      await client.hover(uri, 0, 0);
      assert.deepEqual(client.published.get(uri)?.diagnostics, []);
    });

    it('are told unchanged when they are', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, FAULTY);
      const ask = (previousResultId?: string): Promise<DocumentDiagnosticReport> => client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri }, previousResultId });
      const first = await ask();
      assert.equal(first.kind, 'full');
      assert.deepEqual(await ask(first.resultId), { kind: 'unchanged', resultId: first.resultId });
      await client.change(uri, [{ text: DRIVER }]);
      assert.equal((await ask(first.resultId)).kind, 'full');
    });

    it('obey the settings, of which a bad one is named and passed over', async () => {
      client.settings = { diagnostics: { severity: { 'kstate-field-version-above-version': 'hint' } }, base: 7 };
      await client.initialize(PULL, folder.root);
      await client.status((s) => s.health === 'warning' && s.message.includes('kexecHandover.base'));
      await client.open(uri, FAULTY);
      assert.equal((await client.pull(uri))[0]?.severity, 4);
      client.settings = { diagnostics: { severity: { 'kstate-field-version-above-version': 'off' } } };
      await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
      await client.status((s) => s.health === 'ready');
      assert.deepEqual(await client.pull(uri), []);
    });

    it('see a header that is open and not saved', async () => {
      folder.write({ 'include/own.h': '#define OWN_VERSION 3\n' });
      await client.initialize(PULL, folder.root);
      const header = pathToFileURL(folder.path('include/own.h')).href;
      await client.open(uri, DRIVER.replace('u16, 3)', 'u16, OWN_VERSION)').replace('#include <linux/init.h>', '#include <linux/init.h>\n#include <own.h>'));
      assert.deepEqual(await client.pull(uri), []);
      await client.open(header, '#define OWN_VERSION 4\n');
      assert.deepEqual((await client.pull(uri)).map((d) => d.code), ['kstate-field-version-above-version']);
      await client.close(header);
      assert.deepEqual(await client.pull(uri), []);
    });

    it('see another text of the same length in a document that was closed and opened again', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, DRIVER);
      assert.deepEqual(await client.pull(uri), []);
      await client.close(uri);
      await client.open(uri, DRIVER.replace('u16, 3)', 'u16, 4)')); // the client counts versions from 1 again
      assert.deepEqual((await client.pull(uri)).map((d) => d.code), ['kstate-field-version-above-version']);
    });

    it('see a header that changes on disk', async () => {
      folder.write({ 'include/own.h': '#define OWN_VERSION 3\n' });
      await client.initialize(PULL, folder.root);
      await client.open(uri, DRIVER.replace('u16, 3)', 'u16, OWN_VERSION)').replace('#include <linux/init.h>', '#include <linux/init.h>\n#include <own.h>'));
      assert.deepEqual(await client.pull(uri), []);
      folder.write({ 'include/own.h': '/* now above it */\n#define OWN_VERSION 4\n' });
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(folder.path('include/own.h')).href, type: 2 }] });
      assert.deepEqual((await client.pull(uri)).map((d) => d.code), ['kstate-field-version-above-version']);
    });

    it('are, after any edits, those of the text as it then stands', async () => {
      await client.initialize(PULL, folder.root);
      const fresh = pathToFileURL(folder.path('fresh.c')).href;
      const pieces = ['', ' ', '\n', '}', '{', ')', '"', '/*', '*/', '#if 0\n', '#endif\n', 'KSTATE_END_OF_LIST()', 'KSTATE_BASE_TYPE(', ', 9', '\\\n', 'NULL', '&lamp_state,', '\u{1f4a1}'];
      await fc.assert(fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(), length: fc.nat(30), piece: fc.constantFrom(...pieces) }), { minLength: 1, maxLength: 6 }),
        async (edits) => {
          let text = DRIVER;
          await client.open(uri, text);
          for (const edit of edits) {
            const start = edit.at % (text.length + 1);
            const end = Math.min(text.length, start + edit.length);
            await client.change(uri, [{ range: { start: positionAt(text, start), end: positionAt(text, end) }, text: edit.piece }]);
            text = text.slice(0, start) + edit.piece + text.slice(end);
            await client.pull(uri);
          }
          await client.open(fresh, text);
          const [edited, opened] = [await client.pull(uri), await client.pull(fresh)];
          await client.close(uri);
          await client.close(fresh);
          const neutral = (items: unknown): unknown => JSON.parse(JSON.stringify(items).replaceAll(uri, 'U').replaceAll(fresh, 'U'));
          assert.deepEqual(neutral(edited), neutral(opened));
        },
      ), { numRuns: 60 });
    });
  });

  describe('quick fixes', () => {
    it('apply, and the finding is gone', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, UNENDED);
      const [diagnostic] = await client.pull(uri);
      assert.equal(diagnostic?.code, 'kstate-missing-end');
      const actions = await client.actions(uri, diagnostic.range, ['quickfix']);
      const fix = actions?.find((a) => a.kind === 'quickfix');
      const edits = fix?.edit?.changes?.[uri];
      assert.ok(edits);
      assert.deepEqual(fix?.diagnostics?.map((d) => d.code), ['kstate-missing-end']);
      const fixed = applyEdits(UNENDED, edits);
      assert.equal(fixed, DRIVER);
      await client.change(uri, [{ text: fixed }]);
      assert.deepEqual(await client.pull(uri), []);
    });

    it('come all at once as source.fixAll', async () => {
      const twice = UNENDED.replace('level, struct lamp, u8),\n\t\tKSTATE_END_OF_LIST()', 'level, struct lamp, u8),');
      await client.initialize(PULL, folder.root);
      await client.open(uri, twice);
      assert.equal((await client.pull(uri)).length, 2);
      const actions = await client.actions(uri, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, ['source.fixAll']);
      assert.equal(actions?.length, 1);
      const edits = actions[0]?.edit?.changes?.[uri];
      assert.ok(edits);
      assert.equal(applyEdits(twice, edits), DRIVER);
    });

    it('are none where nothing is wrong', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, DRIVER);
      assert.deepEqual(await client.actions(uri, { start: { line: 0, character: 0 }, end: { line: 60, character: 0 } }), []);
    });
  });

  describe('hover', () => {
    async function hoverAt(needle: string, into = 0, text = DRIVER): Promise<string> {
      const at = place(text, needle, into);
      const hover = await client.hover(uri, at.line, at.character);
      return hover === null ? '' : typeof hover.contents === 'object' && 'value' in hover.contents ? hover.contents.value : '?';
    }
    beforeEach(async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, DRIVER);
    });

    it('shows a field with type, offset, size, versions and its bytes in the stream', async () => {
      const watts = await hoverAt('KSTATE_BASE_TYPE_V(watts', 3);
      for (const part of ['`u16`', 'Offset 32', 'size 2 bytes', '3 and later', 'KS_BASE_TYPE', '`3c 00`', '2 bytes at +42', 'KSTATE_BASE_TYPE_V']) {
        assert.ok(watts.includes(part), `${part} in:\n${watts}`);
      }
      const cycles = await hoverAt('cycles, struct', 2);
      for (const part of ['Offset 16', '8 bytes', 'KS_POINTER', '`88 77 66 55 44 33 22 11`', '8 bytes at +34']) assert.ok(cycles.includes(part), `${part} in:\n${cycles}`);
    });

    it('shows that a deprecated field has no bytes, and when its old bytes are skipped', async () => {
      const colour = await hoverAt('KSTATE_BASE_TYPE_DEPRECATED', 0);
      for (const part of ['up to 2', 'exactly version 2', 'no bytes', 'KS_DEPRECATED']) assert.ok(colour.includes(part), `${part} in:\n${colour}`);
    });

    it('says that min_version_id is never enforced', async () => {
      assert.match(await hoverAt('min_version_id', 2), /never/i);
    });

    it('summarises a description where it is defined and where it is used', async () => {
      for (const needle of ['lamp_state = {', 'lamp_state, &lamp, 5);']) {
        const text = await hoverAt(needle);
        for (const part of ['struct lamp', '"lamp"', 'version 3', '5 fields', 'lamp_extra', 'kstate_register']) assert.ok(text.includes(part), `${part} in:\n${text}`);
      }
    });

    it('explains calls and flags', async () => {
      assert.match(await hoverAt('kstate_register(&'), /kstate_register/);
      assert.match(await hoverAt('kstate_restore(&'), /ENOENT/);
      const byHand = DRIVER.replace('KSTATE_BASE_TYPE(hours, struct lamp, u32)', '{ .name = "hours", .offset = 0, .size = 4, .flags = KS_BASE_TYPE }');
      await client.change(uri, [{ text: byHand }]);
      assert.match(await hoverAt('KS_BASE_TYPE }', 2, byHand), /0x0*1\b/);
      assert.match(await hoverAt('.flags', 2, byHand), /flags/);
    });

    it('keeps quiet about the rest', async () => {
      for (const needle of ['lamp_cycles = ', 'u32 hours', 'ret = kstate', 'struct lamp {', '/* +16', '#include <linux/init']) assert.equal(await hoverAt(needle), '', needle);
      assert.equal(await client.hover(uri, 9999, 9999), null);
    });
  });

  describe('go to definition', () => {
    async function lineFrom(needle: string, into = 0): Promise<string> {
      const at = place(DRIVER, needle, into);
      const found = await client.definition(uri, at.line, at.character);
      assert.ok(found, `nothing from ${needle}`);
      assert.equal(found.uri, uri);
      return DRIVER.split('\n')[found.range.start.line] ?? '';
    }

    it('finds members, descriptions, objects, types and functions of the file', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, DRIVER);
      assert.match(await lineFrom('watts, struct lamp'), /u16 watts;/);
      assert.match(await lineFrom('&lamp_extra', 1), /lamp_extra = \{/);
      assert.match(await lineFrom('&lamp_state, &lamp, 5);', 1), /lamp_state = \{/);
      assert.match(await lineFrom('&lamp, 5)', 1), /^static struct lamp lamp =/);
      assert.match(await lineFrom('lamp, u8', 0), /^struct lamp \{/);
      assert.match(await lineFrom('lamp_init);'), /lamp_init\(void\)/);
    });

    it('finds macros in the tree\'s header', async () => {
      folder.write({ 'include/linux/kstate.h': '#define KSTATE_OWN(x) x\n' });
      await client.initialize(PULL, folder.root);
      const text = '#include <linux/kstate.h>\nint a = KSTATE_OWN(1);\n';
      await client.open(uri, text);
      const at = place(text, 'KSTATE_OWN(1');
      const found = await client.definition(uri, at.line, at.character);
      assert.equal(found?.uri, pathToFileURL(folder.path('include/linux/kstate.h')).href);
      assert.equal(found.range.start.line, 0);
      const header = await client.definition(uri, 0, 12);
      assert.equal(header?.uri, found.uri);
    });

    it('shows built-in headers to clients that can ask for their text', async () => {
      await client.initialize({ ...PULL, workspace: { ...PULL.workspace, textDocumentContent: {} } }, folder.root);
      await client.open(uri, DRIVER);
      const at = place(DRIVER, 'KSTATE_POINTER');
      const found = await client.definition(uri, at.line, at.character);
      assert.match(found?.uri ?? '', /^kexec-handover:\/.*kstate\.h$/);
      const content: { text: string } = await client.connection.sendRequest('workspace/textDocumentContent', { uri: found?.uri });
      assert.match(content.text.split('\n')[found?.range.start.line ?? -1] ?? '', /KSTATE_POINTER/);
      assert.equal(await client.connection.sendRequest('workspace/textDocumentContent', { uri: 'kexec-handover:/builtin/none.h' }), null);
    });

    it('shows nothing there to others', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, DRIVER);
      const at = place(DRIVER, 'KSTATE_POINTER');
      assert.equal(await client.definition(uri, at.line, at.character), null);
    });
  });

  it('lists descriptions with fields and subsections as symbols', async () => {
    await client.initialize(PULL, folder.root);
    await client.open(uri, DRIVER);
    const symbols = await client.symbols(uri);
    assert.deepEqual(symbols?.map((s) => s.name), ['lamp_extra', 'lamp_state']);
    assert.deepEqual(symbols[1]?.children?.map((s) => s.name), ['hours', 'name', 'cycles', 'colour', 'watts', 'lamp_extra']);
    for (const symbol of symbols.flatMap((s) => [s, ...(s.children ?? [])])) {
      assert.ok(JSON.stringify(symbol.range) !== undefined && symbol.range.start.line <= symbol.selectionRange.start.line);
      assert.ok(symbol.range.end.line >= symbol.selectionRange.end.line);
    }
  });

  describe('simulation', () => {
    function simulate(params: { description?: string; base?: unknown } = {}): Promise<SimulateResult> {
      return client.connection.sendRequest(requests.simulate, { uri, ...params });
    }
    async function repository(): Promise<void> {
      folder.git('init', '-q');
      folder.write({ 'lamp.c': DRIVER }).commitAll('as it was');
      await client.initialize(PULL, folder.root);
    }

    it('runs the file at HEAD against the editor, and writes the stream of the facts', async () => {
      await repository();
      const grown = DRIVER.replace('u32 hours;', 'u32 hours; u32 spare;').replace('KSTATE_BASE_TYPE(name', 'KSTATE_BASE_TYPE(spare, struct lamp, u32),\n\t\tKSTATE_BASE_TYPE(name');
      await client.open(uri, grown);
      const result = await simulate({ description: 'lamp_state' });
      assert.ok(result.ok, JSON.stringify(result));
      assert.equal(result.view.old.label, 'HEAD');
      assert.equal(result.view.update.stream.hex, DRIVER_STREAM);
      assert.equal(result.view.update.verdict, 'corrupts', 'a member added in the middle without a version');
      assert.notEqual(result.view.rollback.stream.hex, DRIVER_STREAM);
    });

    it('says on both sides of HEAD that nothing changed', async () => {
      await repository();
      await client.open(uri, DRIVER);
      const result = await simulate();
      assert.ok(result.ok);
      assert.equal(result.view.description, 'lamp_extra', 'the first of the file');
      assert.equal(result.view.update.verdict, 'loads');
      assert.equal(result.view.rollback.verdict, 'loads');
    });

    it('takes the file itself outside git, and says so', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, DRIVER);
      const result = await simulate({ description: 'lamp_state' });
      assert.ok(result.ok, JSON.stringify(result));
      assert.equal(result.view.old.label, 'same file (not in git)');
      assert.equal(result.view.update.stream.hex, DRIVER_STREAM);
    });

    it('takes the file itself when git does not know it yet', async () => {
      await repository();
      const other = pathToFileURL(folder.path('new.c')).href;
      await client.open(other, DRIVER);
      const result: SimulateResult = await client.connection.sendRequest(requests.simulate, { uri: other });
      assert.ok(result.ok);
      assert.match(result.view.old.label, /^same file \(HEAD has no new\.c\)$/);
    });

    it('takes another revision or another file as the old kernel', async () => {
      await repository();
      folder.git('tag', 'v1');
      folder.write({ 'lamp.c': FAULTY }).commitAll('later');
      folder.write({ 'old.c': DRIVER });
      await client.open(uri, DRIVER);
      const tagged = await simulate({ description: 'lamp_state', base: { kind: 'ref', ref: 'v1' } });
      assert.ok(tagged.ok);
      assert.equal(tagged.view.old.label, 'v1');
      const file = await simulate({ description: 'lamp_state', base: { kind: 'file', uri: pathToFileURL(folder.path('old.c')).href } });
      assert.ok(file.ok);
      assert.match(file.view.old.label, /old\.c/);
    });

    it('reads the headers of the old kernel at its revision', async () => {
      folder.git('init', '-q');
      const text = DRIVER.replace('#include <linux/init.h>', '#include <linux/init.h>\n#include "lamp.h"').replace('u32 hours;', 'HOURS hours;').replace('struct lamp, u32', 'struct lamp, HOURS');
      folder.write({ 'lamp.c': text, 'lamp.h': '#define HOURS u32\n' }).commitAll('as it was');
      folder.write({ 'lamp.h': '#define HOURS u64\n' });
      await client.initialize(PULL, folder.root);
      await client.open(uri, text);
      const result = await simulate({ description: 'lamp_state' });
      assert.ok(result.ok);
      assert.equal(result.view.update.stream.hex, DRIVER_STREAM, 'hours is 4 bytes at HEAD');
      assert.equal(result.view.rollback.stream.sizeBytes, DRIVER_STREAM.length / 2 + 4, 'and 8 in the working tree');
      assert.equal(result.view.update.verdict, 'corrupts');
    });

    it('fails in words: no description, none of that name, no such base', async () => {
      await repository();
      await client.open(uri, DRIVER);
      const none = await simulate({ description: 'lantern_state' });
      assert.ok(!none.ok && none.reason === 'no-description');
      assert.match(none.message, /lantern_state/);
      const ref = await simulate({ base: { kind: 'ref', ref: 'v9' } });
      assert.ok(!ref.ok && ref.reason === 'no-base');
      assert.match(ref.message, /v9/);
      const option = await simulate({ base: { kind: 'ref', ref: '--output=x' } });
      assert.ok(!option.ok && option.reason === 'no-base');
      const file = await simulate({ base: { kind: 'file', uri: pathToFileURL(folder.path('gone.c')).href } });
      assert.ok(!file.ok && file.reason === 'no-base');
      await client.change(uri, [{ text: 'int x; /* kstate */\n' }]);
      const empty = await simulate();
      assert.ok(!empty.ok && empty.reason === 'no-description');
      const odd: SimulateResult = await client.connection.sendRequest(requests.simulate, { uri: 'untitled:none' });
      assert.ok(!odd.ok && odd.reason === 'no-description');
    });

    it('follows commits, of which no one tells it', async () => {
      await repository();
      const later = DRIVER.replace('.version_id = 3', '.version_id = 4');
      await client.open(uri, later);
      const before = await simulate({ description: 'lamp_state' });
      assert.ok(before.ok);
      assert.equal(before.view.old.versionId, 3);
      folder.write({ 'lamp.c': later }).commitAll('later');
      const after = await simulate({ description: 'lamp_state' });
      assert.ok(after.ok);
      assert.equal(after.view.old.versionId, 4);
    });

    it('uses the newest text when edits come while git is asked', async () => {
      await repository();
      await client.open(uri, DRIVER);
      for (const base of [undefined, { kind: 'ref', ref: 'HEAD' }]) {
        const asked = [];
        for (let n = 4; n < 12; n++) {
          asked.push(simulate({ description: 'lamp_state', base }));
          await client.change(uri, [{ text: DRIVER.replace('.version_id = 3', `.version_id = ${n}`).replace('u32 hours;', n % 2 === 0 ? 'u32 hours;' : 'u64 hours;') }]);
          asked.push(client.pull(uri));
        }
        for (const answer of await Promise.all(asked)) {
          if (Array.isArray(answer)) continue;
          assert.ok(answer.ok, JSON.stringify(answer));
          assert.equal(answer.view.old.versionId, 3);
          assert.equal(answer.view.update.stream.hex, DRIVER_STREAM);
        }
        const last = await simulate({ description: 'lamp_state', base });
        assert.ok(last.ok && last.view.new.versionId === 11);
      }
    });

    it('has a lens above each description that says how it ends', async () => {
      await repository();
      await client.open(uri, DRIVER.replace('u32 hours;', 'u16 hours;').replace('struct lamp, u32', 'struct lamp, u16'));
      const lenses = await client.lenses(uri);
      assert.equal(lenses?.length, 2);
      const [, lens] = lenses;
      assert.ok(lens);
      assert.equal(lens.command?.command, 'kexecHandover.simulate');
      assert.deepEqual(lens.command.arguments, [uri, 'lamp_state']);
      assert.deepEqual(await client.resolve(lens), lens, 'complete: nothing is left to resolve');
      assert.match(lens.command.title, /^stream \d+ B · 5 of 6 members preserved · loads from HEAD ✗ \(hours resized\) · rolls back to HEAD ✗ \(hours resized\)(?: · \d+ notes?)?$/);
    });

    it('has no lenses when they are switched off', async () => {
      client.settings = { codeLens: { enabled: false }, base: 'v0' };
      await client.initialize(PULL, folder.root);
      await client.open(uri, DRIVER);
      // The client's settings come after the first requests: whoever asks early is told to ask again.
      await client.settled();
      assert.deepEqual(await client.lenses(uri), []);
    });

    it('lists what can be simulated, revisions to choose from, and texts at them', async () => {
      await repository();
      await client.open(uri, FAULTY);
      const descriptions: DescriptionsResult = await client.connection.sendRequest(requests.descriptions, { uri });
      assert.deepEqual(descriptions.map((d) => [d.variable, d.name]), [['lamp_extra', 'lamp/extra'], ['lamp_state', 'lamp']]);
      const refs: RefsResult = await client.connection.sendRequest(requests.refs, { uri });
      assert.deepEqual(refs.map((r) => r.ref), ['HEAD', 'main']);
      const text: RevisionTextResult = await client.connection.sendRequest(requests.revisionText, { uri, revision: 'HEAD' });
      assert.deepEqual(text, { ok: true, text: DRIVER });
      const bad: RevisionTextResult = await client.connection.sendRequest(requests.revisionText, { uri, revision: 'v9' });
      assert.ok(!bad.ok);
    });
  });

  describe('bad input', () => {
    it('is answered with nothing, and the server lives on', async () => {
      await client.initialize(PULL, folder.root);
      const garbage = ['', '\0\0\0', 'kstate \uffff\ud800', '#include __FILE__\nkstate', '#define KSTATE_X KSTATE_X KSTATE_X\nKSTATE_X', DRIVER.slice(0, 700), `${'('.repeat(20000)}KSTATE_`, DRIVER.replaceAll('}', ''), 'struct kstate_description x = { .fields = (struct kstate_field[]) {'];
      for (const text of garbage) {
        await client.open(uri, text);
        await client.pull(uri);
        await client.hover(uri, 0, 1);
        await client.definition(uri, 0, 1);
        await client.symbols(uri);
        await client.lenses(uri);
        await client.actions(uri, { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } });
        const result: SimulateResult = await client.connection.sendRequest(requests.simulate, { uri });
        assert.equal(typeof result.ok, 'boolean');
        await client.close(uri);
      }
      await client.open(uri, FAULTY);
      assert.equal((await client.pull(uri)).length, 1);
      assert.deepEqual(client.logs.filter((l) => / failed:/.test(l)), []);
    });

    it('answers for documents that are not open, not files, or nowhere', async () => {
      await client.initialize(PULL, undefined);
      for (const odd of ['untitled:Untitled-1', 'file:///no/such/file.c', 'git:/x?y', 'file://host/share/x.c', 'nonsense', '']) {
        assert.deepEqual(await client.pull(odd), []);
        assert.equal(await client.hover(odd, 3, 3), null);
      }
      await client.open('untitled:Untitled-1', FAULTY);
      assert.equal((await client.pull('untitled:Untitled-1')).length, 1);
    });

    it('does no work for a request that was cancelled before its turn', async () => {
      await client.initialize(PULL, folder.root);
      await client.open(uri, FAULTY);
      const { CancellationTokenSource } = await import('vscode-languageserver/node');
      const source = new CancellationTokenSource();
      const asked = client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } }, source.token);
      source.cancel();
      await assert.rejects(asked, /cancel/i);
      assert.equal((await client.pull(uri)).length, 1);
    });
  });

  it('counts open files, descriptions and findings for the status item', async () => {
    await client.initialize(PULL, folder.root);
    await client.open(uri, FAULTY);
    await client.pull(uri);
    const status = await client.status((s) => s.findings === 1);
    assert.deepEqual({ ...status, message: '' }, { health: 'ready', message: '', index: '', openFiles: 1, descriptions: 2, findings: 1 });
  });
});

function positionAt(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: (before.at(-1) ?? '').length };
}
