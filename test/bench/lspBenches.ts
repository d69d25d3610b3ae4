/** The language server against gcc and clangd on one translation unit of a kernel. */
import fs from 'node:fs';
import path from 'node:path';
import type { Bench, BenchContext, BenchReport, BenchRow } from './bench';
import { clangCommands, gccCheckOf } from './compileCommands';
import { LspDriver, type ServerCommand } from './lspDriver';
import { compare, type Comparison } from './measure';
import { run, versionOf } from './run';

const unit = 'mm/memfd_luo.c';

/**
 * Typed into the unit for our server only: the interface's header after its other includes, the description behind the rest. Without it the server answers at once, because the file says nothing about
 * KSTATE; with it a finding needs the type of a member of a structure from an included header.
 */
const description = `
static const struct kstate_field bench_fields[] = {
	KSTATE_BASE_TYPE(nr_folios, struct memfd_luo_ser, u8),
	KSTATE_END_OF_LIST()
};

static const struct kstate_description bench_state = {
	.name = "bench",
	.id = 0,
	.fields = bench_fields,
};
`;

const isOurs = (server: ServerCommand): boolean => server.command === process.execPath;
function withDescription(text: string): string {
  const last = [...text.matchAll(/^#include <.*>\n/gm)].at(-1);
  const at = last === undefined ? 0 : last.index + last[0].length;
  return `${text.slice(0, at)}#include <linux/kstate.h>\n${text.slice(at)}${description}`;
}
const edited = (server: ServerCommand): ((text: string) => string) => (isOurs(server) ? withDescription : (text) => text);

/** Our server shows that it read the unit by a finding about the member. */
function mustHaveRead(driver: LspDriver): void {
  if (!driver.messages.some((message) => message.includes('nr_folios'))) {
    throw new Error(`the server did not read the unit: no finding on nr_folios among ${JSON.stringify(driver.messages)}`);
  }
}

interface Setup {
  readonly tree: string;
  readonly build: string;
  readonly file: string;
  ours(cacheDir: string | undefined): ServerCommand;
  readonly clangd: ServerCommand | undefined;
}

function setUp({ tree, build, dist, scratch }: BenchContext): Setup | string {
  if (tree === undefined || build === undefined) return 'no kernel tree and build folder given (--tree DIR --build DIR)';
  const file = path.join(tree, unit);
  if (!fs.existsSync(file)) return `the tree has no ${unit}`;
  const server = path.join(dist, 'server.js');
  if (!fs.existsSync(server)) return 'dist/server.js is not there; run npm run build first';
  let clangd: ServerCommand | undefined;
  if (versionOf('clangd') !== undefined) {
    const folder = clangCommands(build, path.join(scratch, 'clangd'));
    if (folder !== undefined) clangd = { command: 'clangd', args: [`--compile-commands-dir=${folder}`, '--log=error'], root: tree, diagnostics: 'push' };
  }
  return {
    tree, build, file, clangd,
    ours: (cacheDir) => ({
      command: process.execPath, args: [server, '--stdio'], root: tree, diagnostics: 'pull', settings: { tree, build },
      // Without a cache folder of its own a run would find what another one left.
      env: { NODE_EXTRA_CA_CERTS: '', XDG_CACHE_HOME: cacheDir ?? fs.mkdtempSync(path.join(scratch, 'cold-')) },
    }),
  };
}

/** As an editor does that is closed in order: what the server keeps for its next start is kept. */
async function openAndEnd(server: ServerCommand, file: string): Promise<void> {
  const driver = new LspDriver(server);
  try {
    await driver.open(file, edited(server));
    mustHaveRead(driver);
    await driver.end();
  } finally {
    await driver.close();
  }
}

async function openOnce(server: ServerCommand, file: string): Promise<number> {
  const driver = new LspDriver(server);
  try {
    const ms = await driver.open(file, edited(server));
    if (isOurs(server)) mustHaveRead(driver);
    return ms;
  } finally {
    await driver.close();
  }
}

const noClangd = 'clangd: not installed, or no compile_commands.json in the build folder';

/** Runs `body` with what is set up, or tells why not. */
function bench(name: string, what: string, body: (setup: Setup, context: BenchContext) => Promise<BenchReport>): Bench {
  return {
    name, what,
    async run(context) {
      const setup = setUp(context);
      return typeof setup === 'string' ? { ran: false, why: setup } : body(setup, context);
    },
  };
}

const open = bench('open', `open ${unit} (ours: with a KSTATE description added in the editor): start of the process to first diagnostics, nothing cached`, async (setup, { pairs }) => {
  const rows: BenchRow[] = [];
  const skipped: string[] = [];
  const ours = (): Promise<number> => openOnce(setup.ours(undefined), setup.file);
  const gcc = versionOf('gcc') === undefined ? undefined : gccCheckOf(setup.build, setup.file);
  if (gcc === undefined) skipped.push('gcc: not installed, or the unit is not in compile_commands.json');
  else {
    const check = async (): Promise<number> => {
      const ran = await run('gcc', gcc.args, gcc.directory);
      if (ran.code !== 0) throw new Error(`gcc -fsyntax-only: ${ran.stderr.slice(0, 400)}`);
      return ran.ms;
    };
    rows.push({ ours: 'server, cold', theirs: 'gcc -fsyntax-only', unit: 'ms', aim: 1.5, comparison: await compare(ours, check, pairs) });
  }
  const { clangd } = setup;
  if (clangd === undefined) skipped.push(noClangd);
  else rows.push({ ours: 'server, cold', theirs: 'clangd, cold', unit: 'ms', aim: 0.4, comparison: await compare(ours, () => openOnce(clangd, setup.file), pairs) });
  return { ran: true, rows, skipped };
});

const second = bench('second', `open ${unit} again in a new process, with what the first one left on disk`, async (setup, { pairs, scratch }) => {
  const { clangd } = setup;
  if (clangd === undefined) return { ran: false, why: noClangd };
  const server = setup.ours(path.join(scratch, 'second'));
  await openAndEnd(server, setup.file);
  const comparison = await compare(() => openOnce(server, setup.file), () => openOnce(clangd, setup.file), pairs);
  return { ran: true, rows: [{ ours: 'server, second start', theirs: 'clangd', unit: 'ms', aim: 0.1, comparison }] };
});

const keystroke = bench('keystroke', `one character typed into ${unit} to its diagnostics`, async (setup, { pairs }) => {
  const { clangd } = setup;
  if (clangd === undefined) return { ran: false, why: noClangd };
  const ours = new LspDriver(setup.ours(undefined));
  const theirs = new LspDriver(clangd);
  try {
    await ours.open(setup.file, withDescription);
    mustHaveRead(ours);
    await theirs.open(setup.file);
    const line = Math.floor(ours.lineCount * 0.6);
    const comparison = await compare(() => ours.keystroke(line), () => theirs.keystroke(line), pairs * 4, 3);
    return { ran: true, rows: [{ ours: 'server', theirs: 'clangd, its defaults', unit: 'ms', aim: 0.1, comparison }] };
  } finally {
    await ours.close();
    await theirs.close();
  }
});

const memory = bench('memory', `peak memory with the tree open, ${unit} edited ten times and (ours) the whole tree indexed`, async (setup, { pairs }) => {
  const { clangd } = setup;
  if (clangd === undefined) return { ran: false, why: noClangd };
  let note = '';
  const peak = async (server: ServerCommand): Promise<number> => {
    const driver = new LspDriver(server);
    try {
      await driver.open(setup.file, edited(server));
      if (isOurs(server)) {
        mustHaveRead(driver);
        note = await driver.indexed();
        if (!note.startsWith('Index:')) throw new Error(note);
      }
      const line = Math.floor(driver.lineCount * 0.6);
      for (let i = 0; i < 10; i++) await driver.keystroke(line);
      return driver.peakMemoryMb() ?? Number.NaN;
    } finally {
      await driver.close();
    }
  };
  if (process.platform !== 'linux') return { ran: false, why: 'peak memory is read from /proc, which this system lacks' };
  const comparison: Comparison = await compare(() => peak(setup.ours(undefined)), () => peak(clangd), Math.min(pairs, 3), 0);
  return { ran: true, rows: [{ ours: 'server, tree indexed', theirs: 'clangd', unit: 'MB', aim: 1, comparison, note }] };
});

export const lspBenches: readonly Bench[] = [open, second, keystroke, memory];
