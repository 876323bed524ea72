/** The browser suite: `npm run test:browser`. Its packages are its own (package.json beside this), its transform is everybody's. */
import root from '../../jest.config.js';

const [unit] = root.projects;

export default {
  ...unit,
  displayName: 'browser',
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/*.browser-spec.ts'],
  testTimeout: 60_000,
};
