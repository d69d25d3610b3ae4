import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { codeOf, diagnosticsWhen, openDriver, rangeOf } from './host';

/** What meter.c has wrong: the code, the text the finding lies on (and which occurrence of it), a word its message has. */
const expected: readonly (readonly [code: string, text: string, occurrence: number, word: string])[] = [
  ['kstate-missing-end', '.fields', 0, 'meter_calibration'],
  ['kstate-subsection-id', '50', 0, 'meter_calibration'],
  ['kstate-raw-id', '50', 0, 'meter_state'],
  ['kstate-min-version-above-version', '3', 0, 'min_version_id'],
  ['kstate-type-mismatch', 's32', 2, 'watts'],
  ['kstate-field-version-above-version', '4', 0, 'phase'],
  ['kstate-deprecated-version', '2', 0, 'amps'],
  ['kstate-unknown-member', 'volts', 0, 'volts'],
  ['kstate-subsections-not-terminated', '.subsections', 0, 'meter_state'],
];

describe('diagnostics', () => {
  it('finds every mistake of meter.c, each on its own characters', async () => {
    const { document } = await openDriver('meter.c');
    const found = await diagnosticsWhen(document.uri, (all) => all.length >= expected.length);
    for (const [code, text, , word] of expected) {
      const one = found.filter((d) => codeOf(d) === code && d.message.includes(word));
      assert.ok(one.length > 0, `${code} is reported, and its message has "${word}"; reported: ${found.map(codeOf).join(', ')}`);
      assert.ok(one.some((d) => document.getText(d.range).includes(text)), `${code} lies on ${text}, not on ${one.map((d) => document.getText(d.range)).join(' / ')}`);
    }
    assert.deepEqual(new Set(found.map(codeOf)), new Set(expected.map(([code]) => code)));
  });

  it('has nothing to say about demo.c, whose change is made by the book', async () => {
    const { document } = await openDriver('demo.c');
    // The lens needs the same comparison with HEAD: when it is there, findings would be too.
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10);
    assert.ok(lenses.some((lens) => lens.command?.title.includes('loads from HEAD') === true));
    assert.deepEqual((await diagnosticsWhen(document.uri, () => true)).map(codeOf), []);
  });

  it('says of ring.c that its id is a number, and what its new field breaks for streams of HEAD', async () => {
    const { document } = await openDriver('ring.c');
    // The second comes when the comparison with HEAD, in the background, is done.
    const found = await diagnosticsWhen(document.uri, (all) => all.length >= 2);
    assert.deepEqual(found.map(codeOf).sort(), ['kstate-field-added', 'kstate-raw-id']);
    const added = found.find((d) => codeOf(d) === 'kstate-field-added');
    assert.equal(added?.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(document.getText(added.range), 'KSTATE_BASE_TYPE(drops, struct ring, u32)');
    assert.match(added.message, /^ring_state: update from HEAD corrupts state: drops .*bytes and name read the wrong bytes and packets is lost/);
  });

  it('follows the editor: a mistake typed into demo.c appears, and goes when it is undone', async () => {
    const editor = await openDriver('demo.c');
    const { document } = editor;
    const end = rangeOf(document, '\t\tKSTATE_END_OF_LIST()\n', 2);
    await editor.edit((edit) => { edit.delete(end); });
    const [finding, ...more] = await diagnosticsWhen(document.uri, (all) => all.length > 0);
    assert.ok(finding);
    assert.deepEqual(more, []);
    assert.equal(codeOf(finding), 'kstate-missing-end');
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
    assert.match(finding.message, /demo_state/);
    await editor.edit((edit) => { edit.insert(end.start, '\t\tKSTATE_END_OF_LIST()\n'); });
    await diagnosticsWhen(document.uri, (all) => all.length === 0);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('links each code to its documentation', async () => {
    const { document } = await openDriver('meter.c');
    for (const diagnostic of await diagnosticsWhen(document.uri, (all) => all.length > 0)) {
      const { code } = diagnostic;
      assert.ok(typeof code === 'object', 'the code has a link');
      assert.equal(code.target.fragment, code.value);
      const text = Buffer.from(await vscode.workspace.fs.readFile(code.target.with({ fragment: '' }))).toString();
      assert.ok(text.includes(`\`${code.value}\``) || new RegExp(`^#+ .*${code.value}`, 'm').test(text) || text.includes(`id="${code.value}"`), `docs/diagnostics.md has ${code.value}`);
    }
  });

  it('obeys a severity from the settings', async () => {
    const { document } = await openDriver('meter.c');
    await diagnosticsWhen(document.uri, (all) => all.length > 0);
    const settings = vscode.workspace.getConfiguration('kexecHandover', document.uri);
    await settings.update('diagnostics.severity', { 'kstate-missing-end': 'off', 'kstate-unknown-member': 'hint' }, vscode.ConfigurationTarget.Workspace);
    try {
      const found = await diagnosticsWhen(document.uri, (all) => all.length > 0 && !all.some((d) => codeOf(d) === 'kstate-missing-end'));
      assert.deepEqual(found.filter((d) => codeOf(d) === 'kstate-unknown-member').map((d) => d.severity), [vscode.DiagnosticSeverity.Hint]);
    } finally {
      await settings.update('diagnostics.severity', undefined, vscode.ConfigurationTarget.Workspace);
    }
    await diagnosticsWhen(document.uri, (all) => all.some((d) => codeOf(d) === 'kstate-missing-end'));
  });
});

describe('quick fixes', () => {
  const actionsAt = (document: vscode.TextDocument, range: vscode.Range): Thenable<vscode.CodeAction[]> =>
    vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range, vscode.CodeActionKind.QuickFix.value);

  afterEach(async () => { await vscode.commands.executeCommand('workbench.action.files.revert'); });

  it('adds the end marker that is missing, and the finding goes', async () => {
    const { document } = await openDriver('meter.c');
    const finding = (await diagnosticsWhen(document.uri, (all) => all.length > 0)).find((d) => codeOf(d) === 'kstate-missing-end');
    assert.ok(finding);
    const fix = (await actionsAt(document, finding.range)).find((action) => action.title === 'Add KSTATE_END_OF_LIST()');
    assert.ok(fix?.edit, 'a fix with an edit is offered');
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.ok(document.getText().includes('\t\tKSTATE_BASE_TYPE(offset, struct meter, s32),\n\t\tKSTATE_END_OF_LIST()\n\t},'), document.getText().slice(300, 700));
    await diagnosticsWhen(document.uri, (all) => all.length > 0 && !all.some((d) => codeOf(d) === 'kstate-missing-end'));
  });

  it('adds the NULL that is missing after the subsections', async () => {
    const { document } = await openDriver('meter.c');
    // The marker is missing again: these are the findings of the text as it is, not of the one before it was taken back, whose lines were others.
    const fresh = (all: readonly vscode.Diagnostic[]): boolean => ['kstate-missing-end', 'kstate-subsections-not-terminated'].every((code) => all.some((d) => codeOf(d) === code));
    const finding = (await diagnosticsWhen(document.uri, fresh)).find((d) => codeOf(d) === 'kstate-subsections-not-terminated');
    assert.ok(finding);
    const fix = (await actionsAt(document, finding.range)).find((action) => action.title === 'Add NULL');
    assert.ok(fix?.edit, 'a fix with an edit is offered');
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.ok(document.getText().includes('\t\t&meter_calibration,\n\t\tNULL\n\t},'));
    await diagnosticsWhen(document.uri, (all) => all.length > 0 && !all.some((d) => codeOf(d) === 'kstate-subsections-not-terminated'));
  });

  it('gives a field that was added without one its version, and the finding goes', async () => {
    const { document } = await openDriver('ring.c');
    const finding = (await diagnosticsWhen(document.uri, (all) => all.some((d) => codeOf(d) === 'kstate-field-added'))).find((d) => codeOf(d) === 'kstate-field-added');
    assert.ok(finding);
    const fix = (await actionsAt(document, finding.range)).find((action) => action.title === 'Give drops version 4 (KSTATE_BASE_TYPE_V)');
    assert.ok(fix?.edit, 'a fix with an edit is offered');
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.ok(document.getText().includes('KSTATE_BASE_TYPE_V(drops, struct ring, u32, 4),'));
    // What is left is the rollback: an older kernel knows nothing of a field in the middle.
    const [left] = await diagnosticsWhen(document.uri, (all) => all.filter((d) => codeOf(d) === 'kstate-field-added').every((d) => d.severity === vscode.DiagnosticSeverity.Warning));
    assert.ok(left);
  });

  it('offers nothing where the fix is not certain', async () => {
    const { document } = await openDriver('meter.c');
    await diagnosticsWhen(document.uri, (all) => all.length > 0);
    const titles = (await actionsAt(document, rangeOf(document, 'watts, struct'))).map((a) => a.title);
    assert.ok(!titles.includes('Add NULL') && !titles.includes('Add KSTATE_END_OF_LIST()'), titles.join(', '));
  });
});
