/** A single blob: a tree as debugfs gives it (`kho/in/fdt`, `kho/out/fdt` cut off, `sub_fdts/*`), or kexec-metadata. */
import { propertyOf, stringsOf } from '../formats/fdtValues';
import type { FdtNode, FdtTree } from '../formats/fdt/read';
import { isFdtTree, readFdt } from '../formats/fdt/read';
import { kexecMetadata, readKexecMetadata } from '../formats/kexecMetadata';
import { knownStrings, readRoot, rootFormOf } from '../formats/khoRootRead';
import { rootForms } from '../formats/khoRoot';
import type { ByteOrder, NamedBytes } from '../formats/layoutTable';
import { decode, overlay } from '../formats/layoutTable';
import { nameFdtBytes } from '../formats/fdt/overlay';
import { luoSer, luoSerForm, readLuoFdt } from '../formats/luo';
import { readMemblock } from '../formats/memblock';
import { readTestKho } from '../formats/testKho';
import { hexBytes } from '../formats/text';
import type { Json } from './exactJson';
import { integer } from './exactJson';
import { Findings } from './findings';
import type { Structure } from './structure';
import { headerJson } from './toJson';

export interface DecodedBlob {
  readonly json: { readonly [key: string]: Json | undefined };
  readonly findings: Findings;
  readonly structure: Structure;
}

const int = (value: bigint | number | undefined): Json => (value === undefined ? null : typeof value === 'number' ? value : integer(value));

/** A tree on its own; undefined when the bytes are none. A root that is cut off is read with the names that its kernel writes. */
export function decodeFdtBlob(bytes: Uint8Array, label: string, order: ByteOrder): DecodedBlob | undefined {
  let tree = readFdt(bytes);
  if (!isFdtTree(tree)) return undefined;
  if (tree.truncated) tree = withKnownStrings(bytes, tree);
  const findings = new Findings();
  findings.addAll('fdt', tree.problems, label);
  const json = tree.root === undefined ? {} : contentJson(tree, tree.root, order, findings, label);
  return {
    findings, json: { ...json, ...(tree.truncated ? { truncated: { bytes: bytes.length, totalsize: tree.header.totalsize } } : {}) },
    structure: {
      kind: 'fdt', label, detail: [...stringsOf(tree.root === undefined ? undefined : propertyOf(tree.root, 'compatible')), ...(tree.truncated ? ['cut off'] : [])].join(', '), phys: undefined, fileOffset: 0, sizeBytes: bytes.length,
      fields: () => nameFdtBytes(tree as FdtTree), children: tree.root === undefined ? [] : tree.root.children.map((node) => nodeStructure(tree as FdtTree, node)),
    },
  };
}

/** A node of a tree in a file, with its properties and the nodes in it. */
function nodeStructure(tree: FdtTree, node: FdtNode): Structure {
  const { offsetBytes, endBytes, properties, children } = node;
  const sizeBytes = Math.max(0, endBytes - offsetBytes);
  const inside = (): readonly NamedBytes[] => nameFdtBytes(tree).filter((run) => run.offsetBytes >= offsetBytes && run.offsetBytes + run.lengthBytes <= endBytes).map((run) => ({ ...run, offsetBytes: run.offsetBytes - offsetBytes }));
  return {
    kind: 'record', label: node.name, detail: properties.map(({ name }) => name ?? '?').join(', '), phys: undefined, fileOffset: offsetBytes, sizeBytes,
    ...(sizeBytes > 0 ? { fields: inside } : {}), children: children.map((child) => nodeStructure(tree, child)),
  };
}

/** The strings that make the root's own properties read as a root's: forms are tried until one fits. */
function withKnownStrings(bytes: Uint8Array, plain: FdtTree): FdtTree {
  for (const form of [rootForms['kho-v3'], rootForms.composite, rootForms['kho-v4'], rootForms['kho-v2'], rootForms['6.19'], rootForms['6.16']]) {
    const tree = readFdt(bytes, { strings: knownStrings(form) });
    if (isFdtTree(tree) && tree.root !== undefined && stringsOf(propertyOf(tree.root, 'compatible')).includes(form.compatible) && rootFormOf(tree.root) !== undefined) return tree;
  }
  return plain;
}

