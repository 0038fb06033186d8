/** The whole suite; see test/support/globalSetup.ts for what runs beside it. */
module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/globalSetup.ts',
  globalTeardown: '<rootDir>/test/support/globalTeardown.ts',
  setupFiles: ['<rootDir>/test/support/quiet.js'],
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      { module: { type: 'commonjs' }, jsc: { target: 'es2023', parser: { syntax: 'typescript' } } },
    ],
  },
  // some packages ship ES modules only
  transformIgnorePatterns: [
    '/node_modules/(?!(https-proxy-agent|http-proxy-agent|agent-base|proxy-agent-negotiate|uuid)/)',
  ],
  testTimeout: 180_000,
  testSequencer: '<rootDir>/test/support/slowFirst.js',
  // most of the slow specs wait most of the time
  maxWorkers: 4,
};
