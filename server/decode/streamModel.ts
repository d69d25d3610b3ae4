/** Descriptions of a C file as the reader of a stream wants them. */
import { archOf } from '../engine/memory/arch';
import { dialects } from '../engine/kstate/dialect';
import { prepareKernel } from '../engine/kstate/prepare';
import { preservedRange } from '../engine/kstate/preservedList';
import type { KstateDialect, KstateModel } from '../model/kstate';
import type { NamedDescription } from './streamFields';

/** Every description of the file, with what its count callbacks return in a kernel that has just started; and why some of it could not be read. */
export function namedDescriptions(model: KstateModel, file: string, target: string): { readonly all: readonly NamedDescription[]; readonly limits: readonly string[] } {
  const arch = archOf(target);
  const { plans, kernel } = prepareKernel(model, { arch, bases: arch.bases, seed: '', restoring: true });
  return { all: [...plans.values()].map((plan) => ({ plan, file })), limits: kernel.limits.map((limit) => limit.why) };
}

/** Those that KSTATE brings itself. */
export function ownDescriptions(dialect: KstateDialect): readonly NamedDescription[] {
  return dialects[dialect].preservedList ? [{ plan: preservedRange, file: 'KSTATE' }] : [];
}
