/** `decode FILE|DIR`: what a memory image, an FDT, a debugfs folder or a stream holds. */
import path from 'node:path';
import { targetOf } from '../c/targets';
import { KNOWN_FILES, decodeDebugfs, decodeFile } from '../decode/decodeFile';
import { writeExact } from '../decode/exactJson';
import { decodedText } from '../decode/toText';
import { problemText } from '../formats/problem';
import { readDecodeInput } from '../workspace/decodeInput';
import { EXIT, UsageError } from './io';
import { streamDescriptions } from './streamDescriptions';
import type { Verb } from './verbs';

export const decode: Verb = {
  name: 'decode',
  usage: 'FILE|DIR',
  summary: 'Read back what a kernel handed over: an ELF core, vmcore or raw memory image, an FDT blob, a folder copied from /sys/kernel/debug/kho, or a KSTATE stream (with --tree its fields by the descriptions of that tree).',
  formats: ['text', 'json'],
  flags: ['phys-base'],
  operands: [1, 1],
  async run(parsed, io) {
    const [file = ''] = parsed.operands;
    const input = readDecodeInput(path.resolve(io.cwd, file));
    if (input.kind === 'error') throw new UsageError(input.message);
    const order = parsed.arch === 'auto' ? undefined : targetOf(parsed.arch).bigEndian ? 'big' : 'little';
    const options = { physBase: parsed.physBase, pageBytes: parsed.pageSizeBytes, order } as const;
    const first = input.kind === 'folder' ? decodeDebugfs(input.files, order) : decodeFile(input.bytes, path.basename(file), options);
    const isStream = first !== undefined && 'what' in first && first.what === 'KSTATE stream';
    const decoded = isStream && input.kind === 'file' && parsed.tree !== undefined
      ? decodeFile(input.bytes, path.basename(file), { ...options, descriptions: await streamDescriptions(parsed.tree, parsed, io) }) : first;
    if (decoded === undefined) {
      throw new UsageError(input.kind === 'folder' ? `${file}: expected fdt, sub_fdts/* below it, in/ or out/, found none`
        : `${file}: expected ${KNOWN_FILES}, found none of them (--phys-base ADDR reads a raw image)`);
    }
    if ('expected' in decoded) throw new UsageError(`${file}: ${problemText(decoded)}`);
    io.stdout(parsed.format === 'json' ? `${writeExact(decoded.json())}\n` : decodedText(decoded));
    return decoded.findings.length === 0 ? EXIT.clean : EXIT.found;
  },
};
