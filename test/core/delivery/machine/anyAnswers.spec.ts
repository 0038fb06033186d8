import fc from 'fast-check';
import { live } from '../../../../src/core/delivery/machine/live';
import type { Plan, Step } from '../../../../src/core/delivery/machine/progress';
import { aPlan, drafted, ended, hour, item, listed, refused, Said, startedAt, Walk } from './walk';

/** What each step can come to, in any order and any number. */
function answersTo(step: Step): Said[] {
  const common: Said[] = [
    { kind: 'throttled', retryAfterMs: 2000 },
    { kind: 'throttled' },
    { kind: 'notDone' },
    { kind: 'unclear' },
    { kind: 'unclear', isAnswered: true },
    { kind: 'itemNotFound' },
    refused,
    { kind: 'notReady' },
    { kind: 'storageDown' },
    { kind: 'crashed' },
  ];
  const sent: Said = { kind: 'sent', at: startedAt };
  switch (step.do) {
    case 'readItem':
      return [item, { kind: 'item', heldBytes: 0, fault: 'notADraft' }, ...common];
    case 'createDraft':
      return [drafted, { kind: 'drafted', item: 'x', isMarked: false }, { kind: 'noMark' }, { kind: 'cancelRequested' }, ...common]; // prettier-ignore
    case 'findDraft':
      return [drafted, { kind: 'absent' }, ...common];
    case 'markDraft':
      return [{ kind: 'marked' }, { kind: 'noMark' }, ...common];
    case 'startUpload':
    case 'checkUpload': {
      const { uploadId: id } = step;
      const ends = [{}, { proof: 'receipts' }, { proof: 'none' }, { status: 'failed' }, { status: 'cancelled' }];
      const active: Said = { kind: 'uploadActive', isBegun: true };
      return [...ends.map((one) => ended(id, one)), step.do === 'startUpload' ? { kind: 'started' } : active, { kind: 'crashed' }]; // prettier-ignore
    }
    case 'listFiles':
      return [listed, { kind: 'listed', missing: ['a.pdf'] }, ...common];
    case 'sendMessage':
      return [sent, { kind: 'notOurs', problem: { code: 'NotFinished', detail: 'No.' } }, { kind: 'cancelRequested' }, ...common]; // prettier-ignore
    case 'notifyAttendees':
      return [sent, { kind: 'noMark' }, ...common];
    case 'findSent':
    case 'findNotified':
      return [sent, { kind: 'unsent', isOpen: false }, { kind: 'unsent', isOpen: true }, { kind: 'gone' }, ...common];
    case 'settleUploads':
      return [
        { kind: 'uploadsEnded', removable: [{ id: 'u1', name: 'u1.pdf' }], fixed: ['u2.pdf'] },
        { kind: 'uploadsActive' },
        { kind: 'crashed' },
        { kind: 'notReady' },
      ];
    case 'takeBack':
    case 'deleteDraft':
      return [{ kind: 'removed' }, ...common];
    case 'deleteExtraDrafts':
      return [{ kind: 'swept', leftBehind: [] }, ...common];
    case 'end':
      return [];
  }
}

interface Taken {
  readonly step: Step;
  readonly said: Said;
  readonly undoing: boolean;
}

/** Goes where the numbers lead; when they are used up every step does what it should. */
function follow(plan: Plan, choices: readonly number[], cancelAt: number): { walk: Walk; steps: Taken[] } {
  const walk = new Walk(plan);
  const steps: Taken[] = [];
  for (let n = 0; walk.step.do !== 'end'; n++) {
    if (n > 2000) throw new Error(`No end: ${walk.step.do}`);
    expect(JSON.stringify(live(walk.progress, walk.step, walk.now)).length).toBeLessThan(8190);
    const answers = answersTo(walk.step);
    const said = answers[(choices[n] ?? 0) % answers.length]!;
    steps.push({ step: walk.step, said, undoing: walk.progress.undoing !== undefined });
    walk.hears(said);
    if (n === cancelAt) walk.hears({ kind: 'cancelRequested' });
  }
  return { walk, steps };
}

