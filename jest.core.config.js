const everything = require('./jest.config.js');

/**
 * npm run test:core: what src/core decides, in seconds. No storage is started, each property gets a moment, and walks through
 * whole jobs and grammars are left to npm test.
 */
const { globalSetup: _setup, globalTeardown: _teardown, testSequencer: _sequencer, ...config } = everything;
module.exports = {
  ...config,
  setupFiles: [...config.setupFiles, '<rootDir>/test/support/brief.js'],
  testMatch: ['<rootDir>/test/core/**/*.spec.ts'],
  testPathIgnorePatterns: ['/test/core/delivery/machine/schedules\\.spec', '/test/core/items/pathProperties\\.spec'],
};
