import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decodeChosen, decodeSetupData, encodeChosen, encodeSetupData, khoData, readSetupDataChain } from '../../../server/formats/bootRecord';
import { elfHeader, elfNoteHeader, elfProgramHeader, readElfCore } from '../../../server/formats/elfCore';
import { nameFdtBytes } from '../../../server/formats/fdt/overlay';
import { isFdtTree, readFdt } from '../../../server/formats/fdt/read';
import { encodeU64 } from '../../../server/formats/fdtValues';
import { RootPage, finalizedRoot, hashTreeRoot, notifierRoot, rootForms, writeTree } from '../../../server/formats/khoRoot';
import { memRange, readRoot } from '../../../server/formats/khoRootRead';
import { commandLineFor, decodeKstateOut, encodeKstateOut, streamOnCommandLine } from '../../../server/formats/kstateLocator';
import type { Specs, Table, Values } from '../../../server/formats/layoutTable';
import { decode, encode } from '../../../server/formats/layoutTable';
import { khoBlockHeader, luoFile, luoSer, luoSerForm, readBlocks, readEntries } from '../../../server/formats/luo';
import { memoryOf, memoryOfPages, rawMemory } from '../../../server/formats/physicalMemory';
import { decodeScratch, encodeScratch } from '../../../server/formats/scratch';
import { tables } from '../../../server/formats/tables';
import { encodeVmalloc, khoVmalloc, readVmalloc } from '../../../server/formats/vmalloc';
import { vmcoreinfoOf } from '../../../server/formats/vmcoreinfo';

const orders = fc.constantFrom('little' as const, 'big' as const);
const u64 = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });

function valuesOf(of: Table<Specs>): fc.Arbitrary<Values<Specs>> {
  const one = (field: Table<Specs>['fields'][number]): fc.Arbitrary<unknown> => {
    if (field.table !== undefined) return valuesOf(field.table);
    switch (field.kind) {
      case 'u64': case 'pointer': return u64;
      case 'bytes': return fc.uint8Array({ minLength: field.sizeBytes, maxLength: field.sizeBytes });
      case 'text': return fc.string({ unit: fc.constantFrom(...'abc-_.0äλ'), maxLength: Math.floor(field.sizeBytes / 2) });
      case 's32': return fc.integer();
      default: return fc.nat({ max: 2 ** (field.sizeBytes * 8) - 1 });
    }
  };
  return fc.record(Object.fromEntries(of.fields.map((field) => [field.name, one(field)]))) as fc.Arbitrary<Values<Specs>>;
}

describe('formats: tables', () => {
  for (const { table: of, file } of tables) {
    it(`${file}, ${of.structure} (${String(of.sizeBytes)}): what is encoded is decoded, and short bytes are a problem`, () => {
      fc.assert(fc.property(valuesOf(of), orders, fc.nat({ max: of.sizeBytes - 1 }), (values, order, cut) => {
        const bytes = encode(of, values, order);
        const back = decode(of, bytes, 0, order);
        assert.ok(back.ok);
        assert.deepEqual({ ...back.value }, { ...values });
        const short = decode(of, bytes.subarray(0, cut), 0, order);
        assert.ok(!short.ok && short.problem.found === `${String(cut)} bytes`);
      }), { numRuns: 30 });
    });
  }
});

