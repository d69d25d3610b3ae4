/**
 * The requests and notifications that this server knows beside those of the Language Server Protocol, sorted by method.
 * Plain JSON types and method names only, so that the extension, the server and tests import it without an LSP package.
 *
 * Errors that a person can act on are values ({ ok: false }); a rejected request means that the server failed.
 */
import type { BlockQuery, BlockRows, OwnerSummary } from '../decode/blockTable';
import type { PlacedFinding, ViewContent, ViewNode } from '../decode/view';
import type { LayoutView } from './layoutView';
import type { SimulationView, SourceLink } from './simulationView';

/** Zero-based, as in the Language Server Protocol. */
export interface LspRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

// ---- kexecHandover/descriptions: what can be simulated in a file ----

export interface DescriptionsParams {
  readonly uri: string;
}

export interface DescriptionInfo {
  /** The C variable: the key by which `simulate` takes it. */
  readonly variable: string;
  /** Value of `.name`; empty when it cannot be read. */
  readonly name: string;
  /** The whole definition. */
  readonly range: LspRange;
}

/** In source order; empty when the file has none or is not known. */
export type DescriptionsResult = readonly DescriptionInfo[];

// ---- kexecHandover/openDump, dumpBlocks, dumpChildren, dumpMemory, dumpNode: a decoded image, FDT or stream, piece by piece ----
// ---- kexecHandover/closeDump (notification, client to server): nobody looks at the file any more ----

export interface OpenDumpParams {
  readonly uri: string;
}

export type OpenDumpResult =
  | {
    readonly ok: true;
    /** Of the file. */
    readonly name: string;
    /** Of the file as it was read; the other requests carry it. */
    readonly stamp: string;
    readonly what: 'image' | 'FDT' | 'kexec-metadata' | 'luo_ser' | 'KSTATE stream' | 'debugfs';
    readonly fileBytes: number;
    readonly root: ViewNode;
    /** The first of them; `findingCount` is of all. */
    readonly findings: readonly PlacedFinding[];
    readonly findingCount: number;
    /** Of an image with a handover. */
    readonly blocks?: { readonly count: number; readonly pageBytes: number; readonly owners: readonly OwnerSummary[] };
  }
  | { readonly ok: false; readonly message: string };

export interface DumpChildrenParams {
  readonly uri: string;
  readonly stamp: string;
  readonly id: string;
  readonly from: number;
  readonly count: number;
}

/** `changed`: the file is another than the stamp says, or is no longer kept; `openDump` reads it again. */
export interface DumpFailure {
  readonly ok: false;
  readonly reason: 'changed' | 'failed';
  readonly message: string;
}

export type DumpChildrenResult = { readonly ok: true; readonly nodes: readonly ViewNode[] } | DumpFailure;

export interface DumpBlocksParams {
  readonly uri: string;
  readonly stamp: string;
  readonly query: BlockQuery;
  readonly from: number;
  readonly count: number;
  /** `0x…`: also say in which row the block is that covers this address. */
  readonly find?: string;
}

export type DumpBlocksResult =
  | {
    readonly ok: true;
    readonly rows: BlockRows;
    /** Of the block that was asked for; absent when there is none among these rows. */
    readonly row?: number;
  }
  | DumpFailure;

