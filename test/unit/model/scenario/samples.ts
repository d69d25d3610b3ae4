/** A scenario that uses every part of the schema. */
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export const FULL: Json = {
  $schema: './x.json', name: 'All of it', description: 'Every part once.',
  machine: { arch: 'x86_64', pageSize: '4K', byteOrder: 'little', ram: [{ start: '0x0', size: '640K' }, { start: '1M', size: 535822336 }, { start: '0x20000000', size: '512M', node: 1 }], kernelSize: '0x3000000', kho_scratch: '32M,64M,32M', reserve_mem: ['4M:4096:trace'] },
  kernels: [
    '7.1',
    {
      generation: '7.1', release: '7.1.5', kho: true, liveupdate: true, kho_scratch: '200%', reserve_mem: ['4M:4096:trace', '64K:4096:pstate'], debug: true, bootMemory: '8M', pressure: '50%', imageSize: 25165824,
      compatible: { memfd: 'memfd-v3' }, bitmapSize: 4096, depthFix: true, without: ['ring'],
    },
    '7.1',
  ],
  participants: [
    { kind: 'test_kho', folios: [8, { order: 2, count: 3, placement: 'scattered' }] },
    {
      kind: 'session', name: 'vm-a', files: [
        { token: '0x1001', size: '16M', holes: [{ at: '4K', size: '8K' }], seals: ['SEAL', 'WRITE'], folioOrder: 9, placement: 'scattered', pos: 4096, posAtFreeze: '0x2000' },
        { token: 4098, compatible: 'own-v1', data: 64 },
        { token: 4099, size: '40K', holes: [{ at: '8K', size: '8K' }], folios: [2, { order: 1, count: 2, placement: 'scattered' }, 2] },
      ],
    },
    { kind: 'flb', name: 'flb-v1', handler: 'own-v1', data: 0 },
    { kind: 'vmalloc', name: 'ring', size: '1M', pieceOrder: 0 },
    { kind: 'kstate', name: 'device', sources: ['device.c'] },
    {
      kind: 'driver', name: 'iommu', compatible: 'iommu-v2', states: {
        RUNNING: [{ alloc: 'tables', folios: { count: 512 }, migrate: 'unmovable', write: true }, { alloc: 'frozen', folios: 512, write: false }],
        PREPARE: [{ preserve: 'frozen' }, 'add subtree'], 'PRE-STOP': [{ copy: 'tables', to: 'frozen' }], STOP: [{ write: 'frozen' }],
        RESUME: ['retrieve subtree', { restore: 'frozen' }, { adopt: 'frozen' }], 'POST-RESUME': [{ fail: 'EIO' }], CONCLUDE: [{ free: 'frozen' }],
      },
    },
  ],
  handovers: [
    { abortAfter: 'PREPARE', finalize: 2 },
    { userspace: { retrieve: ['vm-a/0x1001'], finish: ['vm-a'], opensPlain: ['iommu'], preservesAgain: false } },
    { userspace: 'none' },
  ],
  faults: [{ participant: 'iommu', state: 'STOP', error: 'ENOMEM', handover: 2 }],
  expect: {
    verdict: 'partly', verdicts: ['works', 'partly'], corruption: false, fates: { 'vm-a/0x1001': 'kept', trace: { kept: 1024, lost: 0 } }, arrives: { 'vm-a/0x1001': { size: '16M', pos: '0x2000', seals: ['WRITE', 'SEAL'] }, 'vm-a/0x1003': {} }, changed: { 'vm-a': ['seals'], iommu: false }, messages: ['KHO: found'], noMessages: ['disabling'], blocks: { 0: 12, 9: 1 },
  },
  alternatives: { carvedOut: '256M', samePlace: false },
};
