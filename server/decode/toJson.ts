/** A decoded image as JSON, in the shape of the reference walks: what `decode --format json` prints. */
import type { FdtTree } from '../formats/fdt/read';
import { hexBytes } from '../formats/text';
import type { DecodedKstate } from './consumers/kstate';
import type { DecodedLuo } from './consumers/luo';
import type { DecodedMemfd } from './consumers/memfd';
import type { DecodedTestKho } from './consumers/testKho';
import type { Json } from './exactJson';
import { integer } from './exactJson';
import { viewFinding } from './view';
import type { Handover } from './handover';
import type { DecodedImage } from './image';
import type { Block } from './preservedBlocks';
import { bitmapJson, radixJson } from './trackerJson';
import type { VmallocArea } from './vmallocArea';

type Fields = { readonly [key: string]: Json | undefined };

const int = (value: bigint | number | undefined): Json => (value === undefined ? null : typeof value === 'number' ? value : integer(value));
const text = (value: string | undefined): Json => value ?? null;

export function imageJson(image: DecodedImage): Fields {
  const { handover, scratch } = image;
  return {
    ...(handover === undefined ? {} : handoverJson(handover, image)),
    ...(scratch === undefined ? {} : { scratch: scratch.areas.map((area) => ({ phys: int(area.addr), size: int(area.size) })) }),
    roots: image.roots.map((root) => ({ phys: int(root.phys), compatible: root.compatible, named_by: text(root.namedBy), dead: root.dead })),
    boot_records: image.records.map(({ phys, by, data }) => ({ phys: int(phys), by, fdt_addr: int(data.fdt_addr), fdt_size: int(data.fdt_size), scratch_addr: int(data.scratch_addr), scratch_size: int(data.scratch_size) })),
    findings: image.findings.map((finding) => ({ ...viewFinding(finding) })),
  };
}

function handoverJson(handover: Handover, { memory }: DecodedImage): Fields {
  const { tracker, blocks, machine, memblock, kexecMetadata, testKho, luo, kstate } = handover;
  const phys = (block: Block): number => block.pfn * 2 ** machine.pageShift;
  const pair = (block: Block): Json => [phys(block), block.order];
  return {
    page_size: 2 ** machine.pageShift,
    root: rootJson(handover),
    ...(tracker.kind === 'radix' ? { radix: radixJson(tracker, blocks, machine.pageShift) } : {}),
    ...(tracker.kind === 'chunks' ? bitmapJson(tracker, blocks, machine, memory) : {}),
    ...(kexecMetadata === undefined ? {} : {
      kexec_metadata: { phys: int(kexecMetadata.phys), blob_size: int(kexecMetadata.blobBytes), version: int(kexecMetadata.version), previous_release: text(kexecMetadata.previousRelease), kexec_count: int(kexecMetadata.kexecCount) },
    }),
    ...(memblock === undefined ? {} : {
      memblock: {
        fdt_phys: int(memblock.phys), blob_size: int(memblock.blobBytes), compatible: text(memblock.compatible), fdt_header: headerJson(memblock.tree),
        regions: memblock.regions.map((region) => ({ name: region.name, compatible: text(region.compatible), start: int(region.start), size: int(region.size), preserved_as: region.preservedAs.map(pair) })),
      },
    }),
    ...(testKho === undefined ? {} : { kho_test: testKhoJson(testKho) }),
    ...(luo === undefined ? {} : { luo: luoJson(luo, handover) }),
    ...(kstate.length === 0 ? {} : { kstate: kstate.map((one) => kstateJson(one)) }),
    owners: blocks.ownerTable().map((row) => ({ ...row })),
    unowned_preserved_blocks: blocks.unowned().map(pair),
  };
}

function kstateJson({ subtree, outPhys, streamPhys, order, stream }: DecodedKstate): Json {
  return {
    subtree: text(subtree), kstate_out_phys: int(outPhys), stream_phys: int(streamPhys), byte_order: order, end: int(stream.endOffsetBytes),
    entries: stream.entries.map(({ offsetBytes, header }) => ({ offset: offsetBytes, ...header })),
  };
}

export function headerJson(tree: FdtTree): Json {
  const { totalsize, off_dt_struct, off_dt_strings, off_mem_rsvmap, version, last_comp_version, boot_cpuid_phys, size_dt_strings, size_dt_struct } = tree.header;
  return { totalsize, off_dt_struct, off_dt_strings, off_mem_rsvmap, version, last_comp_version, boot_cpuid_phys, size_dt_strings, size_dt_struct };
}

