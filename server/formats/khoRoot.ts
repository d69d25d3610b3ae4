/**
 * The root FDT of a handover in every generation: what the kernel's calls write, byte for byte, and what a reader finds in it. KHO facts 1.3 to 1.9.
 *
 * Values are the raw bytes of C variables in the order of the machine that wrote them, inside a container that is big endian.
 */
import { FdtEditor } from './fdt/edit';
import type { FdtAnswer } from './fdt/layout';
import { failed } from './fdt/layout';
import { FdtSequentialWriter } from './fdt/sequential';
import { encodeString, encodeU64 } from './fdtValues';
import type { ByteOrder } from './layoutTable';

/** How a generation's root tree is laid out. */
export interface RootForm {
  readonly id: RootFormId;
  readonly compatible: string;
  /** Where the address of the memory map stands: nowhere, in a property of the root, or in one of a node below it. */
  readonly map: { readonly node: string | undefined; readonly property: string; readonly of: 'chunks' | 'radix' } | undefined;
  /** How consumers' data hangs below the root: written in place, or a node that points to a blob. */
  readonly subtree: 'in place' | { readonly address: string; readonly size: string | undefined };
  /** Written in one go when finalized, or changed with every subtree. */
  readonly writer: 'sequential' | 'edited';
  /** The root lies in a page that its kernel preserves; in v4 and v5 it travels as a segment of the new image. */
  readonly preserved: boolean;
}

export type RootFormId = 'v4' | 'v5' | '6.16' | '6.19' | 'kho-v2' | 'kho-v3' | 'kho-v4' | 'composite';

const chunks = { node: undefined, property: 'preserved-memory-map', of: 'chunks' } as const;
const radix = { node: undefined, property: 'preserved-memory-map', of: 'radix' } as const;
const sized = { address: 'preserved-data', size: 'blob-size' } as const;

export const rootForms: { readonly [id in RootFormId]: RootForm } = {
  v4: { id: 'v4', compatible: 'kho-v1', map: undefined, subtree: 'in place', writer: 'sequential', preserved: false },
  v5: { id: 'v5', compatible: 'kho-v1', map: { node: 'preserved-memory', property: 'metadata', of: 'chunks' }, subtree: 'in place', writer: 'sequential', preserved: false },
  '6.16': { id: '6.16', compatible: 'kho-v1', map: chunks, subtree: { address: 'fdt', size: undefined }, writer: 'sequential', preserved: true },
  '6.19': { id: '6.19', compatible: 'kho-v1', map: chunks, subtree: { address: 'fdt', size: undefined }, writer: 'edited', preserved: true },
  'kho-v2': { id: 'kho-v2', compatible: 'kho-v2', map: radix, subtree: { address: 'preserved-data', size: undefined }, writer: 'edited', preserved: true },
  'kho-v3': { id: 'kho-v3', compatible: 'kho-v3', map: radix, subtree: sized, writer: 'edited', preserved: true },
  'kho-v4': { id: 'kho-v4', compatible: 'kho-v4', map: radix, subtree: sized, writer: 'edited', preserved: true },
  composite: { id: 'composite', compatible: 'kho-v4;radix-v1;vmalloc-v1', map: radix, subtree: sized, writer: 'edited', preserved: true },
};

export interface Subtree {
  readonly name: string;
  readonly phys: bigint;
  /** What `blob-size` says, where a generation has it. */
  readonly sizeBytes: bigint;
}

/** The root of the edited generations (6.19 on) in its page: set up once, changed with every subtree. */
export class RootPage {
  /** The page as memory holds it: behind the tree lie the remains of what stood there. */
  readonly page: Uint8Array;

  private constructor(readonly form: RootForm, readonly order: ByteOrder, pageBytes: number, private blobBytes: number) {
    this.page = new Uint8Array(pageBytes);
  }

  /** kho_out_fdt_setup(). The map of 6.19 is 0 until kho_finalize(); that of later ones is the radix root from the start. */
  static create(form: RootForm, mapPhys: bigint, pageBytes: number, order: ByteOrder): FdtAnswer<RootPage> {
    if (form.map === undefined || form.map.node !== undefined) return failed('BADSTATE');
    const opened = FdtSequentialWriter.create(pageBytes);
    if (!opened.ok) return opened;
    const writer = opened.value;
    const steps = [
      writer.finishReservations(), writer.beginNode(''), writer.stringProperty('compatible', form.compatible),
      writer.property(form.map.property, encodeU64(mapPhys, order)), writer.endNode(),
    ];
    const wrong = steps.find((step) => !step.ok);
    if (wrong !== undefined && !wrong.ok) return wrong;
    const finished = writer.finish();
    if (!finished.ok) return finished;
    const root = new RootPage(form, order, pageBytes, finished.value.length);
    root.page.set(writer.buffer);
    return { ok: true, value: root };
  }

  /** The tree without slack. */
  blob(): Uint8Array {
    return this.page.subarray(0, this.blobBytes);
  }

  /**
   * kho_add_subtree(). EXISTS is -EEXIST to the caller, everything else -ENOMEM; but 6.19 hands out libfdt's code and leaves the node behind when
   * there was no room for its property.
   */
  addSubtree({ name, phys, sizeBytes }: Subtree): FdtAnswer<undefined> {
    const { subtree } = this.form;
    if (subtree === 'in place') return failed('BADSTATE');
    const opened = FdtEditor.open(this.page, this.page.length);
    if (!opened.ok) return opened;
    const editor = opened.value;
    const node = editor.addSubnode(0, name);
    const answer = node.ok ? this.fill(editor, node.value, subtree, phys, sizeBytes) : node;
    if (!answer.ok && node.ok && this.form.id !== '6.19') editor.deleteNode(node.value);
    this.pack(editor);
    return answer.ok ? { ok: true, value: undefined } : answer;
  }

