/** Participants of a handover in the schema of scenarios: one object for each kind, told apart by `kind`. */
import type { JsonSchema, JsonValue, Snippet } from './jsonSchema';
import { STATES } from './scenario';
import { SEAL_NAMES } from '../../formats/memfd';
import { MIGRATE_TYPES, PLACEMENTS, flag, listOf, object, oneOf, ref, someText, told } from './schemaScalars';
import { stateWords } from './states';

const count: JsonSchema = { type: 'integer', minimum: 1, maximum: 0x7fffffff };
const order: JsonSchema = { type: 'integer', minimum: 0, maximum: 20 };
const area = told(someText, 'Name of a piece of this driver\'s memory.');
const subtreeActions = ['add subtree', 'remove subtree', 'retrieve subtree'] as const;
/** Actions that are about one area and nothing else. */
export const AREA_ACTIONS = ['write', 'preserve', 'unpreserve', 'restore', 'free', 'adopt'] as const;

const areaActionWords: Readonly<Record<(typeof AREA_ACTIONS)[number], string>> = {
  write: 'Fills the area with the driver\'s data.',
  preserve: '`kho_preserve_folio()` of each folio.',
  unpreserve: '`kho_unpreserve_folio()` of each folio.',
  restore: '`kho_restore_folio()` of each folio, behind the jump.',
  free: 'Gives the folios back to the page allocator.',
  adopt: 'The hardware goes on with what is in the area (tables, rings). What nobody has adopted when POST-RESUME comes is a wrecked device.',
};

const kind = (value: string, words: string): JsonSchema => ({ const: value, markdownDescription: words });
const name = (words: string): JsonSchema => told(someText, `${words} Faults, expectations and reports call it by this name; unique in the scenario.`);

/** `body` of a snippet: `$1` are the places that Tab goes to. */
const snippet = (label: string, description: string, body: JsonValue): Snippet => ({ label, description, body });

export const PARTICIPANT_KINDS = ['test_kho', 'session', 'flb', 'vmalloc', 'kstate', 'driver'] as const;