function rootJson({ phys, tree, root, subtrees }: Handover): Json {
  const address = root.form === undefined || root.form.subtree === 'in place' ? 'preserved_data' : root.form.subtree.address.replace('-', '_');
  return {
    fdt_phys: int(phys), fdt_header: headerJson(tree), compatible: root.compatible[0] ?? null,
    ...(root.compatible.length > 1 ? { compatible_list: root.compatible } : {}),
    preserved_memory_map: int(root.mapPhys), property_order: root.propertyOrder,
    subtrees: subtrees.map((one) => ({
      name: one.name, [address]: int(one.phys), ...(one.sized ? { blob_size: int(one.blobBytes) } : {}), property_order: one.propertyOrder,
      ...(one.tree === undefined ? {} : { fdt_totalsize: one.tree.header.totalsize }),
    })),
  };
}

function areaJson(area: VmallocArea): Json {
  const { head, chunks, pages } = area;
  return {
    first: int(head.first), total_pages: head.total_pages, flags: head.flags, order: head.order,
    ...(head.first === 0n ? {} : { chunks: chunks.map((one) => ({ phys: int(one.phys), next: int(one.next), entries: one.entries })), pages: pages.map(int) }),
  };
}

function testKhoJson(test: DecodedTestKho): Json {
  return {
    fdt_phys: int(test.phys), fdt_order: int(test.order), blob_size: int(test.blobBytes), fdt_header: headerJson(test.tree), compatible: text(test.compatible), magic: int(test.magic),
    nr_folios: int(test.nrFolios), csum: int(test.csum), ...(test.area === undefined ? {} : { folios_info: areaJson(test.area) }),
    folios: test.folios.map((folio) => [int(folio.phys), folio.order]),
  };
}

function luoJson(luo: DecodedLuo, handover: Handover): Json {
  const { session, flb } = luo;
  return {
    ...(luo.tree === undefined ? { phys: int(luo.phys) } : { fdt_phys: int(luo.phys), fdt_header: headerJson(luo.tree) }),
    blob_size: int(luo.blobBytes), compatible: text(luo.compatible), liveupdate_number: int(luo.liveupdateNumber),
    ...(session === undefined ? {} : {
      luo_session: {
        compatible: text(session.compatible), header_phys: int(session.headerPhys), header_order: int(session.headerOrder), count: int(session.count),
        sessions: session.sessions.map((one) => ({
          index: one.index, phys: int(one.phys), name: one.name, files_phys: int(one.filesPhys), files_count: int(one.filesCount), files_order: int(one.filesOrder),
          files: one.files.map((file) => ({
            index: file.index, phys: int(file.phys), compatible: file.compatible, data: int(file.data), token: int(file.token),
            ...(file.memfd === undefined ? {} : { memfd: memfdJson(file.memfd, handover) }),
          })),
        })),
      },
    }),
    ...(flb === undefined ? {} : {
      luo_flb: { compatible: text(flb.compatible), header_phys: int(flb.headerPhys), pgcnt: int(flb.pgcnt), count: int(flb.count), flbs: flb.flbs.map((one) => ({ name: one.name, data: int(one.data), count: int(one.count) })) },
    }),
  };
}

function memfdJson(memfd: DecodedMemfd, { blocks, machine, tracker }: Handover): Json {
  const { folios } = memfd;
  const page = 2 ** machine.pageShift;
  const rows: Json[] = [];
  folios.pfns.forEach((pfn, i) => {
    rows.push([int(BigInt(pfn) * BigInt(page)), int(pfn === 0 ? undefined : blocks.orderAt(pfn)), folios.flags[i] ?? 0, folios.indexes[i] ?? 0]);
  });
  return {
    phys: int(memfd.phys), pos: int(memfd.pos), size: int(memfd.size), ...(memfd.seals === undefined ? {} : { seals: memfd.seals, flags: memfd.flags }), nr_folios: int(memfd.nrFolios),
    folios_raw_hex: hexBytes(memfd.vmallocBytes), folios_vmalloc: areaJson(memfd.area),
    ...(rows.length === 0 ? {} : { folios_fields: ['phys', tracker.kind === 'radix' ? 'order(from radix tree)' : 'order(from bitmaps)', 'flags', 'index'] }), folios: rows,
  };
}

