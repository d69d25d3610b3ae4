/** The tree of a kernel that runs: its root page, subtrees, and nodes that lie in the root itself. What a call answers is said in `outgoing.ts`. */
import type { TreeNode } from '../../formats/khoRoot';
import { RootPage, finalizedRoot, hashTreeRoot, notifierRoot } from '../../formats/khoRoot';
import type { RootForm, Subtree } from '../../formats/khoRoot';
import type { KhoMachine } from '../kho/handoverImage';
import { CallFailed } from './recorder';

export class OutgoingTree {
  private subtrees: readonly Subtree[] = [];
  private inPlace: readonly TreeNode[] = [];
  /** Kernels that edit it in place, from the start. */
  private readonly root: RootPage | undefined;
  private readonly pageBytes: number;

  /**
   * Throws CallFailed when a root does not fit into its page.
   * @param mapPhys what the root says of the tracker from the start
   */
  constructor(private readonly form: RootForm, private readonly machine: KhoMachine, mapPhys: bigint) {
    this.pageBytes = 1 << machine.pageShift;
    if (form.writer !== 'edited') return;
    const made = RootPage.create(form, mapPhys, this.pageBytes, machine.order);
    if (!made.ok) throw new CallFailed('ENOMEM', 'kho_init', `the root tree does not fit into a page: ${made.error}`);
    this.root = made.value;
  }

  /** Undefined: it is in the tree. */
  add(subtree: Subtree): { readonly errno: 'EEXIST' | 'ENOMEM'; readonly why: string } | undefined {
    const answer = this.root?.addSubtree(subtree);
    if (answer?.ok === false) {
      return answer.error === 'EXISTS' ? { errno: 'EEXIST', why: `there is a subtree ${subtree.name} already` } : { errno: 'ENOMEM', why: `no room for ${subtree.name} in the root's page` };
    }
    this.subtrees = [...this.subtrees, subtree];
    return undefined;
  }

  /** Undefined: there was none. */
  remove(phys: bigint): Subtree | undefined {
    const gone = this.subtrees.find((one) => one.phys === phys);
    this.subtrees = this.subtrees.filter((one) => one !== gone);
    this.root?.removeSubtree(phys);
    return gone;
  }

  addNode(node: TreeNode): void {
    this.inPlace = [...this.inPlace, node];
  }

  removeNode(node: TreeNode): void {
    this.inPlace = this.inPlace.filter((one) => one !== node);
  }

  clear(): void {
    this.subtrees = [];
    this.inPlace = [];
  }

  /** The root as it is passed on. Throws CallFailed when it does not fit into its page. */
  bytes(mapPhys: bigint): Uint8Array {
    const { form, machine: { order }, subtrees, inPlace, pageBytes } = this;
    if (form.map === undefined) return bufferOf(notifierRoot(inPlace, pageBytes));
    if (form.map.node !== undefined) return bufferOf(hashTreeRoot(mapPhys, inPlace, pageBytes, order));
    if (this.root === undefined) return bufferOf(finalizedRoot(form, mapPhys, subtrees, pageBytes, order));
    if (form.map.of === 'chunks') this.root.setMap(mapPhys);
    return this.root.page;
  }
}

function bufferOf(answer: { readonly ok: true; readonly value: { readonly buffer: Uint8Array } } | { readonly ok: false; readonly error: string }): Uint8Array {
  if (!answer.ok) throw new CallFailed('ENOMEM', 'kho_finalize', `the tree does not fit into its page: ${answer.error}`);
  return answer.value.buffer;
}
