import js from '@eslint/js';
import typescript from 'typescript-eslint';

const specs = ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.contract-spec.ts', '**/*.e2e-spec.ts', 'test/**'];

const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'The environment is read in libs/core/src/config alone; take a Config.',
};
const loose = [
  { selector: "TSTypeReference[typeName.name='Function']", message: 'Say which function.' },
  { selector: "CallExpression[callee.name='forwardRef']", message: 'A circle of modules: move what both need to where neither needs the other.' },
  { selector: "ImportDeclaration[source.value=/\\.ts$/]", message: 'Relative imports end in .js, as the built files do.' },
];
const doors = {
  paths: [
    { name: '@nestjs/typeorm', message: 'Repositories outside of a transaction see nothing under row-level security: use Database (libs/core/src/database).' },
    { name: 'typeorm', importNames: ['getRepository', 'getManager', 'getConnection'], message: 'Only the manager of the transaction is used.' },
    { name: 'node:test', message: 'Tests run under jest.' },
  ],
};

export default typescript.config(
  { ignores: ['**/dist/', '**/node_modules/', 'data/', 'coverage/', '**/fixtures/', 'bench/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly', Buffer: 'readonly', module: 'writable', TextDecoder: 'readonly' } },
  },
  // Read by old Nodes too, which know no other modules.
  { files: ['apps/cli/bin/**'], languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly', __dirname: 'readonly' } } },
  {
    files: ['**/*.ts'],
    extends: [typescript.configs.recommended],
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      // What was caught, or an AbortSignal's reason, is thrown on as it is: narrowed from unknown, it is {}.
      '@typescript-eslint/only-throw-error': 'off',
      'no-throw-literal': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/ban-ts-comment': 'error',
      // Nest's modules, and interfaces that only name another, are such.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // == null asks for null and undefined at once.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      'no-restricted-imports': ['error', doors],
      'no-restricted-syntax': ['error', environment, ...loose],
      'max-lines': ['error', { max: 350, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 60 }],
      'max-params': ['error', { max: 6 }],
    },
  },
  { files: ['libs/core/src/config/**', 'tools/**'], rules: { 'no-restricted-syntax': ['error', ...loose] } },
  {
    files: specs,
    rules: {
      'no-restricted-syntax': ['error', ...loose],
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'max-params': 'off',
      // A source that fails before its first event.
      'require-yield': 'off',
      'no-throw-literal': 'off',
    },
  },
  // Run by Node itself, without jest or a build.
  { files: ['test/bench/**', 'test/faults/**'], rules: { 'no-restricted-syntax': ['error', loose[0], loose[1]] } },
  // With packages of its own, and so a program of its own.
  { files: ['test/browser/**/*.ts'], languageOptions: { parserOptions: { project: './test/browser/tsconfig.json' } } },
  { files: ['test/networks/**/*.ts'], languageOptions: { parserOptions: { project: './test/networks/tsconfig.json' } } },
  { files: ['**/*.fixture.ts'], rules: { 'require-yield': 'off' } },
  {
    files: ['libs/{core,plugin-sdk}/src/**', 'plugins/*/src/**'],
    ignores: ['**/*.worker.mjs'],
    rules: { 'no-console': 'error' },
  },
);
