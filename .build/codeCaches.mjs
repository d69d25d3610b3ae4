// Has the bundles in dist/ keep V8's compiled code beside them, by doing their usual work once: `npm run build` runs it last. Only the Node that
// built takes these; every other one makes its own in the user's cache folder.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const SAMPLE = path.join('test', 'fixtures', 'sample', 'new', 'drivers', 'demo.c');
/** A server that does not end is not waited for longer. */
const LIMIT_MS = 20_000;

export async function makeCodeCaches() {
  if (!fs.existsSync(SAMPLE)) return;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'kexec-handover-build-'));
  try {
    const env = { ...process.env, XDG_CACHE_HOME: scratch, KEXEC_HANDOVER_CODE_CACHE: path.resolve('dist') };
    await Promise.all([ended(start(['dist/cli.js', 'check', SAMPLE], env)), session(start(['dist/server.js', '--stdio'], env))]);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function start(args, env) {
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => undefined);
  return child;
}

/** @param {ReturnType<typeof start>} child */
function ended(child) {
  child.stdout.resume();
  const timer = setTimeout(() => child.kill(), LIMIT_MS);
  return new Promise((resolve) => { child.once('close', () => { clearTimeout(timer); resolve(undefined); }); });
}

/**
 * A file is opened, looked at and typed into. What is answered does not matter: the server answers in order, and all of it before it ends.
 * @param {ReturnType<typeof start>} child
 */
async function session(child) {
  const uri = pathToFileURL(path.resolve(SAMPLE)).href;
  const text = fs.readFileSync(SAMPLE, 'utf8');
  const textDocument = { uri };
  const position = { line: text.split('\n').findIndex((line) => line.includes('KSTATE_')), character: 4 };
  let id = 0;
  /** @type {(method: string, params: unknown, isRequest?: boolean) => void} */
  const send = (method, params, isRequest = true) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...(isRequest ? { id: ++id } : {}), method, params });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  send('initialize', { processId: null, rootUri: null, capabilities: { textDocument: { diagnostic: {} } } });
  send('initialized', {}, false);
  send('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text } }, false);
  send('textDocument/diagnostic', { textDocument });
  send('textDocument/documentSymbol', { textDocument });
  send('textDocument/codeLens', { textDocument });
  send('textDocument/hover', { textDocument, position });
  send('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text: `${text}\n` }] }, false);
  send('textDocument/diagnostic', { textDocument });
  send('shutdown', undefined);
  send('exit', undefined, false);
  await ended(child);
}
