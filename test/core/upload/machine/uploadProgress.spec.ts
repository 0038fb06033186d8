import fc from 'fast-check';
import { missingBytes } from '../../../../src/core/byteRange';
import type { Outcome } from '../../../../src/core/upload/machine/outcome';
import type { Plan, Progress, Step } from '../../../../src/core/upload/machine/progressState';
import { isOfPacer } from '../../../../src/core/upload/machine/placeOutcomes';
import { retryPolicy } from '../../../../src/core/retry';
import { begin, beginRecovery, decide, liveStatus } from '../../../../src/core/upload/machine/uploadProgress';
import type { SealedSession } from '../../../../src/core/wire/session';

const now = Date.parse('2026-11-22T09:00:00Z');
const hour = 3_600_000;
const settleMs = 60_000;
const plan: Plan = {
  id: 'u1',
  way: 'session',
  otherWay: 'post',
  totalBytes: 10,
  verifiable: true,
  postBytes: 100,
  deadlineAt: now + 24 * hour,
  policy: { rangeSizeBytes: 4, smallAttachmentLimitBytes: 3, settleMs, deadlineMs: 24 * hour },
  warnings: [],
};
const session: SealedSession = { sealedUrl: 'sealed', expiresAt: now + hour };
const admitted: Outcome = { kind: 'admitted', grantedBytes: 1000 };
const opened: Outcome = { kind: 'opened', session };
const upTo = (start: number): Outcome => ({ kind: 'accepted', missing: [{ start, end: 9 }] });

/** The state after these outcomes, one second apart, and what it wants next. */
function after(outcomes: readonly Outcome[], from: Plan = plan): [Progress, Step, number] {
  let [progress, step] = begin(from, now);
  let at = now;
  for (const said of outcomes) {
    at = Math.max(at, step.notBefore) + 1000;
    [progress, step] = decide(progress, said, at);
  }
  return [progress, step, at];
}
const sending: Outcome[] = [admitted, { kind: 'baseline' }, opened];
const onLast: Outcome[] = [...sending, upTo(4), upTo(8)];
const posting: Outcome[] = [admitted, { kind: 'baseline' }];
const small: Plan = { ...plan, way: 'post', otherWay: 'session' };
const noted: Outcome = { kind: 'noted' };
const refused: Outcome = { kind: 'refused', problem: { code: 'AccessDenied', detail: 'no' } };
const found: Outcome = { kind: 'found', attachmentId: 'A', sha256: 'x' };

