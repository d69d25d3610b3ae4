// Lays out the bundled sample as a git repository: HEAD holds the old kernel's files (test/fixtures/sample/old), the working tree
// the new one's (test/fixtures/sample/new). So "old = HEAD, new = the editor" shows a real handover. Same input, same commit id.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, run } from './run.mjs';

export const sampleOld = path.join(root, 'test', 'fixtures', 'sample', 'old');
export const sampleNew = path.join(root, 'test', 'fixtures', 'sample', 'new');

/** Nothing of the user's git reaches this repository: no configuration, hooks, templates, signing, nor an outer repository. */
const gitEnvironment = {
  GIT_CONFIG_GLOBAL: os.devNull, GIT_CONFIG_SYSTEM: os.devNull, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_COUNT: undefined, GIT_CONFIG_PARAMETERS: undefined,
  GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined, GIT_OBJECT_DIRECTORY: undefined, GIT_TEMPLATE_DIR: undefined, GIT_DEFAULT_HASH: undefined,
  GIT_AUTHOR_NAME: 'Sample', GIT_AUTHOR_EMAIL: 'sample@example.org', GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Sample', GIT_COMMITTER_EMAIL: 'sample@example.org', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/**
 * Makes a fresh sample workspace; what was there before goes.
 * @param {string} folder to make
 * @param {{ before: string, after: string }} [from] folders of the two kernels' files
 * @returns {Promise<{ folder: string, commit: string }>}
 */
export async function makeSampleWorkspace(folder, { before, after } = { before: sampleOld, after: sampleNew }) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  fs.mkdirSync(folder, { recursive: true });
  const git = async (/** @type {string[]} */ ...args) => {
    const result = await run('git', args, { cwd: folder, env: gitEnvironment, quiet: true, timeoutSeconds: 60 });
    if (!result.ok) throw new Error(`git ${args[0]}: ${result.why}`);
    return result.output.trim();
  };
  await git('init', '--quiet', '--template=', '--initial-branch=main', '--object-format=sha1');
  fs.cpSync(before, folder, { recursive: true });
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message', 'The old kernel');
  fs.cpSync(after, folder, { recursive: true });
  fs.mkdirSync(path.join(folder, '.git', 'info'), { recursive: true });
  fs.writeFileSync(path.join(folder, '.git', 'info', 'exclude'), '/.vscode/\n'); // an editor's settings are no part of the driver's change
  return { folder, commit: await git('rev-parse', 'HEAD') };
}

/**
 * The C files that both kernels have, in order: the ones to open and to simulate.
 * @param {{ before: string, after: string }} [from]
 * @returns {readonly string[]} relative to the workspace
 */
export function sampleDrivers({ before, after } = { before: sampleOld, after: sampleNew }) {
  return fs.readdirSync(after, { recursive: true }).map(String)
    .filter((file) => file.endsWith('.c') && fs.existsSync(path.join(before, file))).sort();
}
