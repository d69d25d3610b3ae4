/**
 * The schema of scenario files (`*.handover.json`): what the editor completes and validates with, and what the command line validates with. `schemas/handover.schema.json`
 * is made of it (`node .build/schema.mjs --write`). What a schema cannot say, checks/ do.
 */
import type { JsonSchema } from './jsonSchema';
import { SEAL_NAMES } from '../../formats/memfd';
import { participantDefinitions } from './schemaParticipants';
import { ARCHES, PAGE_SIZES, flag, listOf, object, oneOf, ref, scalarDefinitions, someText, text, told } from './schemaScalars';
import type { CompatibleOf } from './scenario';

export const COMPATIBLES: readonly CompatibleOf[] = ['root', 'memblock', 'reserve_mem', 'kho_test', 'luo', 'luo_session', 'luo_flb', 'memfd'];
/** Defaults of `kernelSize`, `imageSize` and `bootMemory`, in MiB. */
export const KERNEL_MIB = 48n;
export const IMAGE_MIB = 24n;
export const BOOT_MIB = 16n;
const mebibytes = (count: bigint): string => `${String(count)}M`;

const khoScratch = told(text, 'Value of `kho_scratch=`: `lowmem,global,per node` as sizes, or a percentage of what the kernel reserves early (`200%` when it is not given). A kernel that is handed '
  + 'memory takes over the areas of the one before, whatever its command line says.');
const reserveMem = told(listOf(someText), 'Values of `reserve_mem=`, in order: `size:align:name`. At most 8; names shorter than 16 bytes.', []);

const machine: JsonSchema = {
  ...object({
    arch: told(oneOf(ARCHES, { x86_64: '64-bit x86.', arm64: '64-bit Arm.' }), 'Architecture.', 'x86_64'),
    pageSize: told(oneOf(Object.keys(PAGE_SIZES)), 'Page size of all kernels. x86_64 has 4K only.', '4K'),
    byteOrder: told(oneOf(['little', 'big']), 'Byte order of all kernels.', 'little'),
    memory: told(ref('size'), 'Size of all memory, in place of `ram`: it lies as in a virtual machine, with the hole below 1 MiB and, for what does not fit below 3 GiB, from 4 GiB on (x86_64), or from 1 GiB on (arm64).'),
    nodes: told({ type: 'integer', minimum: 1, maximum: 64 }, 'NUMA nodes that share `memory` in equal parts.', 1),
    ram: told(listOf(object({
      start: told(ref('address'), 'Physical address; a multiple of the page size.'),
      size: told(ref('size'), 'Bytes; a multiple of the page size.'),
      node: told({ type: 'integer', minimum: 0, maximum: 63 }, 'NUMA node.', 0),
    }, ['start', 'size']), 1), 'Ranges of memory, in place of `memory` and `nodes`.'),
    kernelSize: told(ref('size'), 'What the kernel\'s image, its initrd and early tables take on the first node, beside the memory map of each node. `kho_scratch=` in percent is a share of this.', mebibytes(KERNEL_MIB)),
    kho_scratch: { ...khoScratch, markdownDescription: `${String(khoScratch.markdownDescription)} For all kernels that do not say their own.` },
    reserve_mem: { ...reserveMem, markdownDescription: `${String(reserveMem.markdownDescription)} For all kernels that do not say their own.` },
  }),
  markdownDescription: 'Memory, and what the command line of all kernels sets aside of it.',
  defaultSnippets: [
    { label: 'memory and nodes', body: { memory: '${1:1G}', nodes: 2, kho_scratch: '32M,64M,32M' } },
    { label: 'explicit ranges', body: { ram: [{ start: '0x0', size: '${1:512M}', node: 0 }] } },
  ],
};

const kernel = object({
  generation: told(ref('generation'), 'Which layouts it writes and reads.'),
  release: told(someText, '`uname -r`, shorter than 65 bytes. Default: that of a kernel of its generation.'),
  kho: told(flag, '`kho=on`.', true),
  liveupdate: told(flag, '`liveupdate=on`. Default: whether the generation has LUO.'),
  kho_scratch: khoScratch,
  reserve_mem: reserveMem,
  debug: told(flag, '`CONFIG_KEXEC_HANDOVER_DEBUG`: preserving what lies in scratch is refused.', false),
  bootMemory: told(ref('size'), 'Memory that booting takes in this kernel before userspace runs, beside what participants take.', mebibytes(BOOT_MIB)),
  pressure: told(ref('share'), 'Share of free memory that userspace then fills.', 0),
  imageSize: told(ref('size'), 'Kernel and initrd of the image that this kernel is booted from by kexec: they must fit into one scratch area.', mebibytes(IMAGE_MIB)),
  compatible: told({ type: 'object', properties: Object.fromEntries(COMPATIBLES.map((of) => [of, someText])), additionalProperties: false },
    'Compatible strings that differ from the generation\'s: what this kernel writes, and what it wants to read.', {}),
  bitmapSize: told({ type: 'integer', enum: [512, 4096, 16384, 65536] }, 'Bytes of a bitmap of the tracker, where it differs from the generation\'s: 6.17.y after the backport has a page.'),
  depthFix: told(flag, 'Radix trees of 16K pages: with or without the depth fix. Default: the generation\'s.'),
  without: told(listOf(someText), 'Names of participants that this kernel has no file handler, driver or test for.', []),
}, ['generation']);

