import type { UploadMachine } from '../../../src/core/upload/machine/decide';
import type { Progress, Step } from '../../../src/core/upload/machine/progress';
import { versions } from '../../simulation/versions';

// What test/e2e/exchanged.spec.ts puts into another build. It runs inside that build.

const waitMs = 1_000;

/** Waits before it lists the item: a wait more. */
const waiting = (machine: UploadMachine): UploadMachine => ({
  ...machine,
  decide(p, said, now) {
    const [q, step] = machine.decide(p, said, now);
    if (step.do !== 'listAttachments') return [q, step];
    const asked = { ...step, notBefore: Math.max(step.notBefore, now + waitMs) };
    return [{ ...q, asked }, asked];
  },
});

/** One step and one wait more, in the same schema. */
export const steps = waiting(versions.deploySteps);

interface Veiled extends Progress {
  readonly stage?: Progress['phase'];
}
/** Keeps the phase under a name of its own: to the app as it is, nothing was done yet. */
const veiled = (machine: UploadMachine): UploadMachine => {
  const veil = ([p, step]: readonly [Progress, Step]): readonly [Veiled, Step] => [
    { ...p, phase: { name: 'preparing' }, stage: p.phase },
    step,
  ];
  const unveil = ({ stage, ...p }: Veiled): Progress => ({ ...p, phase: stage ?? p.phase });
  return {
    ...machine,
    begin: (plan, now) => veil(machine.begin(plan, now)),
    decide: (p, said, now) => veil(machine.decide(unveil(p), said, now)),
  };
};

/** Another order of steps and one more wait, in a schema that the app as it is cannot read. */
export const order = veiled(waiting(versions.deployOrder));
