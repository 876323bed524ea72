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
/** What opens a connection: only behind the guard may an address go that somebody can set. Types may be imported from anywhere. */
const connecting = {
  globals: ['fetch', 'EventSource', 'XMLHttpRequest'].map((name) => ({ name, message: 'Go through the guarded network (libs/core/src/plugins/network): an address may be one that somebody set.' })),
  imports: [
    ...['node:http', 'node:https', 'node:http2', 'node:tls', 'node:dgram', 'node:dns', 'node:dns/promises', 'http', 'https', 'http2', 'net', 'tls', 'dns', 'undici'].map((name) => ({ name, allowTypeImports: true })),
    { name: 'node:net', allowImportNames: ['isIP', 'isIPv4', 'isIPv6'], allowTypeImports: true },
    { name: 'ws', allowImportNames: ['WebSocketServer'], allowTypeImports: true },
  ].map((path) => ({ ...path, message: 'Go through the guarded network (libs/core/src/plugins/network): it alone opens connections.' })),
  sockets: { selector: "NewExpression[callee.name='WebSocket'], MemberExpression[object.name=/^(globalThis|global)$/][property.name=/^(fetch|WebSocket|EventSource)$/]", message: 'Go through the guarded network (libs/core/src/plugins/network).' },
};
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
  {
    files: ['libs/{core,plugin-sdk}/src/**/*.ts', 'plugins/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    // The guard itself; and the doctor, who looks at our own port.
    ignores: [...specs, '**/testing/**', 'libs/core/src/plugins/network/**', 'apps/cli/src/doctor/machine-checks.ts', 'apps/cli/src/doctor/living-checks.ts'],
    rules: {
      'no-restricted-globals': ['error', ...connecting.globals],
      '@typescript-eslint/no-restricted-imports': ['error', { paths: connecting.imports }],
      'no-restricted-syntax': ['error', environment, ...loose, connecting.sockets],
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
