/** The injection grammar on a small host grammar of our own, so that its edges are tested without a VS Code installed. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { OnigScanner, OnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, Registry, parseRawGrammar } from 'vscode-textmate';
import type { IGrammar } from 'vscode-textmate';

/** As much of C as the injection includes by name. */
const smallC = JSON.stringify({
  scopeName: 'source.c',
  patterns: [{ include: '#comments' }, { include: '#strings' }, { match: '\\b(int|return|static)\\b', name: 'keyword.c' }, { begin: '\\{', end: '\\}', name: 'meta.block.c', patterns: [{ include: '$self' }] }],
  repository: {
    comments: { patterns: [{ match: '//.*$', name: 'comment.line.c' }, { begin: '/\\*', end: '\\*/', name: 'comment.block.c' }] },
    strings: { patterns: [{ begin: '"', end: '"', name: 'string.quoted.double.c' }] },
  },
});

interface Token { readonly text: string; readonly scope: string }

describe('injection grammar', () => {
  let grammar: IGrammar;
  before(async () => {
    const wasm = fs.readFileSync(path.resolve('node_modules/vscode-oniguruma/release/onig.wasm'));
    await loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
    const file = path.resolve('syntaxes/kstate.injection.tmLanguage.json');
    const registry = new Registry({
      onigLib: Promise.resolve({ createOnigScanner: (patterns) => new OnigScanner(patterns), createOnigString: (text) => new OnigString(text) }),
      getInjections: (scope) => (scope === 'source.c' ? ['kstate.injection'] : []),
      loadGrammar: (scope) => Promise.resolve(
        scope === 'source.c' ? parseRawGrammar(smallC, 'c.json') : scope === 'kstate.injection' ? parseRawGrammar(fs.readFileSync(file, 'utf8'), file) : null),
    });
    const loaded = await registry.loadGrammar('source.c');
    assert.ok(loaded);
    grammar = loaded;
  });

  /** Tokens with their innermost scope and, for calls, whether they lie in one. */
  function tokens(text: string): (Token & { readonly inCall: boolean })[] {
    let stack = INITIAL;
    return text.split('\n').flatMap((line) => {
      const result = grammar.tokenizeLine(line, stack, 500);
      assert.equal(result.stoppedEarly, false, `no endless work on: ${line}`);
      stack = result.ruleStack;
      return result.tokens.map((t) => ({ text: line.slice(t.startIndex, t.endIndex).trim(), scope: t.scopes.at(-1) ?? '', inCall: t.scopes.includes('meta.call.kstate') }));
    }).filter((t) => t.text !== '');
  }
  const scopeOf = (text: string, token: string): string | undefined => tokens(text).find((t) => t.text === token)?.scope;

  it('tells member, type and version apart', () => {
    const text = 'KSTATE_BASE_TYPE_V(a.b, struct demo, char [10], 3),';
    assert.deepEqual(tokens(text).filter((t) => /\w/.test(t.text)).map((t) => [t.text, t.scope]), [
      ['KSTATE_BASE_TYPE_V', 'entity.name.function.macro.kstate'], ['a', 'variable.other.member.kstate'], ['b', 'variable.other.member.kstate'],
      ['struct', 'storage.type.struct.kstate'], ['demo', 'entity.name.type.kstate'], ['char', 'storage.type.built-in.primitive.kstate'],
      ['10', 'constant.numeric.kstate'], ['3', 'constant.numeric.kstate'],
    ]);
  });
  it('ends with its own parenthesis, not with an inner one', () => {
    assert.deepEqual(tokens('KSTATE_BASE_TYPE(m, struct d, int (*)(void), 2) rest').filter((t) => !t.inCall).map((t) => t.text), ['rest']);
  });
  it('takes flags and ids outside calls', () => {
    assert.equal(scopeOf('x = KS_CUSTOM;', 'KS_CUSTOM'), 'variable.other.enummember.kstate');
    assert.equal(scopeOf('x = KSTATE_TEST_ID;', 'KSTATE_TEST_ID'), 'variable.other.enummember.kstate');
  });
  it('leaves comments and strings alone', () => {
    assert.equal(tokens('/* KSTATE_FOLIO(a, struct b) */ "KSTATE_PAGE(c)"').some((t) => t.scope.endsWith('.kstate')), false);
  });
  it('names designators of a description, of other structs not', () => {
    assert.equal(scopeOf('struct kstate_description d = { .name = 1 };', 'name'), 'variable.other.member.kstate');
    assert.equal(scopeOf('struct other d = { .name = 1 };', 'name'), undefined);
  });

  const next = 'int after;';
  for (const half of [
    'KSTATE_BASE_TYPE(', 'KSTATE_BASE_TYPE(tag', 'KSTATE_BASE_TYPE(tag,', 'KSTATE_BASE_TYPE(tag, struct', 'KSTATE_BASE_TYPE(tag, struct demo, char [',
    'KSTATE_BASE_TYPE(tag, char [10,', 'KSTATE_BASE_TYPE(tag, (((', 'KSTATE_BASE_TYPE(t[', 'KSTATE_BASE_TYPE(a.',
    'struct kstate_description d = {\n\t.fields = (const struct kstate_field[]) {\n\t\tKSTATE_BASE_TYPE(tag,',
  ]) {
    it(`does not reach the next definition from ${JSON.stringify(half)}`, () => {
      const after = tokens(`${half}\n${next}`).filter((t) => t.text === 'int');
      assert.deepEqual(after.map((t) => [t.scope, t.inCall]), [['keyword.c', false]]);
    });
    it(`lets the next macro start from ${JSON.stringify(half)}`, () => {
      assert.equal(tokens(`${half}\n\tKSTATE_FOLIO(buf, struct demo),`).filter((t) => t.text === 'KSTATE_FOLIO')[0]?.scope, 'entity.name.function.macro.kstate');
      assert.equal(tokens(`${half}\n\tKSTATE_FOLIO(buf, struct demo),`).filter((t) => t.text === 'buf')[0]?.scope, 'variable.other.member.kstate');
    });
  }
});