  private fill(editor: FdtEditor, node: number, subtree: { readonly address: string; readonly size: string | undefined }, phys: bigint, sizeBytes: bigint): FdtAnswer<undefined> {
    const address = editor.setProperty(node, subtree.address, encodeU64(phys, this.order));
    if (!address.ok || subtree.size === undefined) return address;
    return editor.setProperty(node, subtree.size, encodeU64(sizeBytes, this.order));
  }

  /** kho_remove_subtree(): the first node with that address goes; false when there is none, which the kernel passes over in silence. */
  removeSubtree(phys: bigint): boolean {
    const { subtree } = this.form;
    const opened = FdtEditor.open(this.page, this.page.length);
    if (subtree === 'in place' || !opened.ok) return false;
    const editor = opened.value;
    const wanted = encodeU64(phys, this.order);
    const node = editor.subnodes(0).find((one) => {
      const value = editor.getProperty(one, subtree.address);
      return value.ok && value.value.length === 8 && value.value.every((byte, i) => byte === wanted[i]);
    });
    if (node !== undefined) editor.deleteNode(node);
    this.pack(editor);
    return node !== undefined;
  }

  /** kho_finalize() of 6.19: the map's address is overwritten in place. */
  setMap(phys: bigint): FdtAnswer<undefined> {
    const opened = FdtEditor.open(this.page, this.blobBytes);
    if (!opened.ok) return opened;
    const value = opened.value.getProperty(0, this.form.map?.property ?? '');
    if (!value.ok) return value;
    value.value.set(encodeU64(phys, this.order));
    return { ok: true, value: undefined };
  }

  private pack(editor: FdtEditor): void {
    const packed = editor.pack();
    if (packed.ok) this.blobBytes = packed.value.length;
  }
}

/** A node as v4 and v5 consumers give it: properties first, then nodes. */
export interface TreeNode {
  readonly name: string;
  readonly properties: readonly (readonly [name: string, value: Uint8Array])[];
  readonly nodes: readonly TreeNode[];
}

function writeNode(writer: FdtSequentialWriter, node: TreeNode): FdtAnswer<undefined> {
  const begun = writer.beginNode(node.name);
  if (!begun.ok) return begun;
  for (const [name, value] of node.properties) {
    const written = writer.property(name, value);
    if (!written.ok) return written;
  }
  for (const inner of node.nodes) {
    const written = writeNode(writer, inner);
    if (!written.ok) return written;
  }
  return writer.endNode();
}

/** A whole tree written in sequence: what FINALIZE makes in v4, v5 and 6.16 to 6.18, and what consumers make of their own. */
export function writeTree(root: TreeNode, bufferBytes: number): FdtAnswer<{ readonly blob: Uint8Array; readonly buffer: Uint8Array }> {
  const opened = FdtSequentialWriter.create(bufferBytes);
  if (!opened.ok) return opened;
  const writer = opened.value;
  const reserved = writer.finishReservations();
  if (!reserved.ok) return reserved;
  const written = writeNode(writer, root);
  if (!written.ok) return written;
  const blob = writer.finish();
  return blob.ok ? { ok: true, value: { blob: blob.value, buffer: writer.buffer } } : blob;
}

/** The root of 6.16 to 6.18 as kho_finalize() writes it, subtrees in the order of their registration. */
export function finalizedRoot(form: RootForm, mapPhys: bigint, subtrees: readonly Subtree[], pageBytes: number, order: ByteOrder): FdtAnswer<{ readonly blob: Uint8Array; readonly buffer: Uint8Array }> {
  if (form.map === undefined || form.subtree === 'in place') return failed('BADSTATE');
  const { address } = form.subtree;
  return writeTree({
    name: '',
    properties: [['compatible', encodeString(form.compatible)], [form.map.property, encodeU64(mapPhys, order)]],
    nodes: subtrees.map(({ name, phys }) => ({ name, properties: [[address, encodeU64(phys, order)]], nodes: [] })),
  }, pageBytes);
}

/** v5: the tree of `struct kho_node` with the map in a node of its own, in the order in which the hash tables gave it. */
export function hashTreeRoot(mapPhys: bigint, nodes: readonly TreeNode[], bufferBytes: number, order: ByteOrder): FdtAnswer<{ readonly blob: Uint8Array; readonly buffer: Uint8Array }> {
  const map: TreeNode = { name: 'preserved-memory', properties: [['metadata', encodeU64(mapPhys, order)]], nodes: [] };
  return writeTree({ name: '', properties: [['compatible', encodeString(rootForms.v5.compatible)]], nodes: [...nodes, map] }, bufferBytes);
}

/** v4: what the notifiers write one after another; `mem` properties say which ranges to keep. */
export function notifierRoot(nodes: readonly TreeNode[], bufferBytes: number): FdtAnswer<{ readonly blob: Uint8Array; readonly buffer: Uint8Array }> {
  return writeTree({ name: '', properties: [['compatible', encodeString(rootForms.v4.compatible)]], nodes }, bufferBytes);
}
