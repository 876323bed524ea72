/** The suite on real servers: `npm run test:networks`. Its packages are its own (package.json beside this), its transform and PostgreSQL are everybody's. */
import root from '../../jest.config.js';

const int = root.projects.find(({ displayName }) => displayName === 'int');

export default {
  ...int,
  displayName: 'networks',
  rootDir: '../..',
  testMatch: ['<rootDir>/test/networks/**/*.network-spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  maxWorkers: 2,
  testTimeout: 180_000,
};