describe('what comes next', () => {
  it.each<[string, Outcome[], object]>([
    ['begins by asking the mailbox', [], { do: 'requestAdmission' }],
    ['waits for the mailbox by asking again', [{ kind: 'queued' }], { do: 'requestAdmission' }],
    ['looks at the item before the first send', [admitted], { do: 'lookBefore' }],
    ['opens a session', [admitted, { kind: 'baseline' }], { do: 'createUploadSession' }],
    ['sends the first range', sending, { do: 'uploadRange', range: { start: 0, end: 3 }, isLast: false }],
    ['goes on where the service says', [...sending, upTo(3)], { do: 'uploadRange', range: { start: 3, end: 6 } }],
    ['goes back where the service says', [...sending, upTo(4), upTo(1)], { range: { start: 1, end: 4 } }],
    ['takes a 200 without a list for the range', [...sending, { kind: 'accepted' }], { range: { start: 4, end: 7 } }],
    ['knows the last range', onLast, { do: 'uploadRange', range: { start: 8, end: 9 }, isLast: true }],
    [
      'fills several holes in order',
      [
        ...sending,
        {
          kind: 'accepted',
          missing: [
            { start: 1, end: 1 },
            { start: 8, end: 9 },
          ],
        },
      ],
      { do: 'uploadRange', range: { start: 1, end: 1 }, isLast: false },
    ],
    ['asks the session after a reset in the middle', [...sending, { kind: 'uncertain' }], { do: 'queryUploadSession' }],
    [
      'sends the range again where the session answers nothing',
      [...sending, { kind: 'uncertain' }, { kind: 'noStatus' }],
      { do: 'uploadRange', range: { start: 0, end: 3 } },
    ],
    [
      'takes a 416 after a lost reply for the range',
      [...sending, { kind: 'uncertain' }, { kind: 'noStatus' }, { kind: 'misplaced' }],
      { do: 'uploadRange', range: { start: 4, end: 7 } },
    ],
    [
      'looks for the attachment after a reset on the last range',
      [...onLast, { kind: 'uncertain' }],
      { do: 'findAttachment' },
    ],
    ['looks for it when the last range meets no session', [...onLast, { kind: 'lost' }], { do: 'findAttachment' }],
    ['looks for it when the last range’s activity died', [...onLast, { kind: 'crashed' }], { do: 'findAttachment' }],
    [
      'looks for it when all is taken and no id came',
      [...onLast, { kind: 'accepted', missing: [] }],
      { do: 'findAttachment' },
    ],
    [
      'keeps looking until it is settled',
      [...onLast, { kind: 'uncertain' }, { kind: 'absent' }],
      { do: 'findAttachment' },
    ],
    [
      'closes a lost session before it opens another',
      [...sending, upTo(4), { kind: 'lost' }],
      { do: 'cancelUploadSession' },
    ],
    [
      'opens another then',
      [...sending, upTo(4), { kind: 'lost' }, { kind: 'cancelled' }],
      { do: 'createUploadSession' },
    ],
    ['takes a 401 on a PUT for an incident', [...sending, { kind: 'incident' }], { do: 'cancelUploadSession' }],
    [
      'closes what an unheard run may have opened',
      [...posting, { kind: 'throttled', retryAfterMs: 5 }, { kind: 'noted' }],
      { do: 'cancelUploadSession' },
    ],
    ['tells the mailbox of a 429', [...sending, { kind: 'throttled', retryAfterMs: 5000 }], { do: 'reportThrottle' }],
    [
      'takes the other way where the service wants it',
      [...posting, { kind: 'wrongWay' }, { kind: 'cancelled' }],
      { do: 'postAttachment' },
    ],
    ['compares what is attached', [...onLast, { kind: 'completed', attachmentId: 'A' }], { do: 'verifyAttachment' }],
    ['looks for an attachment without an id', [...onLast, { kind: 'completed' }], { do: 'findAttachment' }],
    [
      'removes wrong bytes',
      [...onLast, { kind: 'completed', attachmentId: 'A' }, { kind: 'mismatch' }],
      { do: 'removeAttachment', attachmentId: 'A' },
    ],
    ['closes the session of what it found', [...onLast, { kind: 'uncertain' }, found], { do: 'cancelUploadSession' }],
    ['closes the session when it is refused', [...sending, refused], { do: 'cancelUploadSession' }],
    ['closes the session on a cancel', [...sending, { kind: 'cancelRequested' }], { do: 'cancelUploadSession' }],
    [
      'removes what was attached when it is cancelled',
      [...onLast, { kind: 'completed', attachmentId: 'A' }, { kind: 'cancelRequested' }],
      { do: 'removeAttachment', attachmentId: 'A' },
    ],
    ['gives its place back before the end', [...posting, refused, { kind: 'cancelled' }], { do: 'leaveMailbox' }],
    [
      'ends as refused',
      [...posting, refused, { kind: 'cancelled' }, { kind: 'noted' }],
      { do: 'end', end: { status: 'failed' } },
    ],
  ])('%s', (_title, outcomes, step) => {
    expect(after(outcomes)[1]).toMatchObject(step);
  });

  it.each<[string, Outcome[], object]>([
    ['posts', posting, { do: 'postAttachment' }],
    ['looks before it posts again', [...posting, { kind: 'uncertain' }], { do: 'findAttachment' }],
    ['posts again when storage was out of reach', [...posting, { kind: 'storage' }], { do: 'postAttachment' }],
    ['opens a session where the POST was too large', [...posting, { kind: 'wrongWay' }], { do: 'createUploadSession' }],
    ['compares', [...posting, { kind: 'completed', attachmentId: 'A' }], { do: 'verifyAttachment' }],
    [
      'is done when it was compared as it was found',
      [...posting, { kind: 'uncertain' }, found, { kind: 'cancelled' }],
      { do: 'leaveMailbox' },
    ],
  ])('a small file %s', (_title, outcomes, step) => {
    expect(after(outcomes, small)[1]).toMatchObject(step);
  });

  it('sends again only when the looking is settled, and looks for a copy of what came after all', () => {
    let [progress, step, at] = after([...posting, { kind: 'uncertain' }], small);
    const unclearAt = at;
    while (step.do === 'findAttachment') {
      at = step.notBefore;
      [progress, step] = decide(progress, { kind: 'absent' }, at);
    }
    expect(at - unclearAt).toBeGreaterThanOrEqual(settleMs);
    expect(['requestAdmission', 'postAttachment']).toContain(step.do);
    if (step.do === 'requestAdmission') [progress, step] = decide(progress, admitted, step.notBefore);
    expect(step.do).toBe('postAttachment');
    [progress, step] = decide(progress, { kind: 'completed', attachmentId: 'B' }, step.notBefore + 1000);
    [progress, step] = decide(progress, { kind: 'verified', sha256: 'x' }, at + 3000);
    expect(step).toMatchObject({ do: 'findSurplus', attachmentId: 'B', most: 1 });
    expect(step.notBefore).toBeGreaterThanOrEqual(unclearAt + 2 * settleMs);
    [progress, step] = decide(progress, { kind: 'surplus', attachmentIds: ['A'] }, step.notBefore);
    expect(step).toMatchObject({ do: 'removeAttachment', attachmentId: 'A' });
  });

  it('looks no earlier than a 503 wants', () => {
    const [, step, at] = after([...posting, { kind: 'uncertain', retryAfterMs: 40_000 }], small);
    expect(step).toMatchObject({ do: 'findAttachment', notBefore: at + 40_000 });
  });

  it.each<[string, Plan]>([
    ['a reply', { ...plan, way: 'reply' }],
    ['what may have become one', { ...plan, otherWay: 'reply' }],
  ])('a recovery of %s that may have been sent ends as unknown: no look at the item would show it', (_title, from) => {
    let [progress, step] = beginRecovery(from, { mayHaveSent: true, cancelRequested: true }, now);
    expect(step.do).toBe('cancelUploadSession');
    [progress, step] = decide(progress, { kind: 'cancelled' }, now);
    expect(step.do).toBe('leaveMailbox');
    [, step] = decide(progress, { kind: 'noted' }, now);
    expect(step).toMatchObject({ do: 'end', end: { status: 'failed', error: { code: 'OutcomeUnknown' } } });
    [progress, step] = beginRecovery(from, { mayHaveSent: false, cancelRequested: true }, now);
    [progress, step] = decide(progress, { kind: 'cancelled' }, now);
    [, step] = decide(progress, { kind: 'noted' }, now);
    expect(step).toMatchObject({ do: 'end', end: { status: 'cancelled' } });
  });

  it('a recovery of what was attached already finds it, and says so', () => {
    let [progress, step] = beginRecovery(plan, { mayHaveSent: true, cancelRequested: false }, now);
    [progress, step] = decide(progress, { kind: 'cancelled' }, now);
    [progress, step] = decide(progress, { kind: 'admitted', grantedBytes: 0 }, now);
    [progress, step] = decide(progress, found, now + 1000);
    if (step.do === 'cancelUploadSession') [progress, step] = decide(progress, { kind: 'cancelled' }, now + 1000);
    expect(step).toMatchObject({ do: 'findSurplus', attachmentId: 'A' });
    [progress, step] = decide(progress, { kind: 'surplus', attachmentIds: [] }, step.notBefore);
    [, step] = decide(progress, { kind: 'noted' }, step.notBefore);
    expect(step).toMatchObject({ do: 'end', end: { status: 'succeeded', attachment: { id: 'A', verified: true } } });
  });

  it.each<[string, Outcome[], string[]]>([
    ['verified', [{ kind: 'verified', sha256: 'x' }], ['removeAttachment', 'leaveMailbox', 'end']],
    ['other bytes', [{ kind: 'mismatch' }], ['removeAttachment', 'cancelUploadSession', 'leaveMailbox', 'end']],
    ['nothing', [{ kind: 'uncertain' }], ['removeAttachment', 'leaveMailbox', 'end']],
  ])('a cancel during the comparison, which says %s, removes what was attached', (_title, said, names) => {
    const outcomes: Outcome[] = [
      ...onLast,
      { kind: 'completed', attachmentId: 'A' },
      ...said,
      { kind: 'cancelRequested' },
    ];
    let [progress, step, at] = after(outcomes);
    const seen = [step.do];
    const done: Partial<Record<Step['do'], Outcome>> = {
      removeAttachment: { kind: 'removed' },
      cancelUploadSession: { kind: 'cancelled' },
    };
    while (step.do !== 'end' && seen.length < 9) {
      at = Math.max(at, step.notBefore);
      [progress, step] = decide(progress, done[step.do] ?? noted, at);
      seen.push(step.do);
    }
    expect(seen).toEqual(names);
    expect(step).toMatchObject({ end: { status: 'cancelled' } });
  });

  it('a recovery closes first, then looks when its name is its own, and ends as Internal', () => {
    let [progress, step] = beginRecovery(plan, { mayHaveSent: true, cancelRequested: false }, now);
    expect(step.do).toBe('cancelUploadSession');
    [progress, step] = decide(progress, { kind: 'cancelled' }, now);
    expect(step).toMatchObject({ do: 'requestAdmission', wantBytes: 0 });
    [progress, step] = decide(progress, { kind: 'queued' }, now);
    expect(step).toMatchObject({ do: 'requestAdmission', wantBytes: 0 });
    [progress, step] = decide(progress, { kind: 'admitted', grantedBytes: 0 }, now);
    expect(step.do).toBe('findAttachment');
    [progress, step] = decide(progress, { kind: 'absent' }, now + settleMs);
    expect(step.do).toBe('findSurplus');
    [progress, step] = decide(progress, { kind: 'surplus', attachmentIds: [] }, now + 2 * settleMs);
    [, step] = decide(progress, { kind: 'noted' }, now + 2 * settleMs);
    expect(step).toMatchObject({ do: 'end', end: { status: 'failed', error: { code: 'Internal' } } });
  });

  it('a recovery whose name another has until the deadline ends as unknown: what it found might be the other one', () => {
    let [progress, step] = beginRecovery(plan, { mayHaveSent: true, cancelRequested: false }, plan.deadlineAt + hour);
    let at = plan.deadlineAt + hour;
    [progress, step] = decide(progress, { kind: 'cancelled' }, at);
    for (let asked = 1; asked <= 5; asked++) {
      expect(step.do).toBe('requestAdmission');
      at = Math.max(at, step.notBefore);
      [progress, step] = decide(progress, { kind: 'queued' }, at);
    }
    expect(step.do).toBe('leaveMailbox');
    [, step] = decide(progress, { kind: 'noted' }, at);
    expect(step).toMatchObject({ do: 'end', end: { status: 'failed', error: { code: 'OutcomeUnknown' } } });
  });
});