export interface DumpMemoryParams {
  readonly uri: string;
  readonly stamp: string;
  /** `0x…` */
  readonly phys: string;
  readonly sizeBytes: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

export interface DumpNodeParams {
  readonly uri: string;
  readonly stamp: string;
  readonly id: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

export type DumpNodeResult =
  | { readonly ok: true } & ViewContent
  | DumpFailure;

export interface CloseDumpParams {
  readonly uri: string;
}

// ---- kexecHandover/layout: how a struct of a file is laid out ----

export interface LayoutParams {
  readonly uri: string;
  /** `struct demo`, a tag, a typedef or `typeof(VARIABLE)`, as the command line takes it. */
  readonly name?: string;
  /** Without a name: what stands there. */
  readonly position?: LspRange['start'];
}

export type LayoutResult =
  | { readonly ok: true; readonly view: LayoutView }
  | {
    readonly ok: false;
    /** `no-struct`: none of that name, or none at that place. `unknown`: it is there, and a size in it cannot be had. */
    readonly reason: 'no-struct' | 'unknown' | 'failed';
    readonly message: string;
    readonly where?: SourceLink;
  };

// ---- kexecHandover/structs: what `layout` can be asked about in a file ----

export interface StructsParams {
  readonly uri: string;
}

/** Defined in the file itself, in source order. */
export type StructsResult = readonly { readonly name: string; readonly line: number }[];

// ---- kexecHandover/refs: old kernels to offer for a file ----

export interface RefsParams {
  readonly uri: string;
}

export interface RefInfo {
  /** As git takes it: `HEAD`, `main`, `v6.19`. */
  readonly ref: string;
  readonly kind: 'head' | 'branch' | 'tag';
  /** Short hash and subject, to show beside it. */
  readonly detail: string;
}

/** HEAD first, then the newest; empty when the file is in no git repository. At most 200. */
export type RefsResult = readonly RefInfo[];

// ---- kexecHandover/revisionText: a file as it was in the old kernel ----

export interface RevisionTextParams {
  /** The file in the working tree. */
  readonly uri: string;
  /** `SourceLink.revision`: a git ref. */
  readonly revision: string;
}

export type RevisionTextResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

// ---- kexecHandover/simulate: run the handover of one description, both ways ----

/** Where the old kernel's source comes from. */
export type BaseKernel =
  | { readonly kind: 'ref'; readonly ref: string }
  | { readonly kind: 'file'; readonly uri: string };

export interface SimulateParams {
  readonly uri: string;
  /** C variable of the description; without it the first of the file. */
  readonly description?: string;
  /** Without it: git HEAD, or the same file when there is no git. */
  readonly base?: BaseKernel;
}

export interface SimulateFailure {
  readonly ok: false;
  /**
   * `no-description`: the file has none, or none of that name. `no-base`: the old kernel's source was not found.
   * `unreadable`: the C could not be read far enough. `failed`: anything else.
   */
  readonly reason: 'no-description' | 'no-base' | 'unreadable' | 'failed';
  /** One sentence that names what and where. */
  readonly message: string;
  readonly where?: SourceLink;
  readonly found?: string;
  readonly expected?: string;
}

export type SimulateResult = { readonly ok: true; readonly view: SimulationView } | SimulateFailure;

// ---- kexecHandover/status (notification, server to client): health, for the status item ----

export interface StatusParams {
  /** `working`: reading or indexing. `warning`: runs, with something missing that `message` names. */
  readonly health: 'ready' | 'working' | 'warning';
  readonly message: string;
  readonly openFiles: number;
  readonly descriptions: number;
  readonly findings: number;
  /** How the index of the workspace stands, as a sentence; empty when there is none. */
  readonly index: string;
}

/** Method names. */
// ---- kexecHandover/scenarioOutline: what of a scenario file a list of tests shows ----
// ---- kexecHandover/runScenario: runs it, in a thread of its own; cancelling ends the thread ----

export interface ScenarioParams {
  readonly uri: string;
}

export interface ScenarioExpectation {
  /** Place in the scenario: `["expect", "fates", "trace"]`. */
  readonly path: readonly (string | number)[];
  readonly label: string;
  readonly range: LspRange;
}

/** Null: there is no such file, or nothing of it can be read. */
export type ScenarioOutlineResult = {
  readonly name: string;
  /** Of the name, else the start of the file. */
  readonly range: LspRange;
  readonly expectations: readonly ScenarioExpectation[];
} | null;

export interface RanExpectation {
  readonly path: readonly (string | number)[];
  readonly expected: string;
  readonly found: string;
  readonly passed: boolean;
}

export type RunScenarioResult =
  | {
    readonly ok: true;
    readonly passed: boolean;
    /** As the command line prints it. */
    readonly report: string;
    readonly expectations: readonly RanExpectation[];
  }
  | {
    readonly ok: false;
    /** `invalid`: the file says what cannot be; `failed`: the simulator could not go on. */
    readonly reason: 'invalid' | 'failed';
    readonly message: string;
    readonly range?: LspRange;
  };

export const requests = {
  descriptions: 'kexecHandover/descriptions',
  dumpBlocks: 'kexecHandover/dumpBlocks',
  dumpChildren: 'kexecHandover/dumpChildren',
  dumpMemory: 'kexecHandover/dumpMemory',
  dumpNode: 'kexecHandover/dumpNode',
  layout: 'kexecHandover/layout',
  openDump: 'kexecHandover/openDump',
  refs: 'kexecHandover/refs',
  revisionText: 'kexecHandover/revisionText',
  runScenario: 'kexecHandover/runScenario',
  scenarioOutline: 'kexecHandover/scenarioOutline',
  simulate: 'kexecHandover/simulate',
  structs: 'kexecHandover/structs',
} as const;

export const notifications = {
  closeDump: 'kexecHandover/closeDump',
  status: 'kexecHandover/status',
} as const;

/** What goes to the server with each notification. */
export interface NotificationTypes {
  'kexecHandover/closeDump': CloseDumpParams;
}

/** What goes in and comes out of each request. */
export interface RequestTypes {
  'kexecHandover/descriptions': { params: DescriptionsParams; result: DescriptionsResult };
  'kexecHandover/dumpBlocks': { params: DumpBlocksParams; result: DumpBlocksResult };
  'kexecHandover/dumpChildren': { params: DumpChildrenParams; result: DumpChildrenResult };
  'kexecHandover/dumpMemory': { params: DumpMemoryParams; result: DumpNodeResult };
  'kexecHandover/dumpNode': { params: DumpNodeParams; result: DumpNodeResult };
  'kexecHandover/layout': { params: LayoutParams; result: LayoutResult };
  'kexecHandover/openDump': { params: OpenDumpParams; result: OpenDumpResult };
  'kexecHandover/refs': { params: RefsParams; result: RefsResult };
  'kexecHandover/revisionText': { params: RevisionTextParams; result: RevisionTextResult };
  'kexecHandover/runScenario': { params: ScenarioParams; result: RunScenarioResult };
  'kexecHandover/scenarioOutline': { params: ScenarioParams; result: ScenarioOutlineResult };
  'kexecHandover/simulate': { params: SimulateParams; result: SimulateResult };
  'kexecHandover/structs': { params: StructsParams; result: StructsResult };
}
