/** Random callbacks run by the interpreter and by gcc's code: the same bytes written, the same object after it, the same return value. */
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { interpretedCallbacks } from '../../server/engine/interpret/runner';
import { Kernel } from '../../server/engine/kernel';
import { dialects } from '../../server/engine/kstate/dialect';
import { StaticData } from '../../server/engine/kstate/staticData';
import { archOf } from '../../server/engine/memory/arch';
import { patternBytes } from '../../server/engine/seed';
import type { FieldPlan } from '../../server/engine/kstate/plan';
import { readC } from '../golden/kstate/readC';
import { Random } from '../fuzz/random';
import { randomCallback, shared } from './randomCallbacks';

/** COUNT callbacks (half of them save, half restore), SEED. */
const count = Number(process.env['COUNT'] ?? '400');
const seed = Number(process.env['SEED'] ?? '20263');
const batch = 100;
const streamBytes = 4096;

const gccPrelude = `
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <stdbool.h>
typedef unsigned char u8; typedef signed char s8; typedef unsigned short u16; typedef short s16; typedef unsigned int u32; typedef int s32;
typedef unsigned long long u64; typedef long long s64;
struct kstate_field;
struct kstate_stream { void *pos; };
static u8 out[1 << 20]; static size_t written;
static u8 in[1 << 16];
static int kstate_save_data(struct kstate_stream *stream, const void *data, size_t size) { memcpy(out + written, data, size); written += size; return 0; }
static void kstate_restore_data(struct kstate_stream *stream, void *data, size_t size) { memcpy(data, stream->pos, size); stream->pos += size; }
static bool kstate_get_byte(struct kstate_stream *stream) { bool b = *(u8 *)stream->pos; stream->pos += 1; return b; }
static unsigned long kstate_get_ulong(struct kstate_stream *stream) { unsigned long v; memcpy(&v, stream->pos, 8); stream->pos += 8; return v; }
`;

interface Ran { readonly rc: number; readonly stream: string; readonly object: string }

const nameOf = (i: number): string => `cb${i}`;
const isSave = (i: number): boolean => i % 2 === 0;
const objectSeed = (i: number): string => `object ${i}`;

/** A callback on which gcc itself crashed: there is no truth to compare with. */
const crashed = 'gcc crashed';

/** Each callback by its number; each runs in a process of its own, and so has fresh statics. Where gcc crashes, halves are tried until the culprit is known. */
function byGcc(texts: readonly string[], numbers: readonly number[], sizeBytes: number): ReadonlyMap<number, Ran | typeof crashed> {
  const ran = compiledByGcc(shared + numbers.map((i) => texts[i]).join('\n'), numbers, sizeBytes);
  if (ran !== crashed) return ran;
  if (numbers.length === 1) return new Map(numbers.map((i) => [i, crashed]));
  const half = numbers.length >> 1;
  return new Map([...byGcc(texts, numbers.slice(0, half), sizeBytes), ...byGcc(texts, numbers.slice(half), sizeBytes)]);
}

/** gcc says so of itself; a driver whose compiler was killed says it, too. */
function isCrash(stderr: string): boolean {
  return /internal compiler error|Please submit a full bug report|terminated program cc1/i.test(stderr);
}