const missing = fc.constantFrom(
  [{ start: 0, end: 9 }],
  [{ start: 2, end: 9 }],
  [{ start: 8, end: 9 }],
  [
    { start: 1, end: 1 },
    { start: 5, end: 9 },
  ],
  [],
);
const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constantFrom<Outcome>(
    admitted,
    { kind: 'queued' },
    { kind: 'noted' },
    { kind: 'baseline' },
    { kind: 'noStatus' },
    { kind: 'completed' },
    { kind: 'completed', attachmentId: 'A' },
    found,
    { kind: 'absent' },
    { kind: 'surplus', attachmentIds: ['B'] },
    { kind: 'verified', sha256: 'x' },
    { kind: 'mismatch' },
    { kind: 'cancelled' },
    { kind: 'removed' },
    { kind: 'throttled' },
    { kind: 'throttled', retryAfterMs: 90_000 },
    { kind: 'uncertain' },
    { kind: 'notSent' },
    { kind: 'incident' },
    { kind: 'lost' },
    { kind: 'misplaced' },
    { kind: 'wrongWay' },
    { kind: 'notFound' },
    refused,
    { kind: 'storage' },
    { kind: 'sourceGone', problem: { code: 'BlobChanged', detail: 'gone' } },
    { kind: 'crashed' },
    { kind: 'cancelRequested' },
  ),
  missing.map((left): Outcome => ({ kind: 'accepted', missing: left })),
  missing.map((left): Outcome => ({ kind: 'expects', missing: left })),
  fc
    .integer({ min: 1, max: 90 })
    .map((minutes): Outcome => ({ kind: 'opened', session: { ...session, expiresAt: now + minutes * 60_000 } })),
);

