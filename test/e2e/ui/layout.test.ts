/** Layouts as a person sees them: the hover on a struct, its link, the panel, and the way back to the source. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { makeSampleWorkspace } from '../../../.build/sample.mjs';
import { Window } from './window';

const vsix = path.resolve('out/kexec-handover.vsix');

/** Says nothing of KSTATE. Offsets by hand, x86_64: a union, bit-fields with an unused rest, a hole, several cache lines, a long array. */
const QUEUE = `typedef unsigned long long u64;
typedef unsigned int u32;

struct queue {
	u64 id;			/* +0 */
	union {			/* +8 */
		void *owner;
		struct {
			u32 node;
			u32 cpu;
		};
	};
	u32 ready:1, busy:1, depth:6, :8, weight:9;	/* +16 */
	char label[3];		/* +20 */
	u64 lock;		/* +24, after a hole of 1 */
	unsigned char ring[4096];	/* +32 */
	u64 head, tail;		/* +4128, +4136 */
	unsigned short last;	/* +4144, padding of 6 */
};

struct many {
${Array.from({ length: 600 }, (_, i) => `\tu32 member_${String(i)};\n`).join('')}};
`;

describe('layouts in VS Code', () => {
  let window: Window;

  before(async function () {
    this.timeout(90_000);
    assert.ok(fs.existsSync(vsix), 'npm run build && npm run vsix make the package');
    const { folder } = await makeSampleWorkspace(path.resolve('out/sample-layout'));
    fs.writeFileSync(path.join(folder, 'drivers', 'queue.c'), QUEUE);
    window = await Window.open(folder, vsix, { 'workbench.colorTheme': 'Dark 2026', 'editor.minimap.enabled': false });
  });
  after(async () => { await window?.close(); });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await window.explainFailure(this.currentTest.title));
  });

  const title = (name: string): Promise<void> => window.webview.getByRole('heading', { level: 1 }).filter({ hasText: name }).waitFor();

  it('shows a struct on hover, with what travels, and a link to the panel', async () => {
    await window.openFile('demo.c');
    await window.goTo(32, 9);
    const hover = await window.hover('struct demo {', 'demo', 'Show Layout');
    const text = (await hover.textContent()) ?? '';
    for (const word of ['40 bytes', '2 holes (10 bytes)', 'char tag[10]', 'Preserved: 4 of 4 members, 30 of 40 bytes', 'demo_state, version 2']) assert.ok(text.replace(/\u00a0/g, ' ').includes(word), `${word} in: ${text}`);
    await window.shot('layout-1-hover-dark');
    await hover.getByText('Show Layout', { exact: true }).click();
    await title('struct demo');
    await window.closeHover();
  });

  it('draws every member and every hole, in the colours of what travels', async () => {
    const { webview } = window;
    await webview.getByRole('button', { name: /^tag, char\[10\], offset 16, 10 bytes, preserved: copied$/ }).first().waitFor();
    assert.equal(await webview.locator('.bytesOf .c.hole').count(), 2);
    const cells = await webview.getByRole('grid').getByRole('row').allTextContents();
    assert.equal(cells.length, 1 + 4 + 2);
    assert.match(cells[4] ?? '', /^16100char tag\[10\]copied demo_state$/);
    await window.shot('layout-2-demo-dark');
  });

  it('goes from a member to its source', async () => {
    await window.webview.getByRole('grid').getByRole('row').filter({ hasText: 'folio *buf' }).click();
    await window.page.locator('.statusbar-item', { hasText: 'Ln 36,' }).waitFor();
  });

  it('lays out a struct of a file that says nothing of KSTATE, by command', async () => {
    await window.openFile('queue.c');
    await window.goTo(14, 10);
    await window.runCommand('Kexec Handover: Show Layout');
    await title('struct queue');
    const { webview } = window;
    await webview.getByText(/4.152 bytes, aligned to 8/).first().waitFor();
    await webview.getByRole('button', { name: /^weight, 9 bits/ }).first().waitFor();
    await webview.locator('.bit.unused').first().waitFor();
    await window.shot('layout-3-queue-dark');
    await window.useTheme('Light 2026');
    await window.shot('layout-4-queue-light');
    await window.useTheme('Default High Contrast');
    await window.shot('layout-5-queue-hc');
    await window.useTheme('Dark 2026');
  });

  it('follows the editor while someone types', async () => {
    await window.goTo(4, 16);
    await window.page.keyboard.press('End');
    await window.page.keyboard.press('Enter');
    await window.page.keyboard.type('u64 first;');
    await window.webview.getByRole('button', { name: /^first, u64, offset 0, 8 bytes/ }).first().waitFor();
  });

  it('stays whole for hundreds of members, and the keyboard reaches them', async () => {
    await window.goTo(25, 9);
    await window.runCommand('Kexec Handover: Show Layout');
    await title('struct many');
    const { webview } = window;
    await webview.getByRole('button', { name: /^member_599, u32, offset 2396/ }).first().waitFor({ state: 'attached' });
    await webview.getByText('200 more rows').click();
    await webview.getByRole('row').filter({ hasText: 'member_599' }).focus();
    await window.page.keyboard.press('Enter');
    await window.page.locator('.statusbar-item', { hasText: 'Ln 622,' }).waitFor();
    await window.shot('layout-6-many-dark');
  });
});
