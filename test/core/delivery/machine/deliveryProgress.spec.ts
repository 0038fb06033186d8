import fc from 'fast-check';
import type { DeliveryOutcome, UploadOver } from '../../../../src/core/delivery/machine/deliveryOutcome';
import {
  beginDelivery,
  beginRecovery,
  decideDelivery,
  deliveryLive,
} from '../../../../src/core/delivery/machine/deliveryProgress';
import type { DeliveryPlan, DeliveryProgress, DeliveryStep } from '../../../../src/core/delivery/machine/deliveryState';

const startedAt = Date.parse('2026-11-22T09:00:00Z');
const hour = 3_600_000;
const plan: DeliveryPlan = {
  id: 'd',
  item: null,
  uploads: ['u1', 'u2'],
  send: true,
  keepOnFailure: false,
  settleMs: 60_000,
  deadlineAt: startedAt + 24 * hour,
};
const over = (id: string, changes: Partial<UploadOver> = {}): UploadOver => ({
  id,
  name: id,
  status: 'succeeded',
  attached: 'removable',
  verified: true,
  ...changes,
});
const refused: DeliveryOutcome = { kind: 'refused', problem: { code: 'AccessDenied', detail: 'No.' } };

/** What each step can come to. */
function outcomesOf(step: DeliveryStep): DeliveryOutcome[] {
  const common: DeliveryOutcome[] = [
    { kind: 'throttled', retryAfterMs: 2000 },
    { kind: 'throttled' },
    { kind: 'notSent' },
    { kind: 'uncertain' },
    { kind: 'notFound' },
    refused,
    { kind: 'notReady' },
    { kind: 'crashed' },
  ];
  switch (step.do) {
    case 'createDraft':
      return [{ kind: 'drafted', item: 'x' }, { kind: 'cancelRequested' }, ...common];
    case 'findDraft':
      return [{ kind: 'drafted', item: 'x' }, { kind: 'absent' }, ...common];
    case 'attach':
    case 'checkUpload':
      return [
        ...[over(step.uploadId), over(step.uploadId, { verified: false })].map(overOutcome),
        overOutcome(over(step.uploadId, { status: 'failed', attached: 'none' })),
        overOutcome(over(step.uploadId, { status: 'cancelled', attached: 'none' })),
        { kind: 'uploadActive' },
        { kind: 'crashed' },
      ];
    case 'markDraft':
      return [{ kind: 'marked' }, ...common];
    case 'sendMessage':
      return [{ kind: 'sent', at: startedAt }, { kind: 'cancelRequested' }, ...common];
    case 'findSent':
      return [{ kind: 'sent', at: startedAt }, { kind: 'absent' }, ...common];
    case 'settleUploads':
      return [
        { kind: 'uploadsOver', uploads: plan.uploads.map((id) => over(id)) },
        { kind: 'uploadActive' },
        { kind: 'crashed' },
        { kind: 'notReady' },
      ];
    case 'takeBack':
    case 'deleteDraft':
      return [{ kind: 'removed' }, ...common];
    case 'deleteSurplusDrafts':
      return [{ kind: 'surplusGone', leftBehind: [] }, ...common];
    case 'end':
      return [];
  }
}
const overOutcome = (upload: UploadOver): DeliveryOutcome => ({ kind: 'uploadOver', upload });

interface Walk {
  readonly steps: { step: DeliveryStep; said: DeliveryOutcome; at: number; undoing: boolean }[];
  readonly last: DeliveryStep;
  readonly endedAt: number;
}

/** Goes where the numbers lead; when they are used up every step does what it should. */
function walk(of: DeliveryPlan, choices: readonly number[], cancelAt: number, recovers = false): Walk {
  const known = { item: null, mayHaveCreated: true, mayHaveSent: true, cancelRequested: false };
  let [progress, step] = recovers ? beginRecovery(of, known, startedAt) : beginDelivery(of, startedAt);
  let now = startedAt;
  const steps: Walk['steps'] = [];
  for (let n = 0; step.do !== 'end'; n++) {
    if (n > 2000) throw new Error(`No end: ${step.do}`);
    now = Math.max(now, step.notBefore) + 100;
    expect(JSON.stringify(deliveryLive(progress, step, now)).length).toBeLessThan(8190);
    const said = outcomesOf(step)[(choices[n] ?? 0) % outcomesOf(step).length]!;
    steps.push({ step, said, at: now, undoing: progress.undoing !== undefined });
    [progress, step] = decideDelivery(progress, said, now);
    if (n === cancelAt) [progress, step] = decideDelivery(progress, { kind: 'cancelRequested' }, now);
  }
  return { steps, last: step, endedAt: now };
}

const plans = fc.record({
  item: fc.constantFrom(null, 'users/m/messages/A='),
  send: fc.boolean(),
  keepOnFailure: fc.boolean(),
});
const walks = fc.tuple(plans, fc.array(fc.nat(50), { maxLength: 60 }), fc.nat(80), fc.boolean());