/** Plays outcomes, whatever they are, and hands every step to `check` before its outcome. */
function play(
  outcomes: readonly Outcome[],
  from: Plan,
  check: (progress: Progress, step: Step, at: number) => void,
): void {
  let [progress, step] = begin(from, now);
  let at = now;
  for (const said of outcomes) {
    if (step.do === 'end') return;
    check(progress, step, at);
    at = Math.max(at, step.notBefore) + 200;
    [progress, step] = decide(progress, said, at);
  }
}
const runs = fc.array(anyOutcome, { minLength: 1, maxLength: 60 });
const plans = fc.constantFrom(
  plan,
  small,
  { ...plan, deadlineAt: now + 120_000 },
  { ...small, deadlineAt: now + 120_000 },
);

it.each<[string, Outcome[]]>([
  ['its blob gone', [{ kind: 'sourceGone', problem: { code: 'BlobChanged', detail: 'gone' } }]],
  ['never listed', [{ kind: 'absent' }, ...Array.from({ length: 12 }, (): Outcome => ({ kind: 'absent' }))]],
])('does not say cancelled of what is attached without an id, %s', (_, looks) => {
  let [progress, step, at] = after([...onLast, { kind: 'cancelRequested' }, { kind: 'completed' }]);
  for (const said of looks) {
    if (step.do !== 'findAttachment') break;
    at = Math.max(at, step.notBefore) + 1000;
    [progress, step] = decide(progress, said, at);
  }
  expect(step.do).toBe('leaveMailbox');
  const [, last] = decide(progress, { kind: 'noted' }, at);
  expect(last).toMatchObject({ do: 'end', end: { status: 'succeeded', attachment: { id: null, verified: false } } });
  const { warnings } = (last as Extract<Step, { do: 'end' }>).end;
  expect(warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['NotVerified', 'CancelledTooLate']));
});

