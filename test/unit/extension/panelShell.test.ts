import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { panelShell } from '../../../extension/panelShell';

describe('panel shell', () => {
  const parts = { cspSource: 'https://*.example', scriptUri: 'https://a.example/webview.js', styleUri: 'https://a.example/webview.css' };
  const policy = (html: string): string => /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';

  it('allows nothing by default, and the script only by its nonce', () => {
    const html = panelShell(parts);
    const nonce = /script-src 'nonce-([0-9a-f]{32})'/.exec(policy(html))?.[1];
    assert.ok(nonce);
    assert.match(policy(html), /^default-src 'none';/);
    assert.doesNotMatch(policy(html), /unsafe|script-src[^;]*https/);
    assert.ok(html.includes(`<script type="module" nonce="${nonce}" src="${parts.scriptUri}">`));
  });
  it('lets in no inline style but the empty one', () => {
    const empty = createHash('sha256').update('').digest('base64');
    assert.match(policy(panelShell(parts)), /style-src https:\/\/\*\.example 'sha256-[^']+'$/);
    assert.ok(policy(panelShell(parts)).includes(`'sha256-${empty}'`));
    assert.doesNotMatch(panelShell(parts), / style=|<style/);
  });
  it('takes a new nonce each time', () => {
    assert.notEqual(policy(panelShell(parts)), policy(panelShell(parts)));
  });
});