const userspace: JsonSchema = {
  markdownDescription: 'What userspace does behind the jump: `all` (the default) retrieves and finishes everything, `none` nothing.',
  default: 'all',
  anyOf: [
    oneOf(['all', 'none'], { all: 'Retrieves every file, and finishes every session.', none: 'Does nothing.' }),
    object({
      retrieve: told({ anyOf: [oneOf(['all', 'none']), listOf(someText)] }, 'Names of sessions (`vm-a`), or of files in them (`vm-a/0x1001`), that it retrieves.', 'all'),
      finish: told({ anyOf: [oneOf(['all', 'none']), listOf(someText)] }, 'Names of sessions that it finishes.', 'all'),
      opensPlain: told(listOf(someText), 'Names of drivers whose plain device it opens in place of what was preserved.', []),
      preservesAgain: told(flag, 'Whether it preserves what it has again for the next handover: new sessions with the same files.', true),
    }),
  ],
};

const handover = object({
  abortAfter: told(oneOf(['RUNNING', 'PREPARE', 'PRE-STOP', 'STOP']), 'The state behind which this attempt is given up: it does not jump, and its kernel stays.'),
  finalize: told({ type: 'integer', minimum: 0, maximum: 16 }, 'How often userspace asks the kernel to finalize (debugfs, until 6.19). 0: never. Without it once, and never where a kernel has no such request; asked all the same, it answers ENOENT.'),
  userspace,
});

const fault = object({
  participant: told(someText, 'Name of the participant that fails.'),
  state: told(ref('state'), 'In which state, when it is its turn.'),
  error: told(ref('errno'), 'With which error.', 'EIO'),
  handover: told({ type: 'integer', minimum: 1, maximum: 1000 }, 'In which attempt, from 1.', 1),
}, ['participant', 'state']);

const pages: JsonSchema = { type: 'integer', minimum: 0 };
const expect = object({
  verdict: told(ref('verdict'), 'Of the last handover.'),
  verdicts: told(listOf(ref('verdict')), 'Of each handover that jumps, in order.'),
  corruption: told(flag, 'Whether memory that somebody goes on to use was overwritten.'),
  fates: told({
    type: 'object',
    additionalProperties: { anyOf: [ref('fate'), object({ kept: pages, lost: pages, leaked: pages, overwritten: pages, refused: pages })] },
  }, 'By the name of a participant, a region of `reserve_mem=`, a file (`vm-a/0x1001`) or `kexec-metadata`: the fate of all of it, or pages by fate.', {}),
  arrives: told({
    type: 'object',
    additionalProperties: object({
      size: told(ref('size'), '`i_size`.'),
      pos: told(ref('size'), '`f_pos`.'),
      seals: told(listOf(oneOf(SEAL_NAMES)), 'All of its seals, in any order, as `F_GET_SEALS` names them.'),
    }),
  }, 'By the name of a memfd (`vm-a/0x1001`): the file that the new kernel gives out at the last handover. Properties that are left out may be anything; `{}` asks for the file alone.', {}),
  changed: told({ type: 'object', additionalProperties: { anyOf: [flag, listOf(someText)] } },
    'By a name as in `fates`: what arrives in another state at the last handover though its pages are kept (a position, seals, a value, a device that nobody took over). `false` or an empty list: nothing; '
    + '`true`: something; a list: texts that stand in what the report says behind "but".', {}),
  messages: told(listOf(someText), 'Parts of lines that kernels must log, in this order.', []),
  noMessages: told(listOf(someText), 'Parts of lines that no kernel may log.', []),
  blocks: told({ anyOf: [pages, { type: 'object', propertyNames: { pattern: '^[0-9]{1,2}$' }, additionalProperties: pages }] },
    'Preserved blocks at the last jump: all of them, or by order (`{"0": 12, "9": 1}`).'),
});

export const scenarioSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  allowComments: true,
  allowTrailingCommas: true,
  title: 'Kernel handover',
  description: 'A handover between Linux kernels, run by kexec-handover from RUNNING to CONCLUDE.',
  ...object({
    $schema: text,
    name: told(someText, 'Name in reports and in the Test Explorer. Default: the name of the file.'),
    description: told(text, 'Which question this scenario answers.'),
    machine,
    kernels: told(listOf({ anyOf: [ref('generation'), kernel] }, 1), 'Kernels in the order in which they run; the first boots cold. A generation, or an object with more.'),
    participants: told(listOf(ref('participant')), 'Who hands something over.', []),
    handovers: told(listOf(handover), 'Attempts in order. Those that jump are as many as there are kernels but one. Default: one from each kernel to the next.'),
    faults: told(listOf(fault), 'Who fails when.', []),
    expect: told(expect, 'What must come of it: with this a scenario is a test.'),
    alternatives: told(object({
      carvedOut: told(ref('size'), 'Memory that the administrator set aside on the command line of the first kernel. 0: none.', 0),
      samePlace: told(flag, 'Whether every later kernel is given the same place on its command line.', true),
    }), 'Asks the report to say what the approaches that were there before KHO would have kept.'),
  }, ['machine', 'kernels']),
  definitions: { ...scalarDefinitions, ...participantDefinitions },
  defaultSnippets: [{
    label: 'handover', description: 'An update with a session', body: {
      name: '${1:Plain update}', machine: { memory: '1G', nodes: 2, kho_scratch: '32M,64M,32M' }, kernels: ['7.1', '7.1'],
      participants: [{ kind: 'session', name: 'vm-a', files: [{ token: '0x1001', size: '16M' }] }], expect: { verdict: 'works', fates: { 'vm-a': 'kept' } },
    },
  }],
};