// found by npm run sim, seed 347061930
it.each<[string, Outcome, object]>([
  ['nobody can look', { kind: 'uncertain' }, { status: 'failed', error: { code: 'OutcomeUnknown' } }],
  ['it is gone', { kind: 'notFound' }, { status: 'cancelled' }],
  ['it is there', { kind: 'verified', sha256: 'x' }, { status: 'succeeded', attachment: { id: 'A' } }],
])('looks some times whether what could not be removed is still there, also past the deadline: %s', (_, look, end) => {
  let [progress, step, at] = after([...onLast, { kind: 'completed', attachmentId: 'A' }, { kind: 'cancelRequested' }]);
  for (let i = 0; i < 60 && step.do !== 'end'; i++) {
    if (step.do === 'verifyAttachment') at = Math.max(at, plan.deadlineAt + 1000);
    at = Math.max(at, step.notBefore) + 200;
    const toPacer = step.do === 'requestAdmission' ? admitted : noted;
    const said: Outcome = step.do === 'removeAttachment' ? { kind: 'throttled' } : isOfPacer(step) ? toPacer : look;
    [progress, step] = decide(progress, said, at);
  }
  expect(step).toMatchObject({ do: 'end', end });
  expect(at).toBeLessThan(plan.deadlineAt + hour);
});

