import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { requests } from '../../server/shared/requests';
import type { DumpChildrenResult, DumpNodeResult, OpenDumpResult } from '../../server/shared/requests';
import { imageBytes } from '../golden/decode/images';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL } from './client';

type Opened = Extract<OpenDumpResult, { ok: true }>;

describe('decoded files by the language server', () => {
  let folder: Folder;
  let client: Client;
  before(async () => {
    folder = new Folder().write({ 'a.elf': imageBytes('7.1.5'), 'none.dtb': 'no tree at all' });
    client = new Client();
    await client.initialize(PULL, folder.root);
  });
  after(async () => {
    await client.stop();
    folder.remove();
  });

  const uri = (name: string): string => pathToFileURL(folder.path(name)).href;
  const open = (name: string): Promise<OpenDumpResult> => client.connection.sendRequest(requests.openDump, { uri: uri(name) });
  const children = (stamp: string, id: string, count = 1000, from = 0): Promise<DumpChildrenResult> => client.connection.sendRequest(requests.dumpChildren, { uri: uri('a.elf'), stamp, id, from, count });
  const node = (stamp: string, id: string, offsetBytes = 0, lengthBytes = 256): Promise<DumpNodeResult> => client.connection.sendRequest(requests.dumpNode, { uri: uri('a.elf'), stamp, id, offsetBytes, lengthBytes });
  async function opened(name: string): Promise<Opened> {
    const answer = await open(name);
    assert.ok(answer.ok, JSON.stringify(answer));
    return answer;
  }
  /** Goes down the tree by labels. */
  async function find(top: Opened, ...labels: readonly string[]): Promise<string> {
    let { id } = top.root;
    for (const label of labels) {
      const answer = await children(top.stamp, id);
      assert.ok(answer.ok);
      const next = answer.nodes.find((one) => one.label === label);
      assert.ok(next, `${label} in ${answer.nodes.map((one) => one.label).join(', ')}`);
      ({ id } = next);
    }
    return id;
  }

  it('says what a core is, and gives branches when asked', async () => {
    const top = await opened('a.elf');
    assert.deepEqual([top.name, top.what, top.findingCount, top.fileBytes], ['a.elf', 'image', 0, imageBytes('7.1.5').length]);
    assert.ok(JSON.stringify(top).length < 2000);
    const some = await children(top.stamp, top.root.id, 1);
    assert.ok(some.ok);
    assert.deepEqual(some.nodes.map(({ label, phys }) => [label, phys]), [['KHO root FDT', '0x20016000']]);
  });

  it('gives the bytes of a file record with names, as the independent walk saw them', async () => {
    const top = await opened('a.elf');
    const answer = await node(top.stamp, await find(top, 'KHO root FDT', 'LUO', 'sessions', 'session vm-a', 'file 0x1002'));
    assert.ok(answer.ok);
    // 62144576 of the walk: compatible "memfd-v2", data 62529536 = 0x3ba2000, token 4098 = 0x1002.
    assert.deepEqual([answer.node.phys, answer.node.sizeBytes], ['0x3b44040', 64]);
    assert.equal(answer.bytes?.hex, `6d656d66642d7632${'00'.repeat(40)}0020ba03000000000210000000000000`);
    assert.deepEqual(answer.fields.map(({ name, offsetBytes, sizeBytes, value }) => [name, offsetBytes, sizeBytes, value]),
      [['compatible', 0, 48, '"memfd-v2"'], ['data', 48, 8, '62529536'], ['token', 56, 8, '4098']]);
  });

  it('reads a changed file again', async () => {
    const { stamp, root } = await opened('a.elf');
    const bytes = imageBytes('7.1.5');
    writeFileSync(folder.path('a.elf'), bytes.subarray(0, bytes.length - 1));
    const late = await children(stamp, root.id);
    assert.deepEqual(late, { ok: false, reason: 'changed', message: 'a.elf changed and has to be read again.' });
    writeFileSync(folder.path('a.elf'), bytes);
    assert.ok((await node((await opened('a.elf')).stamp, root.id)).ok);
  });

  it('says in words why a file cannot be shown', async () => {
    assert.deepEqual(await open('none.dtb'), { ok: false, message: 'none.dtb: expected an ELF core, an FDT, a KSTATE stream or an image with a KHO root, found none of them in its 14 bytes.' });
    assert.deepEqual(await open('gone.dtb'), { ok: false, message: 'gone.dtb cannot be read: there is no file of that name.' });
    const { stamp } = await opened('a.elf');
    assert.deepEqual(await node(stamp, '0.99'), { ok: false, reason: 'failed', message: 'Nothing in the file has the number 0.99.' });
  });
});
