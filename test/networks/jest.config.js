/** The suite on real servers: `npm run test:networks`. Its packages are its own (package.json beside this), its transform and PostgreSQL are everybody's. */
import root from '../../jest.config.js';

const int = root.projects.find(({ displayName }) => displayName === 'int');

export default {
  ...int,
  displayName: 'networks',
  rootDir: '../..',
  testMatch: ['<rootDir>/test/networks/**/*.network-spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  // What is kept of answers elsewhere is Earshot's own: here a test asks servers of others too, and gets tokens from them.
  setupFiles: [],
  // They wait for servers most of the time.
  maxWorkers: 3,
  testTimeout: 180_000,
};
