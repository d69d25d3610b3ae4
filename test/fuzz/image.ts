/** Memory images that real kernels handed over, and such of the other generations, with words of their structures changed, cut off or swapped, through the decoder. */
import { decodeFile } from '../../server/decode/decodeFile';
import { writeExact } from '../../server/decode/exactJson';
import { decodedText } from '../../server/decode/toText';
import { encodeElfCore, elfMachines } from '../../server/formats/elfCoreWrite';
import type { Generation, GenerationId } from '../../server/formats/generations';
import { imageBytes } from '../golden/decode/images';
import type { Plan } from '../unit/decode/randomHandover';
import { generationOf, makeHandover } from '../unit/decode/randomHandover';
import type { Random } from './random';
import type { Target } from './target';
import { Demand } from './target';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const real = ['7.1.5', '6.19', '7.1.5-early-boot', '7.1.5-userspace'] as const;
/** Generations of which no dump of a real kernel is at hand. */
const made: readonly GenerationId[] = ['v4', 'v5', '6.16', '6.18', 'kho-v2', 'newest'];
const names: readonly string[] = [...real, ...made];

function madeImage(generation: Generation): Uint8Array {
  const plan: Plan = {
    generation, pageShift: 12, order: generation.id === 'kho-v2' ? 'big' : 'little', otherForm: false, basePfn: 0x1000, gaps: [0, 3, 1], regions: [{ offset: 3, pages: 77 }], testFolios: [0, 0, 3, 9], unowned: [],
    luo: { ser: '', flbs: 2, sessions: [{ files: [{ seals: 3, folios: Array.from({ length: 20 }, (_, i) => ({ order: i % 3, hole: i === 7, flags: 3 })) }] }, { files: [] }] },
  };
  return encodeElfCore({ order: plan.order, machine: plan.order === 'big' ? elfMachines.s390x : elfMachines.x86_64, memory: makeHandover(plan).image.pages, vmcoreinfo: undefined });
}
const images = new Map<string, Uint8Array>();

function imageOf(name: string): Uint8Array {
  let found = images.get(name);
  const own = made.find((id) => id === name);
  if (found === undefined) images.set(name, found = own === undefined ? imageBytes(name) : madeImage(generationOf(own)));
  return found;
}

export const image: Target = {
  name: 'image',
  make(random) {
    const name = random.pick(names) ?? real[0];
    return { label: name, files: [['image.elf', text(spoil(random, imageOf(name)))]], edits: [], way: 'read' };
  },
  run(one, step) {
    const bytes = new Uint8Array(Buffer.from(one.files[0]?.[1] ?? '', 'latin1'));
    step('decode');
    const decoded = decodeFile(bytes, 'image.elf', { physBase: undefined, pageBytes: undefined });
    if (decoded === undefined || 'expected' in decoded) return Promise.resolve();
    if (decoded.findings.length > 2000) throw new Demand('too many findings');
    step('print');
    writeExact(decoded.json());
    decodedText(decoded);
    step('view');
    const view = decoded.view();
    for (const child of view.children('0')) view.content(child.id, 0, 65536);
    for (const { goto } of view.findings) {
      if (goto?.kind === 'node' && view.content(goto.id, goto.offsetBytes, 256) === undefined) throw new Demand('a finding leads to a node that is not there');
      if (goto?.kind === 'memory') view.memory(BigInt(goto.phys), 4096, 0, 4096);
    }
    view.blocks?.rows({ sort: 'owner', descending: true }, 0, 100);
    return Promise.resolve();
  },
  limits(bytes) {
    return { timeMs: 3000 + bytes / 100, heapMb: Math.round(400 + bytes / 2_000) };
  },
};

/** Values that counts, sizes and addresses are replaced with. */
const words: readonly bigint[] = [0n, 1n, 0xffffffffffffffffn, 0x8000000000000000n, 0xfffffffffffff000n, 0x7fffffffn, 0xffffffffn, 4096n, 0x20016000n];

function spoil(random: Random, from: Uint8Array): Uint8Array {
  if (random.oneIn(6)) return from.slice(0, random.below(from.length));
  const out = from.slice();
  const view = new DataView(out.buffer);
  for (let i = 1 + random.size(12); i > 0; i--) {
    // Places in use are found by stepping to the next word that is not 0.
    let at = random.below(out.length / 8 - 1) * 8;
    for (let steps = 0; steps < 4096 && view.getBigUint64(at, true) === 0n && at + 16 < out.length; steps++) at += 8;
    const other = random.below(out.length / 8 - 1) * 8;
    if (random.oneIn(3)) out[at + random.below(8)] = random.below(256);
    else view.setBigUint64(at, random.oneIn(2) ? random.pick(words) ?? 0n : view.getBigUint64(other, true), true);
  }
  return out;
}