describe('formats: root trees', () => {
  const root = (bytes: Uint8Array, order: 'little' | 'big' = 'little') => {
    const tree = readFdt(bytes);
    assert.ok(isFdtTree(tree));
    return readRoot(tree, order) ?? assert.fail();
  };

  it('every form is told from the others and gives back map and subtrees, in both byte orders', () => {
    for (const order of ['little', 'big'] as const) {
      for (const form of Object.values(rootForms)) {
        if (form.writer !== 'edited') continue;
        const made = RootPage.create(form, 0x5000n, 4096, order);
        assert.ok(made.ok);
        assert.ok(made.value.addSubtree({ name: 'LUO', phys: 0x123456789000n, sizeBytes: 99n }).ok);
        assert.ok(made.value.addSubtree({ name: 'x', phys: 0x1000n, sizeBytes: 1n }).ok);
        assert.ok(!made.value.removeSubtree(0x9999n) && made.value.removeSubtree(0x1000n));
        const read = root(made.value.blob(), order);
        assert.deepEqual([read.problems, read.form?.id, read.mapPhys, read.subtrees.map(({ name, phys, sizeBytes }) => [name, phys, sizeBytes])], [[], form.id, 0x5000n, [['LUO', 0x123456789000n, form.subtree !== 'in place' && form.subtree.size !== undefined ? 99n : undefined]]]);
      }
      const sequential = finalizedRoot(rootForms['6.16'], 0x7000n, [{ name: 'a', phys: 1n, sizeBytes: 0n }, { name: 'b', phys: 2n, sizeBytes: 0n }], 4096, order);
      assert.ok(sequential.ok);
      const read = root(sequential.value.blob, order);
      assert.deepEqual([read.form?.id, read.mapPhys, read.subtrees.map(({ name }) => name)], ['6.16', 0x7000n, ['a', 'b']]);
    }
  });

  it('v4 and v5 hold their data in place', () => {
    const mem = Buffer.concat([encode(memRange, { addr: 0x1000n, size: 0x2000n }, 'little'), encode(memRange, { addr: 0x9000n, size: 0x1000n }, 'little')]);
    const node = { name: 'ftrace', properties: [['mem', mem] as const], nodes: [] };
    const four = notifierRoot([node], 1 << 20);
    const five = hashTreeRoot(0x3000n, [node], 1 << 20, 'little');
    assert.ok(four.ok && five.ok);
    const read = root(four.value.blob);
    assert.deepEqual([read.form?.id, read.memRanges], ['v4', [{ path: '/ftrace', addr: 0x1000n, size: 0x2000n }, { path: '/ftrace', addr: 0x9000n, size: 0x1000n }]]);
    const second = root(five.value.blob);
    assert.deepEqual([second.form?.id, second.mapPhys, second.inPlace.map(({ name }) => name)], ['v5', 0x3000n, ['ftrace']]);
  });

  it('a tree cut at any byte gives nodes, problems and a name for every byte', () => {
    const page = readFileSync('test/fixtures/formats/root-7.1.5.page').subarray(0, 405);
    for (let cut = 40; cut < page.length; cut++) {
      const tree = readFdt(page.subarray(0, cut));
      assert.ok(isFdtTree(tree) && tree.truncated && tree.problems.length > 0);
      assert.equal(nameFdtBytes(tree).reduce((at, run) => {
        assert.equal(run.offsetBytes, at);
        return at + run.lengthBytes;
      }, 0), cut);
    }
  });
});

describe('formats: what the boot passes on', () => {
  const data = { fdt_addr: 0x123000n, fdt_size: 4096n, scratch_addr: 0x456000n, scratch_size: 64n };

  it('setup_data of a real 7.1.5 boot', () => {
    const bytes = encodeSetupData(0n, { fdt_addr: 0x20016000n, fdt_size: 4096n, scratch_addr: 0x3e5f0000n, scratch_size: 64n });
    assert.equal(Buffer.from(bytes).toString('hex').slice(32), '0060012000000000001000000000000000005f3e000000004000000000000000');
    assert.ok(decodeSetupData(bytes).ok);
    bytes[8] = 9;
    const wrong = decodeSetupData(bytes);
    assert.ok(!wrong.ok && wrong.problem.field === 'type');
  });

  it('a chain that bites its tail ends', () => {
    const { nodes, problems } = readSetupDataChain(rawMemory(encodeSetupData(0x1000n, data), 0x1000n), 0x1000n);
    assert.deepEqual([nodes.length, problems[0]?.field], [1, 'next']);
  });

  it('/chosen', () => {
    const tree = writeTree({ name: '', properties: encodeChosen(data), nodes: [] }, 4096);
    assert.ok(tree.ok);
    const read = readFdt(tree.value.blob);
    assert.ok(isFdtTree(read) && read.root !== undefined);
    const back = decodeChosen(read.root);
    assert.ok(back?.ok);
    assert.deepEqual(back.value, data);
    assert.equal(khoData.sizeBytes, 32);
  });

  it('scratch areas, in their order', () => {
    const areas = [{ addr: 0x30000000n, size: 0x2000000n }, { addr: 0x10000000n, size: 0n }];
    assert.deepEqual(decodeScratch(encodeScratch(areas, 'big'), 'big'), areas);
  });

  it('where a KSTATE stream lies', () => {
    for (const dialect of ['v1', 'v2'] as const) assert.deepEqual(streamOnCommandLine(`quiet ${commandLineFor(dialect, { phys: 0x1000n, sizeBytes: 0x2000n })} ro`), { phys: 0x1000n, sizeBytes: 0x2000n });
    assert.deepEqual(decodeKstateOut(encodeKstateOut(0x77000n, 4096, 'little'), 'little'), { ok: true, value: 0x77000n });
  });
});

