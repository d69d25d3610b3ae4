/** What a rule may ask of the other files of the tree. A model has all of it; so has plain data, which crosses a thread and keeps no unit alive. */
import type { Declarator } from '../c/ast';
import type { SrcRange } from '../c/source';
import type { KstateModel, KstateRegistration, Read } from '../model/kstate';

export interface OtherDescription {
  /** The C variable. */
  readonly variable: string;
  readonly declarator: Pick<Declarator, 'storage'>;
  readonly id: Read<number>;
  /** The whole definition. */
  readonly range: SrcRange;
  readonly fields: readonly { readonly ksd: Read<string> | undefined }[];
  readonly subsections: readonly { readonly variable: string | undefined }[] | undefined;
}

export interface OtherFile {
  readonly unit: { readonly main: { readonly path: string } };
  readonly descriptions: readonly OtherDescription[];
  readonly registrations: readonly Pick<KstateRegistration, 'call' | 'description' | 'instanceId'>[];
}

/** The model as plain data. */
export function otherFileOf(model: KstateModel): OtherFile {
  return {
    unit: { main: { path: model.unit.main.path } },
    descriptions: model.descriptions.map(({ variable, declarator, id, range, fields, subsections }) => ({
      variable, declarator: { storage: declarator.storage }, id, range,
      fields: fields.filter((field) => field.ksd !== undefined).map(({ ksd }) => ({ ksd })),
      subsections: subsections?.map((subsection) => ({ variable: subsection.variable })),
    })),
    registrations: model.registrations.map(({ call, description, instanceId }) => ({ call, description, instanceId })),
  };
}
