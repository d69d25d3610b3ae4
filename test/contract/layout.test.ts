import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { requests } from '../../server/shared/requests';
import type { LayoutParams, LayoutResult, StructsResult } from '../../server/shared/requests';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL, place } from './client';
import { DRIVER } from './sample';

/** Says nothing of KSTATE. */
const PLAIN = '#include "part.h"\nstruct whole {\n\tchar c;\n\tstruct part in;\n\tunsigned a:3, b:7;\n};\ntypedef struct { long l; } box_t;\nint f(struct whole *w, box_t *b) { return 0; }\nstruct whole the_whole;\n';
const PANEL = { ...PULL, experimental: { kexecHandoverLayoutPanel: true } };

describe('layouts by the language server', () => {
  let folder: Folder;
  let client: Client;
  let uri: string;
  beforeEach(() => {
    folder = new Folder();
    client = new Client();
    folder.write({ 'part.h': 'struct part { int n; };\n' });
    uri = pathToFileURL(folder.path('plain.c')).href;
  });
  afterEach(async () => {
    await client.stop();
    folder.remove();
  });

  async function hoverOn(text: string, find: string, at = 0): Promise<string> {
    const { line, character } = place(text, find, at);
    const hover = await client.hover(uri, line, character);
    return hover === null || typeof hover.contents !== 'object' || !('value' in hover.contents) ? '' : hover.contents.value;
  }
  const layout = (params: Omit<LayoutParams, 'uri'>): Promise<LayoutResult> => client.connection.sendRequest(requests.layout, { uri, ...params });

  it('shows a struct where it is defined and where it is used, in a file that says nothing of kstate', async () => {
    await client.initialize(PANEL, folder.root);
    await client.open(uri, PLAIN);
    for (const at of ['whole {', 'whole *w']) {
      const text = await hoverOn(PLAIN, at, 1);
      assert.match(text, /\*\*struct whole\*\* · 12 bytes, aligned to 4, 1 cache line, 2 holes \(3 bytes\)|\*\*struct whole\*\* · 12 bytes/);
      assert.match(text, / 8:3 {3}7b \*\/ unsigned int b:7;/);
      assert.match(text, /\[Show Layout\]\(command:kexecHandover\.showLayout\?/);
    }
    assert.match(await hoverOn(PLAIN, 'box_t *b', 1), /\*\*box\\_t\*\* · 8 bytes/);
  });

  it('shows a member where it is defined: place, size, bits', async () => {
    await client.initialize(PANEL, folder.root);
    await client.open(uri, PLAIN);
    assert.match(await hoverOn(PLAIN, 'in;'), /\*\*in\*\* · `struct part` of `struct whole`, 12 bytes\n- Offset 4 · size 4 bytes · cache line 0/);
    assert.match(await hoverOn(PLAIN, 'b:7'), /7 bits from bit 3/);
    assert.equal(await hoverOn(PLAIN, 'return'), '');
  });

  it('says which description preserves a member, and which members none does', async () => {
    await client.initialize(PULL, folder.root);
    await client.open(uri, DRIVER);
    assert.match(await hoverOn(DRIVER, 'hours;'), /- Preserved by `lamp_state`, version 3: copied/);
    assert.match(await hoverOn(DRIVER, 'log;'), /- Not preserved by `lamp_state`, `lamp_extra`/);
    const struct = await hoverOn(DRIVER, 'lamp {', 1);
    assert.match(struct, /- Preserved: 5 of 6 members, 21 of 40 bytes/);
    assert.doesNotMatch(struct, /command:/, 'no link for a client without the panel');
  });

  it('answers the panel by name and by place', async () => {
    await client.initialize(PANEL, folder.root);
    await client.open(uri, PLAIN);
    for (const params of [{ name: 'struct whole' }, { name: 'whole' }, { name: 'typeof(the_whole)' }, { position: place(PLAIN, 'char c') }, { position: place(PLAIN, 'the_whole', 2) }]) {
      const result = await layout(params);
      assert.ok(result.ok, JSON.stringify(params));
      assert.deepEqual([result.view.sizeBytes, result.view.entries.filter((entry) => entry.kind === 'member').length], [12, 4]);
    }
    const none = await layout({ name: 'nothing' });
    assert.ok(!none.ok);
    assert.match(none.message, /plain\.c and the files it includes do not define `nothing`/);
    assert.deepEqual(await client.connection.sendRequest<StructsResult>(requests.structs, { uri }), [{ name: 'struct whole', line: 2 }, { name: 'box_t', line: 7 }]);
  });

  it('says at which place a layout stops being known', async () => {
    await client.initialize(PANEL, folder.root);
    await client.open(uri, 'struct bad {\n\tint n;\n\tstruct missing m;\n};\n');
    const result = await layout({ name: 'bad' });
    assert.ok(!result.ok && result.reason === 'unknown');
    assert.deepEqual([result.where?.line, result.where?.column], [3, 9]);
    assert.match(await hoverOn('struct bad {\n', 'bad', 1), /layout not known/);
  });

  it('follows edits of the file and of its headers', async () => {
    await client.initialize(PANEL, folder.root);
    await client.open(uri, PLAIN);
    const size = async (): Promise<number> => {
      const result = await layout({ name: 'whole' });
      return result.ok ? result.view.sizeBytes : -1;
    };
    assert.equal(await size(), 12);
    await client.change(uri, [{ text: PLAIN.replace('char c;', 'char c[9];') }]);
    assert.equal(await size(), 20);
    const header = pathToFileURL(folder.path('part.h')).href;
    await client.open(header, 'struct part { int n[4]; };\n');
    assert.equal(await size(), 32);
  });
});
