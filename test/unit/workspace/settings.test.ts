import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { DEFAULT_SETTINGS, SETTINGS, configurationContribution, readSettings, refProblem } from '../../../server/shared/settings';

describe('settings', () => {
  it('are what package.json contributes', () => {
    const manifest: unknown = JSON.parse(readFileSync(path.resolve('package.json'), 'utf8'));
    assert.ok(typeof manifest === 'object' && manifest !== null && 'contributes' in manifest);
    const { contributes } = manifest;
    assert.ok(typeof contributes === 'object' && contributes !== null && 'configuration' in contributes);
    assert.deepEqual(contributes.configuration, configurationContribution(), 'run: node .build/settings.mjs --write');
  });

  it('have defaults that their own validators accept, none of them null', () => {
    for (const setting of Object.values(SETTINGS)) {
      assert.notEqual(setting.defaultValue, null);
      assert.equal(setting.parse(setting.defaultValue).ok, true, setting.key);
    }
    assert.deepEqual(readSettings(undefined), { settings: DEFAULT_SETTINGS, problems: [] });
    assert.deepEqual(readSettings({}), { settings: DEFAULT_SETTINGS, problems: [] });
  });

  it('are read nested as an editor sends them, and with dotted keys', () => {
    const nested = readSettings({ base: 'v6.19', codeLens: { enabled: false }, diagnostics: { severity: { 'duplicate-id': 'off' } } });
    assert.deepEqual(nested.problems, []);
    assert.equal(nested.settings.base, 'v6.19');
    assert.equal(nested.settings.codeLensEnabled, false);
    assert.deepEqual(nested.settings.diagnosticsSeverity, { 'duplicate-id': 'off' });
    assert.equal(readSettings({ 'codeLens.enabled': false }).settings.codeLensEnabled, false);
  });

  it('keep the default for a bad value and name it', () => {
    const cases: readonly (readonly [unknown, string])[] = [
      [{ generation: '5.4' }, 'kexecHandover.generation'],
      [{ arch: 7 }, 'kexecHandover.arch'],
      [{ base: '--upload-pack=x' }, 'kexecHandover.base'],
      [{ codeLens: { enabled: 'yes' } }, 'kexecHandover.codeLens.enabled'],
      [{ diagnostics: { severity: { a: 'fatal' } } }, 'kexecHandover.diagnostics.severity'],
      [{ diagnostics: { severity: [] } }, 'kexecHandover.diagnostics.severity'],
      [{ tree: 1 }, 'kexecHandover.tree'],
    ];
    for (const [raw, key] of cases) {
      const { settings, problems } = readSettings(raw);
      assert.deepEqual(settings, DEFAULT_SETTINGS);
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.startsWith(`${key} `), problems[0]);
    }
  });

  it('never throw, and give values of the declared kinds, whatever is sent', () => {
    fc.assert(fc.property(fc.anything(), (raw) => {
      const { settings } = readSettings(raw);
      assert.equal(typeof settings.codeLensEnabled, 'boolean');
      assert.equal(typeof settings.base, 'string');
      assert.equal(SETTINGS.generation.parse(settings.generation).ok, true);
    }));
  });
});

describe('a git revision', () => {
  it('may not look like an option or hold control characters', () => {
    for (const bad of ['', '-x', '--output=f', 'a b', 'a\nb', 'a\0b']) assert.notEqual(refProblem(bad), undefined, JSON.stringify(bad));
    for (const good of ['HEAD', 'HEAD~3', 'v6.19-rc1', 'origin/main', 'a@{1}', 'feature/x-y']) assert.equal(refProblem(good), undefined, good);
  });
});