function compiledByGcc(text: string, numbers: readonly number[], sizeBytes: number): ReadonlyMap<number, Ran> | typeof crashed {
  const folder = mkdtempSync(path.join(tmpdir(), 'callbacks-'));
  try {
    const hex = (bytes: Uint8Array): string => [...bytes].join(',');
    const tables = numbers.map((i) => `{${hex(patternBytes(objectSeed(i), sizeBytes))}}`).join(',\n');
    const main = `
static const u8 objects[][${sizeBytes}] = {${tables}};
static const u8 incoming[${streamBytes}] = {${hex(patternBytes('stream', streamBytes))}};
static int (*const fns[])(struct kstate_stream *, void *, const struct kstate_field *) = {${numbers.map(nameOf).join(',')}};
static const u8 saves[] = {${numbers.map((i) => Number(isSave(i))).join(',')}};
int main(int argc, char **argv)
{
	int i = 0;
	sscanf(argv[1], "%d", &i);
	static union { struct thing t; u8 raw[${sizeBytes}]; } object;
	struct kstate_stream stream = { in };
	_Static_assert(sizeof(struct thing) == ${sizeBytes}, "size");
	memcpy(object.raw, objects[i], ${sizeBytes});
	object.raw[offsetof(struct thing, on)] &= 1;
	memcpy(in, incoming, sizeof(incoming));
	int rc = fns[i](&stream, &object, 0);
	printf("%d ", rc);
	if (saves[i]) for (size_t k = 0; k < written; k++) printf("%02x", out[k]);
	else printf("%ld", (long)((u8 *)stream.pos - in));
	printf(" ");
	for (int k = 0; k < ${sizeBytes}; k++) printf("%02x", object.raw[k]);
	return 0;
}
`;
    writeFileSync(path.join(folder, 't.c'), gccPrelude + text + main);
    const built = spawnSync('gcc', ['-w', '-O0', '-std=gnu11', '-funsigned-char', '-fwrapv', '-o', path.join(folder, 't'), path.join(folder, 't.c')], { encoding: 'utf8' });
    if (built.status !== 0 && isCrash(built.stderr)) return crashed;
    assert.equal(built.status, 0, built.stderr.slice(0, 3000));
    return new Map(numbers.map((i, at) => {
      const run = spawnSync(path.join(folder, 't'), [String(at)], { encoding: 'utf8', maxBuffer: 1 << 24 });
      assert.equal(run.status, 0, `callback ${i} ends with ${String(run.signal)}`);
      const [rc = '', stream = '', object = ''] = run.stdout.split(' ');
      return [i, { rc: Number(rc), stream, object }] as const;
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same by the interpreter; in words when it stopped. */
function byUs(text: string, i: number, sizeBytes: number): Ran | string {
  const { unit } = readC(`#include <linux/types.h>\n#include <linux/kstate.h>\n${text}`, 'v3');
  const arch = archOf('x86_64');
  const kernel = new Kernel({ arch, bases: arch.bases, dialect: dialects.v3 });
  const runner = interpretedCallbacks(kernel, unit, new StaticData(kernel, unit));
  const address = kernel.allocStatic(sizeBytes);
  const bytes = patternBytes(objectSeed(i), sizeBytes);
  const on = unit.record('thing');
  const layout = on === undefined ? undefined : unit.layout(on);
  const at = layout?.known === true ? layout.value.members.find((member) => member.member.name === 'on')?.offsetBytes : undefined;
  assert.ok(at !== undefined);
  bytes[at] = (bytes[at] ?? 0) & 1;
  kernel.space.write(address, bytes);
  const written: number[] = [];
  const field: FieldPlan = {
    index: 0, name: 'f', member: 'f', offsetBytes: 0, sizeBytes: 0, flags: 8, versionId: 0, addrType: 0, ksd: undefined, ksdName: undefined, save: undefined,
    restore: undefined, count: undefined, type: '', pointersAt: [], source: undefined,
  };
  const start = kernel.allocHeap(streamBytes * 16);
  kernel.space.write(start, new Uint8Array(streamBytes * 16));
  kernel.space.write(start, patternBytes('stream', streamBytes));
  let pos = start;
  const result = isSave(i)
    ? runner.save(nameOf(i), { kernel, field, address, label: 'object.f', write: (data) => { written.push(...data); return 0; }, position: () => undefined })
    : runner.restore(nameOf(i), {
      kernel, field, address, position: () => pos, seek: (to) => { pos = to; },
      read: (n) => { const data = kernel.space.read(pos, n); pos += BigInt(n); return data; },
    });
  if (result?.ran !== true) return kernel.limits.map((limit) => limit.why).join(' ');
  const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
  return { rc: result.rc, stream: isSave(i) ? hex(Uint8Array.from(written)) : String(pos - start), object: hex(kernel.space.read(address, sizeBytes)) };
}

function sizeOfThing(): number {
  const { unit } = readC(`#include <linux/kstate.h>\n${shared}`, 'v3');
  const record = unit.record('thing');
  const layout = record === undefined ? undefined : unit.layout(record);
  assert.ok(layout?.known === true);
  return layout.value.sizeBytes;
}

describe('callbacks beside gcc', function () {
  this.timeout(0);
  for (let from = 0; from < count; from += batch) {
    const n = Math.min(batch, count - from);
    it(`${n} random callbacks, seed ${seed}, from ${from}`, () => {
      const dice = new Random(seed, from);
      const texts = Array.from({ length: n }, (_, i) => randomCallback(nameOf(i), dice, isSave(i)));
      const size = sizeOfThing();
      const truth = byGcc(texts, texts.map((_, i) => i), size);
      let [stopped, skipped] = [0, 0];
      const wrong: string[] = [];
      texts.forEach((text, i) => {
        const gcc = truth.get(i);
        if (gcc === crashed) {
          skipped++;
          return;
        }
        const own = byUs(shared + text, i, size);
        if (typeof own === 'string') {
          // Long loops meet the bound on steps; anything else must run.
          if (/more than \d+ steps/.test(own)) stopped++;
          else wrong.push(`${own}\n${text}`);
        } else if (JSON.stringify(own) !== JSON.stringify(gcc)) wrong.push(`gcc ${JSON.stringify(gcc)}\nwe  ${JSON.stringify(own)}\n${text}`);
      });
      assert.ok(wrong.length === 0, `${wrong.length} differ:\n${wrong.slice(0, 2).join('\n')}`);
      if (skipped > 0) console.log(`      gcc crashed on ${skipped} of ${n}: skipped`);
      assert.ok(skipped * 20 < n, `gcc crashed on ${skipped} of ${n} callbacks`);
      assert.ok(stopped * 20 < n, `${stopped} of ${n} callbacks were not run to their end`);
    });
  }
});