export const participantDefinitions: Readonly<Record<string, JsonSchema>> = {
  folioGroup: object({
    order: told(order, 'Each folio is 2^order pages.', 0),
    count: told(count, 'How many folios.', 1),
    placement: told(oneOf(PLACEMENTS), '`packed`: one after the other; `scattered`: spread over the machine\'s memory.', 'packed'),
  }),
  folios: {
    markdownDescription: 'Folios: a number (of single pages), a group, or a list of groups.',
    anyOf: [count, ref('folioGroup'), listOf({ anyOf: [count, ref('folioGroup')] }, 1)],
  },
  memfdFile: object({
    token: told(ref('token'), 'By which userspace finds the file again. Unique in the session.'),
    size: told(ref('size'), '`i_size` of the file.'),
    holes: told(listOf(object({ at: told(ref('size'), 'Offset in the file; a multiple of the page size.'), size: told(ref('size'), 'Bytes; a multiple of the page size.') }, ['at', 'size'])),
      'Parts that nobody has written to. Preserving the file fills them with single pages, as kernels do with `shmem_enabled` at `never` or `advise`.', []),
    seals: told(listOf(oneOf(SEAL_NAMES)), 'As `F_GET_SEALS` names them. A file made without `MFD_ALLOW_SEALING` has `SEAL`.', []),
    folioOrder: told(order, 'Order of the folios that the file is made of (huge pages of shmem). A hole that leaves a part of a folio written is in that folio. For folios of several orders: `folios`.', 0),
    placement: told(oneOf(PLACEMENTS), 'Where its folios lie. With `folios` each group says its own.', 'packed'),
    folios: told(ref('folios'), 'The folios that the file is made of, in its order, in place of `folioOrder` and `placement`: a number (of single pages), a group, or a list of groups. They are those of all pages outside of '
      + 'the holes, which are passed over: no folio reaches into one, and each lies at a multiple of its size in the file. The last may reach past the end of the file.'),
    pos: told(ref('size'), '`f_pos` when the file is preserved.', 0),
    posAtFreeze: told(ref('size'), '`f_pos` at the reboot. Default: as `pos`.'),
  }, ['token', 'size']),
  handlerFile: object({
    token: told(ref('token'), 'By which userspace finds the file again. Unique in the session.'),
    compatible: told(someText, 'Compatible string of the file handler that the scenario brings; shorter than 48 bytes.'),
    data: told(ref('size'), 'Bytes that the handler preserves for the file, in one folio.', '4K'),
  }, ['token', 'compatible']),
  driverAction: {
    markdownDescription: 'What the driver does: one action.',
    anyOf: [
      oneOf(subtreeActions, {
        'add subtree': 'Hands out an FDT of the driver\'s own name that lists its areas: `kho_add_subtree()`.',
        'remove subtree': '`kho_remove_subtree()`.',
        'retrieve subtree': 'Finds the FDT in the new kernel, checks the compatible string, and learns of the areas: `kho_retrieve_subtree()`.',
      }),
      object({
        alloc: told(area, 'Takes folios for a new area of this name.'),
        folios: told(ref('folios'), 'What it is made of.', 1),
        migrate: told(oneOf(MIGRATE_TYPES, {
          unmovable: '`GFP_KERNEL`: never in scratch.', movable: '`GFP_HIGHUSER_MOVABLE`: may lie in scratch.', cma: 'From the CMA area that scratch is.',
        }), 'Migrate type of the allocation.', 'unmovable'),
        write: told(flag, 'Filled with the driver\'s data at once.', true),
      }, ['alloc']),
      object({ copy: told(area, 'Area whose bytes are copied.'), to: told(area, 'Area that they are copied into.') }, ['copy', 'to']),
      ...AREA_ACTIONS.map((action) => object({ [action]: told(area, areaActionWords[action]) }, [action])),
      object({ fail: told(ref('errno'), 'The driver fails with this error.') }, ['fail']),
    ],
    defaultSnippets: [
      snippet('alloc', 'Take folios for a new area', { alloc: '${1:tables}', folios: { count: 512 } }),
      snippet('preserve', 'Preserve an area', { preserve: '${1:tables}' }),
      snippet('copy', 'Copy an area into another', { copy: '${1:tables}', to: '${2:frozen}' }),
    ],
  },
  testKho: object({
    kind: kind('test_kho', 'What lib/test_kho does: folios, found again through a subtree, compared by a checksum.'),
    name: { ...name('Name of the participant.'), default: 'test_kho' },
    folios: told(ref('folios'), 'Folios that it keeps.', 8),
  }, ['kind']),
  session: object({
    kind: kind('session', 'A LUO session of userspace\'s agent (6.19 and later, with `liveupdate=on`).'),
    name: name('Name of the session, shorter than 64 bytes.'),
    files: told(listOf({ anyOf: [ref('memfdFile'), ref('handlerFile')] }), 'Files that are preserved in it, in this order; at most 128.', []),
  }, ['kind', 'name']),
  flb: object({
    kind: kind('flb', 'A file-lifecycle-bound object (7.1 and later): there as long as a file of its handler is preserved.'),
    name: name('Its compatible string, shorter than 48 bytes.'),
    handler: told(someText, 'Compatible string of the file handler that it depends on; `memfd` is the memfd handler of whichever generation.', 'memfd'),
    data: told(ref('size'), 'Bytes that it preserves. 0: a number that only says that it was there.', '4K'),
  }, ['kind', 'name']),
  vmalloc: object({
    kind: kind('vmalloc', 'A driver that keeps a vmalloc area and says in a subtree where it is (6.18 and later).'),
    name: name('Name of the subtree.'),
    size: told(ref('size'), 'Size of the area.'),
    pieceOrder: told(order, 'Order of the pages that the area is made of (`VM_ALLOW_HUGE_VMAP`).', 0),
  }, ['kind', 'name', 'size']),
  kstate: object({
    kind: kind('kstate', 'Objects that C source describes with KSTATE.'),
    name: name('Name of the participant.'),
    sources: told(listOf(someText, 1), 'C files: the first is that of the first kernel, and so on; the last stands for all behind it. Paths are relative to the scenario.'),
  }, ['kind', 'name', 'sources']),
  driver: object({
    kind: kind('driver', 'A driver as the scenario tells it: what it does in which state.'),
    name: name('Name of the driver and of its subtree.'),
    compatible: told(someText, 'Compatible string of its subtree. Default: the name with `-v1`.'),
    states: told({
      type: 'object',
      properties: Object.fromEntries(STATES.map((state) => [state, told(listOf(ref('driverAction')), stateWords[state])])),
      additionalProperties: false,
    }, 'What it does, by state. RUNNING stands for before the update.'),
  }, ['kind', 'name', 'states']),
  participant: {
    anyOf: [ref('testKho'), ref('session'), ref('flb'), ref('vmalloc'), ref('kstate'), ref('driver')],
    defaultSnippets: [
      snippet('session', 'A LUO session with a memfd', { kind: 'session', name: '${1:vm-a}', files: [{ token: '${2:0x1001}', size: '${3:16M}' }] }),
      snippet('driver', 'A driver with its tables', {
        kind: 'driver', name: '${1:iommu}', states: {
          PREPARE: [{ alloc: 'tables', folios: 512 }, { preserve: 'tables' }, 'add subtree'], RESUME: ['retrieve subtree', { restore: 'tables' }, { adopt: 'tables' }],
        },
      }),
      snippet('test_kho', 'Folios as lib/test_kho keeps them', { kind: 'test_kho', folios: 8 }),
      snippet('flb', 'A file-lifecycle-bound object', { kind: 'flb', name: '${1:iommu-flb-v1}' }),
      snippet('vmalloc', 'A vmalloc area', { kind: 'vmalloc', name: '${1:ring}', size: '${2:1M}' }),
      snippet('kstate', 'Objects described in C', { kind: 'kstate', name: '${1:device}', sources: ['${2:device.c}'] }),
    ],
  },
};
