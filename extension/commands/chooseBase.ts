/** The old kernel: a git ref, picked or typed, or a file. */
import * as vscode from 'vscode';
import type { BaseKernel, RefInfo, RefsResult } from '../../server/shared/requests';
import { requests } from '../../server/shared/requests';
import type { Client } from '../client';
import { textOf } from '../client';

/** `default`: what the settings say (`kexecHandover.base`, HEAD at first). undefined: the person chose nothing. */
export type BaseChoice = BaseKernel | 'default' | undefined;

interface Item extends vscode.QuickPickItem {
  readonly choice: 'file' | 'default' | { readonly ref: string } | undefined;
}

const icons: Readonly<Record<RefInfo['kind'], string>> = { head: 'target', branch: 'git-branch', tag: 'tag' };

export async function chooseBase(client: Client, uri: string): Promise<BaseChoice> {
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = 'Old kernel: what the handover starts from';
  picker.placeholder = 'Pick a git ref, or type one (branch, tag, commit)';
  picker.matchOnDescription = true;
  picker.busy = true;
  let refs: RefsResult = [];
  const fill = (): void => { picker.items = itemsFor(picker.value.trim(), refs); };
  fill();
  picker.show();
  client.request(requests.refs, { uri })
    .then((found) => { refs = found; fill(); })
    // Typing a ref and choosing a file still work without the list.
    .catch((error: unknown) => { client.output.warn(`No list of refs: ${textOf(error)}`); })
    .finally(() => { picker.busy = false; });
  const item = await new Promise<Item | undefined>((resolve) => {
    picker.onDidChangeValue(fill);
    picker.onDidAccept(() => { resolve(picker.selectedItems[0]); });
    picker.onDidHide(() => { resolve(undefined); });
  });
  picker.dispose();
  if (item?.choice === 'file') return chooseFile(uri);
  if (item?.choice === 'default') return 'default';
  return item?.choice === undefined ? undefined : { kind: 'ref', ref: item.choice.ref };
}

function itemsFor(typed: string, refs: RefsResult): Item[] {
  const known = refs.some((r) => r.ref === typed);
  return [
    ...(typed === '' || known ? [] : [{ label: `$(git-commit) ${typed}`, description: 'as git takes it', alwaysShow: true, choice: { ref: typed } }]),
    ...refs.map((r) => ({ label: `$(${icons[r.kind]}) ${r.ref}`, description: r.detail, choice: { ref: r.ref } })),
    { label: '', kind: vscode.QuickPickItemKind.Separator, choice: undefined },
    { label: '$(file) Choose a file…', description: 'another version of this file', alwaysShow: true, choice: 'file' },
    { label: '$(settings-gear) As set', description: 'setting kexecHandover.base', alwaysShow: true, choice: 'default' },
  ];
}

async function chooseFile(uri: string): Promise<BaseKernel | undefined> {
  const files = await vscode.window.showOpenDialog({
    title: 'Old kernel: the same file as it was', openLabel: 'Use as Old Kernel', canSelectMany: false,
    defaultUri: vscode.Uri.joinPath(vscode.Uri.parse(uri), '..'), filters: { 'C source': ['c', 'h'], 'All files': ['*'] },
  });
  const file = files?.[0];
  return file === undefined ? undefined : { kind: 'file', uri: file.toString() };
}
