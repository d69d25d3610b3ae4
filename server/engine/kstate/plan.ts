/** A description as the engine runs it: numbers instead of what the source says, and references resolved. */
import type { SrcRange } from '../../c/source';

export interface FieldPlan {
  readonly index: number;
  /** `.name`. */
  readonly name: string;
  /** The struct member: the name by which the two kernels' fields are paired. `.name` when no member is known. */
  readonly member: string;
  /** Earlier names of the member, which the source declares in a comment beside the field. */
  readonly was?: readonly string[];
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly flags: number;
  readonly versionId: number;
  readonly addrType: number;
  readonly ksd: DescriptionPlan | undefined;
  /** The variable named by `.ksd`, resolved or not. */
  readonly ksdName: string | undefined;
  readonly save: string | undefined;
  readonly restore: string | undefined;
  /** What `.count` returns; undefined: the field has none. */
  readonly count: number | undefined;
  /** The function in `.count`, which is called anew each time. */
  readonly countName?: string | undefined;
  /** As C writes it; empty when not known. */
  readonly type: string;
  /** Offsets within the copied bytes at which the type has a pointer. */
  readonly pointersAt: readonly number[];
  /** What a copied struct holds, when the field is one. */
  readonly shape?: readonly ShapeMember[];
  readonly source: SrcRange | undefined;
}

/** A member of the struct that a description is about. */
export interface PlanMember {
  readonly name: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** It holds an address of its kernel. */
  readonly pointers: boolean;
}

/** A scalar within a struct that travels as it lies in memory. */
export interface ShapeMember {
  /** `pos.x`, `t[1]`. */
  readonly path: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Only for a bit-field: from the start of its byte. */
  readonly bits?: { readonly offset: number; readonly width: number };
}

export interface DescriptionPlan {
  /** The C variable. */
  readonly variable: string;
  /** `.name`. */
  readonly name: string;
  readonly id: number;
  readonly versionId: number;
  /** Declared in v3; no code of any dialect reads it (facts 2.3). 0 when not given. */
  readonly minVersionId?: number;
  readonly fields: readonly FieldPlan[];
  /** Whether the list has its end entry: without one, save and restore walk off the array. */
  readonly terminated: boolean;
  /** There is no list at all: `.fields` is NULL. */
  readonly withoutList?: boolean;
  /** undefined: the description has none. */
  readonly subsections: readonly DescriptionPlan[] | undefined;
  readonly subsectionsTerminated: boolean;
  /** Size of the struct it is about; the end of its last field when that is not known. */
  readonly objectBytes: number;
  /** Of the struct; bit-fields and very large members are left out. undefined when it is not known. */
  readonly members?: readonly PlanMember[];
  readonly range: SrcRange | undefined;
}

/** An object larger than this is not held whole. */
export const maxObjectBytes = 16 << 20;

/** The end of the last byte that any field of a description touches in the object itself. */
export function fieldsEnd(fields: readonly FieldPlan[], pointerBytes: number): number {
  return fields.reduce((end, field) => {
    const bytes = field.ksdName !== undefined || field.sizeBytes > 0 ? Math.max(field.sizeBytes, pointerBytes) : pointerBytes;
    return Math.max(end, field.offsetBytes + bytes * Math.max(1, field.count ?? 1));
  }, 0);
}

/** What walking a list without an end does. */
export function walksOff(plan: DescriptionPlan): string {
  return plan.withoutList === true ? 'walks a field list from a NULL pointer: there is no .fields.' : 'walks off the field list, which has no KSTATE_END_OF_LIST.';
}