describe('formats: chains', () => {
  it('vmalloc: a full chunk is followed by an empty one; cycles and totals that lie are named', () => {
    for (const count of [0, 1, 510, 511, 512, 1022]) {
      let next = 0x100000n;
      const entries = Array.from({ length: count }, (_, i) => BigInt(i + 1) << 13n);
      const { head, chunks } = encodeVmalloc(entries, 1, 3, 4096, 'little', () => (next += 4096n));
      const value = decode(khoVmalloc, head, 0, 'little');
      assert.ok(value.ok);
      const read = readVmalloc(memoryOfPages(chunks), value.value, 4096, 'little');
      assert.deepEqual([read.entries, read.problems, read.chunks.length], [entries, [], Math.floor(count / 511) + 1]);
      const loop = chunks[0];
      if (loop !== undefined) loop.bytes.set(encodeU64(loop.phys, 'little'));
      assert.ok(readVmalloc(memoryOfPages(chunks), value.value, 4096, 'little').problems.length > 0);
    }
  });

  it('LUO blocks: counts and cycles', () => {
    const file = encode(luoFile, { compatible: 'memfd-v2', data: 5n, token: 7n }, 'little');
    const page = new Uint8Array(4096);
    page.set(encode(khoBlockHeader, { next: 0x2000n, count: 2n }, 'little'));
    page.set(file, 16);
    page.set(file, 80);
    const memory = rawMemory(page, 0x2000n);
    const read = readBlocks(memory, luoFile, 0x2000n, 4096, 'little');
    assert.deepEqual([read.entries.map(({ phys, value }) => [phys, value.token]), read.blocks, read.problems.map(({ field }) => field)], [[[0x2010n, 7n], [0x2050n, 7n]], [0x2000n], ['next']]);
    assert.equal(readEntries(memory, luoFile, 0x2010n, 1n << 63n, 63, 'little').problems[0]?.field, 'count');
    assert.equal(luoSerForm(encode(luoSer('luo-v5;block-v1'), { compatible: 'luo-v5;block-v1', liveupdate_num: 1n, sessions_pa: 0n, flbs_pa: 0n }, 'little'))?.compatible, 'luo-v5;block-v1');
  });
});

describe('formats: memory', () => {
  it('views where bytes lie together, copies across ranges, zeros that an image leaves out', () => {
    const a = Uint8Array.of(1, 2, 3, 4);
    const memory = memoryOf([{ phys: 100n, bytes: Uint8Array.of(9, 9), sizeBytes: 4n }, { phys: 96n, bytes: a, sizeBytes: 4n }]);
    assert.equal(memory.read(97n, 2)?.buffer, a.buffer);
    assert.deepEqual([...memory.read(98n, 6) ?? []], [3, 4, 9, 9, 0, 0]);
    assert.equal(memory.read(98n, 7), undefined);
    assert.equal(memory.read(95n, 1), undefined);
    assert.equal(memory.read(0xfffffffffffffff0n, 32), undefined);
  });

  it('an ELF core of either byte order, whole and cut at every byte', () => {
    for (const order of ['little', 'big'] as const) {
      const info = Buffer.from('OSRELEASE=7.1.5\nPAGESIZE=4096\nSYMBOL(kho_out)=ffffffff82000000\nNUMBER(phys_base)=-4096\nKERNELOFFSET=1a000000\n');
      const note = Buffer.concat([encode(elfNoteHeader, { namesz: 11, descsz: info.length, type: 0 }, order), Buffer.from('VMCOREINFO\0\0'), info, Buffer.alloc((4 - info.length % 4) % 4)]);
      const start = elfHeader.sizeBytes + 2 * elfProgramHeader.sizeBytes;
      const head = (type: number, offset: number, filesz: number, memsz: number, paddr: bigint) => encode(elfProgramHeader, { type, flags: 4, offset: BigInt(offset), vaddr: 0n, paddr, filesz: BigInt(filesz), memsz: BigInt(memsz), align: 4n }, order);
      const bytes = Buffer.concat([
        encode(elfHeader, { magic: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), class: 2, data: order === 'little' ? 1 : 2, ident_version: 1, ident_rest: new Uint8Array(9), type: 4, machine: 62, version: 1, entry: 0n, phoff: 64n, shoff: 0n, flags: 0, ehsize: 64, phentsize: 56, phnum: 2, shentsize: 0, shnum: 0, shstrndx: 0 }, order),
        head(4, start, note.length, note.length, 0n), head(1, start + note.length, 3, 8, 0x1000n), note, Buffer.from([7, 8, 9]),
      ]);
      const core = readElfCore(bytes);
      assert.ok(core.ok);
      assert.deepEqual([...core.value.memory.read(0x1001n, 4) ?? []], [8, 9, 0, 0]);
      const found = vmcoreinfoOf(core.value);
      assert.deepEqual([found?.osRelease, found?.pageSizeBytes, found?.symbols.get('kho_out'), found?.numbers.get('phys_base'), found?.kernelOffset], ['7.1.5', 4096, 0xffffffff82000000n, -4096n, 0x1a000000n]);
      for (let cut = 0; cut < bytes.length; cut++) {
        const short = readElfCore(bytes.subarray(0, cut));
        assert.ok(!short.ok || short.value.problems.length > 0);
      }
    }
  });
});
