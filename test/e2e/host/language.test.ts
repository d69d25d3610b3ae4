import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { diagnosticsWhen, eventually, hoverText, openDriver, rangeOf } from './host';

async function hoverAt(document: vscode.TextDocument, text: string, occurrence = 0): Promise<string> {
  const { start } = rangeOf(document, text, occurrence);
  return hoverText(await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, start));
}

describe('language features', () => {
  let document: vscode.TextDocument;
  before(async () => {
    await diagnosticsWhen((await openDriver('meter.c')).document.uri, (all) => all.length > 0); // the server is up
    document = (await openDriver('demo.c')).document;
  });

  it('explains a macro and the field it declares', async () => {
    const text = await hoverAt(document, 'KSTATE_BASE_TYPE(tag');
    assert.match(text, /KSTATE_BASE_TYPE/);
    assert.match(text, /char ?\[10\]/, 'the type of the member');
    assert.match(text, /16/, 'the offset of tag: int, 4 bytes of hole, a pointer');
    assert.match(text, /10 bytes/, 'its size');
    assert.match(text, /61 ?62 ?63 ?64 ?65 ?66 ?67 ?68 ?6b/, 'its bytes in the stream');
  });

  it('says that min_version_id is not enforced', async () => {
    const ring = (await openDriver('ring.c')).document;
    const text = await hoverAt(ring, 'min_version_id');
    assert.match(text, /min_version_id/);
    assert.match(text, /not|never/);
  });

  it('explains the calls', async () => {
    assert.match(await hoverAt(document, 'kstate_register(&demo_state'), /kstate_register/);
    assert.match(await hoverAt(document, 'kstate_restore(&demo_state'), /ENOENT/);
  });

  it('keeps quiet about what is not KSTATE', async () => {
    assert.equal(await hoverAt(document, 'demo_cnt = '), '');
  });

  it('lists the descriptions with their fields', async () => {
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
    assert.deepEqual(symbols.map((s) => s.name), ['fdt_location_state', 'demo_n_state', 'demo_state']);
    const demo = symbols[2];
    assert.ok(demo);
    assert.deepEqual(demo.children.slice(0, 4).map((s) => s.name), ['tag', 'cnt', 'buf', 'gone']);
    assert.ok(demo.range.contains(rangeOf(document, 'KSTATE_FOLIO(buf')));
  });

  it('goes from a field to the member of the struct', async () => {
    const from = rangeOf(document, 'tag, struct demo').start;
    const places = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>('vscode.executeDefinitionProvider', document.uri, from);
    const lines = places.map((p) => ('targetUri' in p ? (p.targetSelectionRange ?? p.targetRange) : p.range).start.line);
    assert.ok(lines.includes(rangeOf(document, 'tag[10]').start.line), `lines ${lines.join(', ')}`);
  });

  it('goes from a subsection to its description', async () => {
    const from = rangeOf(document, 'demo_n_state', 1).start;
    const places = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>('vscode.executeDefinitionProvider', document.uri, from);
    const lines = places.map((p) => ('targetUri' in p ? (p.targetSelectionRange ?? p.targetRange) : p.range).start.line);
    assert.ok(lines.includes(rangeOf(document, 'demo_n_state').start.line), `lines ${lines.join(', ')}`);
  });

  it('goes from a macro to a header that can be read, even where no tree is around', async () => {
    const from = rangeOf(document, 'KSTATE_FOLIO').start;
    const [place] = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>('vscode.executeDefinitionProvider', document.uri, from);
    assert.ok(place, 'there is a definition');
    const [uri, range] = 'targetUri' in place ? [place.targetUri, place.targetRange] : [place.uri, place.range];
    const header = await vscode.workspace.openTextDocument(uri);
    assert.match(header.lineAt(range.start.line).text, /KSTATE_FOLIO/);
  });
});

describe('code lenses', () => {
  const lenses = (document: vscode.TextDocument): Thenable<vscode.CodeLens[]> =>
    vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10);

  it('stand above each description and run the simulation', async () => {
    const { document } = await openDriver('demo.c');
    const all = await lenses(document);
    // In whatever order they are resolved.
    const inOrder = [...all].sort((a, b) => a.range.start.compareTo(b.range.start));
    assert.deepEqual(inOrder.map((l) => document.getText(l.range)), ['fdt_location_state', 'demo_n_state', 'demo_state']);
    for (const lens of all) {
      assert.match(lens.command?.title ?? '', /^stream \d+ B · \d of \d members preserved/);
      assert.equal(lens.command?.command, 'kexecHandover.simulate');
    }
  });

  it('go and come back with the setting', async () => {
    const { document } = await openDriver('demo.c');
    const settings = vscode.workspace.getConfiguration('kexecHandover', document.uri);
    await settings.update('codeLens.enabled', false, vscode.ConfigurationTarget.Workspace);
    try {
      await eventually(async () => ((await lenses(document)).length === 0 ? true : undefined));
    } finally {
      await settings.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Workspace);
    }
    await eventually(async () => ((await lenses(document)).length === 3 ? true : undefined));
  });
});

describe('the simulate command', () => {
  const panels = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap((g) => g.tabs)
    .filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.includes('kexecHandover'));

  afterEach(async () => { await vscode.window.tabGroups.close(panels()); });

  it('opens the panel for the description in the editor', async () => {
    const editor = await openDriver('demo.c');
    const inside = rangeOf(editor.document, 'KSTATE_FOLIO(buf').start;
    editor.selection = new vscode.Selection(inside, inside);
    await vscode.commands.executeCommand('kexecHandover.simulate');
    const panel = await eventually(() => panels()[0]);
    assert.match(panel.label, /demo/);
  });

  it('opens one panel for one description, however often it is asked', async () => {
    const { document } = await openDriver('demo.c');
    for (let i = 0; i < 2; i++) await vscode.commands.executeCommand('kexecHandover.simulate', document.uri.toString(), 'demo_state');
    await eventually(() => panels()[0]);
    assert.equal(panels().length, 1);
  });
});