const targets: Partial<Plan>[] = [
  { item: null, makes: 'message' },
  { item: null, makes: 'reply' },
  { item: 'users/m/messages/A=', makes: null, readsItem: true },
];
const plans = fc.record({
  target: fc.constantFrom(...targets),
  announces: fc.constantFrom('send', 'send', 'notify', null),
  keepOnFailure: fc.boolean(),
  proof: fc.constantFrom('bytes', 'receipts'),
});
const runs = fc
  .tuple(plans, fc.array(fc.nat(60), { maxLength: 60 }), fc.nat(80))
  .map(([{ target, ...rest }, choices, cancelAt]) => ({ plan: { ...aPlan, ...target, ...rest }, choices, cancelAt })); // prettier-ignore
const isSend = ({ step }: Taken): boolean => step.do === 'sendMessage' || step.do === 'notifyAttendees';
const isLook = ({ step }: Taken): boolean => step.do === 'findSent' || step.do === 'findNotified';

describe('a delivery that meets any answers', () => {
  it('sends again only where a look, when it was settled, showed a draft, and never where a request has no answer', () => {
    fc.assert(
      fc.property(runs, ({ plan, choices, cancelAt }) => {
        const { steps } = follow(plan, choices, cancelAt);
        const notBegun = ['notDone', 'storageDown', 'notReady', 'noMark'];
        let last: Taken | undefined;
        let answered = true;
        for (const taken of steps) {
          if (isSend(taken)) {
            expect(last === undefined || isLook(last)).toBe(true);
            expect(last?.said.kind ?? 'unsent').toBe('unsent');
            if (last?.said.kind === 'unsent') expect(answered || !last.said.isOpen).toBe(true);
            last = notBegun.includes(taken.said.kind) ? undefined : taken;
            answered = taken.said.kind !== 'crashed' && !(taken.said.kind === 'unclear' && !taken.said.isAnswered);
          } else if (isLook(taken)) last = taken;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('sends only when every file is attached and was listed just before, and attaches nothing on the way back', () => {
    fc.assert(
      fc.property(runs, ({ plan, choices, cancelAt }) => {
        const { steps } = follow(plan, choices, cancelAt);
        steps.forEach((taken, index) => {
          if (taken.undoing) expect(taken.step.do).not.toMatch(/Upload$|createDraft|send|mark|notify/);
          if (!isSend(taken)) return;
          const before = steps.slice(0, index);
          const good = before.flatMap(({ said }) =>
            said.kind === 'uploadEnded' && said.upload.status === 'succeeded' ? [said.upload] : [],
          );
          expect([...new Set(good.map(({ id }) => id))].sort()).toEqual(plan.uploads);
          expect(good.every(({ proof }) => proof === 'bytes' || proof === plan.proof)).toBe(true);
          const isMarkLost = before.at(-1)?.said.kind === 'noMark';
          expect(isMarkLost || before.at(-1)?.said).toEqual(isMarkLost || listed);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('always ends, with an answer, by its deadline and the time of the cleanup', () => {
    fc.assert(
      fc.property(runs, ({ plan, choices, cancelAt }) => {
        const { walk, steps } = follow(plan, choices, cancelAt);
        const { end } = walk;
        expect(end.status === 'failed').toBe(end.error !== undefined);
        if (end.sent === null) expect(end.error?.code).toBe('OutcomeUnknown');
        if (end.status === 'cancelled') expect(end.sent).toBe(false);
        expect(walk.now).toBeLessThan(plan.deadlineAt + 8 * hour);
        const begun = steps.filter(({ undoing }) => !undoing).at(-1)?.step.notBefore ?? 0;
        expect(begun).toBeLessThan(plan.deadlineAt + hour);
      }),
      { numRuns: 1000 },
    );
  });
});
