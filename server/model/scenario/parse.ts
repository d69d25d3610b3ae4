/** The text of a scenario file to a tree: JSON with comments and commas behind the last. */
import type { Node, ParseError } from 'jsonc-parser';
import { createScanner, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { ScenarioProblems } from './problems';
import { pathText } from './problems';
import { short } from './tree';

/** Longest text that is read, in UTF-16 units. */
const MOST_TEXT = 4 << 20;
/** Deeper than any scenario; the parser would run out of stack at some thousands. */
const MOST_DEPTH = 64;

/** Undefined: there is nothing to read, and `problems` says why. */
export function parse(text: string, problems: ScenarioProblems): Node | undefined {
  if (text.length > MOST_TEXT) {
    problems.addAt(0, 0, '', { code: 'too-large', expected: `at most ${String(MOST_TEXT)} characters`, found: String(text.length) });
    return undefined;
  }
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    problems.addAt(deep, 1, '', { code: 'too-deep', expected: `at most ${String(MOST_DEPTH)} objects and lists in each other`, found: 'more' });
    return undefined;
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  for (const { offset, length, error } of errors.slice(0, 20)) {
    const expected = syntaxWords[printParseErrorCode(error)] ?? 'JSON';
    const found = offset >= text.length || length === 0 && text.slice(offset).trim() === '' ? 'the end of the file' : short(JSON.stringify(text.slice(offset, offset + Math.max(length, 1))));
    problems.addAt(offset, Math.max(length, Math.min(1, text.length - offset)), '', { code: 'syntax', expected, found, bySchema: true });
  }
  if (root !== undefined) sayTwice(root, problems);
  else if (errors.length === 0) problems.addAt(0, 0, '', { code: 'syntax', expected: 'an object', found: 'an empty file', bySchema: true });
  return root;
}

const syntaxWords: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'a name in double quotes', ValueExpected: 'a value', ColonExpected: 'a colon', CommaExpected: 'a comma', CloseBraceExpected: '"}"', CloseBracketExpected: '"]"',
  InvalidSymbol: 'a name in double quotes or a value', EndOfFileExpected: 'the end of the file', UnexpectedEndOfString: 'a closing quote', UnexpectedEndOfComment: 'the end of the comment', InvalidNumberFormat: 'a number', InvalidEscapeCharacter: 'an escape of JSON',
};

/** SyntaxKind 1 to 4 and 17; the enum is const and gone once the types are. */
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, END] = [1, 2, 3, 4, 17];

function tooDeepAt(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (token === OPEN_BRACE || token === OPEN_BRACKET) depth++;
    else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) depth--;
    if (depth > MOST_DEPTH) return scanner.getTokenOffset();
  }
  return undefined;
}

/** A name that stands twice in one object: only the last counts. */
function sayTwice(node: Node, problems: ScenarioProblems): void {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    const key = node.type === 'object' ? child.children?.[0] : undefined;
    if (key !== undefined) {
      if (seen.has(key.value)) problems.addAt(key.offset, key.length, pathText(node), { code: 'name-twice', expected: 'each name once in an object', found: `a second ${JSON.stringify(key.value)}`, bySchema: true });
      seen.add(key.value);
    }
    sayTwice(child, problems);
  }
}
