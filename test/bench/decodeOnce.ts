/** `decodeOnce write 6.19|7.1 BLOCKS FILE` makes an image; `decodeOnce read FILE` decodes it and prints JSON: milliseconds, memory, blocks, and what else says that all was read. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { decodeCore } from '../../server/decode/core';
import { coreWith } from './decodeImage';

const [verb = '', ...words] = process.argv.slice(2);
if (verb === 'write') {
  const [id = '7.1', blocks = '1000', file = ''] = words;
  writeFileSync(file, coreWith(Number(blocks), id === '6.19' ? id : '7.1'));
} else {
  const bytes = readFileSync(words[0] ?? '');
  const before = process.resourceUsage().maxRSS / 1024;
  const started = performance.now();
  const image = decodeCore(bytes);
  const ms = performance.now() - started;
  if ('field' in image || image.handover === undefined) throw new Error('not decoded');
  process.stdout.write(JSON.stringify({
    ms, imageMb: bytes.length / 2 ** 20, beforeMb: before, peakMb: process.resourceUsage().maxRSS / 1024, blocks: image.handover.blocks.count, findings: image.findings.length, unowned: image.handover.blocks.unownedCount().count,
  }));
}
