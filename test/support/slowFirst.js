const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * What takes longest begins first, also where no earlier run has told jest what that is: else one file is left for the end. Files
 * that compute stand between files that wait, so that the processors have something to do all the time.
 */
const slow = [
  /^test.page.(attaching|operating)/,
  /^test.simulation.faults/,
  /^test.e2e.reported/,
  /^test.(e2e.faults|cli.attach|local.functionsHost.crash)/,
  /^test.(e2e.(nylas|killed|deliveries)|cli.interrupted|local.start)/,
  /^test.simulation/,
  /^test.e2e/,
  /^test.(orchestrators|openapi.typedClient|core.mailbox)/,
  /^test.(local|cli|conformance|docs|packaging)/,
  /^test.(adapters|infra|openapi)/,
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
