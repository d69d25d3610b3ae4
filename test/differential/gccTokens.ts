import { spawnSync } from 'node:child_process';

/** Spellings of the tokens in `gcc -E -P` output. Written apart from the lexer under test. */
export function tokensOf(text: string): string[] {
  const pattern = /(?:u8|[LuU])?"(?:\\.|[^"\\\n])*"|[LuU]?'(?:\\.|[^'\\\n])*'|[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*|\.?\d(?:[eEpP][+-]|[\w.])*|<<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||##|[-+*/%&^|]=|\S/g;
  return text.replace(/^#.*$/gm, '').match(pattern) ?? [];
}

export interface GccAnswer {
  readonly text: string;
  readonly status: number;
  readonly errors: string;
}

export function gccPreprocess(text: string, flags: readonly string[] = []): GccAnswer {
  const run = spawnSync('gcc', ['-E', '-P', '-std=gnu11', '-nostdinc', '-x', 'c', ...flags, '-'], { input: text, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } });
  return { text: run.stdout, status: run.status ?? -1, errors: run.stderr };
}
