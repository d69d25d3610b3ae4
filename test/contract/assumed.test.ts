import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL, place } from './client';
import { DRIVER } from './sample';

/** The lamp with a member that an option brings. */
const OPTIONAL = DRIVER.replace('struct lamp {', 'struct lamp {\n#ifdef CONFIG_LAMP_DEBUG\n\tu64 debug;\n#endif');

describe('hovers over numbers that rest on a configuration nobody gave', () => {
  let folder: Folder;
  let client: Client;
  let uri: string;
  beforeEach(() => {
    folder = new Folder();
    client = new Client();
    uri = pathToFileURL(folder.path('driver.c')).href;
  });
  afterEach(async () => {
    await client.stop();
    folder.remove();
  });

  async function hoverAt(text: string, needle: string, into: number): Promise<string> {
    await client.initialize(PULL, folder.root);
    await client.open(uri, text);
    const at = place(text, needle, into);
    const hover = await client.hover(uri, at.line, at.character);
    return hover !== null && typeof hover.contents === 'object' && 'value' in hover.contents ? hover.contents.value : '';
  }

  it('name the options', async () => {
    assert.match(await hoverAt(OPTIONAL, 'KSTATE_BASE_TYPE_V(watts', 3), /- Assumes `CONFIG_LAMP_DEBUG=n`: no build folder tells the configuration\./);
  });

  it('name them for a description as a whole', async () => {
    assert.match(await hoverAt(OPTIONAL, 'lamp_state = {', 0), /- Assumes `CONFIG_LAMP_DEBUG=n`/);
  });

  it('say nothing where no option decides', async () => {
    assert.doesNotMatch(await hoverAt(DRIVER, 'KSTATE_BASE_TYPE_V(watts', 3), /Assumes/);
  });

  it('say nothing when a .config beside tells it', async () => {
    folder.write({ '.config': 'CONFIG_X86=y\nCONFIG_X86_64=y\nCONFIG_64BIT=y\n' });
    assert.doesNotMatch(await hoverAt(OPTIONAL, 'KSTATE_BASE_TYPE_V(watts', 3), /Assumes/);
  });
});
