import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BlockQuery } from '../../server/decode/blockTable';
import { notifications, requests } from '../../server/shared/requests';
import type { DumpBlocksResult, DumpChildrenResult, DumpNodeResult, OpenDumpResult } from '../../server/shared/requests';
import { imageBytes, truthOf } from '../golden/decode/images';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL } from './client';

const WORKER = path.resolve('out/test/contract/dumpWorker.js');

type Opened = Extract<OpenDumpResult, { ok: true }>;

describe('decoded files by the language server', () => {
  let folder: Folder;
  let client: Client;
  before(async () => {
    execFileSync(process.execPath, ['.build/bundle.mjs', 'server/dumpWorker.ts', WORKER]);
    folder = new Folder().write({ 'a.elf': imageBytes('7.1.5'), 'b.elf': imageBytes('7.1.5'), 'none.dtb': 'no tree at all' });
    client = new Client({ dumpWorker: WORKER });
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
  const blocks = (stamp: string, query: BlockQuery, rest: { readonly from?: number; readonly count?: number; readonly find?: string } = {}): Promise<DumpBlocksResult> =>
    client.connection.sendRequest(requests.dumpBlocks, { uri: uri('a.elf'), stamp, query, from: 0, count: 2000, ...rest });
  const memory = (stamp: string, phys: string, sizeBytes: number, lengthBytes = 256): Promise<DumpNodeResult> => client.connection.sendRequest(requests.dumpMemory, { uri: uri('a.elf'), stamp, phys, sizeBytes, offsetBytes: 0, lengthBytes });
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
      [['compatible', 0, 48, '"memfd-v2"'], ['data', 48, 8, '0x3ba2000'], ['token', 56, 8, '0x1002']]);
  });

  it('leads from an address to the structure that lies there', async () => {
    const top = await opened('a.elf');
    const answer = await node(top.stamp, await find(top, 'KHO root FDT', 'LUO', 'sessions', 'session vm-a', 'file 0x1002'));
    assert.ok(answer.ok);
    const target = answer.fields.find(({ name }) => name === 'data')?.target;
    const there = await node(top.stamp, target ?? '');
    assert.ok(there.ok);
    assert.deepEqual([there.node.label, there.node.phys], ['memfd vm-a/0x1002', '0x3ba2000']);
    const counts = there.fields.filter(({ unit, note }) => unit !== undefined || note !== undefined).map(({ name, unit }) => [name, unit]);
    assert.deepEqual(counts, [['pos', 'bytes'], ['size', 'bytes'], ['folios.total_pages', 'pages'], ['folios.order', 'order']]);
  });

  it('reads the properties of a KHO tree in the order of the machine', async () => {
    const top = await opened('a.elf');
    const answer = await node(top.stamp, await find(top, 'KHO root FDT'), 0, 4096);
    assert.ok(answer.ok);
    const { root } = truthOf('7.1.5') as unknown as { readonly root: { readonly preserved_memory_map: number; readonly subtrees: readonly { readonly preserved_data: number; readonly blob_size: number }[] } };
    const values = (name: string): readonly string[] => answer.fields.filter((one) => one.name === name).map((one) => one.value);
    assert.deepEqual(values('preserved-memory-map'), [`0x${root.preserved_memory_map.toString(16)}`]);
    assert.deepEqual([...values('preserved-data')].sort(), root.subtrees.map((one) => `0x${one.preserved_data.toString(16)}`).sort());
    assert.deepEqual([...values('blob-size')].sort(), root.subtrees.map((one) => String(one.blob_size)).sort());
    assert.deepEqual(values('compatible'), ['"kho-v3"']);
    assert.deepEqual(values('magic'), ['0xd00dfeed']);
  });

  describe('preserved blocks', () => {
    const truth = truthOf('7.1.5') as unknown as {
      readonly owners: readonly { readonly owner: string; readonly order: number; readonly blocks: number }[]; readonly unowned_preserved_blocks?: readonly unknown[];
      readonly radix: { readonly preserved_in_key_order: readonly (readonly [phys: number, order: number])[] };
    };
    const all = truth.radix.preserved_in_key_order;

    it('come by address, a page at a time, as the independent walk has them', async () => {
      const { stamp, blocks: summary } = await opened('a.elf');
      assert.equal(summary?.count, all.length);
      const wanted = all.map(([phys, order]): [number, number] => [phys / 4096, order]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const got: [number, number][] = [];
      for (let from = 0; from < wanted.length; from += 100) {
        const page = await blocks(stamp, { sort: 'phys', descending: false }, { from, count: 100 });
        assert.ok(page.ok);
        assert.equal(page.rows.total, wanted.length);
        page.rows.pfns.forEach((pfn, i) => got.push([pfn, page.rows.orders[i] ?? -1]));
      }
      assert.deepEqual(got, wanted);
    });

    it('are counted by owner and order', async () => {
      const { blocks: summary } = await opened('a.elf');
      const rows = (summary?.owners ?? []).filter(({ owner }) => owner !== 0).flatMap(({ name, byOrder }) => byOrder.map(([order, n]) => ({ owner: name, order, blocks: n })));
      assert.deepEqual(rows, truth.owners);
      assert.equal((summary?.owners ?? []).find(({ owner }) => owner === 0)?.blocks ?? 0, truth.unowned_preserved_blocks?.length ?? 0);
    });

    it('are sorted, filtered and found', async () => {
      const { stamp, blocks: summary } = await opened('a.elf');
      const folios = summary?.owners.find(({ name }) => name === 'memfd folio');
      assert.ok(folios !== undefined);
      const byOrder = await blocks(stamp, { owner: folios.owner, sort: 'order', descending: true });
      assert.ok(byOrder.ok);
      assert.equal(byOrder.rows.total, folios.blocks);
      assert.ok(byOrder.rows.owners.every((owner) => owner === folios.owner));
      assert.ok(byOrder.rows.orders.every((order, i, orders) => i === 0 || order < (orders[i - 1] ?? 0) || order === orders[i - 1] && (byOrder.rows.pfns[i] ?? 0) > (byOrder.rows.pfns[i - 1] ?? 0)));
      const row = 7;
      const inside = (byOrder.rows.pfns[row] ?? 0) * 4096 + 17;
      const found = await blocks(stamp, { owner: folios.owner, sort: 'order', descending: true }, { count: 1, find: `0x${inside.toString(16)}` });
      assert.ok(found.ok);
      assert.equal(found.row, row);
      const outside = await blocks(stamp, { sort: 'phys', descending: false }, { count: 1, find: '0x7' });
      assert.ok(outside.ok && outside.row === undefined);
    });

    it('show their bytes, with the names of the structures in them', async () => {
      const { stamp } = await opened('a.elf');
      const answer = await memory(stamp, '0x3ba2000', 4096);
      assert.ok(answer.ok);
      assert.deepEqual([answer.node.label, answer.node.detail], ['block of order 0', 'memfd_luo_ser']);
      assert.deepEqual(answer.inside?.map(({ label }) => label), ['memfd vm-a/0x1002']);
      assert.ok(answer.fields.some(({ name }) => name === 'nr_folios'));
      assert.equal(answer.bytes?.hex.length, 512);
      const gone = await memory(stamp, '0x7fffffff0000', 4096);
      assert.ok(gone.ok && gone.bytes === undefined);
    });
  });

  it('leads from a finding to its bytes', async () => {
    truncateSync(folder.path('b.elf'), 300_000);
    const top = await opened('b.elf');
    assert.ok(top.findingCount > 0);
    const [first] = top.findings;
    assert.deepEqual([first?.structure, first?.field], ['ELF program header', 'filesz']);
    assert.ok(first?.goto?.kind === 'node');
    const answer: DumpNodeResult = await client.connection.sendRequest(requests.dumpNode, { uri: uri('b.elf'), stamp: top.stamp, id: first.goto.id, offsetBytes: first.goto.offsetBytes, lengthBytes: 56 });
    assert.ok(answer.ok);
    // By readelf -l: the segment at 0x43000 of the file, of 0x7000 bytes, is the first that 300000 bytes do not hold.
    assert.deepEqual([answer.node.label, answer.node.detail], ['PT_LOAD 0x3c9f000', '28672 bytes at 0x43000']);
    assert.deepEqual(answer.fields.filter(({ name }) => name.endsWith('filesz')).map(({ value, unit }) => [value, unit]), [['28672', 'bytes']]);
    assert.equal(top.findings.find(({ kind }) => kind === 'no-root')?.goto, undefined);
  });

  it('ends the work on a file that is closed, and reads it again when it is opened again', async () => {
    const reading = open('a.elf');
    await client.connection.sendNotification(notifications.closeDump, { uri: uri('a.elf') });
    // Whether the thread was done before is a matter of time; an answer comes in any case.
    const answer = await reading;
    assert.ok(answer.ok || answer.message === 'a.elf was closed.', JSON.stringify(answer));
    assert.deepEqual(await children('1:2:3', '0'), { ok: false, reason: 'changed', message: 'a.elf has to be read again.' });
    assert.ok((await open('a.elf')).ok);
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