// found by npm run sim, seed 560058665
it('tells that a copy may still come through a session that nobody can close, where its last range got no answer', () => {
  const play = (outcomes: readonly Outcome[], last: Outcome): Progress => {
    let [progress, step, at] = after(outcomes);
    while (step.do === 'findAttachment') {
      at = Math.max(at, step.notBefore) + 1000;
      [progress, step] = decide(progress, { kind: 'absent' }, at);
    }
    [progress, step] = decide(progress, { kind: 'lost' }, at);
    while (step.do === 'findAttachment') {
      at = Math.max(at, step.notBefore) + 1000;
      [progress, step] = decide(progress, { kind: 'absent' }, at);
    }
    expect(step.do).toBe('cancelUploadSession');
    return decide(progress, last, at)[0];
  };
  const unclear: Outcome[] = [...onLast, { kind: 'uncertain' }];
  expect(play(unclear, { kind: 'cancelled', isLeft: true }).leftBehind).toEqual([
    expect.stringContaining('perhaps a second attachment'),
  ]);
  expect(play(unclear, { kind: 'cancelled' }).leftBehind).toEqual([]);
  expect(play([...sending, upTo(4)], { kind: 'cancelled', isLeft: true }).leftBehind).toEqual([]);
});

// found by npm run sim, seed 346103309
it.each<[string, Outcome, number]>([
  ['its deadline', { kind: 'uncertain' }, plan.deadlineAt],
  ['a blob that is gone', { kind: 'sourceGone', problem: { code: 'BlobChanged', detail: 'gone' } }, now],
  ['looks that get no answer', { kind: 'uncertain' }, now],
])('does not say succeeded of what has no id while other bytes lie under its name, at %s', (_, look, from) => {
  let [progress, step, at] = after([...onLast, { kind: 'completed' }, { kind: 'absent', lookalikes: ['B'] }]);
  for (let i = 0; i < 60 && step.do !== 'end'; i++) {
    at = Math.max(at, from, step.notBefore) + 1000;
    const said = step.do === 'findAttachment' ? look : step.do === 'requestAdmission' ? admitted : noted;
    [progress, step] = decide(progress, said, at);
  }
  const unknown = { code: 'OutcomeUnknown', leftBehind: [expect.stringContaining('attachment B')] };
  expect(step).toMatchObject({ do: 'end', end: { status: 'failed', error: unknown } });
});

