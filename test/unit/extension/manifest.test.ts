/** package.json against the code: what the manifest offers exists, and what exists is offered. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { commandIds } from '../../../extension/commandIds';
import { colourNames } from '../../../webview/model/keys';

interface Manifest {
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly colors: readonly { readonly id: string; readonly description: string; readonly defaults: Readonly<Record<string, string>> }[];
    readonly customEditors: readonly { readonly viewType: string; readonly priority: string; readonly selector: readonly { readonly filenamePattern: string }[] }[];
    readonly grammars: readonly { readonly scopeName: string; readonly path: string; readonly injectTo: readonly string[] }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] } };
}

// The manifest is what this test judges: a missing key fails the assertion that reads it.
const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8')) as Manifest;

describe('manifest', () => {
  const { contributes } = manifest;

  it('lists exactly the commands of the table, sorted', () => {
    assert.deepEqual(contributes.commands.map((c) => c.command), [...commandIds]);
    assert.deepEqual([...commandIds], [...commandIds].sort());
  });
  it('gives every command a title and the category', () => {
    for (const c of contributes.commands) {
      assert.equal(c.category, 'Kexec Handover');
      assert.match(c.title, /^[A-Z]/);
    }
  });
  it('puts only known commands into menus, where there is a description to run or C to lay out', () => {
    const known = new Set<string>(commandIds);
    for (const item of Object.values(contributes.menus).flat()) {
      assert.ok(known.has(item.command), item.command);
      if (item.command.startsWith('kexecHandover.copyDump')) {
        assert.match(item.when ?? '', /^false$|^webviewId =~ .* && kexecHandover(Value|Bytes|Address)$/);
        continue;
      }
      const when = { 'kexecHandover.showLayout': /editorLangId == c\b/, 'kexecHandover.openDump': /resourceFilename =~/, 'kexecHandover.runScenario': /resourceFilename =~ \/\\.handover\\.json\$\// }[item.command] ?? /kexecHandover\.hasDescriptions/;
      assert.match(item.when ?? '', when);
    }
  });
  it('contributes a colour of four theme kinds for every owner that the panel draws', () => {
    assert.deepEqual(contributes.colors.map((c) => c.id).sort(), colourNames.map((n) => `kexecHandover.owner.${n}`).sort());
    for (const colour of contributes.colors) {
      assert.deepEqual(Object.keys(colour.defaults).sort(), ['dark', 'highContrast', 'highContrastLight', 'light']);
      for (const value of Object.values(colour.defaults)) assert.match(value, /^#[0-9a-f]{6}$/);
      assert.notEqual(colour.description, '');
    }
  });
  it('reads the contributed colours in the style sheet', () => {
    const css = fs.readFileSync('webview/style/base.css', 'utf8');
    const read = [...css.matchAll(/--kx(\d): var\(--vscode-kexecHandover-owner\\\.(\w+), (#[0-9a-f]{6})\)/g)];
    assert.deepEqual(read.map((m) => m[2]), [...colourNames]);
    for (const match of read) assert.equal(match[3], contributes.colors.find((c) => c.id.endsWith(`.${match[2] ?? ''}`))?.defaults['dark'], match[2]);
  });
  it('injects a grammar that is there, under its own name', () => {
    for (const grammar of contributes.grammars) {
      const file = JSON.parse(fs.readFileSync(grammar.path, 'utf8')) as { scopeName: string };
      assert.equal(file.scopeName, grammar.scopeName);
      assert.ok(grammar.injectTo.includes('source.c'));
    }
  });
  it('starts when a stored panel comes back', () => {
    const source = fs.readFileSync('extension/panels.ts', 'utf8');
    const types = [...source.matchAll(/type: '(kexecHandover\.\w+)'/g)].map((match) => match[1]);
    assert.equal(types.length, 2);
    for (const type of types) assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${type ?? ''}`), type);
  });
  it('opens by itself only what nothing else opens', () => {
    assert.deepEqual(contributes.customEditors.map(({ viewType, priority, selector }) => [viewType, priority, selector.map((one) => one.filenamePattern)]),
      [['kexecHandover.dump', 'default', ['*.dtb', '*.fdt', '*.kstate']], ['kexecHandover.image', 'option', ['*.elf', 'vmcore*']]]);
    const source = fs.readFileSync('extension/dumpEditor.ts', 'utf8');
    for (const { viewType } of contributes.customEditors) assert.ok(source.includes(`'${viewType}'`), viewType);
  });
  it('restricts settings that exist', () => {
    const { untrustedWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    for (const key of untrustedWorkspaces.restrictedConfigurations) assert.ok(key in contributes.configuration.properties, key);
  });
});