function contentJson(tree: FdtTree, root: FdtNode, order: ByteOrder, findings: Findings, label: string): DecodedBlob['json'] {
  const compatible = stringsOf(propertyOf(root, 'compatible'))[0] ?? '';
  const fdt_header = headerJson(tree);
  if (compatible.startsWith('kho-v')) {
    const read = readRoot(tree, order);
    findings.addAll('root', read?.problems ?? [], label);
    const address = read?.form === undefined || read.form.subtree === 'in place' ? 'preserved_data' : read.form.subtree.address.replace('-', '_');
    return {
      root: {
        fdt_header, compatible, preserved_memory_map: int(read?.mapPhys), property_order: read?.propertyOrder ?? [],
        subtrees: (read?.subtrees ?? []).map((one) => ({ name: one.name, [address]: int(one.phys), ...(one.sizeBytes === undefined ? {} : { blob_size: int(one.sizeBytes) }), property_order: one.propertyOrder })),
      },
    };
  }
  if (compatible === 'memblock-v1') {
    const read = readMemblock(tree, order);
    findings.addAll('subtree', read.problems, label);
    return { memblock: { blob_size: tree.bytes.length, compatible, fdt_header, regions: read.regions.map((one) => ({ name: one.name, compatible: one.compatible ?? null, start: int(one.start), size: int(one.size) })) } };
  }
  if (compatible === 'kho-test-v1') {
    const read = readTestKho(tree, order);
    findings.addAll('subtree', read.problems, label);
    const { vmalloc } = read;
    return { kho_test: { blob_size: tree.bytes.length, compatible, fdt_header, magic: int(read.magic), nr_folios: int(read.nr_folios), csum: int(read.csum), ...(vmalloc === undefined ? {} : { folios_info: { first: int(vmalloc.first), total_pages: vmalloc.total_pages, flags: vmalloc.flags, order: vmalloc.order } }) } };
  }
  if (compatible === 'luo-v1') {
    const read = readLuoFdt(tree, order);
    findings.addAll('luo', read.problems, label);
    const part = (one: typeof read.session): Json => ({ compatible: one?.compatible ?? null, header_phys: int(one?.headerPhys) });
    return { luo: { blob_size: tree.bytes.length, compatible, fdt_header, liveupdate_number: int(read.liveupdateNumber), luo_session: part(read.session), ...(read.flb === undefined ? {} : { luo_flb: part(read.flb) }) } };
  }
  return { trees: { [label]: { fdt_header, ...nodeJson(root, 0) } } };
}

function nodeJson(node: FdtNode, depth: number): { readonly [key: string]: Json } {
  return {
    name: node.name,
    properties: node.properties.map((one) => ({ name: one.name ?? null, data: hexBytes(one.data.subarray(0, MOST_UNKNOWN_BYTES)) })),
    children: depth > 32 ? [] : node.children.map((child) => nodeJson(child, depth + 1)),
  };
}

/** LUO's blob of the newest kernels; undefined when it does not start with one of its strings. */
export function decodeLuoSerBlob(bytes: Uint8Array, order: ByteOrder): DecodedBlob | undefined {
  const form = luoSerForm(bytes);
  const of = form === undefined ? undefined : luoSer(form.compatible);
  const value = of === undefined ? undefined : decode(of, bytes, 0, order);
  if (of === undefined || value?.ok !== true) return undefined;
  const { compatible, liveupdate_num, sessions_pa, flbs_pa } = value.value;
  return {
    json: { luo: { blob_size: bytes.length, compatible, liveupdate_number: int(liveupdate_num), sessions_pa: int(sessions_pa), flbs_pa: int(flbs_pa) } }, findings: new Findings(),
    structure: { kind: 'record', label: 'LUO', detail: compatible, phys: undefined, fileOffset: 0, sizeBytes: bytes.length, fields: () => overlay(of, 0), children: [] },
  };
}

/** A blob that nothing here knows, under its name. */
export function unknownBlob(bytes: Uint8Array, name: string): DecodedBlob {
  return {
    json: { blobs: { [name]: { blob_size: bytes.length, data: hexBytes(bytes.subarray(0, MOST_UNKNOWN_BYTES)) } } }, findings: new Findings(),
    structure: { kind: 'blob', label: name, detail: `${String(bytes.length)} bytes that nothing here knows`, phys: undefined, fileOffset: 0, sizeBytes: bytes.length, children: [] },
  };
}

const MOST_UNKNOWN_BYTES = 4096;

/** 73 bytes whose first word is the version; undefined otherwise. */
export function decodeMetadataBlob(bytes: Uint8Array, order: ByteOrder): DecodedBlob | undefined {
  if (bytes.length !== kexecMetadata.sizeBytes) return undefined;
  const { value, problems } = readKexecMetadata(bytes, order);
  if (value === undefined || problems.length > 0) return undefined;
  return {
    json: { kexec_metadata: { blob_size: bytes.length, version: value.version, previous_release: value.previous_release, kexec_count: value.kexec_count } }, findings: new Findings(),
    structure: { kind: 'record', label: 'kexec-metadata', detail: value.previous_release, phys: undefined, fileOffset: 0, sizeBytes: bytes.length, fields: () => overlay(kexecMetadata, 0), children: [] },
  };
}
