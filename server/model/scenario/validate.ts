/** Holds a JSON tree to a schema, with each problem at its place. Knows the keywords of jsonSchema.ts. */
import type { Node } from 'jsonc-parser';
import type { JsonSchema, JsonType, JsonValue } from './jsonSchema';
import type { Say, ScenarioProblems } from './problems';
import { keyNode, properties, shown } from './tree';

interface Found extends Say { readonly node: Node }

/** Adds a problem for everything in `root` that `schema` does not allow. Schemas may be recursive only through `definitions`. */
export function validate(root: Node, schema: JsonSchema, problems: ScenarioProblems): void {
  for (const { node, ...say } of new Validator(schema).check(root, schema)) problems.add(node, { ...say, bySchema: true });
}

class Validator {
  constructor(private readonly whole: JsonSchema) {}

  check(node: Node, given: JsonSchema): readonly Found[] {
    const schema = this.resolve(given);
    if (schema.anyOf !== undefined) return this.anyOf(node, schema.anyOf);
    const found: Found[] = [];
    const say = (expected: string, at = node, what = shown(at)): void => { found.push({ node: at, code: 'schema', expected, found: what }); };
    if (schema.const !== undefined && node.value !== schema.const) {
      say(quoted(schema.const));
      return found;
    }
    if (schema.enum !== undefined && !schema.enum.some((value) => value === node.value)) {
      say(schema.enum.length === 1 ? quoted(schema.enum[0] ?? null) : `one of ${schema.enum.map(quoted).join(', ')}`);
      return found;
    }
    if (schema.type !== undefined && !isOfType(node, schema.type)) {
      say(this.words(schema));
      return found;
    }
    if (node.type === 'string') this.string(String(node.value), schema, say);
    if (node.type === 'number') number(Number(node.value), schema, say);
    if (node.type === 'array') found.push(...this.array(node, schema, say));
    if (node.type === 'object') found.push(...this.object(node, schema, say));
    return found;
  }

