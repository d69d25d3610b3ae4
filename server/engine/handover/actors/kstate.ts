/** Objects that C source describes with KSTATE. */
import type { KstateModel } from '../../../model/kstate';
import type { KstateParticipant } from '../../../model/scenario/scenario';
import type { Actor, Judgement } from './actor';

/** Reads the C that a scenario names; undefined: it is not there. */
export interface KstateSources { model(path: string): KstateModel | undefined }

export class KstateActor implements Actor {
  readonly kind = 'kstate';
  readonly name: string;

  constructor(spec: KstateParticipant, readonly sources: KstateSources) {
    this.name = spec.name;
  }

  turn(): void {
    // TODO
  }

  jump(): void {
    // TODO
  }

  judge(): Judgement | undefined {
    return undefined;
  }
}
