import assert from 'node:assert';
import { compareTruth } from '../../../server/conformance/imageCompare';
import type { Json } from '../../../server/decode/exactJson';
import { isList } from '../../../server/decode/exactJson';
import { imageJson } from '../../../server/decode/toJson';
import { DecodedView } from '../../../server/decode/view';
import { altered, change, collect, collectLists } from './altered';
import { decoded, imageBytes, truthOf } from './images';

describe('memory that real kernels handed over', () => {
  for (const name of ['7.1.5', '6.19', '7.1.5-userspace']) {
    it(`${name}: every key equals the independent walk`, () => {
      const { passed, differences } = compareTruth(truthOf(name), imageJson(decoded(imageBytes(name))));
      assert.deepStrictEqual(differences, []);
      assert.ok(passed > 50, String(passed));
    });
  }

  it('a clean image has no findings; the boot record is found in the successor', () => {
    assert.deepStrictEqual(decoded(imageBytes('7.1.5')).findings, []);
    assert.deepStrictEqual(decoded(imageBytes('6.19')).findings, []);
    const early = decoded(imageBytes('7.1.5-early-boot'));
    assert.deepStrictEqual(early.findings, []);
    assert.deepStrictEqual(early.records.map(({ by, data }) => [by, data.fdt_addr, data.scratch_size]), [['setup_data', 536961024n, 64n]]);
    assert.deepStrictEqual(early.roots.map((root) => root.namedBy), ['setup_data']);
    assert.deepStrictEqual(compareTruth(truthOf('7.1.5'), imageJson(early)).differences, []);
  });

  it('scratch areas equal those of the walk', () => {
    for (const name of ['7.1.5', '6.19']) {
      const { scratch } = truthOf(name) as { readonly scratch: Json };
      assert.deepStrictEqual(imageJson(decoded(imageBytes(name)))['scratch'], scratch, name);
    }
  });

  it('a dead tree in a running successor is told apart from the one that counts', () => {
    const image = decoded(imageBytes('7.1.5-userspace'));
    assert.deepStrictEqual(image.roots.map(({ phys, dead }) => [phys, dead]), [[20094976n, false], [536961024n, true]]);
    assert.deepStrictEqual(image.findings.map(({ kind, phys }) => [kind, phys]), [['dead-tree', 536961024n]]);
  });

  it('the view gives nodes, named bytes and values when asked', () => {
    const image = decoded(imageBytes('7.1.5'));
    const view = new DecodedView({ top: image.structure, findings: image.findings, read: (one, at, length) => (one.phys === undefined ? undefined : image.memory.read(one.phys + BigInt(at), length)), order: 'little' });
    const [root] = view.children(view.root().id);
    assert.strictEqual(root?.label, 'KHO root FDT');
    assert.strictEqual(root.phys, '0x20016000');
    const metadata = view.children(root.id).find((one) => one.label === 'kexec-metadata');
    const content = view.content(metadata?.id ?? '', 0, 73);
    assert.deepStrictEqual(content?.fields.map(({ name, value }) => [name, value]), [['version', '1'], ['previous_release', '"7.1.5-kho715"'], ['kexec_count', '1']]);
    assert.strictEqual(view.content(metadata?.id ?? '', 0, 4)?.bytes?.hex, '01000000');
    assert.strictEqual(view.content('0.99.1', 0, 16), undefined);
    const luo = view.children(root.id).find((one) => one.label === 'LUO');
    assert.deepStrictEqual(view.children(luo?.id ?? '').map((one) => [one.label, one.childCount]), [['sessions', 2], ['FLBs', 3]]);
  });
});

describe('a truth with one value altered', () => {
  for (const name of ['7.1.5', '6.19']) {
    it(`${name}: the comparison fails for every kind of key`, () => {
      const truth = truthOf(name);
      const found = imageJson(decoded(imageBytes(name)));
      const kinds = new Map<string, (string | number)[]>();
      collect(truth, [], kinds);
      assert.ok(kinds.size > 100, String(kinds.size));
      for (const [kind, path] of kinds) {
        const { differences } = compareTruth(altered(truth, path, change), found);
        assert.ok(differences.length > 0, `${kind}: ${path.join('.')}`);
      }
    });

    it(`${name}: a member too many, too few, or in another place fails where order means something`, () => {
      const truth = truthOf(name);
      const found = imageJson(decoded(imageBytes(name)));
      const lists = new Map<string, (string | number)[]>();
      collectLists(truth, [], lists);
      for (const [kind, path] of lists) {
        assert.ok(compareTruth(altered(truth, path, (list) => (isList(list) ? list.slice(1) : list)), found).differences.length > 0, `${kind} too few`);
        assert.ok(compareTruth(altered(truth, path, (list) => (isList(list) ? [...list, list[0] ?? 0] : list)), found).differences.length > 0, `${kind} too many`);
      }
      const ordered = ['root.property_order', 'root.subtrees', 'radix.preserved_in_key_order', 'bitmap.preserved_in_walk_order', 'chunks', 'kho_test.folios'];
      for (const key of ordered.filter((one) => lists.has(one))) {
        const turned = altered(truth, key.split('.'), (list) => (isList(list) ? [...list].reverse() : list));
        assert.ok(compareTruth(turned, found).differences.length > 0, `${key} turned around`);
      }
      for (const key of ['owners', 'radix.nodes', 'radix.preserved', 'bitmap.preserved'].filter((one) => lists.has(one))) {
        const turned = altered(truth, key.split('.'), (list) => (isList(list) ? [...list].reverse() : list));
        assert.deepStrictEqual(compareTruth(turned, found).differences, [], `${key} is a set`);
      }
    });
  }
});