describe('decideDelivery', () => {
  it('sends again only after a refusal that is sure, and takes nothing back once a send is open', () => {
    const sure = ['throttled', 'notSent', 'notFound', 'notReady'];
    fc.assert(
      fc.property(walks, ([changes, choices, cancelAt, recovers]) => {
        const { steps } = walk({ ...plan, ...changes }, choices, cancelAt, recovers);
        const sends = steps.filter(({ step }) => step.do === 'sendMessage');
        for (const { said } of sends.slice(0, -1)) expect(sure).toContain(said.kind);
        if (recovers || !changes.send) expect(sends).toEqual([]);
        const opened = steps.findIndex(
          ({ step, said }) => step.do === 'sendMessage' && ['uncertain', 'crashed', 'sent'].includes(said.kind),
        );
        const after = opened < 0 ? [] : steps.slice(opened + 1).map(({ step }) => step.do);
        for (const name of after) expect(['findSent', 'deleteSurplusDrafts']).toContain(name);
      }),
      { numRuns: 2000 },
    );
  });

  it('sends only when every file is attached and verified, and attaches nothing on the way back', () => {
    fc.assert(
      fc.property(walks, ([changes, choices, cancelAt, recovers]) => {
        const { steps } = walk({ ...plan, ...changes }, choices, cancelAt, recovers);
        const sentAt = steps.findIndex(({ step }) => step.do === 'sendMessage');
        const good = steps
          .slice(0, Math.max(sentAt, 0))
          .flatMap(({ said }) =>
            said.kind === 'uploadOver' && said.upload.status === 'succeeded' && said.upload.verified
              ? [said.upload.id]
              : [],
          );
        if (sentAt >= 0) expect([...new Set(good)].sort()).toEqual(plan.uploads);
        for (const { step, undoing } of steps.filter((one) => one.undoing)) {
          expect([step.do, undoing]).not.toEqual([
            expect.stringMatching(/attach|createDraft|sendMessage|markDraft/),
            true,
          ]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('always ends, with an answer, by its deadline and the time of the cleanup', () => {
    fc.assert(
      fc.property(walks, ([changes, choices, cancelAt, recovers]) => {
        const { last, endedAt, steps } = walk({ ...plan, ...changes }, choices, cancelAt, recovers);
        if (last.do !== 'end') throw new Error('no end');
        const { end } = last;
        expect(end.status === 'failed').toBe(end.error !== undefined);
        if (end.sent === null) expect(end.error?.code).toBe('OutcomeUnknown');
        if (end.status === 'cancelled') expect(end.sent).toBe(false);
        expect(endedAt).toBeLessThan(plan.deadlineAt + hour * 2);
        const begun = steps.filter(({ undoing }) => !undoing).at(-1)?.step.notBefore ?? 0;
        expect(begun).toBeLessThan(plan.deadlineAt + hour);
      }),
      { numRuns: 2000 },
    );
  });

  const follow = (
    of: DeliveryPlan,
    said: readonly DeliveryOutcome[],
    stepMs = 100,
  ): [DeliveryProgress, DeliveryStep, number] => {
    let now = startedAt;
    let [progress, step] = beginDelivery(of, now);
    for (const outcome of said) {
      now = Math.max(now, step.notBefore) + stepMs;
      [progress, step] = decideDelivery(progress, outcome, now);
    }
    return [progress, step, now];
  };
  const drafted: DeliveryOutcome = { kind: 'drafted', item: 'x' };
  const bothOver = plan.uploads.map((id) => overOutcome(over(id)));

  it.each<[string, DeliveryOutcome[], DeliveryStep['do']]>([
    ['begins with the draft', [], 'createDraft'],
    ['looks for a draft whose making got no answer', [{ kind: 'uncertain' }], 'findDraft'],
    ['attaches the first file', [drafted], 'attach'],
    [
      'looks at the record of an upload whose orchestration said nothing',
      [drafted, { kind: 'crashed' }],
      'checkUpload',
    ],
    ['sends when all are there', [drafted, ...bothOver], 'sendMessage'],
    ['looks in Sent Items after an unclear send', [drafted, ...bothOver, { kind: 'uncertain' }], 'findSent'],
    ['settles the uploads before it takes anything back', [drafted, overOutcome(over('u1')), refused], 'settleUploads'],
  ])('%s', (_what, said, next) => {
    expect(follow(plan, said)[1].do).toBe(next);
  });

  it('a deadline that would pass while it waits ends the wait now', () => {
    const day: DeliveryOutcome = { kind: 'throttled', retryAfterMs: 24 * hour };
    const [progress, step, now] = follow(plan, [drafted, ...bothOver, day]);
    expect(progress.undoing).toMatchObject({ code: 'DeadlineExceeded' });
    expect([step.do, step.notBefore]).toEqual(['settleUploads', now]);
  });

  it('tells a cancel that could not remove everything as a failure', () => {
    let [progress, step] = follow({ ...plan, item: 'x' }, [overOutcome(over('u1', { attached: 'fixed' }))]);
    [progress, step] = decideDelivery(progress, { kind: 'cancelRequested' }, startedAt + 1000);
    const uploads = [
      over('u1', { attached: 'fixed', name: 'a.pdf' }),
      over('u2', { status: 'cancelled', attached: 'none' }),
    ];
    [progress, step] = decideDelivery(progress, { kind: 'uploadsOver', uploads }, startedAt + 2000);
    if (step.do !== 'end') throw new Error(step.do);
    expect(step.end).toMatchObject({
      status: 'failed',
      error: { code: 'ServiceUnavailable', leftBehind: ['attachment a.pdf'] },
    });
  });
});
