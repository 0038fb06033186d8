const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * What takes longest begins first, also where no earlier run has told jest what that is: else one file is left for the end. Those
 * that only compute (the simulation, the browser) stand between those that wait.
 */
const slow = [
  /^test.page.(attaching|operating)/,
  /^test.simulation.faults/,
  /^test.e2e.(reported|faults)|^test.cli.attach/,
  /^test.simulation.platform/,
  /^test.local.(functionsHost.crash|start)|^test.e2e.(nylas|killed|deliveries)|^test.cli.interrupted/,
  /^test.simulation.random/,
  /^test.e2e/,
  /^test.simulation/,
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
