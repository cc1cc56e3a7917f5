import js from '@eslint/js';
import ts from 'typescript-eslint';
import globals from 'globals';

/** Importing a package's own root or parent folder is how import knots begin. */
const noBarrels = { regex: '^([.]{1,2}|([.]{1,2}/)+index([.]js)?)$', message: 'Import the file that declares it, not a barrel.' };

/** Where end users are answered from. Whoever writes metadata, or sits at the command line, is told in English, as the studio is. */
const ANSWERS_PEOPLE = [
  'engine/src/{fields,rules,records,people,http}/**/*.ts',
  'engine/src/workflow/run-views.ts',
  'engine/src/store/{aggregate-parts,blob-folder,cursor,data-pool,delete-record,field-selection,group-condition,list-conditions,ordered-select,pg-errors,select-aggregate,write-checks}.ts',
];
const FOR_AUTHORS = [
  'engine/src/http/routes/{change-sets,health,draft-query,drafts,drift,formulas,metadata,packs,plan-samples,plans}.ts',
  '**/*.test.ts',
];
/** A sentence has a blank in it; a code has none. */
const INLINE = ':matches(Literal[value=/ /], TemplateLiteral)';
const inTheCatalogue = 'Whoever reads this may read German: put it in engine/src/texts and use told(…).';
/** What is said to people, written where it is said. A property of a field is checked for its author. */
const noInlineTexts = [
  `ObjectExpression:not(:has(> Property[key.name='property'])) > Property[key.name=/^(message|hint)$/]`,
  `NewExpression[callee.name='AppError']`,
  `CallExpression[callee.name=/^(malformed|forbidden|notFound|bad|wrong|refuse)$/]`,
]
  .flatMap((place) => [`${place} > ${INLINE}`, `${place} > ConditionalExpression > ${INLINE}`])
  .map((selector) => ({ selector, message: inTheCatalogue }));

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
  { files: ANSWERS_PEOPLE, ignores: FOR_AUTHORS, rules: { 'no-restricted-syntax': ['error', ...noInlineTexts] } },
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
