/** What is wrong with a scenario file, each at its place in the text. */
import type { Node } from 'jsonc-parser';

export interface ScenarioProblem {
  /** `syntax`, `schema`, or the name of a check. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** An editor that validates with the schema shows it already. */
  readonly bySchema: boolean;
  /** UTF-16 offset and length in the text. */
  readonly offset: number;
  readonly length: number;
  /** The place in the file's own words: `machine.ram[1].size`; empty for the whole file. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

/** One sentence for people. */
export function scenarioProblemText({ where, expected, found }: ScenarioProblem): string {
  return `${where === '' ? '' : `${where}: `}expected ${expected}, found ${found}`;
}

export interface Say {
  readonly code: string;
  readonly expected: string;
  readonly found: string;
  readonly severity?: ScenarioProblem['severity'];
  readonly bySchema?: boolean;
}

/** The list that everybody adds to; what comes after `MOST` is left out, so that hostile input cannot make it long. */
export class ScenarioProblems {
  private static readonly MOST = 200;
  private readonly problems: ScenarioProblem[] = [];

  add(node: Node, say: Say): void {
    this.addAt(node.offset, node.length, pathText(node), say);
  }

  addAt(offset: number, length: number, where: string, { code, expected, found, severity = 'error', bySchema = false }: Say): void {
    if (this.problems.length < ScenarioProblems.MOST) this.problems.push({ code, severity, bySchema, offset, length, where, expected, found });
  }

  /** By place in the file. */
  sorted(): readonly ScenarioProblem[] {
    return [...this.problems].sort((a, b) => a.offset - b.offset || a.length - b.length);
  }
}

/** `kernels[1].generation`. */
export function pathText(node: Node): string {
  const words: string[] = [];
  let at: Node | undefined = node;
  while (at?.parent !== undefined) {
    const parent: Node = at.parent;
    if (parent.type === 'property') {
      const key: unknown = parent.children?.[0]?.value;
      words.unshift(`.${String(key)}`);
      at = parent.parent;
    } else {
      if (parent.type === 'array') words.unshift(`[${String(parent.children?.indexOf(at) ?? 0)}]`);
      at = parent;
    }
  }
  return words.join('').replace(/^\./, '');
}
