import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeSampleWorkspace, sampleDrivers, sampleNew, sampleOld } from '../../../.build/sample.mjs';

describe('sample workspace', () => {
  let place = '';
  before(() => { place = fs.mkdtempSync(path.join(os.tmpdir(), 'sample-')); });
  after(() => { fs.rmSync(place, { recursive: true, force: true }); });

  const git = (folder: string, ...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });

  it('has the old kernel at HEAD and the new one in the working tree', async () => {
    const { folder } = await makeSampleWorkspace(path.join(place, 'a'));
    assert.ok(sampleDrivers().includes('drivers/demo.c'));
    for (const driver of sampleDrivers()) {
      assert.equal(git(folder, 'show', `HEAD:${driver}`), fs.readFileSync(path.join(sampleOld, driver), 'utf8'), `${driver} at HEAD`);
      assert.equal(fs.readFileSync(path.join(folder, driver), 'utf8'), fs.readFileSync(path.join(sampleNew, driver), 'utf8'), `${driver} in the working tree`);
    }
    assert.equal(git(folder, 'rev-list', '--count', 'HEAD').trim(), '1');
  });

  it('replaces what was there before', async () => {
    const folder = path.join(place, 'b');
    const first = await makeSampleWorkspace(folder);
    fs.writeFileSync(path.join(folder, 'drivers', 'stray.c'), 'int stray;\n');
    const second = await makeSampleWorkspace(folder);
    assert.equal(second.commit, first.commit);
    assert.equal(fs.existsSync(path.join(folder, 'drivers', 'stray.c')), false);
  });

  it('is the same commit whatever the user\'s git is set to', async () => {
    const { commit } = await makeSampleWorkspace(path.join(place, 'c'));
    const hostile = path.join(place, 'gitconfig');
    fs.writeFileSync(hostile, '[commit]\n gpgsign = true\n[gpg]\n program = false\n[init]\n defaultBranch = other\n[core]\n hooksPath = /nowhere\n autocrlf = true\n[user]\n name = Somebody\n');
    const kept = { ...process.env };
    Object.assign(process.env, {
      GIT_CONFIG_GLOBAL: hostile, GIT_DIR: path.join(place, 'elsewhere'), GIT_INDEX_FILE: path.join(place, 'index'), GIT_AUTHOR_DATE: '2001-01-01T00:00:00Z',
    });
    try {
      assert.equal((await makeSampleWorkspace(path.join(place, 'd'))).commit, commit);
    } finally {
      process.env = kept;
    }
    assert.equal(git(path.join(place, 'd'), 'rev-parse', '--abbrev-ref', 'HEAD').trim(), 'main');
  });
});
