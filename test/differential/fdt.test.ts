import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { FdtEditor } from '../../server/formats/fdt/edit';
import type { FdtNode } from '../../server/formats/fdt/read';
import { isFdtTree, readFdt } from '../../server/formats/fdt/read';
import type { TreeNode } from '../../server/formats/khoRoot';
import { writeTree } from '../../server/formats/khoRoot';

/** Random trees beside dtc, fdtdump and fdtget. COUNT: how many (default 300); SEED: of the generator. */
const count = Number(process.env['COUNT'] ?? '300');
const seed = Number(process.env['SEED'] ?? '20262');
/** Trees that one call of dtc reads, as nodes of one. */
const batchSize = 100;

const nameChars = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789,._+-');
const word = fc.array(nameChars, { minLength: 1, maxLength: 12 }).map((chars) => `p${chars.join('')}`);
const value = fc.oneof(fc.uint8Array({ maxLength: 24 }), fc.constant(new Uint8Array(0)), fc.constant(new Uint8Array(Buffer.from('kho-v3\0'))));
const properties = fc.uniqueArray(fc.tuple(word, value), { maxLength: 5, selector: ([name]) => name });
const node = (depth: number): fc.Arbitrary<TreeNode> => fc.record({
  name: word, properties,
  nodes: depth === 0 ? fc.constant<TreeNode[]>([]) : fc.uniqueArray(node(depth - 1), { maxLength: 3, selector: ({ name }) => name }),
});

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Lines of path, property and value, in the order of the tree. */
function flat(nodes: readonly TreeNode[] | readonly FdtNode[], at = ''): string[] {
  return nodes.flatMap((one): string[] => {
    const here = `${at}/${one.name}`;
    const own = one.properties.map((property) => ('data' in property ? `${here} ${property.name ?? ''} ${hexOf(property.data)}` : `${here} ${property[0]} ${hexOf(property[1])}`));
    return [here, ...own, ...flat('nodes' in one ? one.nodes : one.children, here)];
  });
}

/** What dtc's text says, in the same lines: values as bytes, however dtc guessed their type. */
function flatDts(text: string): string[] {
  const lines: string[] = [];
  const stack: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const [, opened] = /^(\S+) \{$/.exec(line) ?? [];
    if (opened !== undefined) {
      if (opened !== '/') stack.push(opened);
      if (stack.length > 0) lines.push(`/${stack.join('/')}`);
    } else if (line === '};') stack.pop();
    else {
      const [, name, given] = /^([^\s=;]+)(?: = (.*))?;$/.exec(line) ?? [];
      if (name !== undefined && name !== '/dts-v1/') lines.push(`/${stack.join('/')} ${name} ${hexOfDts(given ?? '')}`);
    }
  }
  return lines;
}

function hexOfDts(given: string): string {
  return [...given.matchAll(/"((?:[^"\\]|\\.)*)"|<([^>]*)>|\[([^\]]*)\]/g)].map(([, text, cells, bytes]) => {
    if (text !== undefined) return hexOf(Buffer.from(`${text.replace(/\\(x[0-9a-f]{2}|.)/g, (_, escape: string) => unescapeDts(escape))}\0`, 'latin1'));
    if (cells !== undefined) return cells.trim().split(/\s+/).map((cell) => Number(cell).toString(16).padStart(8, '0')).join('');
    return (bytes ?? '').replace(/\s/g, '');
  }).join('');
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };
const unescapeDts = (escape: string): string => (escape.startsWith('x') ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : escapes[escape] ?? escape);

function tool(program: string, args: readonly string[], cwd: string): string {
  const ran = spawnSync(program, args, { cwd, encoding: 'latin1', maxBuffer: 1 << 28 });
  assert.equal(ran.status, 0, `${program}: ${ran.error?.message ?? ran.stderr.slice(-500)}`);
  return ran.stdout;
}

function sequential(trees: readonly TreeNode[]): Uint8Array {
  const written = writeTree({ name: '', properties: [], nodes: trees }, 1 << 22);
  assert.ok(written.ok);
  return written.value.blob;
}

/** The same trees by the calls that change a tree: nodes and properties are added last first, because each goes before the others. */
function edited(trees: readonly TreeNode[]): Uint8Array {
  const empty = writeTree({ name: '', properties: [], nodes: [] }, 4096);
  assert.ok(empty.ok);
  const buffer = new Uint8Array(1 << 20);
  buffer.set(empty.value.blob);
  const opened = FdtEditor.open(buffer, buffer.length);
  assert.ok(opened.ok);
  const editor = opened.value;
  const add = (parent: number, one: TreeNode): void => {
    const at = editor.addSubnode(parent, one.name);
    assert.ok(at.ok);
    for (const inner of [...one.nodes].reverse()) add(at.value, inner);
    for (const [name, bytes] of [...one.properties].reverse()) {
      // First another value, so that properties change their length as well.
      assert.ok(editor.setProperty(at.value, name, bytes.subarray(0, bytes.length >> 1)).ok);
      assert.ok(editor.setProperty(at.value, name, bytes).ok);
    }
    editor.addSubnode(at.value, 'gone');
    const gone = editor.subnode(at.value, 'gone');
    assert.ok(gone.ok && editor.deleteNode(gone.value).ok);
  };
  for (const one of [...trees].reverse()) add(0, one);
  const packed = editor.pack();
  assert.ok(packed.ok);
  return packed.value;
}

describe('FDTs beside dtc', function () {
  this.timeout(0);

  it(`${String(count)} random trees: dtc and fdtdump read what we write, and we read what dtc writes`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'fdt-'));
    try {
      const trees = fc.sample(node(3), { numRuns: count, seed }).map((tree, i) => ({ ...tree, name: `t${String(i)}` }));
      for (let from = 0; from < trees.length; from += batchSize) {
        const batch = trees.slice(from, from + batchSize);
        const wanted = flat(batch);
        for (const [way, bytes] of [['sequential', sequential(batch)], ['edited', edited(batch)]] as const) {
          const read = readFdt(bytes);
          assert.ok(isFdtTree(read));
          assert.deepEqual([read.problems, read.complete], [[], true]);
          assert.deepEqual(flat(read.root?.children ?? []), wanted, way);
          writeFileSync(path.join(folder, 'a.dtb'), bytes);
          assert.deepEqual(flatDts(tool('dtc', ['-q', '-f', '-I', 'dtb', '-O', 'dts', 'a.dtb'], folder)), wanted, `${way}, dtc`);
          assert.ok(tool('fdtdump', ['a.dtb'], folder).includes(`size_dt_struct:\t0x${read.header.size_dt_struct.toString(16)}`));
        }
        // dtc's own tree, in its way of laying strings out.
        tool('dtc', ['-q', '-f', '-I', 'dtb', '-O', 'dtb', '-o', 'b.dtb', 'a.dtb'], folder);
        const theirs = readFdt(Buffer.from(tool('cat', ['b.dtb'], folder), 'latin1'));
        assert.ok(isFdtTree(theirs));
        assert.deepEqual(flat(theirs.root?.children ?? []), wanted, 'what dtc wrote');
        const [sample] = batch;
        const [property] = sample?.properties ?? [];
        if (sample !== undefined && property !== undefined && property[1].length > 0) {
          const got = tool('fdtget', ['-t', 'bx', 'a.dtb', `/${sample.name}`, property[0]], folder).trim().split(/\s+/).map((byte) => byte.padStart(2, '0')).join('');
          assert.equal(got, hexOf(property[1]));
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
