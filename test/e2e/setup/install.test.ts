import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { npmScript, run } from '../../../.build/run.mjs';
import { packagesMatchLock } from '../../../.build/setup.mjs';

describe('lock files', () => {
  for (const file of ['package-lock.json', 'vscode-host/package-lock.json']) {
    it(`${file} names packages by version and hash, and no registry`, () => {
      const lock = JSON.parse(fs.readFileSync(file, 'utf8')) as { packages: Record<string, { version?: string; integrity?: string; resolved?: string }> };
      const entries = Object.entries(lock.packages).filter(([place]) => place !== '');
      assert.ok(entries.length > 100);
      assert.deepEqual(entries.filter(([, e]) => e.resolved !== undefined).map(([place]) => place), [], 'with a registry address');
      assert.deepEqual(entries.filter(([, e]) => e.integrity === undefined || e.version === undefined).map(([place]) => place), [], 'without a hash');
    });
  }

  it('pin every dependency to one version', () => {
    for (const file of ['package.json', 'vscode-host/package.json']) {
      const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as { dependencies?: Record<string, string>; devDependencies?: Record<string, string> };
      const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
      assert.deepEqual(ranges, [], file);
    }
  });
});

describe('what is installed', () => {
  let place = '';
  beforeEach(() => { place = fs.mkdtempSync(path.join(os.tmpdir(), 'setup-')); });
  afterEach(() => { fs.rmSync(place, { recursive: true, force: true }); });

  const lay = (wanted: object, present: object | undefined): void => {
    fs.writeFileSync(path.join(place, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
    if (present === undefined) return;
    for (const name of Object.keys(present)) {
      fs.mkdirSync(path.join(place, name), { recursive: true });
      fs.writeFileSync(path.join(place, name, 'package.json'), '{}');
    }
    fs.writeFileSync(path.join(place, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: present }));
  };
  const a1 = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } };

  it('matches the lock file when every version and hash does', () => {
    lay(a1, a1);
    assert.equal(packagesMatchLock(place), true);
  });
  it('does not match when nothing is there', () => {
    lay(a1, undefined);
    assert.equal(packagesMatchLock(place), false);
  });
  it('does not match another version', () => {
    lay(a1, { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-y' } });
    assert.equal(packagesMatchLock(place), false);
  });
  it('does not match when a package was deleted', () => {
    lay(a1, a1);
    fs.rmSync(path.join(place, 'node_modules/a'), { recursive: true });
    assert.equal(packagesMatchLock(place), false);
  });
  it('lets optional packages of other platforms be absent', () => {
    lay({ ...a1, 'node_modules/b': { version: '1.0.0', integrity: 'sha512-z', optional: true } }, a1);
    assert.equal(packagesMatchLock(place), true);
  });
});

describe('running a program', () => {
  it('gives the output of both streams and the exit code', async () => {
    const result = await run(process.execPath, ['-e', 'console.log("out"); console.error("err"); process.exitCode = 3'], { quiet: true });
    assert.deepEqual([result.ok, result.code, result.why], [false, 3, 'exit code 3']);
    assert.match(result.output, /out/);
    assert.match(result.output, /err/);
  });
  it('kills what takes too long, with its children', async () => {
    const child = 'require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" }); setInterval(() => {}, 1000)';
    const result = await run(process.execPath, ['-e', child], { quiet: true, timeoutSeconds: 1 });
    assert.deepEqual([result.ok, result.why], [false, 'not finished after 1 s']);
  });
  it('says so when there is no such program', async () => {
    const result = await run('no-such-program-here', [], { quiet: true });
    assert.equal(result.ok, false);
    assert.match(result.why, /ENOENT/);
  });
  it('finds npm as a script', () => {
    assert.match(npmScript() ?? '', /npm-cli\.[cm]?js$/);
  });
});