  private string(value: string, schema: JsonSchema, say: (expected: string) => void): void {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) say(this.words(schema));
    if (schema.minLength !== undefined && value.length < schema.minLength) say('some text');
  }

  private array(node: Node, schema: JsonSchema, say: (expected: string) => void): readonly Found[] {
    const children = node.children ?? [];
    if (schema.minItems !== undefined && children.length < schema.minItems) say(`at least ${String(schema.minItems)} in the list`);
    if (schema.maxItems !== undefined && children.length > schema.maxItems) say(`at most ${String(schema.maxItems)} in the list`);
    const { items } = schema;
    return items === undefined ? [] : children.flatMap((child) => this.check(child, items));
  }

  private object(node: Node, schema: JsonSchema, say: (expected: string, at?: Node, what?: string) => void): readonly Found[] {
    const given = properties(node);
    for (const name of schema.required ?? []) {
      if (!given.has(name)) say(`"${name}"`, node, `an object without it`);
    }
    const known = schema.properties ?? {};
    const found: Found[] = [];
    for (const [name, value] of given) {
      const key = keyNode(value);
      if (schema.propertyNames?.pattern !== undefined && !new RegExp(schema.propertyNames.pattern, 'u').test(name)) say(`a name like ${schema.propertyNames.pattern}`, key);
      const own = Object.hasOwn(known, name) ? known[name] : undefined;
      if (own !== undefined) found.push(...this.check(value, own));
      else if (schema.additionalProperties === false) say(`one of ${Object.keys(known).map((word) => `"${word}"`).join(', ')}`, key, `"${name}"`);
      else if (schema.additionalProperties !== undefined) found.push(...this.check(value, schema.additionalProperties));
    }
    return found;
  }

  /** The problems of the alternative that the text comes nearest to. */
  private anyOf(node: Node, alternatives: readonly JsonSchema[]): readonly Found[] {
    const flat = alternatives.flatMap((one) => this.flat(one));
    const tried = flat.map((schema) => ({ schema, found: this.check(node, schema) }));
    if (tried.some((one) => one.found.length === 0)) return [];
    const fitting = tried.filter(({ schema }) => isOfType(node, schema.type ?? typesOf(schema)));
    if (fitting.length === 0) return [{ node, code: 'schema', expected: listed(flat.map((one) => this.words(one))), found: shown(node) }];
    if (fitting.length === 1) return fitting[0]?.found ?? [];
    if (node.type !== 'object') return [{ node, code: 'schema', expected: listed(fitting.map(({ schema }) => this.words(schema))), found: shown(node) }];
    const kinds = fitting.flatMap(({ schema }) => schema.properties?.['kind']?.const ?? []);
    const kind = properties(node).get('kind');
    if (kinds.length === fitting.length && !kinds.some((one) => one === kind?.value)) {
      const expected = `"kind": one of ${kinds.map(quoted).join(', ')}`;
      return [kind === undefined ? { node, code: 'schema', expected, found: 'an object without it' } : { node: kind, code: 'schema', expected, found: shown(kind) }];
    }
    const given = [...properties(node).keys()];
    const names = ({ schema }: { readonly schema: JsonSchema }): number =>
      (kinds.length > 0 && schema.properties?.['kind']?.const === kind?.value ? 1000 : 0) + given.filter((name) => Object.hasOwn(schema.properties ?? {}, name)).length;
    const [best, next] = [...fitting].sort((a, b) => names(b) - names(a) || a.found.length - b.found.length);
    if (best === undefined) return [];
    if (names(best) === 0 && next !== undefined) return [{ node, code: 'schema', expected: `an object with ${listed(fitting.map(({ schema }) => `"${schema.required?.[0] ?? ''}"`))}`, found: given.length === 0 ? 'an empty object' : `one with ${given.map((name) => `"${name}"`).join(', ')}` }];
    return best.found;
  }

  private flat(schema: JsonSchema): readonly JsonSchema[] {
    const resolved = this.resolve(schema);
    return resolved.anyOf === undefined ? [resolved] : resolved.anyOf.flatMap((one) => this.flat(one));
  }

  private resolve(schema: JsonSchema): JsonSchema {
    const name = schema.$ref?.replace('#/definitions/', '');
    const target = name === undefined ? schema : this.whole.definitions?.[name];
    if (target === undefined) throw new Error(`the schema has no definition ${String(name)}`);
    return target;
  }

  /** What a value should be, for people. */
  private words(schema: JsonSchema): string {
    if (schema.patternErrorMessage !== undefined) return schema.patternErrorMessage.replace(/\.$/, '').replace(/^An? /, (article) => article.toLowerCase());
    if (schema.const !== undefined) return quoted(schema.const);
    if (schema.enum !== undefined) return `one of ${schema.enum.map(quoted).join(', ')}`;
    const types = schema.type === undefined ? typesOf(schema) : schema.type;
    return listed((Array.isArray(types) ? types : [types]).map((type: JsonType) => typeWords[type]));
  }
}

const typeWords: Readonly<Record<JsonType, string>> = {
  object: 'an object', array: 'a list', string: 'a text', number: 'a number', integer: 'a whole number', boolean: 'true or false', null: 'null',
};

function number(value: number, schema: JsonSchema, say: (expected: string) => void): void {
  if (schema.minimum !== undefined && value < schema.minimum) say(`at least ${String(schema.minimum)}`);
  if (schema.maximum !== undefined && value > schema.maximum) say(`at most ${String(schema.maximum)}`);
}

function typesOf(schema: JsonSchema): readonly JsonType[] {
  const sample = schema.const ?? schema.enum?.[0];
  return sample === undefined ? ['object'] : [typeof sample === 'number' ? 'number' : typeof sample === 'boolean' ? 'boolean' : 'string'];
}

function isOfType(node: Node, types: JsonType | readonly JsonType[]): boolean {
  return (Array.isArray(types) ? types : [types]).some((type: JsonType) => (type === 'integer' ? node.type === 'number' && Number.isInteger(node.value) : node.type === type));
}

function quoted(value: JsonValue): string {
  return JSON.stringify(value);
}

function listed(words: readonly string[]): string {
  return [...new Set(words)].join(' or ');
}
