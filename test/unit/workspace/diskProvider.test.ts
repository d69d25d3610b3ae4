import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { DiskProvider } from '../../../server/workspace/diskProvider';
import { OverlayProvider } from '../../../server/workspace/overlayProvider';
import { Folder } from './helpers';

describe('DiskProvider', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  it('reads a file, and says missing, folder or too many links', () => {
    folder.write({ 'a.c': 'int a;\n' });
    mkdirSync(folder.path('d'));
    symlinkSync(folder.path('l2'), folder.path('l1'));
    symlinkSync(folder.path('l1'), folder.path('l2'));
    const disk = new DiskProvider();
    const a = disk.read(folder.path('a.c'));
    assert.ok(a.ok);
    assert.equal(a.text, 'int a;\n');
    assert.deepEqual(disk.read(folder.path('none.c')), { ok: false, reason: 'missing' });
    assert.deepEqual(disk.read(folder.path('a.c/below')), { ok: false, reason: 'missing' });
    assert.deepEqual(disk.read(folder.path('d')), { ok: false, reason: 'folder' });
    const loop = disk.read(folder.path('l1'));
    assert.equal(loop.ok, false);
    assert.equal(!loop.ok && loop.reason, 'unreadable');
  });

  it('reads what is not UTF-8 as Latin-1, one character a byte', () => {
    folder.write({ 'l.c': Uint8Array.from([0x2f, 0x2f, 0xe9, 0x0a]), 'u.c': '// é\n', 'bom.c': Uint8Array.from([0xef, 0xbb, 0xbf, 0x78]) });
    const disk = new DiskProvider();
    const latin = disk.read(folder.path('l.c'));
    assert.ok(latin.ok);
    assert.equal(latin.text, '//\u00e9\n');
    assert.deepEqual([...disk.latin1], [folder.path('l.c')]);
    const utf8 = disk.read(folder.path('u.c'));
    assert.ok(utf8.ok && utf8.text === '// \u00e9\n');
    const bom = disk.read(folder.path('bom.c'));
    assert.ok(bom.ok && bom.text === 'x');
  });

  it('refuses files beyond the limit and files that are not regular', () => {
    folder.write({ 'big.c': 'x'.repeat(2000) });
    const disk = new DiskProvider({ maxFileBytes: 1000 });
    const big = disk.read(folder.path('big.c'));
    assert.ok(!big.ok && big.reason === 'unreadable');
    assert.match(big.detail ?? '', /2000 bytes/);
    const device = disk.read('/dev/null');
    assert.ok(!device.ok && device.reason === 'unreadable');
  });

  it('keeps one text per file until refresh, and a new identity with a new text', () => {
    folder.write({ 'a.c': 'one' });
    const disk = new DiskProvider();
    const first = disk.read(folder.path('a.c'));
    folder.write({ 'a.c': 'three' });
    assert.deepEqual(disk.read(folder.path('a.c')), first);
    disk.refresh();
    const second = disk.read(folder.path('a.c'));
    assert.ok(first.ok && second.ok);
    assert.equal(second.text, 'three');
    assert.notEqual(second.identity, first.identity);
    disk.refresh();
    assert.deepEqual(disk.read(folder.path('a.c')), second);
    rmSync(folder.path('a.c'));
    disk.refresh();
    assert.deepEqual(disk.read(folder.path('a.c')), { ok: false, reason: 'missing' });
  });

  it('sees a change of the same length by its time', () => {
    folder.write({ 'a.c': 'one' });
    utimesSync(folder.path('a.c'), 1000, 1000);
    const disk = new DiskProvider();
    disk.read(folder.path('a.c'));
    folder.write({ 'a.c': 'two' });
    disk.refresh();
    const read = disk.read(folder.path('a.c'));
    assert.ok(read.ok && read.text === 'two');
  });

  it('stays within its memory', () => {
    for (let i = 0; i < 20; i++) folder.write({ [`f${i}.c`]: 'x'.repeat(1000) });
    const disk = new DiskProvider({ maxCacheBytes: 5000 });
    for (let i = 0; i < 20; i++) assert.equal(disk.read(folder.path(`f${i}.c`)).ok, true);
    // A text thrown out is read again, so a change shows without refresh.
    folder.write({ 'f0.c': 'new' });
    const again = disk.read(folder.path('f0.c'));
    assert.ok(again.ok && again.text === 'new');
  });

  it('says unreadable when permission is denied', function () {
    if (process.getuid?.() === 0) return; // root reads everything
    folder.write({ 'p.c': 'x' });
    chmodSync(folder.path('p.c'), 0);
    const read = new DiskProvider().read(folder.path('p.c'));
    assert.ok(!read.ok && read.reason === 'unreadable');
  });
});

describe('OverlayProvider', () => {
  it('puts open documents over what is below, with an identity of their own', () => {
    const overlay = new OverlayProvider({ read: () => ({ ok: true, text: 'disk', identity: 'd' }) });
    overlay.set('/a.c', 'editor');
    const first = overlay.read('/a.c');
    assert.ok(first.ok && first.text === 'editor' && first.identity !== 'd');
    assert.deepEqual(overlay.read('/b.c'), { ok: true, text: 'disk', identity: 'd' });
    overlay.delete('/a.c');
    assert.deepEqual(overlay.read('/a.c'), { ok: true, text: 'disk', identity: 'd' });
    // Reopened with a text of the same length: another text, another identity. The same text again: the same one.
    overlay.set('/a.c', 'edited');
    const second = overlay.read('/a.c');
    assert.ok(second.ok && second.text === 'edited' && second.identity !== first.identity);
    overlay.set('/a.c', 'edited');
    assert.deepEqual(overlay.read('/a.c'), second);
  });
});
