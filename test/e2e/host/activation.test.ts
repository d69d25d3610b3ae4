import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openDriver } from './host';

describe('activation', () => {
  it('starts with the first C file', async () => {
    await openDriver('demo.c');
    const extension = vscode.extensions.getExtension('kexec-handover.kexec-handover');
    assert.ok(extension, 'VS Code knows the extension');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that the manifest lists', async () => {
    const extension = vscode.extensions.getExtension('kexec-handover.kexec-handover');
    assert.ok(extension);
    await extension.activate();
    const manifest = extension.packageJSON as { contributes?: { commands?: { command: string }[] } }; // VS Code types it as any
    const listed = (manifest.contributes?.commands ?? []).map((c) => c.command);
    assert.ok(listed.includes('kexecHandover.simulate'), 'the command of the main job');
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(listed.filter((c) => !registered.has(c)), []);
  });
});
