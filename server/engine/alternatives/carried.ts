/** What the participants of a scenario want to carry across, told so that any approach could be asked for it: how much, whose, and where it lies. */
import { generations } from '../../formats/generations';
import type { Generation } from '../../formats/generations';
import type { CompatibleOf, DriverAction, DriverParticipant, FolioGroup, KernelSpec, Participant, Scenario, SessionFile } from '../../model/scenario/scenario';
import { STATES } from '../../model/scenario/scenario';
import { parseReserveMem } from '../../formats/cmdline';
import type { DataKind } from './approaches';

export interface CarriedItem {
  readonly kind: DataKind;
  /** Whole pages. */
  readonly bytes: bigint;
  /** Pieces that are not next to each other: what has a region of its own must take them there. */
  readonly scattered: boolean;
}

export interface Carried {
  readonly name: string;
  readonly kind: Participant['kind'] | 'reserve_mem';
  readonly items: readonly CarriedItem[];
  /** Two kernels in a row that lay the data out differently: their strings or layouts. */
  readonly layoutChange: { readonly from: string; readonly to: string } | undefined;
}

/** Regions of reserve_mem first, as they are made first, then the participants in order. */
export function carriedOf(scenario: Scenario): readonly Carried[] {
  const { pageBytes } = scenario.machine;
  const regions = (scenario.kernels[0]?.reserveMem ?? []).flatMap((value): Carried[] => {
    const region = parseReserveMem(value);
    if (!region.ok) return [];
    const items = [{ kind: 'kernel data', bytes: wholePages(region.value.sizeBytes, pageBytes), scattered: false }] as const;
    return [{ name: region.value.name, kind: 'reserve_mem', items, layoutChange: changeOf(scenario.kernels, 'reserve_mem') }];
  });
  return [...regions, ...scenario.participants.map((one): Carried => ({
    name: one.name, kind: one.kind, items: itemsOf(one, pageBytes), layoutChange: layoutChangeOf(scenario.kernels, one),
  }))];
}

function itemsOf(one: Participant, pageBytes: number): readonly CarriedItem[] {
  const kernelData = (bytes: bigint, scattered: boolean): CarriedItem => ({ kind: 'kernel data', bytes: wholePages(bytes, pageBytes), scattered });
  switch (one.kind) {
    case 'test_kho': return one.folios.map((group) => kernelData(bytesOf(group, pageBytes), group.placement === 'scattered'));
    case 'session': return one.files.map((file) => fileItem(file, pageBytes));
    // Without data of its own it is a number, which lies among what its carrier says of it.
    case 'flb': return [kernelData(BigInt(one.dataBytes), false)];
    // A vmalloc area is made of pieces wherever they were free.
    case 'vmalloc': return [kernelData(one.sizeBytes, true)];
    // A stream of a page at least; how much more its objects take is known only when they are saved.
    case 'kstate': return [kernelData(1n, false)];
    case 'driver': return preservedAreas(one).map((group) => kernelData(bytesOf(group, pageBytes), group.placement === 'scattered'));
  }
}

function fileItem(file: SessionFile, pageBytes: number): CarriedItem {
  if (file.kind === 'file') return { kind: 'kernel data', bytes: wholePages(BigInt(file.dataBytes), pageBytes), scattered: false };
  const scattered = file.folios?.some((group) => group.placement === 'scattered') ?? file.placement === 'scattered';
  return { kind: 'user pages', bytes: wholePages(file.sizeBytes, pageBytes), scattered };
}

/** Groups of the areas that a driver has preserved when the jump comes. */
function preservedAreas(driver: DriverParticipant): readonly FolioGroup[] {
  const groups = new Map<string, readonly FolioGroup[]>();
  const preserved = new Set<string>();
  for (const state of STATES.slice(0, STATES.indexOf('KEXEC'))) {
    for (const action of driver.states[state] ?? []) note(action);
  }
  return [...preserved].flatMap((area) => groups.get(area) ?? []);

  function note(action: DriverAction): void {
    if (action.do === 'alloc') groups.set(action.area, action.folios);
    else if (action.do === 'preserve') preserved.add(action.area);
    else if (action.do === 'unpreserve' || action.do === 'free') preserved.delete(action.area);
  }
}

function bytesOf(group: FolioGroup, pageBytes: number): bigint {
  return BigInt(group.count) * (1n << BigInt(group.order)) * BigInt(pageBytes);
}

function wholePages(bytes: bigint, pageBytes: number): bigint {
  const page = BigInt(pageBytes);
  return (bytes + page - 1n) / page * page;
}

// ---- layouts ----

/**
 * Of what a consumer writes about its data. KSTATE's streams say their versions themselves, whoever carries them; a driver of a scenario
 * has one layout.
 */
function layoutChangeOf(kernels: readonly KernelSpec[], one: Participant): Carried['layoutChange'] {
  if (one.kind === 'test_kho') return changeOf(kernels, 'kho_test', (generation) => generation.testKho?.id);
  if (one.kind === 'session' && one.files.some((file) => file.kind === 'memfd')) return changeOf(kernels, 'memfd', (generation) => generation.memfd?.id);
  return undefined;
}

/** The first two kernels in a row that both have it, in different layouts. */
function changeOf(kernels: readonly KernelSpec[], which: CompatibleOf, layout?: (generation: Generation) => string | undefined): Carried['layoutChange'] {
  const known = kernels.map((kernel) => {
    const generation = generations.find((each) => each.id === kernel.generation);
    return kernel.compatible[which] ?? (generation === undefined ? undefined : layout?.(generation));
  });
  for (let i = 1; i < known.length; i++) {
    const [from, to] = [known[i - 1], known[i]];
    if (from !== undefined && to !== undefined && from !== to) return { from, to };
  }
  return undefined;
}
