import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FdtNode, FdtProperty } from '../../../server/formats/fdt/read';
import { isKhoTree, khoProperties, nameKhoProperty } from '../../../server/formats/khoProperties';

const property = (name: string | undefined, data: Uint8Array | number, dataOffsetBytes = 76): FdtProperty => {
  const bytes = typeof data === 'number' ? new Uint8Array(data) : data;
  return { name, nameOffset: 0, offsetBytes: dataOffsetBytes - 12, dataOffsetBytes, lengthBytes: bytes.length, data: bytes };
};
const root = (compatible: string | undefined): FdtNode => ({ name: '', depth: 0, offsetBytes: 56, endBytes: 100, properties: compatible === undefined ? [] : [property('compatible', Uint8Array.from(Buffer.from(compatible)))], children: [] });

describe('properties of the trees of KHO', () => {
  it('are known in trees of KHO and its consumers alone: elsewhere the same names are cells', () => {
    for (const ours of ['kho-v1\0', 'kho-v3\0', 'luo-v1\0', 'memblock-v1\0', 'kho-test-v1\0']) assert.equal(isKhoTree(root(ours)), true, ours);
    for (const other of ['linux,dummy\0', 'memblock-v1-like\0', 'kho-test\0', 'simple-bus\0kho-v1\0', '\0', '']) assert.equal(isKhoTree(root(other)), false, other);
    assert.equal(isKhoTree(root(undefined)), false);
  });

  it('have the sizes that kernels write (KHO facts 1.3 to 1.9, 6.6, 7.1, 7.4)', () => {
    const sizes: Readonly<Record<string, number>> = {
      'preserved-memory-map': 8, metadata: 8, fdt: 8, 'preserved-data': 8, 'blob-size': 8, 'liveupdate-number': 8, 'luo-session-header': 8, 'luo-flb-header': 8, start: 8, size: 8,
      magic: 4, nr_folios: 4, csum: 4, folios_info: 16,
    };
    assert.deepEqual(Object.fromEntries(Object.entries(khoProperties).map(([name, { sizeBytes }]) => [name, sizeBytes])), sizes);
  });

  it('are values in the order of the machine, at their place in the tree', () => {
    assert.deepEqual(nameKhoProperty(property('blob-size', 8), 'node LUO, property blob-size'), [
      { structure: 'node LUO, property blob-size', field: 'blob-size', offsetBytes: 76, lengthBytes: 8, meaning: 'bytes of the blob', kind: 'u64', order: 'host', show: 'bytes' },
    ]);
    assert.deepEqual(nameKhoProperty(property('magic', 4, 80), 's')?.map(({ field, offsetBytes, kind, order, show }) => [field, offsetBytes, kind, order, show]), [['magic', 80, 'u32', 'host', 'hex']]);
  });

  it('open the head of a vmalloc area: address, pages, flags, order (KHO facts 2.4)', () => {
    assert.deepEqual(nameKhoProperty(property('folios_info', 16, 100), 's')?.map(({ field, offsetBytes, lengthBytes }) => [field.split('.').at(-1), offsetBytes, lengthBytes]), [
      ['first', 100, 8], ['total_pages', 108, 4], ['flags', 112, 2], ['order', 114, 2],
    ]);
  });

  it('are arrays where they are as long as one: addresses up to 6.17, ranges in v4', () => {
    assert.deepEqual(nameKhoProperty(property('folios_info', 24, 100), 's')?.map(({ field, offsetBytes, lengthBytes, kind }) => [field, offsetBytes, lengthBytes, kind]), [
      ['folios_info[0]', 100, 8, 'pointer'], ['folios_info[1]', 108, 8, 'pointer'], ['folios_info[2]', 116, 8, 'pointer'],
    ]);
    assert.deepEqual(nameKhoProperty(property('mem', 32, 200), 's')?.map(({ field, offsetBytes, lengthBytes }) => [field, offsetBytes, lengthBytes]), [
      ['mem[0].addr', 200, 8], ['mem[0].size', 208, 8], ['mem[1].addr', 216, 8], ['mem[1].size', 224, 8],
    ]);
  });

  it('are nothing where name or size are others, or names come from the language', () => {
    for (const [name, size] of [['start', 4], ['start', 16], ['size', 0], ['magic', 8], ['mem', 0], ['mem', 24], ['folios_info', 12], ['folios_info', 0], ['other', 8], ['constructor', 8], ['__proto__', 8], ['toString', 4]] as const) {
      assert.equal(nameKhoProperty(property(name, size), 's'), undefined, `${name} of ${String(size)} bytes`);
    }
    assert.equal(nameKhoProperty(property(undefined, 8), 's'), undefined);
  });

  it('name every byte once, whatever the property', () => {
    fc.assert(fc.property(fc.constantFrom(...Object.keys(khoProperties), 'mem'), fc.nat(128), fc.nat(1000), (name, size, at) => {
      const runs = nameKhoProperty(property(name, size, at), 's');
      if (runs === undefined) return;
      let next = at;
      for (const { offsetBytes, lengthBytes } of runs) {
        assert.equal(offsetBytes, next);
        next += lengthBytes;
      }
      assert.equal(next, at + size);
    }));
  });
});
