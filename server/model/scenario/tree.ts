/** Values of a JSON tree with places, for text that may be half typed: what is not there or of another type is undefined. */
import type { Node } from 'jsonc-parser';

/** By key; of keys that stand twice the last. */
export function properties(node: Node | undefined): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>();
  if (node?.type !== 'object') return found;
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (value !== undefined && typeof key?.value === 'string') found.set(key.value, value);
  }
  return found;
}

export function property(node: Node | undefined, key: string): Node | undefined {
  return properties(node).get(key);
}

/** The key's own node, for problems with a name; the value when it has none. */
export function keyNode(value: Node): Node {
  return value.parent?.type === 'property' ? value.parent.children?.[0] ?? value : value;
}

export function items(node: Node | undefined): readonly Node[] {
  return node?.type === 'array' ? node.children ?? [] : [];
}

export function stringOf(node: Node | undefined): string | undefined {
  const value: unknown = node?.value;
  return node?.type === 'string' && typeof value === 'string' ? value : undefined;
}

export function numberOf(node: Node | undefined): number | undefined {
  const value: unknown = node?.value;
  return node?.type === 'number' && typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A whole number that a double holds exactly and that lies in the range. */
export function integerOf(node: Node | undefined, least: number, most: number): number | undefined {
  const value = numberOf(node);
  return value !== undefined && Number.isSafeInteger(value) && value >= least && value <= most ? value : undefined;
}

export function flagOf(node: Node | undefined): boolean | undefined {
  const value: unknown = node?.value;
  return node?.type === 'boolean' && typeof value === 'boolean' ? value : undefined;
}

export function wordOf<const T extends string>(node: Node | undefined, words: readonly T[]): T | undefined {
  const value = stringOf(node);
  return words.find((word) => word === value);
}

export function stringsOf(node: Node | undefined): readonly string[] | undefined {
  return node?.type === 'array' ? items(node).flatMap((item) => stringOf(item) ?? []) : undefined;
}

/** As people wrote it, short. */
export function shown(node: Node): string {
  const value: unknown = node.value;
  switch (node.type) {
    case 'object': return 'an object';
    case 'array': return node.children?.length === 0 ? 'an empty list' : 'a list';
    case 'string': return short(JSON.stringify(value));
    case 'null': return 'null';
    default: return String(value);
  }
}

export function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