describe('whatever is said', () => {
  it('never sends a byte that the service said it has, nor one out of order', () => {
    fc.assert(
      fc.property(runs, plans, (outcomes, from) => {
        play(outcomes, from, (progress, step) => {
          if (step.do !== 'uploadRange') return;
          expect(step.range.start).toBe(progress.missing[0]?.start);
          expect(missingBytes([step.range])).toBeLessThanOrEqual(from.policy.rangeSizeBytes);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('never starts a range that cannot end before its session does, and never waits past the deadline to send', () => {
    fc.assert(
      fc.property(runs, plans, (outcomes, from) => {
        play(outcomes, from, (progress, step) => {
          if (step.do === 'uploadRange') expect(step.notBefore).toBeLessThan(step.session.expiresAt - 5000 + 1);
          const sends = ['uploadRange', 'postAttachment', 'createUploadSession'].includes(step.do);
          if (sends) expect(step.notBefore).toBeLessThanOrEqual(from.deadlineAt);
          if (sends) expect(progress.undoing).toBeUndefined();
        });
      }),
      { numRuns: 500 },
    );
  });

  it('never opens a session beside another, and never posts while it is open whether something was attached', () => {
    fc.assert(
      fc.property(runs, plans, (outcomes, from) => {
        play(outcomes, from, (progress, step) => {
          if (step.do === 'createUploadSession')
            expect([progress.session, progress.mayHaveOpened]).toEqual([undefined, false]);
          if (step.do === 'postAttachment' || step.do === 'createUploadSession') {
            expect([progress.unclearSince, progress.attached]).toEqual([undefined, undefined]);
          }
        });
      }),
      { numRuns: 500 },
    );
  });

  it('ends only with an answer, its session closed or told, its place given back', () => {
    fc.assert(
      fc.property(runs, plans, (outcomes, from) => {
        let [progress, step] = begin(from, now);
        let at = now;
        for (const said of outcomes) {
          if (step.do === 'end') break;
          at = Math.max(at, step.notBefore) + 200;
          [progress, step] = decide(progress, said, at);
        }
        if (step.do !== 'end') return;
        expect([progress.session, progress.place]).toEqual([undefined, 'none']);
        if (step.end.status === 'failed') expect(step.end.error?.code).toBeDefined();
        if (step.end.status === 'succeeded') expect(progress.attached).toBeDefined();
        else expect(progress.attached).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('ends when only failures are said, by the deadline and the cleanup after it', () => {
    const failure = fc.constantFrom<Outcome>(
      { kind: 'uncertain' },
      { kind: 'throttled' },
      { kind: 'notSent' },
      { kind: 'storage' },
      { kind: 'crashed' },
      { kind: 'absent' },
      refused,
    );
    /** What that failure is to this step: the mailbox's pacer always answers, and only a look finds nothing. */
    const saidTo = (step: Step, last: Outcome): Outcome => {
      if (step.do === 'requestAdmission') return admitted;
      if (isOfPacer(step)) return { kind: 'noted' };
      return last.kind === 'absent' && step.do !== 'findAttachment' ? { kind: 'uncertain' } : last;
    };
    fc.assert(
      fc.property(runs, plans, failure, (outcomes, from, last) => {
        let [progress, step] = begin(from, now);
        let at = now;
        for (let i = 0; i < 3000 && step.do !== 'end'; i++) {
          at = Math.max(at, step.notBefore) + 200;
          [progress, step] = decide(progress, outcomes[i] ?? saidTo(step, last), at);
        }
        expect(step.do).toBe('end');
        expect(at).toBeLessThan(from.deadlineAt + 3 * hour);
      }),
      { numRuns: 100 },
    );
  });

  it('begins nothing without a place but to take back what is ours', () => {
    fc.assert(
      fc.property(runs, plans, (outcomes, from) => {
        play(outcomes, from, (progress, step) => {
          if (!isOfPacer(step) && !progress.undoing) expect([step.do, progress.place]).toEqual([step.do, 'held']);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('holds no place over a long wait, but for a throttled mailbox, and is never silent for longer than it may be', () => {
    fc.assert(
      fc.property(runs, plans, (outcomes, from) => {
        play(outcomes, from, (progress, step, at) => {
          const waitMs = step.notBefore - at;
          const keeps = !progress.undoing && ['throttled', 'mailbox'].includes(progress.waitingFor ?? '');
          if (progress.place === 'held' && !keeps) expect(waitMs).toBeLessThanOrEqual(retryPolicy.restAfterMs);
          if (progress.place === 'held' || progress.place === 'rests')
            expect(step.notBefore - Math.max(at, progress.placeSeenAt)).toBeLessThanOrEqual(retryPolicy.renewPlaceMs);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('tells a status that stays far below 16 KB', () => {
    fc.assert(
      fc.property(runs, plans, (outcomes, from) => {
        play(outcomes, from, (progress, step, at) => {
          expect(JSON.stringify(liveStatus(progress, step, at)).length).toBeLessThan(6000);
        });
      }),
      { numRuns: 200 },
    );
  });
});
