import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The core takes text and bytes and gives values: no editor, no protocol, no file system. */
const core = ['c', 'model', 'rules', 'compat', 'engine', 'formats', 'decode'];
const left = { c: [], model: ['c', 'formats'], engine: ['c', 'model', 'formats'], compat: ['c', 'model', 'engine', 'formats'], rules: ['c', 'model', 'engine', 'compat', 'formats'], formats: [], decode: ['formats', 'c', 'model', 'engine'] };

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', 'vscode-host/', 'coverage/', 'test/fixtures/', 'server/c/wasm/lexer.ts', 'server/formats/wasm/bits.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      eqeqeq: 'error',
    },
  },
  ...core.map((room) => ({
    files: [`server/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          { group: ['vscode', 'vscode-*', 'node:*', 'fs', 'path'], message: 'The core imports no editor, protocol or file system.' },
          { group: [...core, 'lsp', 'cli', 'workspace'].filter((r) => r !== room && !left[room].includes(r)).map((r) => `**/${r}/**`), message: `${room}/ imports only what stands to its left.` },
        ],
      }],
    },
  })),
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', fetch: 'readonly', URL: 'readonly', Buffer: 'readonly' } } },
);
