const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes longest begins first, also where no earlier run has told jest what that is: else one file is left for the end. */
const slow = [
  /^test.simulation.(faults|platform)/,
  /^test.e2e/,
  /^test.page.page/,
  /^test.local/,
  /^test.(orchestrators|adapters)/,
];

function rank({ path, context }) {
  const found = slow.findIndex((pattern) => pattern.test(relative(context.config.rootDir, path)));
  return found < 0 ? slow.length : found;
}

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
