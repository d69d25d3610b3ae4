/** The part of JSON schema (draft-07) that the schema of scenarios uses, with VS Code's additions. What stands here, validate.ts checks. */

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface Snippet { readonly label: string; readonly description?: string; readonly body: JsonValue }

export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  /** VS Code: at the root. */
  readonly allowComments?: boolean;
  readonly allowTrailingCommas?: boolean;
  readonly title?: string;
  readonly description?: string;
  /** VS Code: shown in place of `description`. */
  readonly markdownDescription?: string;
  readonly default?: JsonValue;
  readonly examples?: readonly JsonValue[];
  /** VS Code: offered by completion. */
  readonly defaultSnippets?: readonly Snippet[];
  /** VS Code: said instead of `String does not match the pattern`. */
  readonly patternErrorMessage?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly const?: JsonValue;
  readonly enum?: readonly JsonValue[];
  /** VS Code: one for each value of `enum`. */
  readonly markdownEnumDescriptions?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly JsonSchema[];
}
