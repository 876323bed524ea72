/**
 * One jest, four layers (docs/decisions/0003-tests.md): `npm run test:unit|test:int|test:contract|test:e2e`.
 * The int and e2e layers share one PostgreSQL cluster a run; each file gets a database of its own, cloned from a migrated template.
 */
const swc = [
  '@swc/jest',
  {
    sourceMaps: 'inline',
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
    module: { type: 'nodenext' },
  },
];

const layer = (displayName, suffix, extra = {}) => ({
  displayName,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@earshot/source', 'node', 'node-addons'] },
  testMatch: [`<rootDir>/{libs,plugins,apps}/*/src/**/*.${suffix}.ts`, `<rootDir>/test/**/*.${suffix}.ts`, `<rootDir>/tools/**/*.${suffix}.ts`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '<rootDir>/test/networks/'],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/data/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  ...extra,
});

// Starting servers and cloning databases takes its time where other work shares the machine; a test that hangs still ends.
const onPostgres = {
  testTimeout: 30_000,
  setupFiles: ['<rootDir>/test/support/output/tee-answers.ts'],
  globalSetup: '<rootDir>/test/support/start-postgres.ts',
  globalTeardown: '<rootDir>/test/support/stop-postgres.ts',
};

export default {
  maxWorkers: 2,
  // A loaded machine of two cores; what hangs still ends.
  testTimeout: 30_000,
  workerIdleMemoryLimit: '400MB',
  projects: [
    layer('unit', 'spec'),
    layer('contract', 'contract-spec'),
    layer('int', 'int-spec', onPostgres),
    layer('e2e', 'e2e-spec', onPostgres),
  ],
};
