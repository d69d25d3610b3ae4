/** What gcc answered for one target. */
export interface GoldenFile {
  readonly target: string;
  /** Types the records stand among. */
  readonly prelude: string;
  readonly records: readonly {
    readonly name: string;
    readonly union: boolean;
    readonly questions: readonly string[];
    readonly answers: readonly string[];
    readonly bits: readonly { readonly path: string; readonly first: number; readonly count: number }[];
  }[];
  readonly constantPrelude: string;
  readonly constants: readonly { readonly expression: string; readonly value: string }[];
}
