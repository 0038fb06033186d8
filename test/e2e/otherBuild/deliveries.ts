import type { decide as decideDelivery } from '../../../src/core/delivery/machine/decide';

// What test/e2e/exchanged.spec.ts puts into another build. It runs inside that build.

const waitMs = 1_000;

type Decide = typeof decideDelivery;
/** Waits before each file of a delivery. */
export const patient =
  (decide: Decide): Decide =>
  (p, said, now) => {
    const [q, step] = decide(p, said, now);
    if (step.do !== 'startUpload') return [q, step];
    const asked = { ...step, notBefore: Math.max(step.notBefore, now + waitMs) };
    return [{ ...q, asked }, asked];
  };
