import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'coverage/',
      '**/node_modules/',
      'docs/reference/',
      'docs/playground/dist/',
      'docs/.vitepress/',
      'reports/',
      '**/*.d.ts',
      'jest.config.ts',
      '.ci/consumers/sources/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A number in a message needs no String().
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `_name` says that a part is taken out to be left out.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      // What users throw need not be an Error and is carried unharmed; aborts reject with `signal.reason`.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      // Results and arguments of a user's functions are of any type.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      // What untyped callers hand in is checked at run time, whatever its type says.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      // An error's own fields are copied on purpose.
      '@typescript-eslint/no-misused-spread': 'off',
      // `async` turns a throw into a rejection.
      '@typescript-eslint/require-await': 'off',
      // An interface is completed by merging.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // winston's transports have two declarations of one class.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      // Strategies may answer at once or later.
      '@typescript-eslint/await-thenable': 'off',
    },
  },
  {
    files: ['spec/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', { selector: "CallExpression[callee.name='it']", message: 'Write test.' }],
    },
  },
  {
    // Compiled under experimentalDecorators alone.
    files: ['spec/**/*.legacy.ts', 'spec/**/*.legacy.spec.ts', 'spec/**/*.esm.spec.ts'],
    languageOptions: { parserOptions: { projectService: false, project: ['spec/tsconfig.legacy.json'] } },
  },
  {
    // Code that runs in the page is in it.
    files: ['spec/integration/playground.long.spec.ts'],
    languageOptions: { parserOptions: { projectService: false, project: ['docs/playground/tsconfig.json'] } },
  },
  {
    // Specs and examples try what untyped callers do, and decorate classes for the decorators' sake.
    files: ['spec/**/*.ts', 'docs/**/*.ts', 'bench/**/*.ts', '*.ts'],
    rules: {
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: globals.node },
  },
);
