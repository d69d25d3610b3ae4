/** Every table by the file that holds it: for documentation, and for a decoder that names a structure by what it is. */
import { chunkElement, chunkHeader } from './bitmapChunks';
import { chosenRange, khoData, setupData } from './bootRecord';
import { elfHeader, elfNoteHeader, elfProgramHeader } from './elfCore';
import { fdtHeader, fdtPropertyHeader, fdtReservation } from './fdt/layout';
import { kexecMetadata } from './kexecMetadata';
import { memRange } from './khoRootRead';
import { kstateKhoLocator, kstateOut, kstateReservedMem } from './kstateLocator';
import { entryHeader, sectionHeader, streamEnd, streamMagic } from './kstateStream';
import type { Specs, Table } from './layoutTable';
import { khoBlockHeader, luoFile, luoFileSet, luoFlb, luoFlbHeader, luoSer, luoSession, luoSessionHeader } from './luo';
import { memfdFolio, memfdV1, memfdV2 } from './memfd';
import { radixSlot } from './radixTree';
import { khoScratch } from './scratch';
import { khoVmalloc, vmallocChunkHeader, vmallocEntry } from './vmalloc';

const of = (file: string, ...all: readonly Table<Specs>[]): readonly { readonly file: string; readonly table: Table<Specs> }[] => all.map((table) => ({ file, table }));

export const tables: readonly { readonly file: string; readonly table: Table<Specs> }[] = [
  ...of('fdt/layout.ts', fdtHeader, fdtReservation, fdtPropertyHeader),
  ...of('khoRootRead.ts', memRange),
  ...of('bitmapChunks.ts', chunkHeader, chunkElement),
  ...of('radixTree.ts', radixSlot),
  ...of('scratch.ts', khoScratch),
  ...of('bootRecord.ts', setupData, khoData, chosenRange),
  ...of('vmalloc.ts', khoVmalloc, vmallocChunkHeader, vmallocEntry),
  ...of('luo.ts', luoSessionHeader, luoSession, luoFileSet, luoFile, luoFlbHeader, luoFlb, luoSer('luo-v5'), luoSer('luo-v5;block-v1'), khoBlockHeader),
  ...of('memfd.ts', memfdV1, memfdV2, memfdFolio),
  ...of('kexecMetadata.ts', kexecMetadata),
  ...of('kstateLocator.ts', kstateOut, kstateKhoLocator, kstateReservedMem),
  ...of('kstateStream.ts', streamMagic, entryHeader, sectionHeader, streamEnd),
  ...of('elfCore.ts', elfHeader, elfProgramHeader, elfNoteHeader),
];
