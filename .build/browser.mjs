// A headless Chromium with its own profile, for the tests that look at VS Code.
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath } from './setup.mjs';

/**
 * @param {string} state folder the profile goes into
 * @returns {Promise<import('playwright-core').BrowserContext>}
 */
export async function launchChromium(state) {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('Chromium is not installed (or set CHROMIUM to its file)');
  return chromium.launchPersistentContext(path.join(state, 'chromium'), {
    executablePath, headless: true, viewport: { width: 1400, height: 1000 },
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}
