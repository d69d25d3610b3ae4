/** Flattened device trees of any shape through the reader, the overlay, the readers of every KHO tree, and the editor. */
import { FdtEditor } from '../../server/formats/fdt/edit';
import { nameFdtBytes } from '../../server/formats/fdt/overlay';
import { isFdtTree, readFdt } from '../../server/formats/fdt/read';
import type { FdtNode } from '../../server/formats/fdt/read';
import { RootPage, rootForms, writeTree } from '../../server/formats/khoRoot';
import type { TreeNode } from '../../server/formats/khoRoot';
import { readRoot } from '../../server/formats/khoRootRead';
import { encodeLuoFdt, luoFdtForms, readLuoFdt } from '../../server/formats/luo';
import { encodeMemblock, readMemblock } from '../../server/formats/memblock';
import { problemText } from '../../server/formats/problem';
import { readTestKho } from '../../server/formats/testKho';
import type { Random } from './random';
import type { Case, Target } from './target';
import { Demand } from './target';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'latin1'));

export const fdt: Target = {
  name: 'fdt',
  make(random) {
    const [label, seed] = seedOf(random);
    return { label, files: [['tree.dtb', text(spoil(random, seed))]], edits: [], way: 'read' };
  },
  run(one: Case, step) {
    const bytes = bytesOf(one.files[0]?.[1] ?? '');
    step('read');
    const tree = readFdt(bytes);
    if (!isFdtTree(tree)) {
      problemText(tree);
    } else {
      for (const problem of tree.problems) problemText(problem);
      if (tree.root !== undefined) inside(tree.root, 0, bytes.length);
      step('overlay');
      let at = 0;
      for (const run of nameFdtBytes(tree)) {
        if (run.offsetBytes !== at || run.lengthBytes <= 0) throw new Demand(`the overlay has a gap at ${String(at)}`);
        at += run.lengthBytes;
      }
      if (at !== bytes.length) throw new Demand('the overlay does not name every byte');
      step('KHO');
      for (const order of ['little', 'big'] as const) {
        readRoot(tree, order);
        readLuoFdt(tree, order);
        readMemblock(tree, order);
        readTestKho(tree, order);
      }
    }
    step('edit');
    edit(bytes);
    return Promise.resolve();
  },
  limits(bytes) {
    return { timeMs: 500 + bytes / 1000, heapMb: Math.round(150 + bytes / 10_000) };
  },
};

function inside(node: FdtNode, from: number, end: number): void {
  if (node.offsetBytes < from || node.endBytes > end) throw new Demand('a node lies outside of what is around it');
  for (const property of node.properties) {
    if (property.dataOffsetBytes + property.data.length > end) throw new Demand('a property lies outside of its tree');
  }
  for (const child of node.children) inside(child, node.offsetBytes, node.endBytes);
}

function edit(bytes: Uint8Array): void {
  const buffer = new Uint8Array(bytes.length + 4096);
  buffer.set(bytes);
  const opened = FdtEditor.open(buffer, buffer.length);
  if (!opened.ok) return;
  const editor = opened.value;
  const node = editor.addSubnode(0, 'fuzz');
  if (node.ok) editor.setProperty(node.value, 'blob-size', new Uint8Array(8));
  for (const child of editor.subnodes(0).slice(0, 3)) {
    editor.getProperty(child, 'fdt');
    editor.setProperty(child, 'fdt', new Uint8Array(3));
    editor.deleteProperty(child, 'compatible');
  }
  const first = editor.subnodes(0)[1];
  if (first !== undefined) editor.deleteNode(first);
  editor.pack();
}

function seedOf(random: Random): readonly [string, Uint8Array] {
  const blob = (answer: ReturnType<typeof writeTree>): Uint8Array => (answer.ok ? answer.value.blob : new Uint8Array(0));
  switch (random.below(6)) {
    case 0: {
      const root = RootPage.create(random.pick([rootForms['kho-v3'], rootForms['6.19'], rootForms.composite]), BigInt(random.bits()) << 12n, 4096, random.oneIn(3) ? 'big' : 'little');
      if (!root.ok) return ['nothing', new Uint8Array(0)];
      for (let i = random.size(30); i > 0; i--) root.value.addSubtree({ name: `sub${String(random.below(60))}`, phys: BigInt(random.bits()), sizeBytes: 8n });
      return ['root page', random.oneIn(2) ? root.value.page : root.value.blob()];
    }
    case 1: return ['LUO', blob(encodeLuoFdt(luoFdtForms['7.1'], { liveupdateNumber: 1n, sessionHeaderPhys: 4096n, flbHeaderPhys: 8192n }, 4096, 'little'))];
    case 2: return ['memblock', blob(encodeMemblock(Array.from({ length: random.size(8) }, (_, i) => ({ name: `r${String(i)}`, start: BigInt(random.bits()), size: 4096n })), 4096, 'little'))];
    case 3: return ['random bytes', Uint8Array.from({ length: random.size(3000) }, () => random.below(256))];
    case 4: { // Deep: more nodes inside each other than anyone needs.
      const depth = random.size(200_000);
      const out = new Uint8Array(64 + depth * 8);
      const view = new DataView(out.buffer);
      [0xd00dfeed, out.length, 56, out.length, 40, 17, 16, 0, 0, depth * 8].forEach((value, i) => { view.setUint32(i * 4, value); });
      for (let i = 0; i < depth; i++) view.setUint32(56 + i * 8, random.oneIn(5) ? 3 : 1);
      return ['deep', out];
    }
    default: return ['tree', blob(writeTree(node(random, 0), 1 << 20))];
  }
}

function node(random: Random, depth: number): TreeNode {
  return {
    name: depth === 0 ? '' : `n${String(random.below(50))}`,
    properties: Array.from({ length: random.below(5) }, () => [random.pick(['compatible', 'fdt', 'mem', 'size', 'blob-size', 'preserved-data', 'folios_info']), Uint8Array.from({ length: random.below(40) }, () => random.below(256))] as const),
    nodes: depth > 5 ? [] : Array.from({ length: random.below(4) }, () => node(random, depth + 1)),
  };
}

/** Bits, words of the header and tags, cuts: what a hostile or torn tree may have. */
function spoil(random: Random, seed: Uint8Array): Uint8Array {
  let bytes = seed.slice();
  const hostile = [0, 1, 2, 3, 4, 9, 16, 17, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, bytes.length, bytes.length + 1, bytes.length - 4];
  for (let i = random.below(6); i > 0 && bytes.length > 0; i--) {
    const word = Math.min(bytes.length - 4, (random.oneIn(2) ? random.below(10) : random.below(bytes.length >> 2)) * 4);
    switch (random.below(5)) {
      case 0: bytes[random.below(bytes.length)] = random.below(256); break;
      case 1: case 2: if (word >= 0) new DataView(bytes.buffer).setUint32(word, random.pick(hostile) ?? 0); break;
      case 3: bytes = bytes.slice(0, random.below(bytes.length)); break;
      default: bytes.copyWithin(random.below(bytes.length), random.below(bytes.length), random.below(bytes.length)); break;
    }
  }
  return bytes;
}
