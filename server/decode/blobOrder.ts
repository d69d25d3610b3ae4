/** Which byte order the values of a blob have: its container is big endian always, and nothing in it says what the machine was. */
import { propertyOf } from '../formats/fdtValues';
import type { FdtNode } from '../formats/fdt/read';
import { isFdtTree, readFdt } from '../formats/fdt/read';
import { looksLikeFdt } from '../formats/fdt/header';
import { kexecMetadata, readKexecMetadata } from '../formats/kexecMetadata';
import type { ByteOrder } from '../formats/layoutTable';
import { viewOf } from '../formats/layoutTable';
import { KHO_TEST_MAGIC } from '../formats/testKho';

/** A value that is only ever one number weighs more than any number of addresses and sizes. */
const SURE = 1000;
const U64 = 8;

/** Of blobs of one machine; little endian where they tell nothing. */
export function orderOfBlobs(blobs: Iterable<Uint8Array>): ByteOrder {
  let score = 0;
  for (const blob of blobs) score += looksLikeFdt(blob) ? treeScore(blob) : recordScore(blob);
  return score < 0 ? 'big' : 'little';
}

function recordScore(bytes: Uint8Array): number {
  if (bytes.length !== kexecMetadata.sizeBytes) return 0;
  const reads = (order: ByteOrder): boolean => readKexecMetadata(bytes, order).problems.length === 0;
  return (reads('little') ? SURE : 0) - (reads('big') ? SURE : 0);
}

function treeScore(bytes: Uint8Array): number {
  const tree = readFdt(bytes);
  return isFdtTree(tree) && tree.root !== undefined ? nodeScore(tree.root) : 0;
}

/** Addresses, sizes and counts are small: read in the wrong order they are large. */
function nodeScore(node: FdtNode): number {
  let score = 0;
  for (const { data, name } of node.properties) {
    if (name === 'compatible' || data.length % U64 !== 0) continue;
    for (let at = 0; at < data.length; at += U64) {
      const [little, big] = [viewOf(data).getBigUint64(at, true), viewOf(data).getBigUint64(at)];
      if (little !== big) score += little < big ? 1 : -1;
    }
  }
  const magic = propertyOf(node, 'magic');
  if (magic?.data.length === 4) {
    const view = viewOf(magic.data);
    score += view.getUint32(0, true) === KHO_TEST_MAGIC ? SURE : view.getUint32(0) === KHO_TEST_MAGIC ? -SURE : 0;
  }
  return node.children.reduce((sum, child) => sum + nodeScore(child), score);
}
