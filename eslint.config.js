import js from '@eslint/js';
import ts from 'typescript-eslint';
import globals from 'globals';

/** Importing a package's own root or parent folder is how import knots begin. */
const noBarrels = { regex: '^([.]{1,2}|([.]{1,2}/)+index([.]js)?)$', message: 'Import the file that declares it, not a barrel.' };

export default ts.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.fieldstone/**', 'metadata/types/documents.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    rules: {
      'no-restricted-imports': ['error', { patterns: [noBarrels] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-dynamic-delete': 'off',
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['scripts/**', 'bench/**', 'e2e/**', '**/*.mjs', 'engine/src/app/**'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
  {
    files: ['runtime-ui/src/**/*.ts'],
    ignores: ['runtime-ui/src/ui-kit/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            noBarrels,
            { group: ['@shoelace-style/*'], message: 'Shoelace lives behind runtime-ui/src/ui-kit; use its fs-* elements.' },
          ],
        },
      ],
    },
  },
);
