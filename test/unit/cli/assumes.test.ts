import assert from 'node:assert/strict';
import { runCli } from '../../../server/cli/run';
import { Folder } from '../workspace/helpers';

/** A field whose type differs from the member's only as long as an option is off. */
const SOURCE = `#include <linux/kstate.h>
struct radio {
#ifdef CONFIG_RADIO_WIDE
	u64 gain;
#else
	u32 gain;
#endif
	struct mutex lock;
};
static struct kstate_description radio_state = {
	.name = "radio", .id = KSTATE_TEST_ID, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(gain, struct radio, u64),
		KSTATE_END_OF_LIST()
	},
};
`;

interface Found { readonly code: string; readonly assumes?: readonly string[]; readonly related: readonly { readonly message: string }[] }

describe('findings that rest on a configuration nobody gave', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder().write({ 'radio.c': SOURCE }); });
  afterEach(() => { folder.remove(); });

  async function check(...words: string[]): Promise<{ readonly findings: readonly Found[]; readonly err: string }> {
    let out = '';
    let err = '';
    await runCli(['check', 'radio.c', '--format', 'json', ...words], { cwd: folder.root, stdout: (text) => { out += text; }, stderr: (text) => { err += text; } });
    return { findings: (JSON.parse(out) as { findings: Found[] }).findings, err }; // the shape is what is tested
  }

  it('say so, as a list and as a note', async () => {
    const [found] = (await check()).findings;
    assert.equal(found?.code, 'kstate-type-mismatch');
    assert.deepEqual(found.assumes, ['CONFIG_DEBUG_LOCK_ALLOC=n', 'CONFIG_DEBUG_MUTEXES=n', 'CONFIG_DEBUG_SPINLOCK=n', 'CONFIG_PREEMPT_RT=n', 'CONFIG_RADIO_WIDE=n']);
    assert.match(found.related.at(-1)?.message ?? '', /^this assumes CONFIG_DEBUG_LOCK_ALLOC=n, .*CONFIG_RADIO_WIDE=n: no build folder tells the configuration$/);
  });

  it('say nothing when a .config tells it', async () => {
    folder.write({ 'build/.config': 'CONFIG_X86=y\nCONFIG_X86_64=y\nCONFIG_64BIT=y\n' });
    const [found] = (await check('--build', 'build')).findings;
    assert.equal(found?.code, 'kstate-type-mismatch');
    assert.equal('assumes' in found, false);
    assert.deepEqual(found.related.filter(({ message }) => message.includes('assumes')), []);
  });

  it('take architectures by any of their names, and say when a page size does not exist', async () => {
    for (const name of ['aarch64', 'riscv64', 's390', 'arm', 'i686']) assert.equal((await check('--arch', name)).findings.length, 1, name);
    assert.match((await check('--arch', 'x86', '--page-size', '64k')).err, /page size 65536: x86_64 has pages of 4096 bytes; 4096 is used/);
    assert.equal((await check('--arch', 'arm64', '--page-size', '64k')).err, '');
  });
});
